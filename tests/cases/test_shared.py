"""What cases share: packs of items with slots, types of facts, ours and a user's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interviewer.cases.lint import check_shared
from interviewer.cases.shared import SharedItem, fill, read_shared
from interviewer.core.paths import shipped
from tests.cases.authoring import PACK, TYPES

FLAG = {"id": "flag", "statement": "It is fine.", "damage": 2, "challenge": "Is it?"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{item} and {items}", "ad and ads"),
        ("{Item} first", "Ad first"),
        ("{a item}, {A item}, {a unit}, {a hour}", "an ad, An ad, a unit, an hourly job"),
        ("{} {x y} {10}", "{} {x y} {10}"),
        (["{item}", {"k": "{item}", "n": 3}], ["ad", {"k": "ad", "n": 3}]),
    ],
)
def test_placeholders_are_filled(text: object, filled: object) -> None:
    slots = {"item": "ad", "items": "ads", "unit": "unit", "hour": "hourly job"}
    assert fill(text, slots) == filled


def _pack(root: Path, text: str, name: str = "core.yaml") -> Path:
    (root / "items").mkdir(parents=True, exist_ok=True)
    (root / "items" / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("step: data", "step: dat", 4, "step"),
        ("concept: time_based_split", "conzept: x", 9, "no such field"),
        ("weight: 3", "weight: 4", 12, "not 4"),
        ("order of {thing}s", "order of {thin}s", 5, "{thin} is no slot"),
        ("[thing, {where: shelf}]", "[thing, {where: shelf}, other]", 3, "nothing uses"),
        ("damage: 2", "damage: 9", 20, "not 9"),
    ],
    ids=["step", "field", "value", "placeholder", "unused_slot", "flag"],
)
def test_a_wrong_shared_item_is_named_and_left_out(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    shared = read_shared([_pack(tmp_path, PACK.replace(old, new))])
    assert "sorted_shelf" not in shared.items
    assert (shared.problems[0].line, says in str(shared.problems[0])) == (line, True)


def test_a_users_items_replace_and_join_ours(tmp_path: Path) -> None:
    ours, theirs = _pack(tmp_path / "ours", PACK), _pack(tmp_path / "theirs", PACK)
    _pack(theirs, PACK.replace("sorted_shelf", "my_shelf"), "mine.yaml")
    _pack(theirs, PACK.replace("weight: 3", "weight: 1"))
    (ours / "facts.yaml").write_text(TYPES)
    (theirs / "facts.yaml").write_text(TYPES.replace("visitors", "guests"))
    shared = read_shared([ours, theirs])
    assert shared.problems == ()
    assert shared.items["sorted_shelf"].fields["weight"] == 1
    assert set(shared.items) == {"sorted_shelf", "my_shelf"}
    assert set(shared.facts) == {"visitors", "guests"}


def test_one_id_in_two_packs_of_one_folder_is_a_problem(tmp_path: Path) -> None:
    root = _pack(_pack(tmp_path, PACK), PACK, "more.yaml")
    assert ["another pack" in str(problem) for problem in read_shared([root]).problems] == [True]


def test_broken_files_stop_no_other(tmp_path: Path) -> None:
    root = _pack(_pack(tmp_path, PACK), "a: [", "broken.yaml")
    (root / "facts.yaml").write_text("visitors: {title: x, topics: [a]}")
    shared = read_shared([root])
    assert set(shared.items) == {"sorted_shelf"}
    assert sorted(Path(problem.file).name for problem in shared.problems) == [
        "broken.yaml",
        "facts.yaml",
    ]


def test_ours_are_in_order() -> None:
    shared = read_shared()
    assert [str(problem) for problem in shared.problems] == []
    assert 15 <= len(shared.facts) <= 25
    for id_, kind in shared.facts.items():
        assert 8 <= len(kind.topics) <= 15, id_
    asked = [topic for kind in shared.facts.values() for topic in kind.topics]
    assert len(asked) == len(set(asked))


CONCEPTS = {note.stem for note in (shipped("knowledge") / "concepts").glob("*.md")}
SHARED = read_shared().items


@pytest.mark.parametrize("id_", SHARED)
def test_our_shared_items_can_be_asked_and_judged(id_: str) -> None:
    found = check_shared(id_, SHARED[id_], CONCEPTS)
    assert [f"{finding.where}: {finding.message}" for finding in found] == []


@pytest.mark.parametrize(
    ("changed", "where", "severity"),
    [
        pytest.param({"alternatives": ["One."]}, "alternatives", "error", id="one_solution"),
        pytest.param({"topic": ""}, "topic", "error", id="no_topic"),
        pytest.param({"concept": "nothing"}, "concept", "error", id="no_concept"),
        pytest.param({"follow_ups": ["Why? How?"]}, "follow_ups[0]", "error", id="two_questions"),
        pytest.param(
            {"follow_ups": ["What is it and how is it done?"]},
            "follow_ups[0]",
            "warning",
            id="double",
        ),
        pytest.param(
            {"follow_ups": ["So " * 18 + "what?"]}, "follow_ups[0]", "warning", id="nineteen_words"
        ),
        pytest.param({"why": "You forgot it."}, "why", "warning", id="accuses"),
        pytest.param({"examples": {"earns": []}}, "examples", "warning", id="no_examples"),
        pytest.param(
            {"red_flags": [{**FLAG, "challenge": "It is wrong."}]},
            "red_flags[0].challenge",
            "error",
            id="no_question",
        ),
    ],
)
def test_a_doubtful_shared_item_is_found(
    changed: dict[str, Any], where: str, severity: str
) -> None:
    good = SHARED["time_split"].model_dump() | {"concept": "baselines"}
    item = SharedItem.model_validate(good | changed)
    found = check_shared("x", item, CONCEPTS)
    assert (severity, f"x.{where}") in [(finding.severity, finding.where) for finding in found]
