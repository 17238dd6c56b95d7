"""What every test may rely on: no network, no keys, a home of its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from interviewer.core.paths import Places
from interviewer.core.settings import Level
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.reports import Result
from interviewer.scoring.model import ScoreModel
from tests import markers
from tests.homes import shared_folder, warm_places
from tests.scripts import Plays, Results
from tests.shipped import the_judge


def pytest_addoption(parser: pytest.Parser) -> None:
    """The bound that `make quick` sets."""
    parser.addoption("--most", type=float, help="processor seconds that an unmarked test may take")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Marks what `make quick` leaves out."""
    markers.mark(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Holds a quick test to its bound, where one is set."""
    most = item.config.getoption("--most")
    return (yield) if most is None else (yield from markers.bounded(item, most))


LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedJudge:
    """The embedded judge, prepared for the shipped case; its vectors are made once a run."""
    return the_judge(tmp_path_factory)


class NetworkReached(AssertionError):
    """A test tried to leave this machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection to another machine raises."""
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        local = self.family == getattr(socket, "AF_UNIX", None)
        if not local and not str(address[0]).startswith(LOOPBACK):
            raise NetworkReached(f"a test connects to {address!r}")
        return connect(self, address)

    return guarded


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A fresh INTERVIEWER_HOME; keys and settings of the developer do not count."""
    for name in [*os.environ]:
        if name.startswith(("OPENAI_", "INTERVIEWER_", "LANGCHAIN_", "LANGSMITH_")):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("INTERVIEWER_HOME", str(home))
    monkeypatch.setenv("HOME", str(tmp_path))
    return home


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """A data folder with the vectors of this run."""
    return warm_places(tmp_path_factory)


@pytest.fixture(scope="session")
def plays(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Plays:
    """What became of every shipped script; each is played once, whatever is asked of it."""
    return Plays(places, shared_folder(tmp_path_factory, "plays"))


@pytest.fixture(scope="session")
def results(plays: Plays) -> Mapping[str, Result]:
    """The result of every shipped script."""
    return Results(plays)


@pytest.fixture
def plain_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A score model whose numbers stay when the shipped one is fitted again."""
    shares = {
        Level.MID: (0.0, 0.04, 0.12, 0.35, 0.65),
        Level.SENIOR: (0.0, 0.08, 0.2, 0.45, 0.75),
        Level.STAFF: (0.0, 0.14, 0.3, 0.6, 0.9),
    }
    plain = ScoreModel(shares, shares, band_factor=1.0, coverage=0.8)
    monkeypatch.setattr("interviewer.scoring.model.read_model", lambda: plain)
