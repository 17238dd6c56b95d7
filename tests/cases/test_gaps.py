"""What a case lacks, read from its file whether or not it loads."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.cases.draft import Draft
from interviewer.cases.findings import Level
from interviewer.cases.gaps import (
    LOADS,
    POINTS_AT_ONCE,
    StepGaps,
    WrittenCase,
    first_of,
    gaps_of,
    without_settled,
)
from interviewer.core.settings import StepId
from tests.cases.authoring import an_own_item
from tests.cases.proposing import written

DATA = [StepId.DATA]
WHOLE = {
    "topic": "the topic",
    "why": "It suffers.",
    "alternatives": ["Another."],
    "said": ["One.", "Two.", "Three."],
    "near_misses": ["a, b, c"],
}


def _lacks(level: Level, *items: Any, **more: Any) -> dict[str, list[str]]:
    parts = gaps_of(written(*items, **more), level, DATA)
    return {id_: list(fields) for part in parts for id_, fields in part.items.items()}


def _new(level: Level, *items: Any, **more: Any) -> int:
    return sum(part.new for part in gaps_of(written(*items, **more), level, DATA))


@pytest.mark.parametrize(
    ("level", "fields", "lacks"),
    [
        (Level.DRAFT, {}, []),
        (Level.DRAFT, {"exemplar": None, "follow_ups": []}, ["exemplar", "follow_ups"]),
        (Level.PLAYABLE, WHOLE, []),
        (Level.PLAYABLE, {**WHOLE, "why": "..."}, ["why"]),
        (Level.PLAYABLE, {**WHOLE, "follow_ups": ["...?"]}, ["follow_ups"]),
        (Level.PLAYABLE, {**WHOLE, "alternatives": []}, ["alternatives"]),
        (Level.PLAYABLE, {**WHOLE, "said": ["One.", "Two."]}, ["earns"]),
        (Level.PLAYABLE, {**WHOLE, "near_misses": []}, ["misses"]),
        (Level.POLISHED, WHOLE, ["partial_when"]),
        (Level.POLISHED, {**WHOLE, "weight": 3}, ["partial_when", "hints", "staff_adds"]),
        (Level.POLISHED, {**WHOLE, "weight": 3, "core": False}, ["partial_when"]),
        (
            Level.POLISHED,
            {**WHOLE, "core": True, "hints": ["One."]},
            [*("partial_when", "hints"), "staff_adds"],
        ),
    ],
)
def test_what_an_item_lacks_at_a_level(
    level: Level, fields: dict[str, Any], lacks: list[str]
) -> None:
    item = an_own_item("sorting", **fields)
    assert _lacks(level, item).get("sorting", []) == lacks


def test_an_item_that_only_says_what_it_is_about_lacks_the_rest() -> None:
    assert _lacks(Level.DRAFT, {"id": "sorting", "topic": "order"}) == {"sorting": list(LOADS)}


def test_examples_beside_the_case_count() -> None:
    examples = {"items": {"sorting": {"earns": ["One.", "Two.", "Three."], "misses": ["a, b"]}}}
    item = an_own_item("sorting", topic="order", why="It suffers.", alternatives=["Another."])
    assert _lacks(Level.PLAYABLE, item, examples=examples) == {}


@pytest.mark.parametrize(
    ("level", "new"), [(Level.DRAFT, 0), (Level.PLAYABLE, 1), (Level.POLISHED, 2)]
)
def test_a_step_with_too_few_items_wants_more(level: Level, new: int) -> None:
    assert _new(level, {"use": "time_split"}) == new
    assert (
        _new(level, {"use": "time_split"}, {"id": "place", "topic": "...", "statement": "..."})
        == new
    )


@pytest.mark.parametrize(
    "case",
    [{}, {"steps": None}, {"steps": []}, {"steps": {"data": []}}, {"steps": {"data": {"items": 3}}}]
    + [{"steps": {"data": {"items": [None, 3, "text", {"id": "Big Id", "topic": "x"}]}}}],
)
def test_a_file_of_any_form_can_be_looked_at(case: dict[str, Any]) -> None:
    parts = gaps_of(WrittenCase(case, {}, Draft()), Level.PLAYABLE, DATA)
    assert parts == [StepGaps(StepId.DATA, {}, 2)]


def test_what_was_proposed_is_not_asked_for_again_until_it_is_gone() -> None:
    item = {"id": "sorting", **WHOLE, "statement": "It is sorted."}
    draft = Draft().with_fields("sorting", {name: "x" for name in ("met_when", "concept")})
    draft = draft.with_item(StepId.DATA, {"id": "other", "topic": "another"})
    assert _lacks(Level.DRAFT, item, draft=draft) == {"sorting": ["exemplar", "follow_ups"]}
    assert _new(Level.PLAYABLE, item, draft=draft) == 0


def test_a_draft_loses_what_the_case_has_by_now() -> None:
    fields = {"why": "It suffers.", "exemplar": "I sort.", "earns": ["a"], "misses": ["b"]}
    draft = Draft().with_fields("sorting", fields).with_item(StepId.DATA, {"id": "other"})
    draft = draft.with_fields("gone", {"why": "x", "earns": ["c"]})
    now = written({"id": "sorting", "topic": "order", "why": "Own words."}, draft=draft)
    left = without_settled(now)
    assert left.items == {"sorting": {"exemplar": "I sort."}}
    assert set(left.examples.items) == {"sorting"} and set(left.steps) == {StepId.DATA}
    earns = {"items": {"sorting": {"earns": ["1", "2", "3"]}}}
    other = {"id": "other", "topic": "copied"}
    left = without_settled(written(*now.items(StepId.DATA), other, examples=earns, draft=draft))
    assert left.steps == {} and left.examples.items["sorting"].earns == ()


def test_no_more_points_are_asked_for_than_wanted_nor_at_once() -> None:
    items = [{"id": f"item_{n}", "topic": f"topic {n}"} for n in range(2 * POINTS_AT_ONCE + 1)]
    parts = gaps_of(written(*items), Level.DRAFT, DATA)
    assert [len(part.items) for part in parts] == [POINTS_AT_ONCE, POINTS_AT_ONCE, 1]
    kept = first_of([*parts, StepGaps(StepId.SERVING, {}, 3)], 2 * POINTS_AT_ONCE + 2)
    assert [(len(part.items), part.new) for part in kept] == [(3, 0), (3, 0), (1, 0), (0, 1)]
    assert first_of(parts, 2) == [StepGaps(StepId.DATA, dict(list(parts[0].items.items())[:2]))]
