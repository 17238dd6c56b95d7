"""The whole scorecard: overall score, dimensions, recommendation, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from interviewer.assessment import Verdict
from interviewer.cases import Case, Dimension
from interviewer.scorecard.practice import practice_points
from interviewer.scorecard.step import ENOUGH, interpolate, score_step, sum_credits
from interviewer.scorecard.values import (
    Band,
    InterviewRecord,
    Observation,
    Recommendation,
    Scorecard,
    StepScore,
)
from interviewer.settings import InterviewSettings, Level, StepId, step_minutes

CALLS: tuple[tuple[float, Recommendation], ...] = (
    (1.75, "strong_no_hire"),
    (2.5, "no_hire"),
    (3.0, "lean_no_hire"),
    (3.5, "lean_hire"),
    (4.25, "hire"),
)
HIRE = 3.5  # overall score from which answers read as those of a level


def score_interview(record: InterviewRecord, case: Case, settings: InterviewSettings) -> Scorecard:
    """The whole scorecard of an interview."""
    weights = _step_weights(settings)
    steps = tuple(
        score_step(step, case, settings.level, weights.get(step.step, 0.0)) for step in record.steps
    )
    scored = [step for step in steps if step.score is not None]
    overall = _weighted(scored, lambda step: step.score)
    weight = sum(step.weight for step in scored)
    drill = settings.drill is not None
    recommended = overall is not None and weight >= ENOUGH and not drill
    return Scorecard(
        steps=steps,
        dimensions=_dimensions(record, case, settings.level),
        observations=record.observations,
        overall=overall,
        unaided=_weighted(scored, lambda step: step.unaided),
        band=_overall_band(scored, overall),
        recommendation=_recommend(overall) if recommended and overall is not None else None,
        confidence=_confidence(scored, weight),
        reads_as=_reads_as(record, case, weights) if recommended else None,
        practice=practice_points(record, case, settings.level),
        end_reason=record.end_reason,
    )


def _step_weights(settings: InterviewSettings) -> dict[StepId, float]:
    minutes = step_minutes(settings)
    total = sum(minutes.values())
    return {step: value / total for step, value in minutes.items()}


def _weighted(
    steps: Sequence[StepScore], value_of: Callable[[StepScore], float | None]
) -> float | None:
    weight = sum(step.weight for step in steps)
    if not weight:
        return None
    return round(sum(step.weight * (value_of(step) or 0.0) for step in steps) / weight, 2)


def _overall_band(steps: Sequence[StepScore], overall: float | None) -> Band | None:
    if overall is None:
        return None
    low = _weighted(steps, lambda step: step.band.low if step.band else step.score)
    high = _weighted(steps, lambda step: step.band.high if step.band else step.score)
    return Band(low=low or overall, high=high or overall)


def _recommend(overall: float) -> Recommendation:
    for limit, call in CALLS:
        if overall < limit:
            return call
    return "strong_hire"


def _confidence(scored: Sequence[StepScore], weight: float) -> float:
    certainty = [
        0.0 if a.verdict is Verdict.UNASSESSED else a.confidence
        for step in scored
        for a in step.assessments
    ]
    return round(weight * (sum(certainty) / len(certainty) if certainty else 0.0), 2)


def _reads_as(record: InterviewRecord, case: Case, weights: Mapping[StepId, float]) -> Level | None:
    """The highest level at which the same answers would be a hire; mid when none is."""
    for level in reversed(Level):
        steps = [score_step(s, case, level, weights.get(s.step, 0.0)) for s in record.steps]
        overall = _weighted([s for s in steps if s.score is not None], lambda s: s.score)
        if overall is not None and overall >= HIRE:
            return level
    return Level.MID


def _dimensions(record: InterviewRecord, case: Case, level: Level) -> dict[Dimension, float | None]:
    reached = {step.step for step in record.steps if step.reached}
    judged = {a.item: a for step in record.steps for a in step.assessments}
    scores: dict[Dimension, float | None] = {}
    for dimension in Dimension:
        items = [
            item for step, item in case.items() if item.dimension is dimension and step in reached
        ]
        credits = sum_credits(items, judged, level)
        scores[dimension] = round(interpolate(credits.share), 2) if credits.enough else None
    scores[Dimension.COMMUNICATION] = _communication(record.observations)
    return scores


def _communication(observations: Sequence[Observation]) -> float | None:
    """1-5 from the share of observables seen; never from grammar, accent or length."""
    if not observations:
        return None
    return round(1 + 4 * sum(o.seen for o in observations) / len(observations), 2)
