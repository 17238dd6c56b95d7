"""Databases that interviews cannot write to, or not read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from interviewer.core.errors import (
    InterviewerError,
    StoreError,
)
from interviewer.service.interviews import open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from tests.homes import places_in
from tests.service.sessions import (
    begin,
    quick,
    say,
)


def is_clear(error: InterviewerError) -> bool:
    """One sentence what happened and one what to do."""
    return all(
        text[0].isupper() and text.endswith(".") and "\n" not in text
        for text in (error.what, error.action)
    )


async def test_a_read_only_database_can_be_looked_at(tmp_path: Path) -> None:
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
    url = f"sqlite:///file:{tmp_path}/interviews.sqlite?mode=ro&uri=true"
    places = places_in(tmp_path, database=url)
    async with open_interviews(places, brain=QuickBrain()) as interviews:
        before = await interviews.view(mine)
        for act in (say(interviews, mine), begin(interviews), interviews.end(mine)):
            with pytest.raises(StoreError, match="read-only") as caught:
                await act
            assert is_clear(caught.value)
        assert await interviews.view(mine) == before


async def test_a_damaged_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    async with quick(tmp_path) as interviews:
        await begin(interviews)
    (tmp_path / "interviews.sqlite").write_text("dear diary, " * 999)
    with pytest.raises(StoreError, match="not a database") as caught:
        async with quick(tmp_path):
            pass
    assert is_clear(caught.value)


@asynccontextmanager
async def full_disk() -> AsyncIterator[None]:
    """Databases that are opened meanwhile may not grow."""

    def connected(connection: Any, _record: object) -> None:
        connection.cursor().execute("PRAGMA max_page_count = 1")

    event.listen(Pool, "connect", connected)
    try:
        yield
    finally:
        event.remove(Pool, "connect", connected)


async def test_a_full_disk_refuses_before_a_word_is_said(tmp_path: Path) -> None:
    long = "word " * 2_000
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
    async with full_disk(), quick(tmp_path) as interviews:
        reply = interviews.submit(mine, long)
        with pytest.raises(StoreError, match="no space left") as caught:
            await anext(reply)
        assert is_clear(caught.value)
        assert (await interviews.view(mine)).last_turn == 1
    async with quick(tmp_path) as interviews:  # there is space again
        assert await say(interviews, mine, long)
