"""Labels of single items: the shipped ones, what is wrong with a label, and the labeller's tool."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from evals.labels import (
    FOLDER,
    Answer,
    Label,
    check_labels,
    item_hash,
    read_answers,
    read_labels,
    read_notes,
    write_sheet,
)
from evals.subjects import library
from interviewer.core.case import RubricItem
from interviewer.core.errors import InterviewerError
from interviewer.core.settings import STEPS, StepId
from tests.builders import MATERIALS, a_case, an_item

LABELLERS = ("machine-a", "machine-b")
CASES = {"warehouse": a_case()}
TEXT = "The quartz stays apart. It wears out first, so we check it."
ANSWER = Answer(id="ans", case="warehouse", step=StepId.DATA, text=TEXT)
ANSWERS = {"ans": ANSWER}
ITEMS = CASES["warehouse"].steps[StepId.DATA].items


@cache
def shipped_answers() -> Mapping[str, Answer]:
    return {answer.id: answer for answer in read_answers()}


@cache
def shipped_labels() -> tuple[Label, ...]:
    return read_labels(FOLDER)


def test_nothing_is_wrong_with_the_shipped_labels() -> None:
    assert list(check_labels(shipped_labels(), shipped_answers(), library().cases)) == []


@pytest.mark.parametrize("labeller", LABELLERS)
def test_a_labeller_labelled_every_item_of_the_answers(labeller: str) -> None:
    labels = [label for label in shipped_labels() if label.labeller == labeller]
    read = {label.answer for label in shipped_labels()}
    assert {(label.answer, label.item) for label in labels} == {
        (name, item.id) for name in read for item in _items_of(shipped_answers()[name])
    }
    assert len(labels) >= 1500


def _items_of(answer: Answer) -> tuple[RubricItem, ...]:
    return library().cases[answer.case].steps[answer.step].items


def test_every_verdict_is_used_by_both_labellers() -> None:
    counts = Counter((label.labeller, label.verdict) for label in shipped_labels())
    assert len(counts) == 6 and min(counts.values()) >= 100


def a_label(**overrides: Any) -> Label:
    """A sound label of `dat_quartz`."""
    values: dict[str, Any] = {
        "answer": "ans",
        "item": "dat_quartz",
        "verdict": "met",
        "quote": "The quartz stays apart.",
        "labeller": "machine-a",
        "item_hash": item_hash(ITEMS[0]),
    }
    return Label(**{**values, **overrides})


def _messages(*labels: Label) -> list[str]:
    return [finding.message for finding in check_labels(labels, ANSWERS, CASES)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({}, None, id="sound"),
        pytest.param({"verdict": "partial"}, None, id="partial_with_a_quote"),
        pytest.param({"verdict": "absent", "quote": ""}, None, id="absent_without_a_quote"),
        pytest.param({"answer": "gone"}, "no such answer", id="unknown_answer"),
        pytest.param({"item": "ser_slate"}, "data has no such item", id="item_of_another_step"),
        pytest.param({"item_hash": "0" * 12}, "the item was rewritten since", id="stale"),
        pytest.param({"verdict": "absent"}, "absent, and yet quoted", id="absent_but_quoted"),
        pytest.param({"quote": ""}, "without a quote", id="met_without_a_quote"),
        pytest.param(
            {"verdict": "partial", "quote": ""}, "without a quote", id="partial_without_a_quote"
        ),
        pytest.param({"quote": "the quartz"}, "the quote is not in the answer", id="other_letters"),
        pytest.param({"quote": "apart. We"}, "the quote is not in the answer", id="nobody_said_it"),
    ],
)
def test_what_is_wrong_with_a_label(change: dict[str, str], message: str | None) -> None:
    assert _messages(a_label(**change)) == ([message] if message else [])


def test_a_quote_of_spaces_is_none() -> None:
    assert "without a quote" in _messages(a_label(quote=" "))


def test_the_same_labeller_must_not_label_twice_but_another_may() -> None:
    again = a_label(verdict="partial")
    assert _messages(a_label(), again) == ["labelled twice by the same labeller"]
    assert _messages(a_label(), a_label(labeller="machine-b")) == []


@pytest.mark.parametrize("field", ["statement", "met_when", "partial_when"])
def test_the_hash_follows_what_an_item_demands(field: str) -> None:
    assert item_hash(an_item(**{field: "Something else entirely."})) != item_hash(an_item())


@pytest.mark.parametrize(
    "change",
    [
        {"why": "You left it out."},
        {"exemplar": "It is kept elsewhere, because it breaks."},
        {"near_misses": ("There is granite.",)},
        {"hints": ()},
        {"weight": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_hash_does_not_follow_anything_else(change: dict[str, Any]) -> None:
    assert item_hash(an_item(**change)) == item_hash(an_item())


def a_note(**overrides: Any) -> dict[str, Any]:
    """Notes on every item of the answer."""
    absent = {item.id: "absent" for item in ITEMS}
    return {
        "answer": "ans",
        **absent,
        "dat_quartz": ["met", "The quartz stays apart."],
        **overrides,
    }


def _labels_of(text: str) -> list[Label]:
    return list(read_notes(text, "machine-a", ANSWERS, CASES))


def test_notes_become_labels_that_are_sound_and_read_back(tmp_path: Path) -> None:
    labels = _labels_of(f"\n{json.dumps(a_note())}\n\n")
    assert labels[0] == a_label()
    assert [label.item for label in labels] == [f"dat_{word}" for word in MATERIALS[StepId.DATA]]
    assert {label.verdict for label in labels[1:]} == {"absent"} and _messages(*labels) == []
    lines = "".join(label.model_dump_json() + "\n" for label in labels)
    (tmp_path / "a.jsonl").write_text(lines, "utf-8")
    assert read_labels(tmp_path) == read_labels(tmp_path / "a.jsonl") == tuple(labels)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("{", id="no_json"),
        pytest.param("[]", id="no_object"),
        pytest.param("3", id="a_number"),
        pytest.param(json.dumps(a_note(answer="gone")), id="unknown_answer"),
        pytest.param(json.dumps({"dat_quartz": "absent"}), id="no_answer"),
        pytest.param(
            json.dumps({"answer": "ans", "dat_quartz": "absent"}), id="an_item_is_missing"
        ),
        pytest.param(json.dumps(a_note(dat_nickel="perhaps")), id="no_verdict"),
        pytest.param(json.dumps(a_note(dat_nickel=["met"])), id="a_list_without_a_quote"),
        pytest.param(json.dumps(a_note(dat_nickel=None)), id="nothing_for_an_item"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named(line: str) -> None:
    with pytest.raises(InterviewerError, match="Line 2"):
        _labels_of(f"{json.dumps(a_note())}\n{line}\n")


@pytest.mark.parametrize("case_id", sorted({answer.case for answer in shipped_answers().values()}))
def test_a_sheet_holds_every_answer_and_every_item_of_its_case(case_id: str) -> None:
    case, answers = library().cases[case_id], tuple(shipped_answers().values())
    sheet = write_sheet(case, answers)
    own = [answer for answer in answers if answer.case == case_id]
    assert len(own) >= 6 * len(STEPS)
    assert all(f"## ANSWER {answer.id}\n{answer.text}\n" in sheet for answer in own)
    assert all(f"## ITEM {item.id}\n{item.statement}\n" in sheet for _, item in case.items())
    assert sheet.count("## ANSWER ") == len(own)
