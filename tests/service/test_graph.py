from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from interviewer.core.act import MoveKind
from interviewer.service.graph import Context, build_graph, draw_graph, listen

CONFIG: Any = {"configurable": {"thread_id": "one"}}
EDGES = {
    ("__start__", "listen"),
    ("listen", "assess"),
    ("assess", "decide"),
    ("decide", "say"),
    ("decide", "close"),
    ("say", "listen"),
    ("close", "__end__"),
}


@dataclass
class Recorder:
    """An exchange that writes down what is asked of it."""

    move: MoveKind
    pausing: bool = False
    calls: list[str] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def assess(self) -> None:
        self.calls.append("assess")

    def decide(self) -> MoveKind:
        self.calls.append("decide")
        return self.move

    async def say(self) -> AsyncIterator[str]:
        self.calls.append("say")
        yield "One."
        if self.pausing:
            await self.go_on.wait()
        yield "Two."

    async def keep(self) -> int:
        self.calls.append("keep")
        return 3


async def waiting() -> Any:
    graph = build_graph(InMemorySaver())
    await graph.ainvoke({"answered": 1, "turn": 0}, CONFIG, context=Context(None))
    return graph


async def heard(graph: Any, exchange: Recorder) -> list[str]:
    streamed = graph.astream(
        Command(resume=2), CONFIG, context=Context(exchange), stream_mode="custom"
    )
    return [sentence async for sentence in streamed]


def test_the_drawn_graph_has_exactly_the_typed_edges() -> None:
    drawn = {(edge.source, edge.target) for edge in build_graph().get_graph().edges}
    assert drawn == EDGES


def test_the_picture_shows_every_edge() -> None:
    shown = set(re.findall(r"(\w+) -(?:-|\.-)> (\w+);", draw_graph()))
    assert shown == EDGES


@pytest.mark.parametrize("move", [kind for kind in MoveKind if kind is not MoveKind.WRAP_UP])
async def test_every_other_move_is_said_and_then_waits_again(move: MoveKind) -> None:
    graph, exchange = await waiting(), Recorder(move)
    assert await heard(graph, exchange) == ["One.", "Two."]
    assert exchange.calls == ["assess", "decide", "say", "keep"]
    state = await graph.aget_state(CONFIG)
    assert state.next == ("listen",)
    assert state.interrupts[0].value == {"after": 3}
    assert state.values == {"answered": 3, "turn": 2}


async def test_a_wrap_up_is_the_end() -> None:
    graph, exchange = await waiting(), Recorder(MoveKind.WRAP_UP)
    assert await heard(graph, exchange) == ["One.", "Two."]
    assert exchange.calls == ["assess", "decide", "say", "keep"]
    assert (await graph.aget_state(CONFIG)).next == ()


def test_listen_can_do_nothing_but_wait() -> None:
    # A node with an interrupt runs again when it is resumed: without a runtime it reaches nothing.
    assert list(inspect.signature(listen).parameters) == ["state"]


async def test_waiting_touches_no_exchange() -> None:
    exchange = Recorder(MoveKind.PROBE)
    graph = build_graph(InMemorySaver())
    await graph.ainvoke({"answered": 1, "turn": 0}, CONFIG, context=Context(exchange))
    assert exchange.calls == []
    assert (await graph.aget_state(CONFIG)).next == ("listen",)


async def test_words_are_heard_before_the_last_of_them_is_found() -> None:
    graph, exchange = await waiting(), Recorder(MoveKind.PROBE, pausing=True)
    streamed = graph.astream(
        Command(resume=2), CONFIG, context=Context(exchange), stream_mode="custom"
    )
    assert await asyncio.wait_for(anext(streamed), 10) == "One."
    assert "keep" not in exchange.calls
    exchange.go_on.set()
    assert [sentence async for sentence in streamed] == ["Two."]
    assert exchange.calls[-1] == "keep"
