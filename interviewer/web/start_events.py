"""What the buttons and fields of the start page do, and the addresses that lead somewhere else."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

import gradio as gr

from interviewer.core.errors import InterviewerError
from interviewer.web import chat, choices, pages, start
from interviewer.web.brain_choice import NOTHING_LOCAL, Offer, offered_to
from interviewer.web.browser_memory import Memory, form_of, id_of
from interviewer.web.clicks import Click
from interviewer.web.doors.visitors import ALONE, Opened, own, owner_of, scope_of
from interviewer.web.pages import Parts
from interviewer.web.streaming import sentence

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews

DELETING = ("delete", "delete_all")


class StartEvents:
    """The events of the start page.

    Args:
        opening: waits until the interviews are open and returns them.
    """

    def __init__(self, opening: Opened) -> None:
        self._opening = opening

    def open_page(self, request: gr.Request, kept: object) -> AsyncIterator[Parts]:
        """The interview that the address names, else the start page."""
        known = id_of(request.query_params.get("interview"))
        return self._visit(request, known, Memory.read(kept))

    def visit(self, request: gr.Request, event: gr.EventData, kept: object) -> AsyncIterator[Parts]:
        """The start page, or where Back and Forward lead."""
        known = id_of(Click.read(event._data).interview)
        return self._visit(request, known, Memory.read(kept))

    async def _visit(
        self, request: gr.Request, known: str | None, memory: Memory
    ) -> AsyncIterator[Parts]:
        interviews = await own(self._opening, scope_of(request))
        first = await self._start(request, interviews, memory)
        try:
            if known is not None:
                async for parts in pages.stored(interviews, known, memory):
                    yield {**first, **parts}
                    first = {}
        except InterviewerError as error:
            first["notice"] = chat.alert(sentence(error))
        if first:
            yield first

    async def _start(self, request: gr.Request, interviews: Interviews, memory: Memory) -> Parts:
        await interviews.refresh()
        return pages.start(
            interviews.library,
            await start.listed(interviews),
            await interviews.practice(),
            interviews.keeping,
            memory,
            time.time(),
            await _offer(request, interviews),
        )

    async def look(self, request: gr.Request, *values: object) -> Parts:
        """Which brains there are now that this machine was looked at again."""
        interviews, form = await own(self._opening, scope_of(request)), form_of(values)
        offer = await _offer(request, interviews, afresh=True)
        form["brain"] = choices.remembered(form, interviews.library, offer)["brain"]
        pairs = offer.pairs
        return {
            "brain": pages.Change(value=form["brain"], choices=pairs, visible=bool(pairs)),
            "chosen": choices.sentence(form, interviews.library, offer),
            "notice": "" if pairs else chat.alert(NOTHING_LOCAL),
        }

    async def choose(self, request: gr.Request, *values: object) -> Parts:
        """One sentence that says what the form now stands for."""
        interviews = await own(self._opening, scope_of(request))
        offer = await _offer(request, interviews)
        return {"chosen": choices.sentence(form_of(values), interviews.library, offer)}

    async def begin(
        self, request: gr.Request, event: gr.EventData, kept: object, *values: object
    ) -> Parts:
        """A new interview of the case, or drill of the concept, whose button was clicked."""
        interviews = await own(self._opening, scope_of(request))
        click, form = Click.read(event._data), form_of(values)
        seed = await interviews.next_seed(click.case)
        settings = choices.to_settings(form, click.case)
        settings = settings.model_copy(update={"seed": seed, **choices.clicked(click)})
        brain = (await _offer(request, interviews)).chosen(form)
        view = await interviews.start(click.case, settings, brain)
        memory = replace(Memory.read(kept), settings=form)
        return pages.interview(interviews.library, view, memory, time.time())

    async def open_past(
        self, request: gr.Request, event: gr.EventData, kept: object
    ) -> AsyncIterator[Parts]:
        """An interview of the list, or another page of it; or one of them, or all, deleted."""
        interviews = await own(self._opening, scope_of(request))
        click, memory = Click.read(event._data), Memory.read(kept)
        if click.act in DELETING:
            yield await self.delete(request, click, memory)
        elif click.act == "page":
            listed = await start.listed(interviews, click.skipped)
            yield {"past": pages.past(listed, await interviews.practice(), interviews.keeping)}
        else:
            known = Memory(interview=id_of(click.interview)).open
            async for parts in pages.stored(interviews, known, memory):
                yield parts

    async def delete(self, request: gr.Request, click: Click, memory: Memory) -> Parts:
        """Deletes what a button names; the start page without it."""
        interviews = await own(self._opening, scope_of(request))
        if click.act == "delete_all":
            await interviews.delete_all()
        else:
            await interviews.delete(Memory(interview=id_of(click.interview)).open)
        return await self._start(request, interviews, memory)


async def _offer(request: gr.Request, interviews: Interviews, *, afresh: bool = False) -> Offer:
    alone = owner_of(scope_of(request)) == ALONE
    return await offered_to(interviews.brains, alone=alone, afresh=afresh)
