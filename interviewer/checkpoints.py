"""LangGraph's checkpoints in a file of their own, a cache that may be deleted at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from interviewer.errors import StoreError


@asynccontextmanager
async def open_checkpoints(file: Path) -> AsyncIterator[AsyncSqliteSaver]:
    """Opens the checkpoint file; one that is not a database is made again.

    Raises:
        StoreError: the file can be neither opened nor made again.
    """
    try:
        connection = await _connect(file)
    except sqlite3.Error as error:
        raise StoreError(
            f"The checkpoint file {file.name} cannot be opened ({error}).",
            "Check the rights and the free space of the data folder.",
        ) from error
    try:
        # Checkpoints hold two numbers; nothing else is ever rebuilt from them.
        yield AsyncSqliteSaver(connection, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
    finally:
        await connection.close()


async def _connect(file: Path) -> aiosqlite.Connection:
    try:
        return await _open(file)
    except sqlite3.DatabaseError:
        for part in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
            part.unlink(missing_ok=True)
        return await _open(file)


async def _open(file: Path) -> aiosqlite.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = await aiosqlite.connect(file, isolation_level=None)
    try:
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA synchronous=NORMAL")
        await connection.execute("PRAGMA busy_timeout=5000")
    except sqlite3.Error:
        await connection.close()
        raise
    return connection
