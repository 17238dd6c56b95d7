"""Gaps worth practising: what lacked, and the sentence that would have earned it."""

from __future__ import annotations

from interviewer.assessment import Assessment
from interviewer.cases import Case, RubricItem
from interviewer.scorecard.credit import credit
from interviewer.scorecard.step import absent
from interviewer.scorecard.values import InterviewRecord, PracticePoint, StepRecord
from interviewer.settings import Level

PRACTICE_POINTS = 5


def practice_points(record: InterviewRecord, case: Case, level: Level) -> tuple[PracticePoint, ...]:
    """The gaps that would add most, best first."""
    points = [point for step in record.steps if step.reached for point in _gaps(step, case, level)]
    return tuple(sorted(points, key=lambda point: -point.gain)[:PRACTICE_POINTS])


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
    return PracticePoint(
        item=item.id,
        step=assessment.step,
        concept=item.concept,
        verdict=assessment.verdict.value,
        quote=assessment.evidence.quote if assessment.evidence else None,
        lacked=item.why,
        exemplar=item.exemplar,
        gain=round(item.weight * (1 - (credit(assessment) or 0.0)) / total, 3),
    )
