"""The database: its address, its connections and threads, and what its errors become."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    IntegrityError,
    InvalidRequestError,
    SQLAlchemyError,
)

from interviewer.core.errors import StoreError, TurnConflict
from interviewer.core.private_files import make_private
from interviewer.store.schema import HEAD, revision, upgrade

Answer = TypeVar("Answer")
Work = Callable[[Connection], Answer]
READERS = 4  # threads that read at once
WRITES = {"interviewer_writes": True}
"""Execution options of a transaction that will write."""

RETRY_SECONDS = 0.02
SHORT = 64_000_000  # bytes of a file that is written anew in about a second
_LENGTH = ("page_count", "page_size")

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
            with self._engine.connect() as connection:
                if revision(connection) == HEAD:
                    return  # Alembic takes a quarter of a second to import
            with self._engine.execution_options(**WRITES).begin() as connection:
                upgrade(connection, self._place)

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
        threads = self._writer if in_turn else self._readers
        return await self._run(threads, partial(_within, self._engine.connect, work))

    async def write(self, work: Work[Answer]) -> Answer:
        """Does work in one transaction: all of it is stored, or nothing."""
        begin = self._engine.execution_options(**WRITES).begin
        return await self._run(self._writer, partial(_within, begin, work))

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


def _within(opened: Callable[[], AbstractContextManager[Connection]], work: Work[Answer]) -> Answer:
    with opened() as connection:
        return work(connection)


def conflict() -> TurnConflict:
    """Somebody else has already stored what was to be stored here."""
    return TurnConflict(
        "This interview went on in another window.", "Reload the page; your draft is kept."
    )


def read_url(url: str) -> URL:
    """Parses a database address.

    Raises:
        StoreError: it is not a SQLAlchemy URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _unusable(url) from None
    # Older settings name a driver for SQLite; Python's own does it, in the store's threads.
    return parsed.set(drivername="sqlite") if is_sqlite(parsed) else parsed


def is_sqlite(url: URL) -> bool:
    """Whether an address names a SQLite database."""
    return url.drivername.partition("+")[0] == "sqlite"


def make_engine(url: URL, patience: float) -> Engine:
    """An engine for the address; connects to nothing yet.

    Args:
        url: the database.
        patience: seconds to wait while another program holds SQLite's write lock.

    Raises:
        StoreError: no driver for that address is installed.
    """
    sqlite = is_sqlite(url)
    try:
        engine = create_engine(
            url,
            json_serializer=partial(json.dumps, ensure_ascii=False, separators=(",", ":")),
            json_deserializer=_parsed,
            connect_args={"timeout": patience} if sqlite else {},
            # A server drops its connections when it restarts; a file has none to lose.
            pool_pre_ping=not sqlite,
        )
    except (ArgumentError, InvalidRequestError, ImportError) as error:
        raise _unusable(url.render_as_string()) from error
    if sqlite:
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def in_memory(url: URL) -> bool:
    """Whether the database is SQLite's private memory, which has a single connection."""
    return is_sqlite(url) and url.database in (None, "", ":memory:")


def make_file(url: URL) -> None:
    """Makes a SQLite file and its folder, for their owner alone; `OSError` when it cannot."""
    named = url.database or ""
    if not is_sqlite(url) or in_memory(url) or named.startswith("file:"):
        return
    file = Path(named).absolute()
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.is_file() and not file.stat().st_size and not Path(f"{file}-wal").exists():
        log.warning(
            "The database %s was empty. A new one begins; if it held interviews, "
            "stop the program and restore it from a backup.",
            file,
        )
    if file.is_file() or not file.exists():  # else SQLite says what is wrong
        make_private(file)


def probe(engine: Engine, url: URL, patience: float) -> None:
    """Opens a SQLite file once; `sqlite3.Error` when that stays impossible."""
    if is_sqlite(url) and not in_memory(url):
        place, named = engine.dialect.create_connect_args(url)
        options: dict[str, Any] = {**named, "timeout": patience}
        deadline = time.monotonic() + patience
        while not _configured(place[0], options, last=time.monotonic() >= deadline):
            time.sleep(RETRY_SECONDS)


