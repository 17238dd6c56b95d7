"""Running a suite: each task once, whatever happens in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.figures import Report
from evals.runner import Run, run_suite
from evals.suites import Options
from interviewer.core.errors import InterviewerError
from tests.evals.noting import KEYS, Other, Quiet, Work

ODD_TEXT = "one\u2028two\u2029three\u0085four\x0bfive\x0csix\x1cseven\neight\u4e0d \U0001f600"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return _registered(Work(), monkeypatch)


def _registered(work: Work, monkeypatch: pytest.MonkeyPatch) -> Work:
    """The only suite there is."""
    monkeypatch.setattr("evals.runner.find_suite", lambda _: work.suite)
    return work


def _run(out: Path, subject: type[Quiet] = Quiet, data: Path | None = None) -> Report:
    return run_suite("fake", _planned(out, subject, data))


def _planned(out: Path, subject: type[Quiet] = Quiet, data: Path | None = None) -> Run:
    name = f"{subject.__module__}:{subject.__name__}"
    return Run(name, out, Options(data), workers=1)


def _journal(out: Path) -> Path:
    return out / "journals" / "fake.jsonl"


def test_every_task_is_run_once(work: Work, tmp_path: Path) -> None:
    report = _run(tmp_path)
    assert work.again() == list(KEYS)
    assert report.figures[0].value == pytest.approx(55 / 6, abs=0.001)
    assert report.failed == ()
    assert _run(tmp_path) == report and work.again() == []


@pytest.mark.parametrize("done", range(len(KEYS)))
def test_what_was_stopped_goes_on_where_it_was(done: int, work: Work, tmp_path: Path) -> None:
    whole = _run(tmp_path / "whole")
    work.again()
    work.raises[KEYS[done]] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path / "stopped")
    assert work.again() == list(KEYS[: done + 1])
    work.raises.clear()
    assert _run(tmp_path / "stopped") == whole
    assert work.again() == list(KEYS[done:])


@pytest.mark.parametrize(
    ("cut", "again"),
    [
        pytest.param(1, [], id="only_the_end_of_the_line_is_missing"),
        pytest.param(2, ["task5"], id="the_last_brace_is_missing"),
        pytest.param(40, ["task5"], id="half_the_line_is_missing"),
    ],
)
def test_a_torn_last_line_is_run_again(
    cut: int, again: list[str], work: Work, tmp_path: Path
) -> None:
    report = _run(tmp_path)
    work.again()
    whole = _journal(tmp_path).read_bytes()
    _journal(tmp_path).write_bytes(whole[:-cut])
    assert _run(tmp_path) == report and work.again() == again
    assert _run(tmp_path) == report and work.again() == []


def test_work_goes_on_behind_a_torn_line(work: Work, tmp_path: Path) -> None:
    whole = _run(tmp_path / "whole")
    work.raises["task3"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        _run(tmp_path)
    path = _journal(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    work.raises.clear()
    work.again()
    assert _run(tmp_path) == whole and work.again() == list(KEYS[2:])
    assert _run(tmp_path) == whole and work.again() == []


@pytest.mark.parametrize("text", ["", '{"stamp": "x', "no journal\n", "\n\n"])
def test_a_journal_without_a_stamp_is_begun_anew(text: str, work: Work, tmp_path: Path) -> None:
    path = _journal(tmp_path)
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    _run(tmp_path)
    assert work.again() == list(KEYS)
    assert [list(json.loads(line)) for line in path.read_text("utf-8").splitlines()][0] == ["stamp"]


@pytest.mark.parametrize(
    "error",
    [InterviewerError("No brain.", "Wait."), OSError("full"), ValueError("odd"), KeyError("x")],
    ids=lambda error: type(error).__name__,
)
def test_a_failed_row_is_reported_and_tried_again(
    error: Exception, work: Work, tmp_path: Path
) -> None:
    work.raises["task2"] = error
    report = _run(tmp_path)
    assert work.again() == list(KEYS)
    assert report.failed == (f"task2: {type(error).__name__}: {error}",)
    assert [finding.title for finding in report.findings] == [k for k in KEYS if k != "task2"]
    assert _run(tmp_path) == report and work.again() == ["task2"]
    work.raises.clear()
    assert _run(tmp_path).failed == () and work.again() == ["task2"]
    assert len(_run(tmp_path).findings) == len(KEYS) and work.again() == []


def test_a_run_in_which_everything_failed_measured_nothing(work: Work, tmp_path: Path) -> None:
    work.raises = {key: ValueError("odd") for key in KEYS}
    with pytest.raises(InterviewerError, match="measured nothing: task0: ValueError: odd"):
        _run(tmp_path)
    assert work.again() == list(KEYS)


def test_a_suite_without_tasks_measured_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _registered(Work(keys=()), monkeypatch)
    with pytest.raises(InterviewerError, match="measured nothing"):
        _run(tmp_path)


def test_another_subject_begins_anew(work: Work, tmp_path: Path) -> None:
    for subject in (Quiet, Other, Quiet):
        _run(tmp_path, subject)
        assert work.again() == list(KEYS)
        _run(tmp_path, subject)
        assert work.again() == []


def test_other_data_begin_anew(work: Work, tmp_path: Path) -> None:
    data = tmp_path / "rated.jsonl"
    for text in ("one", "other"):
        data.write_text(text, "utf-8")
        _run(tmp_path, data=data)
        assert work.again() == list(KEYS)
        _run(tmp_path, data=data)
        assert work.again() == []


def test_every_letter_survives_the_journal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    work = _registered(Work(text=ODD_TEXT), monkeypatch)
    report = _run(tmp_path)
    work.again()
    assert _run(tmp_path) == report and work.again() == []
    assert {(found.got, found.text) for found in report.findings} == {(ODD_TEXT, ODD_TEXT)}


def test_progress_is_told_from_where_the_journal_ends(work: Work, tmp_path: Path) -> None:
    work.raises["task4"] = KeyboardInterrupt()
    run, told = _planned(tmp_path), []
    with pytest.raises(KeyboardInterrupt):
        run_suite("fake", run, lambda *args: told.append(args))
    assert told == [("fake", done, 6) for done in range(5)]
    work.raises.clear()
    told.clear()
    run_suite("fake", run, lambda *args: told.append(args))
    assert told == [("fake", done, 6) for done in (4, 5, 6)]
