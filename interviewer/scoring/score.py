"""The whole scorecard: overall score, dimensions, recommendation, what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from interviewer.core.assessment import Verdict
from interviewer.core.case import Case, Dimension
from interviewer.core.settings import InterviewSettings, Level
from interviewer.scoring.call import Scoring, find_movers
from interviewer.scoring.flags import each_belief
from interviewer.scoring.flip import find_flip
from interviewer.scoring.model import score_of
from interviewer.scoring.overall import mean_score, recommend, step_weights
from interviewer.scoring.practice import PRACTICE_POINTS, find_gaps
from interviewer.scoring.reads_as import read_level
from interviewer.scoring.step import ENOUGH, LOWEST, score_step, step_band, sum_credits
from interviewer.scoring.values import Band, InterviewRecord, Observation, Scorecard, StepResult

WeighedStep = tuple[float, StepResult]
"""Share of the overall score, 0-1, and the step."""


def score_interview(record: InterviewRecord, case: Case, settings: InterviewSettings) -> Scorecard:
    """The whole scorecard of an interview."""
    record = prepare(record)
    weights = step_weights(settings)
    steps = tuple(score_step(step, case, settings.level) for step in record.steps)
    scored = [(weights.get(step.step, 0.0), step) for step in steps if step.score is not None]
    overall = _weighted(scored, lambda step: step.score)
    weight = sum(weight for weight, _ in scored)
    recommended = overall is not None and weight >= ENOUGH and not settings.is_drill
    call = recommend(overall) if recommended and overall is not None else None
    scoring = Scoring(record, case, settings.level, weights)
    reading = read_level(scoring) if recommended else None
    gaps = find_gaps(scoring)
    return Scorecard(
        overall=overall,
        unaided=_weighted(scored, lambda step: step.unaided),
        band=_overall_band(record, scored, overall),
        recommendation=call,
        confidence=_confidence(scoring, weight),
        reads_as=reading.level if reading else None,
        steps=steps,
        dimensions=_dimensions(record, case, settings.level),
        observations=record.observations,
        practice=gaps[:PRACTICE_POINTS],
        gaps=gaps,
        movers=find_movers(scoring),
        flip=find_flip(scoring, call) if call else None,
        level_reading=reading,
        beyond=record.beyond,
        holes=record.holes,
    )


def prepare(record: InterviewRecord) -> InterviewRecord:
    """The record, each step with the ideas about it and the beliefs that stand in it, each once."""
    flags = each_belief(flag for step in record.steps for flag in step.red_flags)
    steps = tuple(
        step.model_copy(
            update={
                "beyond": tuple(idea for idea in record.beyond if idea.step is step.step),
                "red_flags": tuple(flag for flag in flags if flag.step is step.step),
            }
        )
        for step in record.steps
    )
    return record.model_copy(update={"steps": steps})


def _weighted(
    steps: Sequence[WeighedStep], value_of: Callable[[StepResult], float | None]
) -> float | None:
    return mean_score([(weight, value_of(step) or 0.0) for weight, step in steps])


def _overall_band(
    record: InterviewRecord, steps: Sequence[WeighedStep], overall: float | None
) -> Band | None:
    if overall is None:
        return None
    records = {step.step: step for step in record.steps}
    bands = [
        (weight, step_band(step.score or LOWEST, records[step.step], overall=True))
        for weight, step in steps
    ]
    low = mean_score([(weight, band.low) for weight, band in bands])
    high = mean_score([(weight, band.high) for weight, band in bands])
    return Band(low=low or overall, high=high or overall)


def _confidence(scoring: Scoring, weight: float) -> float:
    """The weight of the steps that have a score, times the certainty by weight of their items."""
    items = [pair for step in scoring.steps() for pair in scoring.items(step)]
    sure = sum(i.weight * a.confidence for i, a in items if a.verdict is not Verdict.UNASSESSED)
    return round(weight * sure / sum(i.weight for i, _ in items), 2) if items else 0.0


def _dimensions(record: InterviewRecord, case: Case, level: Level) -> dict[Dimension, float | None]:
    reached = {step.step for step in record.steps if step.reached}
    judged = {a.item: a for step in record.steps for a in step.assessments}
    graded = any(step.graded for step in record.steps)
    scores: dict[Dimension, float | None] = {}
    for dimension in Dimension:
        items = [
            item for step, item in case.items() if item.dimension is dimension and step in reached
        ]
        credits = sum_credits(items, judged)
        score = score_of(credits.share, level, graded=graded)
        scores[dimension] = round(score, 2) if credits.enough else None
    scores[Dimension.COMMUNICATION] = _communication(record.observations)
    return scores


def _communication(observations: Sequence[Observation]) -> float | None:
    """1-4 from the share of observables seen; never from grammar, accent or length.

    They show that somebody is easy to work with; excellence they cannot show.
    """
    if not observations:
        return None
    return round(1 + 3 * sum(o.seen for o in observations) / len(observations), 2)
