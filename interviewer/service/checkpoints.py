"""The file of the checkpoints: a cache, opened whatever its state and made again when it breaks."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiosqlite
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from interviewer.core.private_files import make_private

UNREADABLE = (sqlite3.Error, ValueError, KeyError, TypeError, NotImplementedError)
"""What a damaged checkpoint raises: the file, a row of it, or what the row should have held."""
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000", "secure_delete=ON")

log = logging.getLogger("interviewer")


async def open_saver(file: Path, connections: AsyncExitStack) -> BaseCheckpointSaver[Any]:
    """Keeps checkpoints in a file, which is made again if need be; in memory where it cannot be.

    Args:
        file: where they are kept.
        connections: closes it.
    """
    try:
        try:
            connection = await _open(file)
        except sqlite3.DatabaseError:
            delete(file)
            connection = await _open(file)
    except (sqlite3.Error, OSError) as error:
        log.warning("Checkpoints are kept in memory, not in %s: %s", file, error)
        return InMemorySaver()
    connections.push_async_callback(connection.close)
    # Checkpoints hold two numbers; nothing else is ever rebuilt from them.
    return AsyncSqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))


async def _open(file: Path) -> aiosqlite.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    make_private(file)
    connection = await aiosqlite.connect(file, isolation_level=None)
    try:
        for pragma in PRAGMAS:
            await connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        await connection.close()
        raise
    return connection


async def clean(file: Path, saver: Any, interview_ids: Sequence[str]) -> None:
    """Deletes what a file holds of interviews; one that is damaged stays as it is."""
    try:
        for interview_id in interview_ids:
            await saver.adelete_thread(interview_id)
        if isinstance(saver, AsyncSqliteSaver):
            async with saver.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                await cursor.fetchall()
    except UNREADABLE as error:
        log.warning("The checkpoint file %s cannot be cleaned: %s", file, error)


def delete(file: Path) -> None:
    """Deletes a file with its log."""
    for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        part.unlink(missing_ok=True)
