"""Running commands: a runner, a small case in use, and how a failure has to look."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from interviewer.cli import app
from interviewer.core.paths import Places
from tests.builders import a_case, the_notes, write_case

CASE = "warehouse"
ANSWER = (
    "The granite stays apart, because it fails first and would spoil its neighbours. "
    "I would keep the copper on its own, because it is the first to wear out."
)

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs a command line given as words; standard input is `input`."""

    def run(*words: object, input: str = "") -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=input)

    return run


@pytest.fixture(scope="session")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the judge remembers of a case, made once for all tests."""
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture
def knowledge(tmp_path: Path, vectors: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge folder with one small case, in use."""
    monkeypatch.setattr(Places, "cache", property(lambda self: vectors))
    root = tmp_path / "knowledge"
    write_case(root, a_case(), the_notes())
    monkeypatch.setenv("INTERVIEWER_KNOWLEDGE", str(root))
    return root


def assert_one_sentence(result: Result, code: int, *parts: str) -> None:
    """The command failed as promised: an exit code, one line on stderr, no trace."""
    lines = result.stderr.strip().splitlines()
    assert (result.exit_code, len(lines)) == (code, 1), result.output
    assert "Traceback" not in result.output
    for part in parts:
        assert part in lines[0]


@pytest.fixture
def one_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only study note that there is, so that an index is built at once."""
    folder = tmp_path / "notes"
    note = folder / "concepts" / "latency_budget.md"
    note.parent.mkdir(parents=True)
    note.write_text("# Latency budget\n\nHow the milliseconds are shared out.\n", "utf-8")
    monkeypatch.setattr("interviewer.retrieval.notes.shipped", lambda name: folder)
    return note


def listed(run: Run) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run("list", "--json").stdout)
    return rows
