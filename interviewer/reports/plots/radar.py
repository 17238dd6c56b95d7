"""A radar over the dimensions; a dimension without a score is a gap, and said to be one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from interviewer.core.case import Dimension
from interviewer.reports.plots.svg import ACCENT, element, label, picture
from interviewer.reports.wording import band_word, graded

TITLE = "Score of each dimension"
WIDTH, HEIGHT = 720, 420
CENTRE = (WIDTH / 2, HEIGHT / 2 + 4)
RADIUS = 150
MISSING = "not enough evidence"

Point = tuple[float, float]


Grade = Callable[[float | None], str]


def _graded(score: float | None) -> str:
    return graded(score, missing=MISSING)


def radar_lines(
    scores: Mapping[Dimension, float | None], grade: Grade = _graded
) -> tuple[str, ...]:
    """The plot in words, a line a dimension.

    Args:
        scores: by dimension; None where there is no score.
        grade: how a score is read.
    """
    return tuple(f"{name.value.capitalize()}: {grade(score)}." for name, score in scores.items())


def dimension_radar(scores: Mapping[Dimension, float | None], grade: Grade = _graded) -> str:
    """Scores 1-5 on one axis a dimension, 1 in the centre; None where there is no score.

    Args:
        scores: by dimension; None where there is no score.
        grade: how a score is read.
    """
    values = list(scores.values())
    axes = [_axis(at, len(values), value is None) for at, value in enumerate(values)]
    names = [_name(d, s, at, len(values)) for at, (d, s) in enumerate(scores.items())]
    rings = [_ring(score, len(values)) for score in range(2, 6)]
    marks = [label(str(s), CENTRE[0] + 5, _point(s, 0, 1)[1] + 12, size=10) for s in range(1, 6)]
    lines = radar_lines(scores, grade)
    shape = [*_shape(values), *_dots(values)]
    return picture(
        "dimension-radar", TITLE, lines, WIDTH, HEIGHT, *rings, *axes, *shape, *marks, *names
    )


def _point(score: float, at: int, of: int) -> Point:
    angle = 2 * math.pi * at / of - math.pi / 2
    reach = RADIUS * (score - 1) / 4
    return CENTRE[0] + reach * math.cos(angle), CENTRE[1] + reach * math.sin(angle)


def _ring(score: int, of: int) -> str:
    corners = _joined([_point(score, at, of) for at in range(of)])
    return element(
        "polygon", points=corners, fill="none", stroke="currentColor", stroke_opacity=0.2
    )


def _axis(at: int, of: int, missing: bool) -> str:
    x, y = _point(5, at, of)
    return element(
        "line",
        x1=CENTRE[0],
        y1=CENTRE[1],
        x2=x,
        y2=y,
        stroke="currentColor",
        stroke_opacity=0.35,
        stroke_dasharray="2 5" if missing else None,
    )


def _shape(values: Sequence[float | None]) -> list[str]:
    """The area when it is complete, else the edges between neighbours that both have a score."""
    of = len(values)
    known = [_point(v, at, of) for at, v in enumerate(values) if v is not None]
    style: dict[str, str | int] = {"stroke": ACCENT, "stroke_width": 2}
    if len(known) == of:
        return [element("polygon", points=_joined(known), fill=ACCENT, fill_opacity=0.3, **style)]
    edges = []
    for at, value in enumerate(values):
        after = values[(at + 1) % of]
        if value is not None and after is not None:
            ends = [_point(value, at, of), _point(after, (at + 1) % of, of)]
            edges.append(element("polyline", points=_joined(ends), fill="none", **style))
    return edges


def _dots(values: Sequence[float | None]) -> list[str]:
    points = [_point(v, at, len(values)) for at, v in enumerate(values) if v is not None]
    return [element("circle", cx=x, cy=y, r=4, fill=ACCENT) for x, y in points]


def _name(dimension: Dimension, score: float | None, at: int, of: int) -> str:
    x, y = _point(5.5, at, of)
    side = x - CENTRE[0]
    anchor = "middle" if abs(side) < 1 else "start" if side > 0 else "end"
    below = MISSING if score is None else band_word(score)
    return label(dimension.value, x, y, anchor=anchor) + label(
        below, x, y + 15, anchor=anchor, size=12
    )


def _joined(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
