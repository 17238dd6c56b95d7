"""The page: its Gradio layout, and which event of `*_events.py` answers which part of it."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any

import gradio as gr
from markupsafe import Markup

from interviewer.core.settings import Focus, Level, Mode, Persona
from interviewer.core.transcript import Intent
from interviewer.web import chat, choices, pages, start
from interviewer.web.card_events import CardEvents
from interviewer.web.doors.visitors import Opened
from interviewer.web.pages import Parts
from interviewer.web.start_events import StartEvents
from interviewer.web.streaming import sentence
from interviewer.web.talk_events import TalkEvents

Event = Callable[..., Awaitable[Parts] | AsyncIterator[Parts]]
"""Gives what the page then shows, once or again and again."""
Updates = AsyncIterator[dict[Any, Any]]

ASKS = {
    "Hint": (Intent.HINT_REQUEST, "Could I have a hint?"),
    "Skip step": (Intent.MOVE_ON, "Let's move on to the next step."),
    "Back": (Intent.GO_BACK, "Could we go back to the previous step?"),
}
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
    return gr.HTML(str(value), elem_id=name, js_on_load=CLICKS, apply_default_css=False)


class Page:
    """The one page of the app.

    Args:
        opening: waits until the interviews are open and returns them.
        secret: key under which the browser keeps its memory; the same after every restart.
        alone: it is for the person at this machine, not for others who log in.
    """

    def __init__(self, opening: Opened, secret: str, *, alone: bool = True) -> None:
        self.start = StartEvents(opening)
        self.talk = TalkEvents(opening)
        self.card = CardEvents(opening, self.start)
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
        start, room, card = self.start, self.talk, self.card
        on: list[tuple[Any, Event, list[Any], list[Any]]] = [
            (self.app.load, start.open_page, memory, everything),
            (at["bar"].click, start.visit, memory, everything),
            (at["cases"].click, start.begin, memory + form, everything),
            (at["going"].click, start.open_past, memory, everything),
            (at["past"].click, start.open_past, memory, everything),
            (at["look"].click, start.look, form, [at["brain"], at["chosen"], *told]),
            (self.send.click, room.answer, [at["box"], *said], talk),
            (at["box"].submit, room.answer, [at["box"], *said], talk),
            (at["header"].click, room.pause, memory, talk),
            (at["sketch"].change, room.draw, [at["sketch"]], [at["drawing"], *told]),
            (at["live"].click, room.show, memory, everything),
            (self.send_first.click, room.send_and_end, [at["box"], *said], everything),
            (self.end_now.click, room.end, memory, everything),
            (self.to_card.click, room.show, memory, everything),
            (at["card"].click, card.press, memory, everything),
        ]
        for name, (intent, text) in ASKS.items():
            on.append((self.asks[name].click, room.asking(intent, text), said, talk))
        for listen, event, inputs, outputs in on:
            listen(self._shown(event), inputs, outputs, **QUIETLY)
        chosen = self._shown(start.choose)
        gr.on([part.input for part in form], chosen, form, [at["chosen"], *told], **QUIETLY)
        at["notice"].click(None, None, at["notice"], js="() => ''")
        self.finish.click(None, js="() => interviewer.askToEnd()")
        self.to_sketch.click(None, js="() => interviewer.show('#board')")
        self.keep_going.click(None, js="() => document.body.classList.remove('ending')")

    def _shown(self, event: Event) -> Callable[..., Updates]:
        """An event as Gradio calls it; an error of it is one sentence in the notice.

        This is the edge of the program: whatever is raised inside must not reach people as a trace.
        """

        @wraps(event)
        async def shown(*given: Any) -> Updates:
            try:
                answer = event(*given)
                if inspect.isawaitable(answer):
                    yield self.changes(await answer)
                    return
                async for parts in answer:
                    yield self.changes(parts)
            except Exception as error:
                yield self.changes({"notice": chat.alert(sentence(error)), "live": ""})

        return shown

    def changes(self, parts: Parts) -> dict[Any, Any]:
        """Values by part name as Gradio wants them: by component."""
        return {self.parts[name]: _plain(value) for name, value in parts.items()}


def _plain(value: object) -> object:
    """A value that Gradio knows."""
    if isinstance(value, pages.Change):
        return gr.update(**value)
    return str(value) if isinstance(value, Markup) else value