def _configured(file: str, options: dict[str, Any], *, last: bool) -> bool:
    """Whether the file could be configured; SQLite does not wait where WAL is being switched on."""
    with closing(sqlite3.connect(file, **options)) as connection:
        try:
            _configure(connection)
        except sqlite3.OperationalError as error:
            if last or error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
    return True


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions start too late (at the first write) and leave out reads.
    connection.isolation_level = None
    try:
        _configure(connection)
    except sqlite3.Error:
        connection.close()  # the pool does not know it yet
        raise


def _configure(connection: Any) -> None:
    cursor = connection.cursor()
    # WAL lets readers work beside a writer; FULL makes a commit survive a power cut as well; what
    # is deleted is overwritten, because it is what somebody said.
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def scrub(engine: Engine) -> None:
    """Takes what was deleted out of the bytes of a SQLite file and its log.

    Deleted rows are overwritten where they were, but SQLite leaves older copies behind where it
    moved rows between pages, and the log holds every page as it was. A file that is short enough is
    therefore written anew.

    Raises:
        sqlite3.Error: another program holds the file, or there is no space to write it anew.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        pages, size = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in _LENGTH)
        if pages * size <= SHORT:
            cursor.execute("VACUUM")
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise sqlite3.OperationalError("another program is reading the database")
    finally:
        connection.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that writes takes the lock at once: what it reads first then stays true.
    writes = connection.get_execution_options().get("interviewer_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _parsed(text: str) -> object:
    """The JSON of a column; None where it is broken, which whoever needs it then refuses.

    An error here would hide all other rows of the same answer as well.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _unusable(url: str) -> StoreError:
    shown = re.sub(r":[^:/@]*@", ":***@", url)  # it may be too broken to be parsed
    return StoreError(
        f"{shown!r} is not the address of a database this program can use.",
        "Write it like sqlite:////folder/interviews.sqlite, with a driver that is installed.",
    )


_ELSEWHERE = "point INTERVIEWER_HOME to another folder"
_SENTENCES: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_READONLY: (
        "{place} is read-only.",
        f"Make the file and its folder writable, or {_ELSEWHERE}.",
    ),
    sqlite3.SQLITE_FULL: (
        "There is no space left for {place}; nothing of this change was stored.",
        "Free some disk space and try again.",
    ),
    sqlite3.SQLITE_NOTADB: (
        "{place} is not a database of this program.",
        f"Move the file away and a new one is made, or {_ELSEWHERE}.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "{place} is damaged.",
        "Restore it from a backup, or move it away and a new one is made.",
    ),
    sqlite3.SQLITE_BUSY: (
        "{place} was locked by another program for too long; nothing was stored.",
        "Close the other program and try again.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "{place} cannot be opened.",
        f"Check that it is a file in a folder you may write to, or {_ELSEWHERE}.",
    ),
    sqlite3.SQLITE_IOERR: (
        "The disk failed to read or write {place}.",
        "Check the disk and try again.",
    ),
}
_SENTENCES[sqlite3.SQLITE_LOCKED] = _SENTENCES[sqlite3.SQLITE_BUSY]
_SENTENCES[sqlite3.SQLITE_PERM] = _SENTENCES[sqlite3.SQLITE_CANTOPEN]


def place_of(url: URL) -> str:
    """How a database is called in messages: its file, or its address without the password."""
    if url.get_backend_name() == "sqlite":
        return f"The database {url.database or ':memory:'!r}"
    return f"The database {url.render_as_string(hide_password=True)!r}"


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turns what databases, drivers and disks raise into `StoreError`.

    Args:
        place: how the database is called, at the start of a sentence.
    """
    try:
        yield
    except ValidationError as error:
        raise StoreError(
            f"{place} holds an interview that this version cannot read ({error.title}).",
            "Update the program, or export the interview with the version that wrote it.",
        ) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _explain(error, place) from error
    except OSError as error:
        raise StoreError(
            f"{place} cannot be reached: {error.strerror or error}.",
            f"Check that it exists and that you may write to it, or {_ELSEWHERE}.",
        ) from error


def _explain(error: Exception, place: str) -> StoreError:
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int) and code & 0xFF in _SENTENCES:
        what, action = _SENTENCES[code & 0xFF]
        return StoreError(what.format(place=place).replace("for The", "for the"), action)
    detail = str(cause or error).splitlines()[0].rstrip(".")
    return StoreError(f"{place} cannot be used: {detail}.", "Run `interviewer doctor` for details.")


def called(url: str) -> str:
    """How the database of an address is called within a sentence."""
    return place_of(read_url(url)).replace("The database", "the database", 1)
