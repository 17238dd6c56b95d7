"""Gaps worth practising: what lacked, and the sentence that would have earned it."""

from __future__ import annotations

from collections.abc import Mapping

from interviewer.core.assessment import Assessment, RaisedBy, Verdict
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import Level
from interviewer.scoring.credit import credit
from interviewer.scoring.step import absent
from interviewer.scoring.values import InterviewRecord, PracticePoint, StepRecord

PRACTICE_POINTS = 5
HELP: Mapping[RaisedBy, str] = {
    RaisedBy.OPEN_PROBE: "after an open question",
    RaisedBy.NARROW_PROBE: "after a narrower question",
    RaisedBy.HINT1: "after a first hint",
    RaisedBy.HINT2: "after a second hint",
    RaisedBy.HINT3: "after a third hint",
    RaisedBy.TOLD: "after you were told",
}


def find_gaps(record: InterviewRecord, case: Case, level: Level) -> tuple[PracticePoint, ...]:
    """Everything expected that was not earned in full: what would add most first.

    What could not be judged comes last, because it may not be a gap at all.
    """
    points = [point for step in record.steps if step.reached for point in _gaps(step, case, level)]
    return tuple(sorted(points, key=lambda p: (p.verdict == Verdict.UNASSESSED.value, -p.gain)))


def what_lacked(item: RubricItem, assessment: Assessment) -> str:
    """Why an item was not earned in full, for the one who said the words."""
    if assessment.verdict is Verdict.UNASSESSED:
        return "This could not be judged, so it may not be a gap at all."
    if assessment.verdict is Verdict.MET:
        return f"It came {HELP[assessment.raised_by]}; unprompted it counts in full."
    if assessment.verdict is Verdict.PARTIAL:
        return f"It counted in part. The rubric's words for that: {item.partial_when} {item.why}"
    return item.why


def _gaps(record: StepRecord, case: Case, level: Level) -> list[PracticePoint]:
    items = [item for item in case.steps[record.step].items if item.level.rank <= level.rank]
    total = sum(item.weight for item in items)
    judged = {assessment.item: assessment for assessment in record.assessments}
    return [
        _gap(item, judged.get(item.id) or absent(item, record.step), total)
        for item in items
        if item.id not in judged or (credit(judged[item.id]) or 0.0) < 1.0
    ]


def _gap(item: RubricItem, assessment: Assessment, total: int) -> PracticePoint:
    evidence = assessment.evidence
    silent = assessment.verdict is Verdict.ABSENT and evidence is None
    return PracticePoint(
        item=item.id,
        step=assessment.step,
        concept=item.concept,
        verdict=assessment.verdict.value,
        quote=evidence.quote if evidence else None,
        turn=evidence.turn if evidence else None,
        raised_by=None if silent else assessment.raised_by,
        reason="" if silent else assessment.reason,
        lacked=what_lacked(item, assessment),
        exemplar=item.exemplar,
        gain=round(item.weight * (1 - (credit(assessment) or 0.0)) / total, 3),
    )
