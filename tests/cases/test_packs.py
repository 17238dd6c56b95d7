"""Our packs of shared items, put to use: whatever fills their slots, what comes out is English."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from interviewer.cases.expansion import read_case
from interviewer.cases.leaks import follow_up_leaks
from interviewer.cases.shared import SharedItem, fill, read_shared
from interviewer.core.settings import STEPS
from tests.cases.authoring import an_authored_case

SHARED = read_shared()
FEWEST_WORDS = 6  # of a follow-up; what is shorter says too little to be answered
FILLINGS: Mapping[str, Mapping[str, str]] = {
    "ads": {
        "item": "ad",
        "items": "ads",
        "good_outcome": "click",
        "limit": "30 ms",
        "metric": "revenue per session",
        "positive": "click",
        "action": "hiding the ad",
        "source": "the help pages",
        "catalog": "a million",
        "unit": "advertiser",
    },
    "payments": {
        "item": "instant transfer",
        "items": "instant transfers",
        "good_outcome": "accepted transfer",
        "limit": "200 milliseconds",
        "metric": "share of fraud stopped",
        "positive": "account takeover",
        "action": "a block of the account",
        "wrong": "an unjustified block",
        "rate": "about 0.1%",
        "source": "what the bank has written down",
        "entity": "account",
        "simple": "a limit on the amount",
    },
    "news": {
        "item": "story",
        "items": "stories",
        "good_outcome": "hour-long visit",
        "limit": "half a second",
        "metric": "days of use per month",
        "positive": "untrue story",
        "action": "removal",
        "source": "the archive",
        "requests": "page loads",
        "questions": "queries",
        "question": "query",
        "adversaries": "bought accounts",
    },
}
_WRONG = (
    r"[{}]",
    r"\b(?:a|an|the|every|each|any|some|no) (?:a|an|the)\b",
    r"\b(\w+) \1\b",
    r"\ba (?!one)(?:[aeio]|un[^i]|hour)",
    r"\ban (?!hour|hon|heir)[bcdfghjklmnpqrstvwxyz]",
    r" [.,;?]",
    r"  ",
    r"^[a-z]",
    r"[.?!] [a-z]",
    r"[^.?!\"]$",
)
"""What no sentence has: braces, two articles, a word twice, the wrong article, a bad edge."""


def _texts(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of an item with the field that it stands in."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one, name)


def _filled(item: SharedItem, fillings: Mapping[str, str]) -> dict[str, object]:
    written = {
        **item.fields,
        "examples": item.examples.model_dump(),
        "red_flags": [flag.model_dump() for flag in item.red_flags],
    }
    slots = {name: fillings.get(name) or text or name for name, text in item.slots.items()}
    return {name: fill(value, slots) for name, value in written.items()}


def _sentences(item: SharedItem, fillings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What has to be a whole sentence; ids, levels and topics are none."""
    bare = {"topic", "concept", "level", "dimension", "step", "red_flags.id"}
    texts = _texts(_filled(item, fillings))
    return ((name, text) for name, text in texts if name not in bare)


@pytest.mark.parametrize("domain", FILLINGS)
@pytest.mark.parametrize("id_", SHARED.items)
def test_filled_with_plain_nouns_it_is_english(id_: str, domain: str) -> None:
    wrong = [
        (name, text)
        for name, text in _sentences(SHARED.items[id_], FILLINGS[domain])
        if any(re.search(pattern, text) for pattern in _WRONG)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Log every an ad.",
        "It is {item}.",
        "What is a ad?",
        "Nothing ends",
        "the start is small.",
        "It ends. and goes on.",
        "It is is twice.",
    ],
)
def test_what_is_no_sentence_is_found(text: str) -> None:
    assert any(re.search(pattern, text) for pattern in _WRONG)


@pytest.mark.parametrize("id_", SHARED.items)
def test_what_is_asked_is_a_question_whatever_fills_it(id_: str) -> None:
    for fillings in FILLINGS.values():
        asked = [
            text
            for name, text in _sentences(SHARED.items[id_], fillings)
            if name in ("follow_ups", "red_flags.challenge")
        ]
        assert [t for t in asked if not (len(t.split()) >= FEWEST_WORDS and t[-1] == "?")] == []


@pytest.mark.parametrize("id_", SHARED.items)
def test_one_slot_means_one_thing_in_all_packs(id_: str) -> None:
    """A case fills a slot once for all items, so no two of them may have other defaults."""
    for name, text in SHARED.items[id_].slots.items():
        others = {item.slots[name] for item in SHARED.items.values() if name in item.slots}
        assert others == {text}, name


def test_there_is_enough_for_every_step_and_kind() -> None:
    by_pack = Counter(SHARED.packs.values())
    assert by_pack["core"] >= 35
    assert min(by_pack.values()) >= 4


def test_no_id_stands_for_two_things() -> None:
    """An item, a red flag and a fact of one case may not share an id."""
    groups = [list(SHARED.items), list(SHARED.facts)]
    groups.append([flag.id for item in SHARED.items.values() for flag in item.red_flags])
    ids = [id_ for group in groups for id_ in group]
    assert [id_ for id_, count in Counter(ids).items() if count > 1] == []


@pytest.mark.parametrize("kind", sorted(set(SHARED.packs.values()) - {"core"}))
def test_a_case_that_takes_everything_asks_without_giving_anything_away(
    tmp_path: Path, kind: str
) -> None:
    steps: dict[str, dict[str, object]] = {}
    for step in STEPS:
        items = [
            {"use": id_, "with": _given(item)}
            for id_, item in SHARED.items.items()
            if item.step is step and SHARED.packs[id_] in ("core", kind)
        ]
        steps[step.value] = {"question": "Where do you begin?", "items": items}
    file = tmp_path / "cases" / "shed" / "case.yaml"
    file.parent.mkdir(parents=True)
    facts = [{"type": "daily_users", "answer": "A million."}]
    file.write_text(json.dumps(an_authored_case(steps=steps, facts=facts)))
    case = read_case(file, SHARED).case
    assert case is not None
    assert [leak for _, _, leak in follow_up_leaks(case)] == []


def _given(item: SharedItem) -> dict[str, str]:
    fillings = FILLINGS["payments"]
    return {name: fillings[name] for name, text in item.slots.items() if text is None}
