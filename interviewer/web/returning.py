"""Reasons to come back, as HTML: case of the day, drills that are due, the trend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

from interviewer.core.case import Case
from interviewer.core.settings import STEPS
from interviewer.practice import DayCase, Drill, Trend
from interviewer.results.clock import written_date
from interviewer.web.text import plain

SHOWN = 4  # drills before the rest folds away
DOTS = 30  # of a trend at most, the newest; more cannot be told apart in its width
MOST = 8  # drills on offer when nothing is due
HIGH, WIDE, EDGE = 120.0, 460.0, 26.0  # of the trend's drawing


def today(
    day: DayCase | None, drills: Sequence[Drill], cases: Mapping[str, Case], now: float
) -> str:
    """What to do today; nothing when there is nothing.

    Args:
        day: the case of the day.
        drills: the practice plan, soonest first.
        cases: installed cases by id.
        now: seconds since the epoch.
    """
    due = [drill for drill in drills if drill.due_at <= now]
    parts = [_day(day)] if day is not None else []
    parts.append(_due(due, drills, cases, now))
    return f'<section class="today" aria-label="Today">{"".join(parts)}</section>'


def _day(day: DayCase) -> str:
    what = plain(day.title)
    if day.variant_title is not None:
        what += f": {plain(day.variant_title)}"
    variant = f' data-variant="{plain(day.variant)}"' if day.variant else ""
    return (
        f'<div class="of-day"><p class="eyebrow">Case of the day</p><p class="name">{what}</p>'
        f'<button type="button" class="quiet" data-act="start" data-case="{plain(day.case_id)}"'
        f'{variant}>Start<span class="sr"> the case of the day: {what}</span></button></div>'
    )


def _due(
    due: Sequence[Drill], planned: Sequence[Drill], cases: Mapping[str, Case], now: float
) -> str:
    if not planned:
        return ""
    if not due:
        days = max(1, round((planned[0].due_at - now) / 86_400))
        when = "tomorrow" if days == 1 else f"in {days} days"
        return (
            '<div class="due"><p class="eyebrow">Drills</p><p class="name">Nothing is due. The '
            f"next one comes {when}: {plain(_name(planned[0].concept))}.</p>"
            f"{_now(planned, cases)}</div>"
        )
    rows = [_drill(drill, cases) for drill in due]
    folded = "".join(rows[SHOWN:])
    rest = f"<details><summary>{len(due) - SHOWN} more</summary><ul>{folded}</ul></details>"
    return (
        '<div class="due"><p class="eyebrow">Missed before, due again: ten minutes each</p>'
        f"<ul>{''.join(rows[:SHOWN])}</ul>{rest if folded else ''}</div>"
    )


def _now(planned: Sequence[Drill], cases: Mapping[str, Case]) -> str:
    """What can be drilled although nothing is due: what was missed before, or a whole step."""
    case = cases[planned[0].case_id]
    steps = "".join(
        f'<button type="button" class="quiet" data-act="start" data-case="{plain(case.id)}" '
        f'data-step="{step.value}">{step.value.capitalize()}</button>'
        for step in STEPS
    )
    rows = "".join(_drill(drill, cases) for drill in planned[:MOST])
    return (
        f"<details><summary>Drill something now</summary><ul>{rows}</ul>"
        f'<p class="eyebrow">Or a whole step of {plain(case.title)}</p>'
        f'<p class="whole-steps">{steps}</p></details>'
    )


def _drill(drill: Drill, cases: Mapping[str, Case]) -> str:
    where = cases[drill.case_id].title
    return (
        f'<li><span><strong>{plain(_name(drill.concept))}</strong> <span class="on">on '
        f'{plain(where)}</span></span><button type="button" class="quiet" data-act="drill" '
        f'data-case="{plain(drill.case_id)}" data-concept="{plain(drill.concept)}">Drill'
        f'<span class="sr"> {plain(_name(drill.concept))}</span></button></li>'
    )


def _name(concept: str) -> str:
    return concept.replace("_", " ")


def trend(trends: Iterable[Trend], zone: tzinfo | None = None) -> str:
    """How the scores of comparable interviews went; nothing under two of them."""
    drawn = [_trend(one, zone) for one in trends if len(one.points) > 1]
    if not drawn:
        return ""
    return f'<section class="trend"><h2>Trend</h2>{"".join(drawn)}</section>'


def _trend(one: Trend, zone: tzinfo | None) -> str:
    newest = one.model_copy(update={"points": one.points[-DOTS:]})
    last = "Last " if len(one.points) > DOTS else ""
    count = f"{last}{len(newest.points)} interviews"
    label = f"{count} at {one.level.value} level, judged by {one.brain}"
    return (
        f"<figure>{_chart(newest, label, zone)}<figcaption>{plain(label)}. {_words(newest)}"
        "</figcaption></figure>"
    )


def _words(one: Trend) -> str:
    change = one.change
    if change is None:
        return "Four interviews are needed to speak of a direction."
    if abs(change) < 0.25:
        return "The newer half is where the older half was."
    return f"The newer half lies {'higher' if change > 0 else 'lower'} than the older half."


def _chart(one: Trend, label: str, zone: tzinfo | None) -> str:
    step = (WIDE - 2 * EDGE) / (len(one.points) - 1)
    places = [(EDGE + at * step, _height(p.overall)) for at, p in enumerate(one.points)]
    lines = "".join(
        f'<line x1="{EDGE}" x2="{WIDE - EDGE}" y1="{_height(score):.1f}" y2="{_height(score):.1f}" '
        f'stroke="currentColor" stroke-opacity=".18"/><text x="4" y="{_height(score) + 4:.1f}" '
        f'font-size="11" fill="currentColor">{score}</text>'
        for score in range(1, 6)
    )
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="currentColor"><title>'
        f"{written_date(point.at, '%d %b %Y', zone)}: about {point.overall:.0f} of 5"
        "</title></circle>"
        for (x, y), point in zip(places, one.points, strict=True)
    )
    return (
        f'<svg role="img" aria-label="{plain(label)}" viewBox="0 0 {WIDE:.0f} {HIGH:.0f}" '
        f'width="{WIDE:.0f}">{lines}<polyline points="{path}" fill="none" stroke="currentColor" '
        f'stroke-width="2"/>{dots}</svg>'
    )


def _height(score: float) -> float:
    return HIGH - 14 - (score - 1) / 4 * (HIGH - 28)
