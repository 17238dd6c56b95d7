"""What each page shows, by the names of its parts; the layout itself is in `page.py`."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from interviewer.cases.library import Library
from interviewer.practice import case_of_the_day
from interviewer.results.view import InterviewView, Keeping
from interviewer.web import chat, choices, returning
from interviewer.web import start as start_parts
from interviewer.web.brain_choice import Offer
from interviewer.web.browser_memory import Memory
from interviewer.web.scorecard import Card, scorecard
from interviewer.web.streaming import paced

if TYPE_CHECKING:
    from interviewer.service.archive import Practice
    from interviewer.service.interviews import Interviews

Parts = dict[str, Any]
"""New value, or `Change`, of every part of the page that changes."""

# Gradio builds every output of a handler anew at every update, also those that do not change;
# so the handler that streams has these and no more.
TALK = ("memory", "notice", "header", "chat", "live", "notebook", "box", "drawing")
FRESH = Memory()


class Change(dict[str, Any]):
    """New properties of a part other than its value alone: `visible`, `choices`, `value`."""


def _only(page: str) -> Parts:
    return {
        "notice": "",
        **{each: Change(visible=each == page) for each in ("start", "room", "report")},
    }


def start(
    library: Library,
    listed: start_parts.Listed,
    practice: Practice,
    keeping: Keeping,
    memory: Memory,
    now: float,
    offer: Offer,
) -> Parts:
    """The start page, its form as it was left last time.

    Args:
        library: what is installed.
        listed: the first page of the list of interviews.
        practice: reasons to come back.
        keeping: where they are kept.
        memory: what the browser kept.
        now: seconds since the epoch.
        offer: which brains can be chosen.
    """
    day = case_of_the_day(library.cases.values(), datetime.fromtimestamp(now).astimezone().date())
    form = choices.remembered(memory.settings, library, offer)
    fields = {name: Change(value=value) for name, value in form.items()}
    fields["framework"]["choices"] = choices.frameworks(library)
    fields["variant"]["choices"] = choices.variants(library)
    fields["brain"].update(choices=offer.pairs, visible=bool(offer.pairs))
    return {
        **_only("start"),
        **fields,
        "look": Change(visible=offer.looks),
        "notice": chat.alert(offer.problem),
        "memory": Memory(None, memory.seen, form).kept(),
        "going": start_parts.going_on(listed.entries),
        "cases": start_parts.cases(library.cases.values())
        + returning.today(day, practice.drills, library.cases, now),
        "chosen": choices.sentence(form, library, offer),
        "past": past(listed, practice, keeping),
    }


def past(listed: start_parts.Listed, practice: Practice, keeping: Keeping) -> str:
    """A page of the list of interviews; above the first one, the trend."""
    trend = "" if listed.offset else returning.trend(practice.trends)
    return trend + start_parts.past(listed, start_parts.kept(keeping))


def talk(library: Library, view: InterviewView, memory: Memory, now: float) -> Parts:
    """What an exchange changes on the interview page; some of `TALK`, and nothing else.

    Args:
        library: for the titles of the phases.
        view: the interview as it stands.
        memory: what the browser kept so far.
        now: seconds since the epoch.
    """
    return {
        "memory": memory.on(view).kept(),
        "header": chat.header(view, now),
        "chat": chat.chat(view, library.frameworks.get(view.settings.framework)),
        "live": chat.unanswered() if view.unanswered else "",
        "notebook": chat.notebook(view.notebook, view.before, view.design),
        "drawing": chat.drawing(chat.sketch_of(view.notebook, view.before)),
    }


def interview(library: Library, view: InterviewView, memory: Memory, now: float) -> Parts:
    """The whole interview page; the arguments are those of `talk`."""
    return {**_only("room"), **talk(library, view, memory, now)}


def report(card: Card, memory: Memory) -> Parts:
    """The scorecard page of an interview that has ended."""
    view = card.view
    return {
        **_only("report"),
        "memory": memory.on(view).kept(),
        "card": scorecard(card),
        "live": "",
    }


async def report_of(
    interviews: Interviews, view: InterviewView, memory: Memory, link: str = ""
) -> Parts:
    """The scorecard page of an interview.

    Args:
        interviews: that it is one of.
        view: the interview; it has ended.
        memory: what the browser kept so far.
        link: address of the link that was just made.
    """
    result = await interviews.result(view.interview_id)
    before = await interviews.before(view.interview_id)
    case = interviews.library.cases.get(view.case_id)
    return report(Card(view, result, case, interviews.note, before, link), memory)


async def stored(interviews: Interviews, known: str, memory: Memory) -> AsyncIterator[Parts]:
    """An interview as it is stored; a missing reply is asked for once more.

    Args:
        interviews: that it is one of.
        known: its id.
        memory: what the browser kept so far.
    """
    view = await interviews.view(known)
    if view.scorecard is not None:
        yield await report_of(interviews, view, memory)
        return
    yield interview(interviews.library, view, memory, time.time())
    if view.unanswered:
        async for said in paced(interviews.resume(known)):
            yield {"live": chat.exchange(None, said)}
        view = await interviews.view(known)
        yield interview(interviews.library, view, memory, time.time())
