"""Rated answers to a case of the user are measured like those to ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from evals.baseline_raters import BASELINES
from evals.figures import Figure
from evals.present import shown
from evals.runner import Run, run_suite
from evals.subjects import EMBEDDED, library
from evals.suites import scoring
from evals.suites.suite import Options, Row
from interviewer.core.errors import InterviewerError
from tests.builders import write_case

ROW = {"id": "one", "case_id": "warehouse", "step": "data", "answer": "Quartz first.", "score": 3}
EXAMPLE = Path(__file__).parents[2] / "docs" / "example"
OF_EXAMPLE = {"case_id": "loan_default", "step": "data"}
TWO: tuple[dict[str, Any], ...] = (
    {
        **OF_EXAMPLE,
        "id": "a",
        "answer": "We see defaults of people we approved, so I'd approve a small random slice.",
        "score": 4,
    },
    {**OF_EXAMPLE, "id": "b", "answer": "Collect more data.", "score": 1},
)


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


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_KNOWLEDGE", str(EXAMPLE))


def _measured(folder: Path, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Figure]:
    file = folder / "answers.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    report = run_suite("scoring", Run(EMBEDDED, folder, Options(data=file), workers=1))
    assert "rated as the file says" in report.rests_on and not report.failed
    return {figure.name: figure for figure in report.figures}


def test_two_answers_to_one_case_are_measured_as_far_as_they_can_be(
    example: None, tmp_path: Path
) -> None:
    figures = _measured(tmp_path, TWO)
    assert figures["mean error"].of == len(TWO) and figures["QWK"].value is not None
    alone = {name for name, figure in figures.items() if figure.why}
    assert alone == {"ratings inside a band made on other cases", *map("{}: QWK".format, BASELINES)}
    assert all("two cases" in shown(figures[name]) for name in alone)


def test_one_answer_has_an_error_but_neither_agreement_nor_interval(
    example: None, tmp_path: Path
) -> None:
    figures = _measured(tmp_path, TWO[:1])
    assert figures["mean error"].value is not None
    assert all(figure.low is None and figure.high is None for figure in figures.values())
    for name in ("QWK", "Spearman", "loan_default: QWK"):
        assert (figures[name].value, figures[name].why) == (None, scoring.ALIKE)


def test_answers_without_any_score_are_counted(example: None) -> None:
    outcome: dict[str, Any] = {"score": None, "band": None, "evidence": []}
    report = scoring.summarise([Row(row["id"], row, outcome) for row in TWO])
    figures = {figure.name: figure for figure in report.figures}
    assert (figures["scored"].value, figures["scored"].of) == (0, len(TWO))
    assert figures["mean error"].why == figures["QWK"].why == "there is nothing to count"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"score": "good"}, "'a' has the score 'good'"),
        ({"score": 3, "score_min": 1, "score_max": 1}, "'a' has the score 3"),
        ({"step": "deploy"}, "no step is 'deploy'"),
        ({"score": None}, "'a' has the score None"),
    ],
)
def test_a_row_that_cannot_be_rated_is_named_before_anything_runs(
    example: None, tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    with pytest.raises(InterviewerError, match=complaint):
        _measured(tmp_path, [{**TWO[0], **change}])


@pytest.mark.parametrize("field", ["score", "step", "answer"])
def test_a_row_that_lacks_a_field_is_named(example: None, tmp_path: Path, field: str) -> None:
    with pytest.raises(InterviewerError, match=f"'a' has no '{field}'"):
        _measured(tmp_path, [{key: value for key, value in TWO[0].items() if key != field}])
