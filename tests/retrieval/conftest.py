"""A folder of notes, with an index and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.retrieval.workplace import Workplace


@pytest.fixture
def work(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path)


@pytest.fixture
def built(work: Workplace) -> Workplace:
    work.build()
    return work
