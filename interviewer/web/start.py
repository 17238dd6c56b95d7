"""The start page as HTML: cases to choose from and interviews to continue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from interviewer.core.case import Case, Framework
from interviewer.core.settings import InterviewSettings
from interviewer.reports.wording import band_word, drill_title
from interviewer.results.clock import written_date
from interviewer.results.view import InterviewSummary, Keeping
from interviewer.web.templates import part

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews

SHOWN = 6  # interviews on the first page of the list, which stands under the cases
PAGE = 24  # on every other one
RECOMMENDATIONS: Mapping[str, str] = {
    "strong_no_hire": "Strong no hire",
    "no_hire": "No hire",
    "lean_no_hire": "Lean no hire",
    "lean_hire": "Lean hire",
    "hire": "Hire",
    "strong_hire": "Strong hire",
}


def top_bar(*, alone: bool = True) -> Markup:
    """The product's name, which leads back to the start page, and the way to the study pages.

    Args:
        alone: the page is for the person at this machine, not for others who log in.
    """
    return part("start.top_bar", alone)


def opening() -> Markup:
    """What stands in place of the cases until they are read."""
    return part("start.opening")


def hero() -> Markup:
    """What this is, in a heading and a sentence."""
    return part("start.hero")


def cases(all_cases: Iterable[Case]) -> Markup:
    """A card for each case, with the button that starts it."""
    return part("start.cases", all_cases)


class Row(NamedTuple):
    """An interview as a list shows it."""

    interview_id: str
    title: str
    began: str
    kind: str
    """Its level, or which drill it is."""
    state: str
    leads: str
    """Where its button leads."""


def _row(entry: InterviewSummary, zone: tzinfo | None) -> Row:
    return Row(
        entry.interview_id,
        entry.case_title,
        written_date(entry.created_at, "%d %b %Y, %H:%M", zone),
        drill_title(entry.settings) or entry.settings.level.value,
        _state(entry),
        "Continue" if entry.end_reason is None else "Scorecard",
    )


def _state(entry: InterviewSummary) -> str:
    if entry.end_reason is None:
        return f"in progress, {entry.turns} turn{'' if entry.turns == 1 else 's'}"
    if entry.overall is None:
        return "ended, no overall score"
    verdict = RECOMMENDATIONS.get(entry.recommendation or "", "")
    return band_word(entry.overall) + (f" \u00b7 {verdict}" if verdict else "")


def going_on(summaries: Iterable[InterviewSummary], zone: tzinfo | None = None) -> str:
    """The way back into the interview that was begun last and runs; nothing when none does.

    Args:
        summaries: in any order.
        zone: the zone to write dates in; the machine's own when None.
    """
    running = [entry for entry in summaries if entry.end_reason is None]
    if not running:
        return ""
    return part("start.going_on", _row(max(running, key=lambda entry: entry.created_at), zone))


def chosen(settings: InterviewSettings, framework: Framework | None, brain: str) -> Markup:
    """One sentence that says what a click on start begins.

    Args:
        settings: what the form stands for.
        framework: the one of the settings; None when it is not installed.
        brain: what to call the brain in a sentence.
    """
    if settings.drill is not None:
        length = f"A drill of the {settings.drill.value} step"
    else:
        title = framework.title.lower() if framework else settings.framework
        length = f"{settings.minutes} minutes in {title}"
    return part("start.chosen", length, settings, brain)


class Listed(NamedTuple):
    """A page of the list of interviews."""

    entries: Sequence[InterviewSummary]
    """Newest first."""
    total: int
    """Of the whole list."""
    offset: int = 0
    """How many newer ones stand on the pages before."""


async def listed(interviews: Interviews, offset: int = 0) -> Listed:
    """The page of the list that begins after so many; the first few when there is none."""
    total = await interviews.count()
    start = offset if 0 < offset < total else 0
    entries = await interviews.summaries(PAGE if start else SHOWN, start)
    return Listed(entries, total, start)


def past(page: Listed, kept: str = "", zone: tzinfo | None = None) -> Markup:
    """Interviews so far, newest first, with the ways to those before and after.

    Args:
        page: what to show; no list is shown when there are no interviews.
        kept: what is kept and where.
        zone: the zone to write dates in; the machine's own when None.
    """
    rows = [_row(entry, zone) for entry in page.entries]
    return part("start.past", rows, _turning(page), page.total, kept)


class Turning(NamedTuple):
    """The ways to other pages of the list."""

    newer: int | None
    """How many interviews stand before that page; None where there is no such page."""
    earlier: int | None
    shown: str


def _turning(page: Listed) -> Turning | None:
    """The ways to other pages; None when there is one page."""
    end = page.offset + (PAGE if page.offset else SHOWN)
    if not page.offset and end >= page.total:
        return None
    before = page.offset - PAGE if page.offset > PAGE else 0
    shown = f"{page.offset + 1}\u2013{min(end, page.total)} of {page.total:,}"
    return Turning(before if page.offset else None, end if end < page.total else None, shown)


def kept(keeping: Keeping) -> str:
    """One sentence that says what is kept, where, for how long, and who sees it.

    Args:
        keeping: as the interviews say it.
    """
    until = "until you delete it"
    if keeping.days is not None:
        until += f", or nothing was said in it for {keeping.days:g} days"
    if keeping.alone:
        return f"Everything you write is kept in {keeping.place} on this machine {until}."
    return (
        f"Everything you write is kept on this server {until}. Only this browser is shown it; "
        "whoever runs the server can read its files."
    )
