"""What a database complains about, as one sentence for people and the next thing to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from interviewer.core.errors import StoreError

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
