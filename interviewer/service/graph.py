"""The state machine of an interview: listen, assess, decide, say.

The SQL transcript is the truth; this graph only orders one exchange and waits between exchanges.
Its state holds numbers of turns, never what was said, and every node reads what it needs from the
exchange in its runtime context. `listen` does nothing but wait, because a node with an interrupt
runs again when it is resumed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from interviewer.core.act import MoveKind


class GraphState(TypedDict):
    """What a checkpoint remembers."""

    answered: int
    """Number of the last interviewer turn."""
    turn: int
    """Number of the candidate turn in hand."""


class CheckpointLost(Exception):
    """What the graph waited with is gone: another process deleted the checkpoint meanwhile."""


class Exchange(Protocol):
    """One exchange as the graph drives it; the facade implements it."""

    async def assess(self) -> None:
        """Has the brain read the candidate turn."""
        ...

    def decide(self) -> MoveKind:
        """Chooses the move."""
        ...

    def say(self) -> AsyncIterator[str]:
        """The brain's words for the move."""
        ...

    async def keep(self) -> int:
        """Stores assessment and reply at once; returns the reply's number."""
        ...


@dataclass(frozen=True)
class Context:
    """What the nodes of one run work on; None only while the graph waits for a first turn."""

    exchange: Exchange | None


Node = Runtime[Context]
Graph = CompiledStateGraph[GraphState, Context, GraphState, GraphState]


async def listen(state: GraphState) -> Command[Literal["assess"]]:
    """Waits for the number of a stored candidate turn."""
    if "answered" not in state:
        raise CheckpointLost
    turn: int = interrupt({"after": state["answered"]})
    return Command(update={"turn": turn}, goto="assess")


async def assess(state: GraphState, runtime: Node) -> Command[Literal["decide"]]:
    """Reads the candidate turn."""
    await _exchange(runtime).assess()
    return Command(goto="decide")


async def decide(state: GraphState, runtime: Node) -> Command[Literal["say", "close"]]:
    """Chooses the move."""
    if _exchange(runtime).decide() is MoveKind.WRAP_UP:
        return Command(goto="close")
    return Command(goto="say")


async def say(state: GraphState, runtime: Node) -> Command[Literal["listen"]]:
    """Speaks, stores the exchange and goes back to waiting."""
    return Command(update={"answered": await _speak(runtime)}, goto="listen")


async def close(state: GraphState, runtime: Node) -> Command[Literal["__end__"]]:
    """Speaks the last words."""
    return Command(update={"answered": await _speak(runtime)}, goto="__end__")


async def _speak(runtime: Node) -> int:
    exchange = _exchange(runtime)
    write: Callable[[Any], None] = runtime.stream_writer
    async for sentence in exchange.say():
        write(sentence)
    return await exchange.keep()


def _exchange(runtime: Node) -> Exchange:
    exchange = runtime.context.exchange
    assert exchange is not None, "a turn in hand has an exchange"
    return exchange


def build_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """The compiled graph; its drawn picture is the true one, because exits are typed."""
    builder = StateGraph(GraphState, context_schema=Context)
    for node in (listen, assess, decide, say, close):
        builder.add_node(node)
    builder.add_edge(START, "listen")
    return builder.compile(checkpointer=checkpointer)


def draw_graph() -> str:
    """The graph as Mermaid text."""
    return build_graph().get_graph().draw_mermaid()
