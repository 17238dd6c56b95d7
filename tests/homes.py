"""Data folders for tests with the real model: they share the vectors of the shipped case."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from interviewer.core.paths import Places
from interviewer.simulation.homes import places_in

__all__ = ["places_in", "shared_folder", "warm_places"]


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
