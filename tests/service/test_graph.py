from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from interviewer.brains.protocol import Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Intent
from interviewer.policy import InterviewState, new_state
from interviewer.service.graph import Context, build_graph, draw_graph, listen
from interviewer.simulation.quick_brain import QuickBrain
from interviewer.store import StoredInterview
from tests.builders import a_case, a_framework, a_turn, an_assessment
from tests.rows import a_row

CONFIG: Any = {"configurable": {"thread_id": "one"}}
EDGES = {
    ("__start__", "listen"),
    ("listen", "assess"),
    ("listen", "reply"),
    ("assess", "decide"),
    ("reply", "decide"),
    ("decide", "say"),
    ("decide", "keep"),
    ("say", "keep"),
    ("keep", "listen"),
    ("keep", "close"),
    ("close", "__end__"),
}


class Recorder(QuickBrain):
    """A brain and a store that write down what is asked of them."""

    def __init__(self, patch: pytest.MonkeyPatch, move: MoveKind, pausing: bool = False) -> None:
        self.move, self.pausing = move, pausing
        self.calls: list[str] = []
        self.go_on = asyncio.Event()
        patch.setattr("interviewer.service.graph.next_move", self.decide)

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        self.calls.append("assess")
        return an_assessment()

    def decide(self, state: InterviewState, _: TurnAssessment) -> Move:
        self.calls.append("decide")
        return Move(kind=self.move, step=state.step)

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        self.calls.append("say")
        yield "One."
        if self.pausing:
            await self.go_on.wait()
        yield "Two."

    async def add_exchange_reply(self, *_: Any) -> None:
        self.calls.append("keep")

    async def finish(self, *_: Any) -> None:
        self.calls.append("close")

    def context(self) -> Context:
        """An exchange in which they have parts."""
        store: Any = self
        return Context(
            stored=StoredInterview(row=a_row(), turns=(a_turn(1), a_turn(2))),
            state=new_state(a_case(), a_framework(), InterviewSettings()),
            brain=self,
            calls=[],
            store=store,
            clock=lambda: 3.0,
            grade_behind=lambda *_: None,
            finish=self.finish,
        )


async def waiting() -> Any:
    graph = build_graph(InMemorySaver())
    await graph.ainvoke({"answered": 1, "turn": 0}, CONFIG)
    return graph


async def heard(graph: Any, recorder: Recorder) -> list[str]:
    streamed = graph.astream(
        Command(resume=2), CONFIG, context=recorder.context(), stream_mode="custom"
    )
    return [sentence async for sentence in streamed]


def test_the_drawn_graph_has_exactly_the_typed_edges() -> None:
    drawn = {(edge.source, edge.target) for edge in build_graph().get_graph().edges}
    assert drawn == EDGES


def test_the_picture_shows_every_edge() -> None:
    shown = set(re.findall(r"(\w+) -(?:-|\.-)> (\w+);", draw_graph()))
    assert shown == EDGES


@pytest.mark.parametrize("move", [kind for kind in MoveKind if kind is not MoveKind.WRAP_UP])
async def test_every_other_move_is_said_and_then_waits_again(
    move: MoveKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, exchange = await waiting(), Recorder(monkeypatch, move)
    assert await heard(graph, exchange) == ["One.", "Two."]
    assert exchange.calls == ["assess", "decide", "say", "keep"]
    state = await graph.aget_state(CONFIG)
    assert state.next == ("listen",)
    assert state.interrupts[0].value == {"after": 3}
    assert state.values == {"answered": 3, "turn": 2}


async def test_a_wrap_up_is_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, exchange = await waiting(), Recorder(monkeypatch, MoveKind.WRAP_UP)
    assert await heard(graph, exchange) == ["One.", "Two."]
    assert exchange.calls == ["assess", "decide", "say", "keep", "close"]
    assert (await graph.aget_state(CONFIG)).next == ()


def test_listen_can_do_nothing_but_wait() -> None:
    # A node with an interrupt runs again when it is resumed: without a runtime it reaches nothing.
    assert list(inspect.signature(listen).parameters) == ["state"]


async def test_waiting_touches_no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = Recorder(monkeypatch, MoveKind.PROBE)
    graph = build_graph(InMemorySaver())
    await graph.ainvoke({"answered": 1, "turn": 0}, CONFIG, context=exchange.context())
    assert exchange.calls == []
    assert (await graph.aget_state(CONFIG)).next == ("listen",)


async def test_words_are_heard_before_the_last_of_them_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph, exchange = await waiting(), Recorder(monkeypatch, MoveKind.PROBE, pausing=True)
    streamed = graph.astream(
        Command(resume=2), CONFIG, context=exchange.context(), stream_mode="custom"
    )
    assert await asyncio.wait_for(anext(streamed), 10) == "One."
    assert "keep" not in exchange.calls
    exchange.go_on.set()
    assert [sentence async for sentence in streamed] == ["Two."]
    assert exchange.calls[-1] == "keep"
