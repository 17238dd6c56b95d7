"""From the scores of the steps to one score, a recommendation and a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interviewer.core.case import Case
from interviewer.core.settings import InterviewSettings, Level, StepId, step_minutes
from interviewer.scoring.step import step_value
from interviewer.scoring.values import InterviewRecord, Recommendation

CALLS: tuple[tuple[float, Recommendation], ...] = (
    (1.75, "strong_no_hire"),
    (2.5, "no_hire"),
    (3.0, "lean_no_hire"),
    (3.5, "lean_hire"),
    (4.25, "hire"),
)
"""Overall score below which each recommendation holds."""
BEST: Recommendation = "strong_hire"

Weighed = tuple[float, float]
"""Weight and score of one step."""


def step_weights(settings: InterviewSettings) -> dict[StepId, float]:
    """Share of the overall score that each step has, 0-1."""
    minutes = step_minutes(settings)
    total = sum(minutes.values())
    return {step: value / total for step, value in minutes.items()}


def mean_score(steps: Sequence[Weighed]) -> float | None:
    """The weighted mean in hundredths; None when nothing weighs anything."""
    weight = sum(weight for weight, _ in steps)
    if not weight:
        return None
    return round(sum(weight * score for weight, score in steps) / weight, 2)


def step_values(
    record: InterviewRecord, case: Case, level: Level, weights: Mapping[StepId, float]
) -> dict[StepId, Weighed]:
    """Weight and score of each step that has a score."""
    values: dict[StepId, Weighed] = {}
    for step in record.steps:
        score = step_value(step, case, level)
        if score is not None:
            values[step.step] = (weights.get(step.step, 0.0), score)
    return values


def recommend(overall: float) -> Recommendation:
    """What an overall score recommends."""
    for limit, call in CALLS:
        if overall < limit:
            return call
    return BEST


def next_call(call: Recommendation) -> tuple[float, Recommendation] | None:
    """The next better recommendation and the score it takes; None for the best one."""
    better = [later for _, later in CALLS[1:]] + [BEST]
    for (limit, this), after in zip(CALLS, better, strict=True):
        if this == call:
            return limit, after
    return None
