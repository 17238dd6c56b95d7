"""What each page shows, by the names of its parts; the layout itself is in `app.py`."""

from __future__ import annotations

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

if TYPE_CHECKING:
    from interviewer.service.archive import Practice

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
        "notebook": chat.notebook(view.notebook, view.before),
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
