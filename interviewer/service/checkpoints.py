"""The graph with its checkpoints: a file of its own, a cache that may vanish or break at any time.

A checkpoint only remembers where the graph waits. The store knows that as well, so a checkpoint
that is lost, stale or unreadable is made again, and none of it ever stops an interview.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from typing import Any

import aiosqlite
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.types import Command

from interviewer.core.errors import StoreError
from interviewer.core.private_files import make_private
from interviewer.core.telemetry import each_untraced, untraced
from interviewer.service.graph import CheckpointLost, Context, Exchange, Graph, build_graph

UNREADABLE = (sqlite3.Error, ValueError, KeyError, TypeError, NotImplementedError)
"""What a damaged checkpoint raises: the file, a row of it, or what the row should have held."""

log = logging.getLogger("interviewer")


class WaitingGraph:
    """The graph in which every interview waits between its exchanges.

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

    async def forget(self, interview_ids: Sequence[str]) -> None:
        """Deletes what is remembered of interviews; fine where there is nothing."""
        if self._graph is None and not self._file.exists():
            return
        saver: Any = (await self.open()).checkpointer
        try:
            for interview_id in interview_ids:
                await saver.adelete_thread(interview_id)
            if isinstance(saver, AsyncSqliteSaver):
                async with saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    await cursor.fetchall()
        except UNREADABLE as error:
            log.warning("The checkpoint file %s cannot be cleaned: %s", self._file, error)

    async def run(
        self, interview_id: str, exchange: Exchange, turn: int
    ) -> AsyncGenerator[str, None]:
        """Runs one exchange; yields the interviewer's sentences as they are spoken.

        Args:
            interview_id: the interview.
            exchange: what the nodes work on.
            turn: number of the stored candidate turn to answer.

        Raises:
            InterviewerError: what the exchange raises; the turn then stays unanswered.
        """
        config: Any = {"configurable": {"thread_id": interview_id}}
        graph = await self._waiting_after(config, turn - 1)
        try:
            async with aclosing(self._running(graph, config, exchange, turn)) as sentences:
                async for sentence in sentences:
                    yield sentence
        except CheckpointLost:
            # Another process made the same one anew in that instant; memory is nobody else's.
            graph = build_graph(InMemorySaver())
            await _wait_after(graph, config, turn - 1)
            async with aclosing(self._running(graph, config, exchange, turn)) as sentences:
                async for sentence in sentences:
                    yield sentence

    async def _running(
        self, graph: Graph, config: Any, exchange: Exchange, turn: int
    ) -> AsyncGenerator[str, None]:
        running: Any = graph.astream(
            Command(resume=turn),
            config,
            context=Context(exchange),
            stream_mode="custom",
            durability="exit",
        )
        spoke = False
        try:
            async with aclosing(running) as sentences:
                async for sentence in each_untraced(sentences):
                    spoke = True
                    yield str(sentence)
        except sqlite3.Error as error:
            # The exchange itself raises other errors: only the checkpoint could not be written,
            # which happens at the exit, and the next exchange finds it stale.
            if not spoke:
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
            graph = await self._open_again(graph)
            await _wait_after(graph, config, answered)
        return graph

    async def open(self) -> Graph:
        """The compiled graph."""
        async with self._opening:
            if self._graph is None:
                self._graph = build_graph(await self._saver())
            return self._graph

    async def _open_again(self, broken: Graph) -> Graph:
        async with self._opening:
            if self._graph is broken:
                # Others may be using the old connection, so it stays open on the deleted file.
                _delete(self._file)
                self._graph = build_graph(await self._saver())
            assert self._graph is not None
            return self._graph

    async def _saver(self) -> BaseCheckpointSaver[Any]:
        try:
            connection = await _connect(self._file)
        except (sqlite3.Error, OSError) as error:
            log.warning("Checkpoints are kept in memory, not in %s: %s", self._file, error)
            return InMemorySaver()
        self._connections.push_async_callback(connection.close)
        # Checkpoints hold two numbers; nothing else is ever rebuilt from them.
        return AsyncSqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))


async def _wait_after(graph: Graph, config: Any, answered: int) -> None:
    state = await graph.aget_state(config)
    waiting = state.next == ("listen",) and state.values.get("answered") == answered
    if waiting and state.interrupts:
        return
    if state.values:
        saver: Any = graph.checkpointer
        await saver.adelete_thread(config["configurable"]["thread_id"])
    start: Any = {"answered": answered, "turn": 0}
    with untraced():
        await graph.ainvoke(start, config, context=Context(None), durability="exit")


async def _connect(file: Path) -> aiosqlite.Connection:
    try:
        return await _open(file)
    except sqlite3.DatabaseError:
        _delete(file)
        return await _open(file)


async def _open(file: Path) -> aiosqlite.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    make_private(file)
    connection = await aiosqlite.connect(file, isolation_level=None)
    try:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=5000",
            "secure_delete=ON",
        ):
            await connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        await connection.close()
        raise
    return connection


def _delete(file: Path) -> None:
    for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        part.unlink(missing_ok=True)
