"""The opened database: its connections, the threads that use them, what its errors become."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import IntegrityError

from interviewer.core.errors import StoreError, TurnConflict
from interviewer.store.engine import WRITES, probe, scrub
from interviewer.store.failures import told
from interviewer.store.schema import migrate

Answer = TypeVar("Answer")
Work = Callable[[Connection], Answer]
READERS = 4  # threads that read at once

log = logging.getLogger("interviewer")


class Database:
    """One database, for one event loop.

    Every method raises `StoreError` when the database cannot be read or written; then nothing of
    the change was stored. A write that was begun is finished even when its caller is cancelled.
    """

    def __init__(self, engine: Engine, place: str, *, one_thread: bool = False) -> None:
        self._engine = engine
        self._place = place
        # SQLite has one writer, and a queue is fairer than its lock; private memory belongs to
        # one thread.
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._readers = self._writer if one_thread else ThreadPoolExecutor(READERS, "store-reader")
        self._unfinished: set[asyncio.Future[Any]] = set()

    async def prepare(self, url: URL, patience: float) -> None:
        """Opens the database, then creates or upgrades the tables; see `open_store`."""

        def preparing() -> None:
            probe(self._engine, url, patience)
            migrate(self._engine, self._place)

        await self._run(self._writer, preparing)

    async def close(self) -> None:
        """Waits for what is under way and closes the connections."""
        await asyncio.gather(*self._unfinished, return_exceptions=True)
        for threads in (self._readers, self._writer):
            await asyncio.to_thread(threads.shutdown)
        self._engine.dispose()

    async def read(self, work: Work[Answer], *, in_turn: bool = False) -> Answer:
        """Does work that only reads, on the database as it is at one moment.

        Args:
            work: the questions.
            in_turn: who asks first is answered first, also before what is written later.
        """

        def reading() -> Answer:
            with self._engine.connect() as connection:
                return work(connection)

        return await self._run(self._writer if in_turn else self._readers, reading)

    async def write(self, work: Work[Answer]) -> Answer:
        """Does work in one transaction: all of it is stored, or nothing."""

        def writing() -> Answer:
            with self._engine.execution_options(**WRITES).begin() as connection:
                return work(connection)

        return await self._run(self._writer, writing)

    async def scrub(self) -> None:
        """Takes what was deleted out of the files; only SQLite's are ours to write anew."""
        if self._engine.dialect.name != "sqlite":
            return
        try:
            await self._run(self._writer, lambda: scrub(self._engine))
        except StoreError as error:
            log.warning("What was deleted may stay in the files of the database: %s", error)

    async def _run(self, threads: ThreadPoolExecutor, work: Callable[[], Answer]) -> Answer:
        """Does blocking work in a thread; once begun it is finished, whatever its caller does."""
        future = asyncio.get_running_loop().run_in_executor(threads, work)
        self._unfinished.add(future)
        future.add_done_callback(self._unfinished.discard)
        with told(self._place):
            try:
                return await asyncio.shield(future)
            except IntegrityError:  # databases without SQLite's single writer find out late
                raise conflict() from None


def conflict() -> TurnConflict:
    """Somebody else has already stored what was to be stored here."""
    return TurnConflict(
        "This interview went on in another window.", "Reload the page; your draft is kept."
    )
