"""Connections: where the database is, and how SQLite is set up so that nothing gets lost."""

from __future__ import annotations

import json
import logging
import re
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, InvalidRequestError

from interviewer.core.errors import StoreError
from interviewer.core.private_files import make_private

WRITES = {"interviewer_writes": True}
"""Execution options of a transaction that will write."""

RETRY_SECONDS = 0.02
SHORT = 64_000_000  # bytes of a file that is written anew in about a second
_LENGTH = ("page_count", "page_size")

log = logging.getLogger("interviewer")


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
            json_serializer=_compact,
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


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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
