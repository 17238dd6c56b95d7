"""Data folders for tests with the real model: they share the vectors of the shipped case."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.settings import Places


def places_in(home: Path, *, knowledge: Path | None = None, database: str = "") -> Places:
    """The places of a data folder, whatever the environment says."""
    return Places(home, knowledge, database or f"sqlite+aiosqlite:///{home}/interviews.sqlite")


def warm_places(factory: pytest.TempPathFactory) -> Places:
    """A new data folder whose vectors are those that an earlier test of this run has made."""
    shared = factory.getbasetemp() / "vectors"
    shared.mkdir(exist_ok=True)
    home = factory.mktemp("home")
    (home / "cache").symlink_to(shared)
    return places_in(home)
