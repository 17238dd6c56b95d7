"""Planted faults are caught: what passes one of them measures nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from evals import figures
from evals.compare import BASELINES, compare, failures, read_report
from evals.faults import CAUGHT_BY
from evals.subjects import EMBEDDED, make_subject
from evals.suites import Options, Row, Task, find_suite, scoring

SOME: dict[str, Callable[[Task], bool]] = {
    "scoring": lambda task: "group" not in task.payload,
    "flow": lambda task: task.key == "sa_rambler",
    "conversation": lambda task: task.key == "vr_weak_rambling",
    "manipulation": lambda task: (
        task.payload["script"] == "vr_weak" and task.payload["step"] == "data"
    ),
}
"""Of the long suites, enough tasks to see the fault."""


@pytest.fixture(autouse=True)
def quick_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "RESAMPLES", 20)
    monkeypatch.setattr(scoring, "BASELINES", {})


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared, because the vectors of a case take seconds to make."""
    return tmp_path_factory.mktemp("cache")


def found(subject_name: str, suite_name: str, cache: Path) -> list[str]:
    """Names of what a suite finds worse than the committed baseline."""
    suite, subject = find_suite(suite_name), make_subject(subject_name, cache)
    wanted = SOME.get(suite_name)

    async def rows() -> Iterable[Row]:
        tasks = [task for task in suite.tasks(Options()) if wanted is None or wanted(task)]
        return [Row(t.key, t.payload, await suite.run(subject, t.payload)) for t in tasks]

    report = suite.summarise(list(asyncio.run(rows())))
    changes = failures(compare(read_report(BASELINES), [report]))
    return [change.name for change in changes if change.verdict != "gone"]


@pytest.mark.parametrize(
    ("fault", "sign"),
    [
        ("LengthJudge", "QWK"),
        ("ConstantJudge", "QWK"),
        ("GenerousJudge", "mean error"),
        ("RepeatingPolicy", "sentences said twice"),
        ("FlatteringBrain", "praise"),
        ("ObedientBrain", "worst inflation"),
        ("NoisySearch", "hit@5"),
    ],
)
def test_a_planted_fault_is_caught(fault: str, sign: str, cache: Path) -> None:
    assert sign in found(f"evals.faults:{fault}", CAUGHT_BY[fault], cache)


def test_what_is_shipped_is_not_taken_for_a_fault(cache: Path) -> None:
    assert found(EMBEDDED, "retrieval", cache) == []


def test_every_fault_is_planted_somewhere() -> None:
    assert len(CAUGHT_BY) >= 6 and set(CAUGHT_BY.values()) <= {
        *("scoring", "flow", "conversation", "manipulation", "retrieval")
    }
