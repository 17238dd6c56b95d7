"""What people do in the interview room: say something, press a button, draw, pause, end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

import gradio as gr

from interviewer.core.settings import SKETCH_LIMIT
from interviewer.core.transcript import Intent
from interviewer.web import chat, pages
from interviewer.web.browser_memory import Memory, text_of
from interviewer.web.clicks import Click
from interviewer.web.doors.visitors import Opened, Turns, own, scope_of, visitor_of
from interviewer.web.pages import Parts
from interviewer.web.streaming import follow


class TalkEvents:
    """The events of the interview room.

    Args:
        opening: waits until the interviews are open and returns them.
    """

    def __init__(self, opening: Opened) -> None:
        self._opening = opening
        self._turns = Turns()

    async def show(self, request: gr.Request, kept: object) -> AsyncIterator[Parts]:
        """The interview as it is stored; a missing reply is asked for once more."""
        memory = Memory.read(kept)
        interviews = await own(self._opening, scope_of(request))
        async for parts in pages.stored(interviews, memory.open, memory):
            yield parts

    def answer(
        self, request: gr.Request, text: object, sketch: object, kept: object
    ) -> AsyncIterator[Parts]:
        """Sends the draft and streams the reply."""
        return self._exchange(request, text_of(text), sketch, kept)

    def asking(self, intent: Intent, words: str) -> Callable[..., AsyncIterator[Parts]]:
        """The event of a button that stands for words of its own."""

        def ask(request: gr.Request, sketch: object, kept: object) -> AsyncIterator[Parts]:
            return self._exchange(request, words, sketch, kept, intent)

        return ask

    async def _exchange(
        self,
        request: gr.Request,
        text: str,
        drawn: object,
        kept: object,
        intent: Intent | None = None,
    ) -> AsyncIterator[Parts]:
        """The page while a message is answered.

        The box is emptied once the message is stored, not before; a button leaves it alone.
        """
        interviews = await own(self._opening, scope_of(request))
        memory, sketch = Memory.read(kept), text_of(drawn)
        yield {"live": chat.exchange(text, ""), "notice": ""}
        draft = {"box": ""} if intent is None else {}
        async with self._turns.take(visitor_of(scope_of(request), request.session_hash or "")):
            known, seen = memory.open, memory.seen
            async for moment in follow(interviews, known, text, seen, intent, sketch):
                parts: Parts = {"live": chat.exchange(text, moment.said)}
                if (view := moment.view) is not None:
                    parts = pages.talk(interviews.library, view, memory, time.time())
                    parts["notice"] = chat.alert(moment.problem)
                if moment.accepted:
                    parts, draft = {**parts, **draft}, {}
                yield parts

    async def draw(self, request: gr.Request, sketch: object) -> Parts:
        """The sketch as a drawing while it is written."""
        return {"drawing": await asyncio.to_thread(chat.drawing, text_of(sketch)[:SKETCH_LIMIT])}

    async def pause(self, request: gr.Request, event: gr.EventData, kept: object) -> Parts:
        """Stops the clock, or lets it go on."""
        interviews, memory = await own(self._opening, scope_of(request)), Memory.read(kept)
        pressed = Click.read(event._data).act
        turn = interviews.pause if pressed == "pause" else interviews.unpause
        view = await turn(memory.open)
        return pages.talk(interviews.library, view, memory, time.time())

    async def end(self, request: gr.Request, kept: object) -> Parts:
        """The scorecard of an interview that the candidate ends."""
        interviews, memory = await own(self._opening, scope_of(request)), Memory.read(kept)
        view = await interviews.end(memory.open)
        return await pages.report_of(interviews, view, memory)

    async def send_and_end(
        self, request: gr.Request, text: object, sketch: object, kept: object
    ) -> AsyncIterator[Parts]:
        """The same after what stands in the boxes was sent; what is refused ends nothing."""
        refused = False
        async for parts in self._exchange(request, text_of(text), sketch, kept):
            refused = refused or bool(parts.get("notice"))
            yield parts
        if not refused:
            yield await self.end(request, kept)
