"""The page: Gradio layout and handlers; what they show is built beside it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import wraps
from types import MethodType
from typing import TYPE_CHECKING, Any

import gradio as gr

from interviewer.core.errors import InterviewerError
from interviewer.core.settings import SKETCH_LIMIT, Focus, Level, Mode, Persona
from interviewer.core.transcript import Intent
from interviewer.web import chat, choices, pages, start
from interviewer.web.brain_choice import NOTHING_LOCAL, Offer, offered_to
from interviewer.web.browser_memory import Memory, form_of, id_of, text_of
from interviewer.web.card_events import turn_of
from interviewer.web.clicks import Click
from interviewer.web.doors.owner import ALONE, own, owner_of
from interviewer.web.doors.pace import Turns, visitor_of
from interviewer.web.scorecard import Card
from interviewer.web.streaming import follow, paced, sentence

if TYPE_CHECKING:
    from interviewer.results.view import InterviewView
    from interviewer.service.interviews import Interviews

Updates = AsyncIterator[dict[Any, Any]]

ASKS = {
    "Hint": (Intent.HINT_REQUEST, "Could I have a hint?"),
    "Skip step": (Intent.MOVE_ON, "Let's move on to the next step."),
    "Back": (Intent.GO_BACK, "Could we go back to the previous step?"),
}
DELETING = ("delete", "delete_all")
QUIETLY: dict[str, Any] = {
    "show_progress": "hidden",
    "concurrency_limit": None,
    "api_visibility": "undocumented",
    "preprocess": False,  # a menu's choices live in a session, which a restart ends; we check
    # Gradio drops, without a word, a click made between the last words of a reply and the end of
    # its event; a deferred one is served after it. The page's script refuses a second press.
    "trigger_mode": "always_last",
}
CLICKS = """element.addEventListener('click', event => {
  const button = event.target.closest('[data-act]');
  if (button && element.contains(button)) trigger('click', {...button.dataset});
});"""


def _html(value: str, name: str) -> gr.HTML:
    return gr.HTML(value, elem_id=name, js_on_load=CLICKS, apply_default_css=False)


def _guarded(handler: Callable[..., Updates]) -> Callable[..., Updates]:
    """A handler that yields values by part name, its errors as one sentence in the notice.

    This is the edge of the program: whatever is raised inside must not reach people as a trace.
    """

    @wraps(handler)
    async def guarded(self: Page, request: gr.Request, *args: Any, **named: Any) -> Updates:
        try:
            async for parts in handler(self, request, *args, **named):
                yield self.changes(parts)
        except Exception as error:
            yield self.changes({"notice": chat.alert(sentence(error)), "live": ""})

    return guarded


class Page:
    """The one page of the app.

    Args:
        opening: waits until the interviews are open and returns them.
        secret: key under which the browser keeps its memory; the same after every restart.
        alone: it is for the person at this machine, not for others who log in.
    """

    def __init__(
        self, opening: Callable[[], Awaitable[Interviews]], secret: str, *, alone: bool = True
    ) -> None:
        self.opening = opening
        self.turns = Turns()
        self.parts: dict[str, Any] = {}
        with gr.Blocks(title="Interviewer", analytics_enabled=False, fill_width=True) as self.app:
            memory = gr.BrowserState(pages.FRESH.kept(), storage_key="interviewer", secret=secret)
            self.parts["memory"] = memory
            self._texts(bar=start.top_bar(alone=alone), notice="")
            with gr.Column(elem_id="start") as self.parts["start"]:
                self._lay_out_start()
            with gr.Column(elem_id="room", visible=False) as self.parts["room"]:
                self._lay_out_room()
            with gr.Column(elem_id="report", visible=False) as self.parts["report"]:
                self._texts(card="")
            self._connect()

    def _texts(self, **values: str) -> None:
        self.parts.update({name: _html(value, name) for name, value in values.items()})

    def _lay_out_start(self) -> None:
        self._texts(going="")
        _html(start.hero(), "hero")
        with gr.Row(elem_id="choice"):
            self.parts["level"] = gr.Radio(choices.labelled(Level), label="Level")
            self.parts["minutes"] = gr.Radio([45, 30, 20], label="Minutes")
            self.parts["mode"] = gr.Radio(choices.labelled(Mode), label="Mode")
        self._texts(cases=start.opening(), chosen="")
        with gr.Accordion("More options", open=False, elem_id="more"), gr.Row():
            with gr.Column():
                self.parts["framework"] = gr.Dropdown([], label="Framework")
                self.parts["brain"] = gr.Radio([], label="Brain", visible=False)
                self.parts["look"] = gr.Button(
                    "Look for a local model", size="sm", visible=False, elem_id="look"
                )
            with gr.Column():
                self.parts["persona"] = gr.Radio(choices.labelled(Persona), label="Interviewer")
                self.parts["focus"] = gr.Radio(choices.labelled(Focus), label="Focus")
            with gr.Column():
                self.parts["variant"] = gr.Dropdown([], label="Variant of the case")
                self.parts["drill"] = gr.Dropdown(choices.drills(), label="Drill")
        self._texts(past="")

    def _lay_out_room(self) -> None:
        self._texts(header="")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                self._texts(chat="", live="")
                with gr.Column(elem_id="composer"):
                    self._lay_out_composer()
                with gr.Column(elem_id="over"):
                    self.to_card = gr.Button("See your scorecard", variant="primary")
            with gr.Column(elem_id="aside"):
                self._texts(notebook="")
                with gr.Column(elem_id="board"):
                    self._lay_out_board()

    def _lay_out_board(self) -> None:
        self.parts["sketch"] = gr.Textbox(
            label="Sketch", placeholder=chat.SKETCH, lines=4, max_lines=14, elem_id="sketch"
        )
        self._texts(drawing=chat.drawing(""))

    def _lay_out_composer(self) -> None:
        with gr.Row(elem_id="writing"):
            self.parts["box"] = gr.Textbox(
                label="Your answer", placeholder=chat.PLACEHOLDER, max_lines=12, elem_id="message"
            )
            self.send = gr.Button("Send", variant="primary", elem_id="send")
        with gr.Row(elem_id="actions"):
            self.asks = {name: gr.Button(name, elem_id=name.split()[0].lower()) for name in ASKS}
            self.finish = gr.Button("End", elem_id="end")
            self.to_sketch = gr.Button("Sketch", elem_id="to-sketch")
            self._texts(count=chat.counter())
        with gr.Row(elem_id="confirm"):
            self._texts(sure=chat.question_to_end())
            self.send_first = gr.Button("Send, then end", variant="primary", elem_id="send-end")
            self.end_now = gr.Button("End now", variant="stop", elem_id="end-now")
            self.keep_going = gr.Button("Keep going", elem_id="keep-going")

    def _connect(self) -> None:
        at, memory = self.parts, [self.parts["memory"]]
        everything, form = list(at.values()), [at[name] for name in choices.NAMES]
        talk = [at[name] for name in pages.TALK]
        said, told = [at["sketch"], *memory], [at["notice"], at["live"]]
        on: list[tuple[Any, Callable[..., Updates], list[Any], list[Any]]] = [
            (self.app.load, self.open_page, memory, everything),
            (at["bar"].click, self.visit, memory, everything),
            (at["cases"].click, self.begin, memory + form, everything),
            (at["going"].click, self.open_past, memory, everything),
            (at["past"].click, self.open_past, memory, everything),
            (at["look"].click, self.look, form, [at["brain"], at["chosen"], *told]),
            (self.send.click, self.answer, [at["box"], *said], talk),
            (at["box"].submit, self.answer, [at["box"], *said], talk),
            (at["header"].click, self.pause, memory, talk),
            (at["sketch"].change, self.draw, [at["sketch"]], [at["drawing"], *told]),
            (at["live"].click, self.show, memory, everything),
            (self.send_first.click, self.send_and_end, [at["box"], *said], everything),
            (self.end_now.click, self.end, memory, everything),
            (self.to_card.click, self.show, memory, everything),
            (at["card"].click, self.look_again, memory, everything),
        ]
        for name, (intent, text) in ASKS.items():
            on.append((self.asks[name].click, self._asking(intent, text), said, talk))
        for listen, handler, inputs, outputs in on:
            listen(handler, inputs, outputs, **QUIETLY)
        gr.on([part.input for part in form], self.choose, form, [at["chosen"], *told], **QUIETLY)
        at["notice"].click(None, None, at["notice"], js="() => ''")
        self.finish.click(None, js="() => interviewer.askToEnd()")
        self.to_sketch.click(None, js="() => interviewer.show('#board')")
        self.keep_going.click(None, js="() => document.body.classList.remove('ending')")

    def changes(self, parts: pages.Parts) -> dict[Any, Any]:
        """Values by part name as Gradio wants them: by component."""
        return {
            self.parts[name]: gr.update(**value) if isinstance(value, pages.Change) else value
            for name, value in parts.items()
        }

    async def _own(self, request: gr.Request) -> Interviews:
        assert request.request is not None  # every handler is called by a request
        return await own(self.opening, request.request.scope)

    def _visitor(self, request: gr.Request) -> str:
        assert request.request is not None
        return visitor_of(request.request.scope, request.session_hash or "")

    @_guarded
    async def open_page(self, request: gr.Request, kept: object) -> Updates:
        """The interview that the address names, else the start page."""
        known = id_of(request.query_params.get("interview"))
        async for parts in self._visit(request, known, Memory.read(kept)):
            yield parts

    @_guarded
    async def visit(self, request: gr.Request, event: gr.EventData, kept: object) -> Updates:
        """The start page, or where Back and Forward lead."""
        known = id_of(Click.read(event._data).interview)
        async for parts in self._visit(request, known, Memory.read(kept)):
            yield parts

    async def _visit(
        self, request: gr.Request, known: str | None, memory: Memory
    ) -> AsyncIterator[pages.Parts]:
        interviews = await self._own(request)
        first = await self._start(request, interviews, memory)
        try:
            if known is not None:
                async for parts in self._at(interviews, known, memory):
                    yield {**first, **parts}
                    first = {}
        except InterviewerError as error:
            first["notice"] = chat.alert(sentence(error))
        if first:
            yield first

    async def _start(
        self, request: gr.Request, interviews: Interviews, memory: Memory
    ) -> pages.Parts:
        listed, practice = await start.listed(interviews), await interviews.practice()
        offer = await self._offer(request, interviews)
        return pages.start(
            interviews.library,
            listed,
            practice,
            interviews.keeping,
            memory,
            time.time(),
            offer,
        )

    async def _offer(
        self, request: gr.Request, interviews: Interviews, *, afresh: bool = False
    ) -> Offer:
        assert request.request is not None
        alone = owner_of(request.request.scope) == ALONE
        return await offered_to(interviews.brains, alone=alone, afresh=afresh)

    @_guarded
    async def look(self, request: gr.Request, *values: object) -> Updates:
        """Which brains there are now that this machine was looked at again."""
        interviews, form = await self._own(request), form_of(values)
        offer = await self._offer(request, interviews, afresh=True)
        form["brain"] = choices.remembered(form, interviews.library, offer)["brain"]
        pairs = offer.pairs
        yield {
            "brain": pages.Change(value=form["brain"], choices=pairs, visible=bool(pairs)),
            "chosen": choices.sentence(form, interviews.library, offer),
            "notice": "" if pairs else chat.alert(NOTHING_LOCAL),
        }

    async def _delete(
        self, request: gr.Request, interviews: Interviews, click: Click, memory: Memory
    ) -> pages.Parts:
        """Deletes what a button names; the start page without it."""
        if click.act == "delete_all":
            await interviews.delete_all()
        else:
            await interviews.delete(Memory(interview=id_of(click.interview)).open)
        return await self._start(request, interviews, memory)

    @_guarded
    async def choose(self, request: gr.Request, *values: object) -> Updates:
        """One sentence that says what the form now stands for."""
        interviews = await self._own(request)
        offer = await self._offer(request, interviews)
        yield {"chosen": choices.sentence(form_of(values), interviews.library, offer)}

    @_guarded
    async def begin(
        self, request: gr.Request, event: gr.EventData, kept: object, *values: object
    ) -> Updates:
        """A new interview of the case, or drill of the concept, whose button was clicked."""
        interviews, click, form = await self._own(request), Click.read(event._data), form_of(values)
        seed = await interviews.next_seed(click.case)
        settings = choices.to_settings(form, click.case)
        settings = settings.model_copy(update={"seed": seed, **choices.clicked(click)})
        brain = (await self._offer(request, interviews)).chosen(form)
        view = await interviews.start(click.case, settings, brain)
        memory = replace(Memory.read(kept), settings=form)
        yield pages.interview(interviews.library, view, memory, time.time())

    @_guarded
    async def open_past(self, request: gr.Request, event: gr.EventData, kept: object) -> Updates:
        """An interview of the list, or another page of it; or one of them, or all, deleted."""
        interviews, click = await self._own(request), Click.read(event._data)
        if click.act in DELETING:
            yield await self._delete(request, interviews, click, Memory.read(kept))
            return
        if click.act == "page":
            listed = await start.listed(interviews, click.skipped)
            yield {"past": pages.past(listed, await interviews.practice(), interviews.keeping)}
            return
        chosen = Memory(interview=id_of(click.interview))
        async for parts in self._at(interviews, chosen.open, Memory.read(kept)):
            yield parts

    @_guarded
    async def show(self, request: gr.Request, kept: object) -> Updates:
        """The interview as it is stored; a missing reply is asked for once more."""
        memory = Memory.read(kept)
        async for parts in self._at(await self._own(request), memory.open, memory):
            yield parts

    async def _at(
        self, interviews: Interviews, known: str, memory: Memory
    ) -> AsyncIterator[pages.Parts]:
        view = await interviews.view(known)
        if view.scorecard is not None:
            yield pages.report(await self._card(interviews, view), memory)
            return
        yield pages.interview(interviews.library, view, memory, time.time())
        if view.unanswered:
            async for said in paced(interviews.resume(known)):
                yield {"live": chat.exchange(None, said)}
            view = await interviews.view(known)
            yield pages.interview(interviews.library, view, memory, time.time())

    @_guarded
    async def answer(
        self, request: gr.Request, text: object, sketch: object, kept: object
    ) -> Updates:
        """Sends the draft and streams the reply."""
        async for parts in self._exchange(request, text_of(text), sketch, kept):
            yield parts

    def _asking(self, intent: Intent, words: str) -> Callable[..., Updates]:
        """The handler of a button that stands for words of its own."""

        @_guarded
        async def asking(self: Page, request: gr.Request, sketch: object, kept: object) -> Updates:
            async for parts in self._exchange(request, words, sketch, kept, intent):
                yield parts

        return MethodType(asking, self)

    async def _exchange(
        self,
        request: gr.Request,
        text: str,
        drawn: object,
        kept: object,
        intent: Intent | None = None,
    ) -> AsyncIterator[pages.Parts]:
        """The page while a message is answered.

        The box is emptied once the message is stored, not before; a button leaves it alone.
        """
        interviews, memory, sketch = await self._own(request), Memory.read(kept), text_of(drawn)
        yield {"live": chat.exchange(text, ""), "notice": ""}
        draft = {"box": ""} if intent is None else {}
        async with self.turns.take(self._visitor(request)):
            known, seen = memory.open, memory.seen
            async for moment in follow(interviews, known, text, seen, intent, sketch):
                parts: pages.Parts = {"live": chat.exchange(text, moment.said)}
                if (view := moment.view) is not None:
                    parts = pages.talk(interviews.library, view, memory, time.time())
                    parts["notice"] = chat.alert(moment.problem)
                if moment.accepted:
                    parts, draft = {**parts, **draft}, {}
                yield parts

    @_guarded
    async def draw(self, request: gr.Request, sketch: object) -> Updates:
        """The sketch as a drawing while it is written."""
        drawn = await asyncio.to_thread(chat.drawing, text_of(sketch)[:SKETCH_LIMIT])
        yield {"drawing": drawn}

    @_guarded
    async def pause(self, request: gr.Request, event: gr.EventData, kept: object) -> Updates:
        """Stops the clock, or lets it go on."""
        interviews, memory = await self._own(request), Memory.read(kept)
        pressed = Click.read(event._data).act
        turn = interviews.pause if pressed == "pause" else interviews.unpause
        view = await turn(memory.open)
        yield pages.talk(interviews.library, view, memory, time.time())

    @_guarded
    async def end(self, request: gr.Request, kept: object) -> Updates:
        """The scorecard of an interview that the candidate ends."""
        interviews, memory = await self._own(request), Memory.read(kept)
        view = await interviews.end(memory.open)
        yield pages.report(await self._card(interviews, view), memory)

    @_guarded
    async def send_and_end(
        self, request: gr.Request, text: object, sketch: object, kept: object
    ) -> Updates:
        """The same after what stands in the boxes was sent; what is refused ends nothing."""
        refused = False
        async for parts in self._exchange(request, text_of(text), sketch, kept):
            refused = refused or bool(parts.get("notice"))
            yield parts
        if not refused:
            interviews, memory = await self._own(request), Memory.read(kept)
            view = await interviews.end(memory.open)
            yield pages.report(await self._card(interviews, view), memory)

    async def _card(self, interviews: Interviews, view: InterviewView, link: str = "") -> Card:
        result = await interviews.result(view.interview_id)
        before = await interviews.before(view.interview_id)
        case = interviews.library.cases.get(view.case_id)
        return Card(view, result, case, interviews.note, before, link)

    @_guarded
    async def look_again(self, request: gr.Request, event: gr.EventData, kept: object) -> Updates:
        """What the buttons of a scorecard do."""
        interviews, memory = await self._own(request), Memory.read(kept)
        click, known = Click.read(event._data), memory.open
        if click.act in DELETING:
            yield await self._delete(request, interviews, click, memory)
            return
        if click.act == "again":
            view = await interviews.answer_again(known, click.step_id)
            yield pages.interview(interviews.library, view, memory, time.time())
            return
        link = ""
        if click.act == "rejudge":
            turns = (await interviews.view(known)).turns
            await interviews.rejudge(known, click.item, turn_of(click.quote, turns), click.quote)
        elif click.act == "link":
            link = f"{request.base_url}shared/{await interviews.make_link(known)}"
        elif click.act == "unlink":
            await interviews.revoke_link(known)
        view = await interviews.view(known)
        yield pages.report(await self._card(interviews, view, link), memory)
