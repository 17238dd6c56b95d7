"""A score as one figure with its width in words, and how to read it.

A language model's scores are figures. The embedded brain's are too coarse for one, so they stay a
word and a range of halves.
"""

from __future__ import annotations

from collections.abc import Callable

from interviewer.brains.factory import EMBEDDED
from interviewer.reports.plots.radar import MISSING
from interviewer.reports.wording import (
    bare_score,
    figure,
    graded,
    in_words,
    level_read,
    reading,
    status_line,
    step_grade,
    unaided_grade,
)
from interviewer.results.clock import clock
from interviewer.results.result import Result
from interviewer.scoring import StepResult, StepStatus

MODEL_SCALE = (
    "The scale goes from 1 to 5 for the level: 3 is adequate, 4 is good. A program judged, so the "
    "range counts more than the decimal."
)
COARSE_SCALE = (
    "The scale goes from 1 to 5 for the level. The embedded brain judges coarsely, so take the "
    "range as it stands."
)


def has_figures(result: Result) -> bool:
    """Whether its scores are read as figures."""
    return not result.brain.startswith(EMBEDDED)


def overall_figure(result: Result, missing: str = "no overall score") -> str:
    """The overall score and where it most likely lies: `3.4 of 5, most likely between ...`.

    Args:
        result: of an interview.
        missing: stands where there is no score.
    """
    if result.overall is None:
        return missing
    if not has_figures(result) or result.band is None:
        return graded(result.overall, result.band)
    return figure(result.overall, result.band)


def step_figure(step: StepResult, result: Result) -> str:
    """A step's score, or why it has none."""
    if step.status is StepStatus.SCORED and step.score is not None and has_figures(result):
        return f"{step.score:.1f}"
    return step_grade(step)


def step_range(step: StepResult, result: Result) -> str:
    """A step's score with its width, `3.4 (2.8 to 4.0)`, or why it has none."""
    if step.status is not StepStatus.SCORED or not has_figures(result) or step.band is None:
        return step_grade(step)
    return f"{bare_score(step.score)} ({step.band.low:.1f} to {step.band.high:.1f})"


def step_line(step: StepResult, result: Result) -> str:
    """How a step's score came about, with its width, in one line."""
    if step.status is not StepStatus.SCORED or not has_figures(result) or step.band is None:
        return status_line(step)
    return (
        f"With help: {step_range(step, result)}. Unaided: {bare_score(step.unaided)}. "
        f"Time: {clock(step.seconds)}."
    )


def unaided_figure(result: Result) -> str:
    """The score that nothing counts towards that needed help."""
    if has_figures(result):
        return bare_score(result.unaided)
    return unaided_grade(result.unaided, result.band, result.overall)


def helped_and_unaided(result: Result) -> str:
    """The overall score with help and without, in one line."""
    helped = graded(result.overall, result.band)
    if has_figures(result):
        helped = bare_score(result.overall)
    return f"With help: {helped}. Unaided: {unaided_figure(result)}."


def call_line(result: Result) -> str:
    """The call, at which level, and as what the answers read where that is another one."""
    if result.recommendation is None:
        return "No recommendation"
    target = result.settings.level.value
    call = f"{in_words(result.recommendation).capitalize()} at {target}"
    return call if level_read(result) in ("", target) else f"{call}, {reading(result)}"


def how_to_read(result: Result) -> str:
    """What the scale means and how far its figure can be trusted, in short."""
    return MODEL_SCALE if has_figures(result) else COARSE_SCALE


def dimension_grade(result: Result) -> Callable[[float | None], str]:
    """How the score of a dimension is read."""
    if has_figures(result):
        return lambda score: MISSING if score is None else bare_score(score)
    return lambda score: graded(score, missing=MISSING)
