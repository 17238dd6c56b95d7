"""A database file and an open store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from interviewer.store import Store, open_store
from tests.rows import url_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "interviews.sqlite"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[Store]:
    async with open_store(url_of(file)) as opened:
        yield opened
