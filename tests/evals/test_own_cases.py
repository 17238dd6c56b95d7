"""Rated answers to a case of the user are measured like those to ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.subjects import library
from evals.suites import scoring
from evals.suites.suite import Options
from interviewer.core.errors import InterviewerError
from tests.builders import write_case

ROW = {"id": "one", "case_id": "warehouse", "step": "data", "answer": "Quartz first.", "score": 3}


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    """The library is kept for a process: other tests must not see this folder."""
    library.cache_clear()
    yield
    library.cache_clear()


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A file with one rated answer to the builders' case."""
    file = tmp_path / "answers.jsonl"
    file.write_text(json.dumps(ROW) + "\n")
    return file


def test_answers_to_a_case_of_the_user_are_measured(
    tmp_path: Path, answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_case(tmp_path)
    monkeypatch.setenv("INTERVIEWER_KNOWLEDGE", str(tmp_path))
    assert [task.payload for task in scoring.tasks(Options(data=answers))] == [ROW]


def test_answers_to_a_case_that_nobody_has_are_refused(answers: Path) -> None:
    with pytest.raises(InterviewerError, match="No row"):
        scoring.tasks(Options(data=answers))
