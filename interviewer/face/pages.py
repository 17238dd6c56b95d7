"""What each page shows, by the names of its parts; the layout itself is in `app.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from interviewer.case_files import Library
from interviewer.face import choices, room
from interviewer.face import start as start_parts
from interviewer.face.scorecard import NoteOf, scorecard
from interviewer.views import InterviewSummary, InterviewView

Memory = Mapping[str, Any]
"""What the browser keeps: `interview` (id), `seen` (last turn shown), `settings` (the form)."""
Parts = dict[str, Any]
"""New value, or `Change`, of every part of the page that changes."""

FRESH: Memory = {"interview": None, "seen": 0, "settings": choices.defaults()}


class Change(dict[str, Any]):
    """New properties of a part other than its value alone: `visible`, `choices`, `value`."""


def _only(page: str) -> Parts:
    return {
        "notice": "",
        **{each: Change(visible=each == page) for each in ("start", "room", "report")},
    }


def start(library: Library, summaries: Iterable[InterviewSummary], memory: Memory) -> Parts:
    """The start page, its form as it was left last time."""
    form = choices.remembered(memory["settings"], library)
    fields = {name: Change(value=value) for name, value in form.items()}
    fields["framework"]["choices"] = choices.frameworks(library)
    fields["variant"]["choices"] = choices.variants(library)
    return {
        **_only("start"),
        **fields,
        "memory": {**memory, "interview": None, "settings": form},
        "cases": start_parts.cases(library.cases.values()),
        "chosen": choices.sentence(form, library),
        "past": start_parts.past(summaries),
    }


def interview(library: Library, view: InterviewView, memory: Memory, now: float) -> Parts:
    """The interview page.

    Args:
        library: for the titles of the phases.
        view: the interview as it stands.
        memory: what the browser kept so far.
        now: seconds since the epoch.
    """
    return {
        **_only("room"),
        "memory": {**memory, "interview": view.interview_id, "seen": view.last_turn},
        "header": room.header(view, now),
        "chat": room.chat(view, library.frameworks.get(view.settings.framework)),
        "live": room.unanswered() if view.unanswered else "",
        "notebook": room.notebook(view.notebook),
        "composer": Change(visible=not view.ended),
        "over": Change(visible=view.ended),
        "confirm": Change(visible=False),
    }


def report(library: Library, view: InterviewView, memory: Memory, note_of: NoteOf) -> Parts:
    """The scorecard page of an interview that has ended."""
    case = library.cases.get(view.case_id)
    card = "" if view.scorecard is None else scorecard(view, view.scorecard, case, note_of)
    return {
        **_only("report"),
        "memory": {**memory, "interview": view.interview_id, "seen": view.last_turn},
        "card": card,
        "live": "",
    }
