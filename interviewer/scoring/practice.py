"""Gaps worth practising: what lacked, and the sentence that would have earned it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from interviewer.core.assessment import Assessment, RaisedBy, Verdict
from interviewer.core.case import RubricItem
from interviewer.scoring.call import Scoring, earned, judged_as
from interviewer.scoring.credit import credit
from interviewer.scoring.flags import stands
from interviewer.scoring.step import assessed
from interviewer.scoring.values import PracticePoint, StepRecord

PRACTICE_POINTS = 5
UNASKED = (None, RaisedBy.CANDIDATE)
HELP: Mapping[RaisedBy, str] = {
    RaisedBy.OPEN_PROBE: "after an open question",
    RaisedBy.NARROW_PROBE: "after a narrower question",
    RaisedBy.CHALLENGE: "after a challenge or a scenario that led to it",
    RaisedBy.HINT1: "after a first hint",
    RaisedBy.HINT2: "after a second hint",
    RaisedBy.HINT3: "after a third hint",
    RaisedBy.TOLD: "after it was told",
}


def find_gaps(scoring: Scoring) -> tuple[PracticePoint, ...]:
    """Everything expected that was not earned in full: what people had a chance to show first.

    That is what a question of the interviewer was about or led to, then what lacks in a step in
    which a wrong claim stands, then what nobody touched, or what was met and counts less because it
    took help. Among each, what would add most to the score comes first, which is found by scoring
    again with the point earned, so a core item whose lack caps its step comes before a heavier one
    under the cap; of equals, the one with more credit to add. What could not be judged comes last,
    because it may not be a gap at all.
    """
    found = [gap for step in scoring.record.steps if step.reached for gap in _gaps(scoring, step)]
    return tuple(point for _, point in sorted(found, key=lambda pair: pair[0]))


def what_lacked(item: RubricItem, assessment: Assessment) -> str:
    """Why an item was not earned in full: what was heard of it, and what follows from that.

    It stands beside the judge's reason. Without one, the rubric says what counts in part.
    """
    if assessment.verdict is Verdict.UNASSESSED:
        return "This could not be judged, so it may not be a gap at all."
    if assessment.verdict is Verdict.MET:
        return f"It came {HELP[assessment.raised_by]}; unprompted it counts in full."
    if assessment.contradicted:
        return f"Spoken against: {item.label}. {item.why}".rstrip()
    if assessment.verdict is Verdict.ABSENT:
        return f"Not heard: {item.label}. {item.why}".rstrip()
    if assessment.reason:
        return f"In part: {item.label}. {item.why}".rstrip()
    rubric = f"The rubric's words for that: {item.partial_when}"
    return f"In part: {item.label}. {rubric} {item.why}".rstrip()


_Place = tuple[bool, int, float, float]
"""Of a gap: whether it was not judged, how far it was asked about, what it would add."""


def _gaps(scoring: Scoring, step: StepRecord) -> Iterator[tuple[_Place, PracticePoint]]:
    items = assessed(step, scoring.case)
    total = sum(item.weight for item, _ in items)
    for item, assessment in items:
        if not scoring.expects(item) or (credit(assessment) or 0.0) >= 1:
            continue
        asked = item.id in scoring.record.asked or assessment.raiser not in UNASKED
        point = _gap(item, assessment, total, asked)
        scored = step.step in scoring.scored
        cost = scoring.effect(judged_as(step, earned(item, step.step))) if scored else 0.0
        lacks = assessment.verdict is not Verdict.MET  # else it was earned, with help
        touched = 0 if asked and lacks else 1 if lacks and stands(step.red_flags) else 2
        yield (assessment.verdict is Verdict.UNASSESSED, touched, cost, -point.gain), point


def _gap(item: RubricItem, assessment: Assessment, total: int, asked: bool) -> PracticePoint:
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
        asked=asked,
    )
