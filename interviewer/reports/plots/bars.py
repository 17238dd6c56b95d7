"""Bars over the steps, each with the band in which its score lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from interviewer.reports.plots.svg import ACCENT, element, label, line, picture
from interviewer.reports.wording import step_grade
from interviewer.scoring import StepResult

TITLE = "Score of each step"
WIDTH, ROW, TOP = 720, 34, 30
LEFT, RIGHT = 120, 460  # where 1 and 5 stand
BAR = 16


Grade = Callable[[StepResult], str]


def bar_lines(steps: Sequence[StepResult], grade: Grade = step_grade) -> tuple[str, ...]:
    """The plot in words, a line a step.

    Args:
        steps: of an interview.
        grade: how a score is read.
    """
    return tuple(f"{step.step.value.capitalize()}: {grade(step)}." for step in steps)


def step_bars(steps: Sequence[StepResult], grade: Grade = step_grade) -> str:
    """Scores 1-5 as bars with their bands; a step without a score says why.

    Args:
        steps: of an interview.
        grade: how a score is read.
    """
    height = TOP + ROW * len(steps) + 8
    rows = (_row(step, grade(step), TOP + ROW * at) for at, step in enumerate(steps))
    lines = bar_lines(steps, grade)
    return picture("step-bars", TITLE, lines, WIDTH, height, *_scale(height), *rows)


def _scale(height: int) -> list[str]:
    marks = [line(_x(score), TOP - 8, _x(score), height - 6) for score in range(1, 6)]
    return [
        *marks,
        *(label(str(s), _x(s), TOP - 13, anchor="middle", size=12) for s in range(1, 6)),
    ]


def _row(step: StepResult, grade: str, top: int) -> str:
    middle = top + ROW / 2
    parts = [label(step.step.value, LEFT - 12, middle + 4, anchor="end")]
    if step.score is not None:
        parts.append(_box(1, step.score, middle, BAR, 0.45))
        parts.append(_mark(step.score, middle))
    if step.band is not None:
        parts.append(_box(step.band.low, step.band.high, middle, 6, 0.9))
    parts.append(label(grade, RIGHT + 16, middle + 4))
    return element("g", *parts)


def _box(low: float, high: float, middle: float, height: int, opacity: float) -> str:
    return element(
        "rect",
        x=_x(low),
        y=middle - height / 2,
        width=max(2.0, _x(high) - _x(low)),
        height=height,
        rx=2,
        fill=ACCENT,
        fill_opacity=opacity,
    )


def _mark(score: float, middle: float) -> str:
    return element(
        "rect", x=_x(score) - 1.5, y=middle - 11, width=3, height=22, fill="currentColor"
    )


def _x(score: float) -> float:
    return LEFT + (RIGHT - LEFT) * (score - 1) / 4
