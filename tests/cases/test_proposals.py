"""Proposals of a model: what passes lands in the draft, what breaks a rule is dropped and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interviewer.cases.draft import MARK, Draft, draft_text, read_draft
from interviewer.cases.gaps import StepGaps, WrittenCase
from interviewer.cases.positions import parse_yaml, validate
from interviewer.cases.proposals import Proposed, Review
from interviewer.core.settings import StepId
from tests.cases.proposing import GOOD, written

CONCEPTS = ("latency_budget", "feedback_loops")
WANTED = StepGaps(StepId.DATA, {"sorting": ["why", "concept", "follow_ups", "hints", "earns"]})
NEW = StepGaps(StepId.DATA, {}, 1)
BEGUN = {
    "id": "sorting",
    "topic": "order of things",
    "statement": "The shelf is kept alphabetical.",
}


def review(case: WrittenCase | None = None) -> Review:
    return Review(case or written(BEGUN, {"use": "time_split"}), CONCEPTS)


def taken(gaps: StepGaps, *proposed: dict[str, Any], case: WrittenCase | None = None) -> Review:
    one = review(case)
    one.take([Proposed.model_validate(each) for each in proposed], gaps)
    return one


@pytest.mark.parametrize(
    ("field", "value", "kept", "told"),
    [
        ("why", "Things are not found.", "Things are not found.", ""),
        ("why", "You would not find things.", None, "speaks of"),
        ("why", "...", None, "unfinished"),
        ("why", "word " * 80, "word " * 79 + "word", ""),
        ("why", "word " * 81, None, "too long"),
        ("why", "w" * 801, None, "too long"),
        ("why", "One\nline\x1b[2J \u202eonly.", "One line[2J only.", ""),
        ("concept", "latency_budget", "latency_budget", ""),
        ("concept", "latencies", None, "no concept note"),
        ("concept", "../../etc", None, "not of the form"),
        ("follow_ups", ["How is it found?"], ["How is it found?"], ""),
        ("follow_ups", ["How? And why?", "Why so?"], ["Why so?"], "2 question marks"),
        ("follow_ups", ["How is it found and what does it cost?"], None, "two things"),
        ("follow_ups", ["How " + "very " * 17 + "far?"], None, "longer than 18"),
        ("follow_ups", ["Tell me more."], None, "0 question marks"),
        ("hints", ["One.", "Two.", "Three.", "Four."], ["One.", "Two.", "Three."], ""),
        ("hints", ["Same.", "Same.", ""], ["Same."], ""),
        ("statement", "Nobody asked for it.", None, ""),
    ],
)
def test_each_field_is_checked(field: str, value: Any, kept: Any, told: str) -> None:
    one = taken(WANTED, {"id": "sorting", field: value})
    assert one.draft.items.get("sorting", {}).get(field) == kept
    assert [told in dropped for dropped in one.dropped] == ([True] if told else [])


def test_bare_terms_earn_nothing() -> None:
    said = ["sorting, shelves, carts", "I sort it, because nobody would find it otherwise."]
    one = taken(WANTED, {"id": "sorting", "earns": said})
    assert one.draft.examples.items["sorting"].earns == (said[1],)
    assert len(one.dropped) == 1


def test_a_first_question_that_gives_its_item_away_is_dropped() -> None:
    item = {**BEGUN, "exemplar": "An alphabetical shelf is searched by halves, so it is quick."}
    leaking, fine = "Why should it be alphabetical?", "How do you find it again?"
    one = taken(WANTED, {"id": "sorting", "follow_ups": [leaking, fine]}, case=written(item))
    assert one.draft.items["sorting"]["follow_ups"] == [fine]
    assert [leaking in dropped for dropped in one.dropped] == [True]


def test_a_new_item_gets_an_id_of_ours() -> None:
    one = taken(NEW, {**GOOD, "id": "../../../evil"})
    (item,) = one.draft.steps[StepId.DATA].items
    assert item["id"] == "broken_things_come_back" and item["statement"] == GOOD["statement"]
    assert set(one.draft.examples.items) == {item["id"]} and "earns" not in item


@pytest.mark.parametrize("topic", ["!!!", "\u4e0d\u4e0d", "2 things", "_", "Sorting"])
def test_whatever_the_topic_is_the_id_is_one_and_is_new(topic: str) -> None:
    one = taken(NEW, {**GOOD, "topic": topic})
    (item,) = one.draft.steps[StepId.DATA].items
    assert str(item["id"]).isidentifier() and item["id"] not in {"sorting", "time_split"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": "sorting"}, "nothing was asked"),
        ({"id": "time_split"}, "nothing was asked"),
        ({"topic": "Order of  Things"}, "has that topic"),
        ({"topic": ""}, "it lacks topic"),
        ({"follow_ups": ["How? Why?"]}, "it lacks follow_ups"),
        ({"concept": "unknown"}, "it lacks concept"),
        ({"earns": []}, "it lacks earns"),
    ],
)
def test_a_new_item_that_is_known_or_not_whole_is_dropped(
    change: dict[str, Any], told: str
) -> None:
    one = taken(NEW, {**GOOD, **change})
    assert one.draft == Draft()
    assert any(told in dropped for dropped in one.dropped)


def test_no_more_items_are_taken_than_were_asked_for() -> None:
    one = taken(NEW, GOOD, {**GOOD, "topic": "lamps that go out"})
    assert len(one.draft.steps[StepId.DATA].items) == 1
    assert one.dropped == ["lamps that go out: it is one too many"]


ODD = [
    "yes",
    "null",
    "- a: b",
    "a: b",
    "# no",
    "'\"",
    "{x} [y]",
    "\u00e4\u4e0d",
    "1e3",
    "&a *b",
    "%",
]


@pytest.mark.parametrize("text", [*ODD, "long words " * 30, "tab\tand\\n"])
def test_the_file_says_what_was_proposed_and_marks_it(text: str, tmp_path: Path) -> None:
    draft = (
        Draft()
        .with_fields("no", {"why": text, "hints": [text, "b"], "earns": [text]})
        .with_item(StepId.DATA, {**GOOD, "id": "other", "topic": text})
    )
    (tmp_path / "draft.yaml").write_text(draft_text(draft), encoding="utf-8")
    assert read_draft(tmp_path).model_dump(mode="json") == draft.model_dump(mode="json")
    assert draft_text(draft).count(MARK) == 4


def test_a_draft_is_pasted_into_a_case_as_it_is() -> None:
    text = draft_text(Draft().with_item(StepId.DATA, {"id": "other", **GOOD}))
    assert f"\n  data:\n    items:\n      {MARK}\n      - id: other\n        topic: " in text
    assert "\n        follow_ups:\n          - What happens" in text
    assert validate(Draft, parse_yaml(text, Path("draft.yaml"))).count == 1
