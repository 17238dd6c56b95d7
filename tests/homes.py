"""Data folders for tests with the real model: they share the vectors of the shipped case."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from interviewer.core.paths import Places


def places_in(home: Path, *, knowledge: Path | None = None, database: str = "") -> Places:
    """The places of a data folder, whatever the environment says."""
    return Places(home, knowledge, database or f"sqlite:///{home}/interviews.sqlite")


def shared_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that all processes of one test run share."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = root / name
    folder.mkdir(exist_ok=True)
    return folder


def warm_places(factory: pytest.TempPathFactory) -> Places:
    """A new data folder whose vectors are those that an earlier test of this run has made."""
    shared = shared_folder(factory, "vectors")
    home = factory.mktemp("home")
    (home / "cache").symlink_to(shared)
    return places_in(home)
