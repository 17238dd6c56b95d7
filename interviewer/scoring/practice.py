"""Gaps worth practising: what lacked, and the sentence that would have earned it."""

from __future__ import annotations

from collections.abc import Mapping

from interviewer.core.assessment import Assessment, RaisedBy, Verdict
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import Level
from interviewer.scoring.credit import credit
from interviewer.scoring.step import assessed
from interviewer.scoring.values import InterviewRecord, PracticePoint, StepRecord

PRACTICE_POINTS = 5
HELP: Mapping[RaisedBy, str] = {
    RaisedBy.OPEN_PROBE: "after an open question",
    RaisedBy.NARROW_PROBE: "after a narrower question",
    RaisedBy.CHALLENGE: "after a challenge or a scenario that led to it",
    RaisedBy.HINT1: "after a first hint",
    RaisedBy.HINT2: "after a second hint",
    RaisedBy.HINT3: "after a third hint",
    RaisedBy.TOLD: "after it was told",
}


def find_gaps(record: InterviewRecord, case: Case, level: Level) -> tuple[PracticePoint, ...]:
    """Everything expected that was not earned in full: what would add most first.

    What could not be judged comes last, because it may not be a gap at all.
    """
    points = [point for step in record.steps if step.reached for point in _gaps(step, case, level)]
    return tuple(sorted(points, key=lambda p: (p.verdict == Verdict.UNASSESSED.value, -p.gain)))


def what_lacked(item: RubricItem, assessment: Assessment) -> str:
    """Why an item was not earned in full: what was heard of it, and what follows from that.

    It stands beside the judge's reason. Without one, the rubric says what counts in part.
    """
    if assessment.verdict is Verdict.UNASSESSED:
        return "This could not be judged, so it may not be a gap at all."
    if assessment.verdict is Verdict.MET:
        return f"It came {HELP[assessment.raised_by]}; unprompted it counts in full."
    if assessment.verdict is Verdict.ABSENT:
        return f"Not heard: {item.label}. {item.why}"
    if assessment.reason:
        return f"In part: {item.label}. {item.why}"
    rubric = f"The rubric's words for that: {item.partial_when}"
    return f"In part: {item.label}. {rubric} {item.why}"


def _gaps(record: StepRecord, case: Case, level: Level) -> list[PracticePoint]:
    items = case.steps[record.step].items
    total = sum(item.weight for item in items if item.level.rank <= level.rank)
    return [
        _gap(item, assessment, total)
        for item, assessment in assessed(record, case)
        if item.level.rank <= level.rank and (credit(assessment) or 0.0) < 1.0
    ]


def _gap(item: RubricItem, assessment: Assessment, total: int) -> PracticePoint:
    return PracticePoint(
        item=item.id,
        step=assessment.step,
        concept=item.concept,
        verdict=assessment.verdict.value,
        quote=assessment.quote or None,
        turn=assessment.turn,
        raised_by=assessment.raiser,
        reason=assessment.own_reason,
        lacked=what_lacked(item, assessment),
        exemplar=item.exemplar,
        gain=round(item.weight * (1 - (credit(assessment) or 0.0)) / total, 3),
    )
