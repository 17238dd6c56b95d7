"""The graph of one exchange: listen, assess beside reply, decide, say, keep, close.

The nodes below are the exchange, in the order in which they run. The SQL transcript is the truth;
between exchanges the graph only waits, and what a checkpoint remembers of that (two numbers, never
what was said) is a cache that may vanish or break at any time.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt
from langsmith.run_helpers import tracing_context
from typing_extensions import TypedDict

from interviewer.brains.protocol import Brain, Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.agenda import Agenda
from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, TurnAssessment, Verdict
from interviewer.core.errors import InterviewNotFound, StoreError
from interviewer.core.settings import StepId
from interviewer.core.transcript import Turn
from interviewer.llm.usage import CallRecord
from interviewer.policy import (
    InterviewState,
    agenda_of,
    apply_candidate,
    apply_interviewer,
    next_move,
    notebook_of,
    planned_seconds,
    settled_move,
    standing_flags,
)
from interviewer.scoring import EndReason
from interviewer.service.checkpoints import UNREADABLE, clean, delete, open_saver
from interviewer.store import Store, StoredInterview
from interviewer.text.sentences import find_quote

_EARNED = (Verdict.MET, Verdict.PARTIAL)

log = logging.getLogger("interviewer")


class GraphState(TypedDict):
    """What a checkpoint remembers."""

    answered: int
    """Number of the last interviewer turn."""
    turn: int
    """Number of the candidate turn in hand."""


@dataclass
class Context:
    """What the nodes of one exchange work on, and carry on.

    Attributes:
        stored: the interview; its last turn is the candidate's until it is answered.
        state: the same, folded, without that turn.
        brain: judges and speaks.
        calls: what the brain asked of a language model, until it is kept.
        store: where the exchange is kept.
        clock: seconds since the epoch.
        grade_behind: has a step judged that ended, while the interview goes on.
        finish: ends an interview whose last words have been said.
        agenda: what the reply may do, where the brain finds its own.
        assessment: what was read in the candidate turn.
        move: what the reply does.
        sentences: its words so far.
    """

    stored: StoredInterview
    state: InterviewState
    brain: Brain
    calls: list[CallRecord]
    store: Store
    clock: Callable[[], float]
    grade_behind: Callable[[str, StepId], None]
    finish: Callable[[StoredInterview, InterviewState, EndReason], Awaitable[None]]
    agenda: Agenda | None = None
    assessment: TurnAssessment | None = None
    move: Move | None = None
    sentences: list[str] = field(default_factory=list)

    def scene(self) -> Scene:
        """What the brain may know now."""
        state = self.state
        return Scene(
            case=state.case,
            framework=state.framework,
            settings=state.settings,
            step=state.step,
            turns=self.stored.turns,
            assessments=tuple(state.assessments.values()),
            open_flags=tuple(flag.red_flag for flag in standing_flags(state) if not flag.statement),
            standing=tuple(standing_flags(state)),
            last_move=state.last_move,
            assessment=self.assessment,
            notebook=notebook_of(state),
            minutes=(state.seconds / 60, planned_seconds(state) / 60),
            design=state.design,
            agenda=self.agenda,
        )


Node = Runtime[Context]
Graph = CompiledStateGraph[GraphState, Context, GraphState, GraphState]


class CheckpointLost(Exception):
    """What the graph waited with is gone: another process deleted the checkpoint meanwhile."""


async def listen(state: GraphState) -> Command[Literal["assess", "reply"]]:
    """Waits for the number of a stored candidate turn.

    It does nothing else, because a node with an interrupt runs again when it is resumed.
    """
    if "answered" not in state:
        raise CheckpointLost
    turn: int = interrupt({"after": state["answered"]})
    return Command(update={"turn": turn}, goto=("assess", "reply"))


async def assess(state: GraphState, runtime: Node) -> Command[Literal["decide"]]:
    """Has the brain read the candidate turn; what it quotes must stand there."""
    context = runtime.context
    await asyncio.sleep(0)  # the reply is begun first: it is what the candidate waits for
    turn = context.stored.turns[-1]
    given = turn.intents[0] if turn.intents else None
    context.assessment = grounded(await context.brain.assess(context.scene(), given), turn)
    return Command(goto="decide")


async def reply(state: GraphState, runtime: Node) -> Command[Literal["decide"]]:
    """Has a brain that interviews reply at once, beside the assessment, under an agenda."""
    context = runtime.context
    if context.brain.interviews:
        context.agenda = agenda_of(context.state, context.stored.turns)
        speech = await context.brain.reply(context.scene())
        if speech is not None:
            await _speak(speech.sentences, runtime)
            context.move = speech.move
    return Command(goto="decide")


async def decide(state: GraphState, runtime: Node) -> Command[Literal["say", "keep"]]:
    """Takes the turn into account; has the policy choose the move where no reply was found."""
    context = runtime.context
    assert context.assessment is not None
    apply_candidate(context.state, context.stored.turns[-1], context.assessment)
    if context.move is not None:
        context.move = settled_move(context.state, context.move, context.assessment)
        return Command(goto="keep")
    context.move = next_move(context.state, context.assessment)
    return Command(goto="say")


async def say(state: GraphState, runtime: Node) -> Command[Literal["keep"]]:
    """Has the brain find the words for the move, sentence by sentence."""
    context = runtime.context
    assert context.move is not None
    await _speak(context.brain.say(context.scene(), context.move), runtime)
    return Command(goto="keep")


async def _speak(sentences: AsyncIterator[str], runtime: Node) -> None:
    """Shows sentences as they are spoken."""
    async for sentence in sentences:
        runtime.context.sentences.append(sentence)
        runtime.stream_writer(sentence)


async def keep(state: GraphState, runtime: Node) -> Command[Literal["listen", "close"]]:
    """Stores assessment and reply in one transaction; a step that ended is judged behind it."""
    context = runtime.context
    stored, assessment, move = context.stored, context.assessment, context.move
    assert assessment is not None and move is not None
    turn = stored.turns[-1]
    reply = Turn(
        number=turn.number + 1,
        role="interviewer",
        step=move.step,
        text=" ".join(context.sentences),
        at=context.clock(),
        move=move,
        stand_in=context.brain.fallback_reason,
    )
    calls = [*context.calls]
    await context.store.add_exchange_reply(stored.row.id, turn.number, assessment, reply, calls)
    context.calls.clear()
    context.stored = stored.with_reply(assessment, reply, calls)
    apply_interviewer(context.state, reply)
    if move.kind is MoveKind.WRAP_UP:
        return Command(update={"answered": reply.number}, goto="close")
    if move.closes is not None:
        context.grade_behind(stored.row.id, move.closes)
    return Command(update={"answered": reply.number}, goto="listen")


async def close(state: GraphState, runtime: Node) -> Command[Literal["__end__"]]:
    """Ends the interview, whose last words have been said."""
    context = runtime.context
    assert context.state.end_reason is not None, "a wrap-up says why"
    await context.finish(context.stored, context.state, context.state.end_reason)
    return Command(goto="__end__")


def build_graph(checkpointer: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """The compiled graph; its drawn picture is the true one, because exits are typed."""
    builder = StateGraph(GraphState, context_schema=Context)
    for node in (listen, assess, reply, decide, say, keep, close):
        builder.add_node(node)
    builder.add_edge(START, "listen")
    return builder.compile(checkpointer=checkpointer)


def draw_graph() -> str:
    """The graph as Mermaid text."""
    return build_graph().get_graph().draw_mermaid()


def grounded(heard: TurnAssessment, turn: Turn) -> TurnAssessment:
    """An assessment whose quotes stand in the turn word for word.

    What a brain claims to have heard and nobody said is no evidence: the item stays unassessed,
    the red flag unheard, the number and the decision out of the notebook. Nor is credit given
    for a verdict without any evidence.
    """
    return heard.model_copy(
        update={
            "verdicts": tuple(_grounded_verdict(verdict, turn) for verdict in heard.verdicts),
            "red_flags": tuple(
                flag for hit in heard.red_flags if (flag := _grounded_flag(hit, turn)) is not None
            ),
            "numbers": tuple(n for n in heard.numbers if find_quote(n.quote, turn.whole)),
            "decisions": tuple(d for d in heard.decisions if find_quote(d, turn.whole)),
        }
    )


def _grounded_verdict(verdict: Assessment, turn: Turn) -> Assessment:
    if verdict.evidence is None and verdict.verdict not in _EARNED:
        return verdict
    found = find_quote(verdict.evidence.quote, turn.whole) if verdict.evidence else None
    if found is not None:
        evidence = Evidence(quote=found, turn=turn.number)
        return verdict.model_copy(update={"evidence": evidence})
    changes = {"evidence": None, "verdict": Verdict.UNASSESSED, "confidence": 0.0}
    return verdict.model_copy(update=changes)


def _grounded_flag(hit: RedFlagHit, turn: Turn) -> RedFlagHit | None:
    found = find_quote(hit.evidence.quote, turn.whole)
    if found is None:
        return None
    return hit.model_copy(update={"evidence": Evidence(quote=found, turn=turn.number)})


class WaitingGraph:
    """The graph in which every interview waits between its exchanges.

    Where it waits is in the store as well, so a checkpoint that is lost, stale or unreadable is
    made again, and none of it ever stops an interview.

    Args:
        file: where checkpoints are kept; made again when it is not usable.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._graph: Graph | None = None
        self._opening = asyncio.Lock()
        self._connections = AsyncExitStack()

    async def close(self) -> None:
        """Closes the file."""
        await self._connections.aclose()

    async def open(self, broken: Graph | None = None) -> Graph:
        """The compiled graph; made again, with an empty file, in place of a broken one."""
        async with self._opening:
            if self._graph is None or self._graph is broken:
                if self._graph is not None:
                    # Others may be using the old connection, so it stays open on the deleted file.
                    delete(self._file)
                self._graph = build_graph(await open_saver(self._file, self._connections))
            return self._graph

    async def forget(self, interview_ids: Sequence[str]) -> None:
        """Deletes what is remembered of interviews; fine where there is nothing."""
        if self._graph is not None or self._file.exists():
            await clean(self._file, (await self.open()).checkpointer, interview_ids)

    async def answer(self, context: Context) -> AsyncGenerator[str, None]:
        """Runs one exchange; yields the interviewer's sentences as they are spoken.

        Raises:
            InterviewerError: what the nodes raise; the turn stays unanswered unless it was kept.
        """
        interview_id, turn = context.stored.row.id, context.stored.turns[-1].number
        config: Any = {"configurable": {"thread_id": interview_id}}
        graph: Graph | None = await self._waiting_after(config, turn - 1)
        try:
            while graph is not None:
                running: Any = graph.astream(
                    Command(resume=turn),
                    config,
                    context=context,
                    stream_mode="custom",
                    durability="exit",
                )
                try:
                    async with aclosing(running):
                        while (sentence := await _next(running)) is not None:
                            yield sentence
                    graph = None
                except CheckpointLost:
                    # Another process made it anew in that instant; memory is nobody else's.
                    graph = build_graph(InMemorySaver())
                    await _wait_after(graph, config, turn - 1)
                except sqlite3.Error as error:
                    self._expect_said(error, context)
                    graph = None
        except InterviewNotFound:  # it was deleted meanwhile, so nothing of this is to stay
            await self.forget([interview_id])
            raise
        finally:
            if context.calls:
                await context.store.add_calls(interview_id, context.calls)

    def _expect_said(self, error: sqlite3.Error, context: Context) -> None:
        """Goes on without a checkpoint that could not be written when the nodes were done.

        They raise other errors, and the next exchange finds the checkpoint stale.

        Raises:
            StoreError: nothing has been said, so it could not even be read.
        """
        if not context.sentences:
            what = f"The checkpoint file {self._file} cannot be used ({error})."
            raise StoreError(what, "Delete it; nothing is lost.") from error
        log.warning("The checkpoint file %s cannot be written: %s", self._file, error)

    async def _waiting_after(self, config: Any, answered: int) -> Graph:
        """The graph, waiting where the store says that the interview stands."""
        graph = await self.open()
        try:
            await _wait_after(graph, config, answered)
        except UNREADABLE as error:
            log.warning("The checkpoint file %s is made again: %s", self._file, error)
            graph = await self.open(broken=graph)
            await _wait_after(graph, config, answered)
        return graph


async def _next(running: Any) -> str | None:
    # Not traced (see core.telemetry); whoever takes the sentence keeps their own choice.
    with tracing_context(enabled=False, parent=False):
        sentence: str | None = await anext(running, None)
    return sentence


async def _wait_after(graph: Graph, config: Any, answered: int) -> None:
    state = await graph.aget_state(config)
    waiting = state.next == ("listen",) and state.values.get("answered") == answered
    if waiting and state.interrupts:
        return
    if state.values:
        saver: Any = graph.checkpointer
        await saver.adelete_thread(config["configurable"]["thread_id"])
    start: Any = {"answered": answered, "turn": 0}
    with tracing_context(enabled=False, parent=False):
        await graph.ainvoke(start, config, durability="exit")
