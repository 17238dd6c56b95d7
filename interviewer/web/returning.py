"""Reasons to come back, as HTML: case of the day, drills that are due, the trend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import NamedTuple

from markupsafe import Markup

from interviewer.core.case import Case
from interviewer.core.settings import STEPS
from interviewer.practice import DayCase, Drill, Trend
from interviewer.practice.trend import TrendPoint
from interviewer.results.clock import written_date
from interviewer.web.templates import part

SHOWN = 4  # drills before the rest folds away
DOTS = 30  # of a trend at most, the newest; more cannot be told apart in its width
MOST = 8  # drills on offer when nothing is due
HIGH, WIDE, EDGE = 120.0, 460.0, 26.0  # of the trend's drawing


class DrillRow(NamedTuple):
    """A drill with the button that starts it."""

    name: str
    where: str
    case_id: str
    concept: str


class Plan(NamedTuple):
    """What can be drilled."""

    due: Sequence[DrillRow]
    shown: int
    """How many of them stand there before the rest folds away."""
    when: str
    """When the next one comes, where none is due."""
    offered: Sequence[DrillRow]
    """What can be drilled although nothing is due: what was missed before."""
    case: Case
    """And each whole step of it."""
    steps: Sequence[str]


def today(
    day: DayCase | None, drills: Sequence[Drill], cases: Mapping[str, Case], now: float
) -> Markup:
    """What to do today; nothing when there is nothing.

    Args:
        day: the case of the day.
        drills: the practice plan, soonest first.
        cases: installed cases by id.
        now: seconds since the epoch.
    """
    return part("returning.today", day, _plan(drills, cases, now) if drills else None)


def _plan(drills: Sequence[Drill], cases: Mapping[str, Case], now: float) -> Plan:
    days = max(1, round((drills[0].due_at - now) / 86_400))
    return Plan(
        [_row(drill, cases) for drill in drills if drill.due_at <= now],
        SHOWN,
        "tomorrow" if days == 1 else f"in {days} days",
        [_row(drill, cases) for drill in drills[:MOST]],
        cases[drills[0].case_id],
        [step.value for step in STEPS],
    )


def _row(drill: Drill, cases: Mapping[str, Case]) -> DrillRow:
    name, where = drill.concept.replace("_", " "), cases[drill.case_id].title
    return DrillRow(name, where, drill.case_id, drill.concept)


class Chart(NamedTuple):
    """A trend as it is drawn."""

    label: str
    words: str
    scores: Sequence[tuple[int, float]]
    """The scores with the heights of their lines."""
    path: str
    dots: Sequence[tuple[float, float, str]]
    """Where they are and what they say."""
    wide: int = round(WIDE)
    high: int = round(HIGH)
    left: float = EDGE
    right: float = WIDE - EDGE


def trend(trends: Iterable[Trend], zone: tzinfo | None = None) -> Markup:
    """How the scores of comparable interviews went; nothing under two of them."""
    return part("returning.trend", [_chart(one, zone) for one in trends if len(one.points) > 1])


def _chart(one: Trend, zone: tzinfo | None) -> Chart:
    newest = one.model_copy(update={"points": one.points[-DOTS:]})
    last = "Last " if len(one.points) > DOTS else ""
    count = f"{last}{len(newest.points)} interviews"
    step = (WIDE - 2 * EDGE) / (len(newest.points) - 1)
    dots = [
        (EDGE + at * step, _height(point.overall), _dot(point, zone))
        for at, point in enumerate(newest.points)
    ]
    return Chart(
        f"{count} at {one.level.value} level, judged by {one.brain}",
        _words(newest),
        [(score, _height(score)) for score in range(1, 6)],
        " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots),
        dots,
    )


def _dot(point: TrendPoint, zone: tzinfo | None) -> str:
    return f"{written_date(point.at, '%d %b %Y', zone)}: about {point.overall:.0f} of 5"


def _words(one: Trend) -> str:
    change = one.change
    if change is None:
        return "Four interviews are needed to speak of a direction."
    if abs(change) < 0.25:
        return "The newer half is where the older half was."
    return f"The newer half lies {'higher' if change > 0 else 'lower'} than the older half."


def _height(score: float) -> float:
    return HIGH - 14 - (score - 1) / 4 * (HIGH - 28)
