"""The start page as HTML: cases to choose from and interviews to continue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple

from interviewer.core.case import Case, Framework
from interviewer.core.settings import InterviewSettings
from interviewer.reports.wording import band_word, drill_title
from interviewer.results.clock import written_date
from interviewer.results.view import InterviewSummary
from interviewer.web import deletion
from interviewer.web.text import plain

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


def top_bar(*, alone: bool = True) -> str:
    """The product's name, which leads back to the start page, and the way to the study pages.

    Args:
        alone: the page is for the person at this machine, not for others who log in.
    """
    seen = "Stored on this machine" if alone else "Seen in this browser only"
    leave = "" if alone else '<a class="link" href="logout">Log out</a>'
    return (
        '<div class="bar"><button type="button" data-act="visit" data-interview="" hidden></button>'
        '<button type="button" class="brand" data-act="home" '
        'aria-label="Interviewer, to the start page">'
        '<span class="mark" aria-hidden="true"></span>Interviewer</button>'
        f'<nav aria-label="Main"><a class="link" href="study">Study</a>{leave}</nav>'
        f'<span class="local">{seen}</span></div>'
    )


def opening() -> str:
    """What stands in place of the cases until they are read."""
    return (
        '<p class="preparing" role="status">Preparing the cases\u2026</p>'
        '<div class="cards"><div class="card skeleton" aria-hidden="true"></div></div>'
    )


def hero() -> str:
    """What this is, in a heading and a sentence."""
    return (
        '<div class="hero"><h1>Practise an ML system design interview</h1>'
        "<p>An open problem, a clock, and an interviewer who probes what is missing. Afterwards a "
        "scorecard in which every judgement quotes your own words.</p></div>"
    )


def cases(all_cases: Iterable[Case]) -> str:
    """A card for each case, with the button that starts it."""
    cards = "".join(_card(case) for case in all_cases)
    return f'<div class="cards">{cards}</div>'


def going_on(summaries: Iterable[InterviewSummary], zone: tzinfo | None = None) -> str:
    """The way back into the interview that was begun last and runs; nothing when none does.

    Args:
        summaries: in any order.
        zone: the zone to write dates in; the machine's own when None.
    """
    running = [entry for entry in summaries if entry.end_reason is None]
    if not running:
        return ""
    last = max(running, key=lambda entry: entry.created_at)
    began = written_date(last.created_at, "%d %b %Y, %H:%M", zone)
    title = plain(last.case_title)
    return (
        '<section class="going-on" aria-label="Interview in progress"><p class="what">'
        f"<strong>{title}</strong><span>{_state(last).capitalize()} \u00b7 {began}</span></p>"
        f'<button type="button" class="primary" data-act="open" '
        f'data-interview="{plain(last.interview_id)}">Continue<span class="sr">: {title}</span>'
        "</button></section>"
    )


def _card(case: Case) -> str:
    tags = "".join(f"<span>{plain(tag.replace('_', ' '))}</span>" for tag in case.tags[:5])
    title = plain(case.title)
    return (
        f'<article class="card" data-difficulty="{case.difficulty}">'
        f'<p class="eyebrow">{case.difficulty} case</p><h2>{title}</h2>'
        f'<p class="summary" title="{plain(case.summary)}">{plain(case.summary)}</p>'
        f'<p class="chips">{tags}</p>'
        f'<button type="button" class="primary" data-act="start" data-case="{plain(case.id)}">'
        f'Start interview<span class="sr">: {title}</span></button></article>'
    )


def chosen(settings: InterviewSettings, framework: Framework | None, brain: str) -> str:
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
    manner = f"{settings.persona.value} interviewer, {settings.focus.value} focus"
    return (
        f'<p class="chosen">{plain(length)} at <strong>{settings.level.value}</strong> level, '
        f"{settings.mode.value} mode, {manner}, with {plain(brain)}.</p>"
    )


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


def past(page: Listed, kept: str = "", zone: tzinfo | None = None) -> str:
    """Interviews so far, newest first, with the ways to those before and after.

    Args:
        page: what to show; no list is shown when there are no interviews.
        kept: what is kept and where.
        zone: the zone to write dates in; the machine's own when None.
    """
    if not page.total:
        return deletion.everything(0, kept)
    rows = "".join(_row(entry, zone) for entry in page.entries)
    return (
        '<section class="past" aria-label="Your interviews"><h2>Your interviews</h2>'
        f"<ul>{rows}</ul>{_turning(page)}{deletion.everything(page.total, kept)}</section>"
    )


def _turning(page: Listed) -> str:
    """The buttons that turn the pages of the list; nothing when there is one page."""
    end = page.offset + (PAGE if page.offset else SHOWN)
    before = page.offset - PAGE if page.offset > PAGE else 0
    newer = _turn("Newer", before) if page.offset else ""
    earlier = _turn("Earlier", end) if end < page.total else ""
    if not newer and not earlier:
        return ""
    shown = f"{page.offset + 1}\u2013{min(end, page.total)} of {page.total:,}"
    return f'<p class="turning">{newer}{earlier}<span class="state">{shown}</span></p>'


def _turn(label: str, offset: int) -> str:
    return (
        f'<button type="button" class="quiet" data-act="page" data-offset="{offset}">{label}'
        '<span class="sr"> interviews</span></button> '
    )


def _row(entry: InterviewSummary, zone: tzinfo | None) -> str:
    began = written_date(entry.created_at, "%d %b %Y, %H:%M", zone)
    kind = drill_title(entry.settings) or entry.settings.level.value
    words = "Continue" if entry.end_reason is None else "Scorecard"
    label = plain(f"{words}: {entry.case_title}, {began}")
    return (
        f'<li><span class="what"><strong>{plain(entry.case_title)}</strong>'
        f"<span>{began} \u00b7 {plain(kind)}</span></span>"
        f'<span class="state">{_state(entry)}</span>'
        f'<button type="button" class="quiet" data-act="open" aria-label="{label}" '
        f'data-interview="{plain(entry.interview_id)}">{words}</button>'
        f"{deletion.one(entry.interview_id, f'{entry.case_title}, {began}')}</li>"
    )


def _state(entry: InterviewSummary) -> str:
    if entry.end_reason is None:
        return f"in progress, {entry.turns} turn{'' if entry.turns == 1 else 's'}"
    if entry.overall is None:
        return "ended, no overall score"
    verdict = RECOMMENDATIONS.get(entry.recommendation or "", "")
    return plain(band_word(entry.overall)) + (f" \u00b7 {verdict}" if verdict else "")
