"""What the buttons of a scorecard do."""

from __future__ import annotations

import time
from collections.abc import Iterable

import gradio as gr

from interviewer.core.errors import RejudgementRefused
from interviewer.core.transcript import Turn
from interviewer.service.rejudging import expect_short
from interviewer.text.sentences import find_quote
from interviewer.web import pages
from interviewer.web.browser_memory import Memory
from interviewer.web.clicks import Click
from interviewer.web.doors.visitors import Opened, own, scope_of
from interviewer.web.pages import Parts
from interviewer.web.start_events import DELETING, StartEvents


class CardEvents:
    """The events of a scorecard.

    Args:
        opening: waits until the interviews are open and returns them.
        start: of the start page, where a deletion leads.
    """

    def __init__(self, opening: Opened, start: StartEvents) -> None:
        self._opening = opening
        self._start = start

    async def press(self, request: gr.Request, event: gr.EventData, kept: object) -> Parts:
        """What the button that was clicked stands for."""
        click, memory = Click.read(event._data), Memory.read(kept)
        interviews, known = await own(self._opening, scope_of(request)), memory.open
        if click.act in DELETING:
            return await self._start.delete(request, click, memory)
        if click.act == "again":
            view = await interviews.answer_again(known, click.step_id)
            return pages.interview(interviews.library, view, memory, time.time())
        link = ""
        if click.act in ("rejudge", "dispute"):
            judge = interviews.rejudge if click.act == "rejudge" else interviews.dispute
            turns = (await interviews.view(known)).turns
            await judge(known, click.item, turn_of(click.quote, turns), click.quote)
        elif click.act == "link":
            link = f"{request.base_url}shared/{await interviews.make_link(known)}"
        elif click.act == "unlink":
            await interviews.revoke_link(known)
        return await pages.report_of(interviews, await interviews.view(known), memory, link)


def turn_of(quote: str, turns: Iterable[Turn]) -> int:
    """The newest candidate turn that holds these words.

    Raises:
        RejudgementRefused: none does, or there are too many.
    """
    expect_short(quote)
    words = " ".join(quote.split())
    for turn in sorted(turns, key=lambda turn: -turn.number):
        found = find_quote(words, " ".join(turn.whole.split())) if words else None
        if turn.role == "candidate" and found is not None and len(found) >= len(words) - 1:
            return turn.number
    raise RejudgementRefused(
        "These words are in none of your turns.", "Select them in the transcript."
    )
