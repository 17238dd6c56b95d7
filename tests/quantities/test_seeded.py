"""Seeded number errors are found; what is right or not the candidate's own is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.core.case import Case
from tests.quantities.replaying import doubts_in, doubts_of, entries, is_found, the_case

SEEDED, FINE = entries("seeded.yaml"), entries("fine.yaml")
TRANSCRIPTS = Path(__file__).resolve().parents[2] / "evals" / "transcripts"
STRONG = sorted({*TRANSCRIPTS.glob("*strong*.yaml"), *TRANSCRIPTS.glob("*solid*.yaml")})
OTHERS = sorted(
    path
    for path in {*TRANSCRIPTS.glob("*.yaml")} - set(STRONG)
    if "move: check_numbers" not in path.read_text("utf-8")  # slips that are meant to be heard
)
LEAST = 0.9  # share of the seeded errors that must be found


def test_seeded_errors_are_found_in_every_case() -> None:
    missed = [entry["id"] for entry in SEEDED if not is_found(entry)]
    assert len(SEEDED) >= 20
    assert len(missed) <= (1 - LEAST) * len(SEEDED), missed
    for case in {entry["case"] for entry in SEEDED}:
        assert sum(entry["case"] == case for entry in SEEDED) >= 5


@pytest.mark.parametrize("kind", ["sum", "figure", "stage", "total"])
def test_every_kind_of_error_is_found(kind: str) -> None:
    of_kind = [entry for entry in SEEDED if entry["doubt"].startswith(kind)]
    assert len(of_kind) >= 4
    assert sum(map(is_found, of_kind)) >= 0.75 * len(of_kind)


@pytest.mark.parametrize("entry", FINE, ids=[entry["id"] for entry in FINE])
def test_fine_statements_raise_no_doubt(entry: dict[str, Any]) -> None:
    assert doubts_of(entry) == []


def test_there_are_many_fine_statements() -> None:
    assert len(FINE) >= 40


@pytest.mark.parametrize("told", [False, True], ids=["own_limit", "limit_told"])
@pytest.mark.parametrize("path", [*STRONG, *OTHERS], ids=lambda path: path.stem)
def test_no_alarm_on_scripts(path: Path, told: bool) -> None:
    script = yaml.safe_load(path.read_text("utf-8"))
    case = the_case(script["case_id"])
    facts = [budget.fact for budget in case.budgets] if told else []
    messages = [text_of(m) for said in script["candidate"].values() for m in said]
    assert messages
    assert doubts_in(case, messages, facts) == []


def text_of(message: str | dict[str, str]) -> str:
    """All that a scripted message says, its sketch included."""
    if isinstance(message, str):
        return message
    return "\n\n".join(message.get(key, "") for key in ("text", "sketch"))


def test_the_strong_scripts_are_there() -> None:
    assert len(STRONG) >= 3


# What the cases themselves say is right: a senior might say any of it.


def authored(case: Case) -> Iterator[str]:
    """Sentences of a case that are meant to be right."""
    for _, item in case.items():
        yield from (item.exemplar, item.statement, item.why, item.met_when, *item.said)
        yield item.staff_adds or ""
    for step in case.steps.values():
        yield from (step.model_answer, step.staff_addendum)
    yield from (quantity.derivation for quantity in case.numbers)
    yield from (fact.answer for fact in case.facts)


@pytest.mark.parametrize("told", [False, True], ids=["own_limit", "limit_told"])
@pytest.mark.parametrize("case_id", sorted({entry["case"] for entry in SEEDED}))
def test_no_alarm_on_what_the_case_says_itself(case_id: str, told: bool) -> None:
    case = the_case(case_id)
    facts = [budget.fact for budget in case.budgets] if told else []
    texts = [text for text in authored(case) if text]
    assert len(texts) > 200
    assert [(text, d) for text in texts for d in doubts_in(case, [text], facts)] == []
