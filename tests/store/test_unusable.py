"""Databases that cannot be used: broken, read-only, full, locked, of another version."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from interviewer.core.errors import StoreError
from interviewer.store import open_store
from tests.builders import a_turn, an_assessment
from tests.rows import RICH, make_database, url_of


async def _use(url: str) -> None:
    async with open_store(url, patience=0.05) as store:
        await store.load("one")
        await store.add_exchange_reply("one", 2, an_assessment(), a_turn(3))


def _truncate_pages(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[100:] = b"\xff" * (len(data) - 100)
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        pytest.param(
            lambda file: file.write_text("dear diary, " * 99), "not a database", id="text"
        ),
        pytest.param(_truncate_pages, "damaged", id="garbage_after_the_header"),
        pytest.param(
            lambda file: (file.unlink(), file.mkdir()), "cannot be opened", id="folder_in_its_place"
        ),
    ],
)
async def test_a_broken_file(file: Path, spoil: Callable[[Path], Any], says: str) -> None:
    await make_database(file)
    spoil(file)
    with pytest.raises(StoreError, match=says) as caught:
        await _use(url_of(file))
    assert str(file) in caught.value.what
    assert caught.value.action


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        await _use(url_of(tmp_path / "taken" / "deeper" / "interviews.sqlite"))
    assert "INTERVIEWER_HOME" in caught.value.action


async def test_a_read_only_database_can_be_read_and_refuses_writes(file: Path) -> None:
    await make_database(file)
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    async with open_store(url) as store:
        before = await store.load("one")
        with pytest.raises(StoreError, match="read-only"):
            await store.add_exchange_reply("one", 2, an_assessment(), a_turn(3))
        assert await store.load("one") == before


async def test_a_read_only_database_that_is_missing(file: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        await _use(f"sqlite:///file:{file}?mode=ro&uri=true")


@contextmanager
def _pragma(pragma: str) -> Iterator[None]:
    """Sets a pragma on every connection that is opened meanwhile."""

    def connected(connection: Any, _record: object) -> None:
        connection.cursor().execute(f"PRAGMA {pragma}")

    event.listen(Pool, "connect", connected)
    try:
        yield
    finally:
        event.remove(Pool, "connect", connected)


async def test_a_full_disk_stores_all_or_nothing(file: Path) -> None:
    await make_database(file)
    with _pragma("max_page_count = 1"):  # SQLite takes it as: no more than there are
        async with open_store(url_of(file)) as store:
            before = await store.load("one")
            with pytest.raises(StoreError, match="no space left") as caught:
                await store.add_exchange_reply("one", 2, RICH, a_turn(3, "x" * 50_000))
            assert "Free" in caught.value.action
            assert await store.load("one") == before
    async with open_store(url_of(file)) as store:  # there is space again
        await store.add_exchange_reply("one", 2, RICH, a_turn(3, "x" * 50_000))
        assert (await store.load("one")).unanswered is None


async def test_a_lock_held_too_long(file: Path) -> None:
    await make_database(file)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            await _use(url_of(file))
        other.execute("ROLLBACK")
    await _use(url_of(file))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("interviews.sqlite", id="a_path"),
        pytest.param("postgres//u:secret@host/db", id="slip_of_the_pen"),
        pytest.param("nonsense+driver://u:secret@host/db", id="unknown_dialect"),
        pytest.param("oracle+oracledb_async://u:secret@host/db", id="driver_not_installed"),
    ],
)
async def test_an_unusable_address(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:") as caught:
        await _use(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE alembic_version SET version_num = '9999'", id="newer_tables"),
        pytest.param("UPDATE interviews SET schema_version = 99", id="newer_json"),
    ],
)
async def test_a_database_of_a_newer_program(file: Path, statement: str) -> None:
    await make_database(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)
    with pytest.raises(StoreError, match="newer version") as caught:
        await _use(url_of(file))
    assert caught.value.action == "Update the program."


async def test_unreadable_json_is_a_store_error(file: Path) -> None:
    await make_database(file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE turns SET intents = '[\"unheard_of\"]' WHERE number = 2")
    with pytest.raises(StoreError, match="cannot read"):
        await _use(url_of(file))
