"""How far a case has to be, and what an author reads of what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.cases.findings import Level
from interviewer.cases.lint import check_case, check_written
from interviewer.cases.positions import Document
from interviewer.core.case import Case
from tests.builders import CONCEPTS, a_step, an_item
from tests.cases.altered import DATA, cut, items_of_data, with_first, with_item, with_step

LONG = "and so on " * 25 + "?"


@pytest.mark.parametrize(
    ("case", "level"),
    [
        pytest.param(with_first("push_backs", item="gone"), Level.DRAFT, id="link"),
        pytest.param(with_item(id="dat_nickel", topic="x"), Level.DRAFT, id="id_twice"),
        pytest.param(with_item(concept="no_note"), Level.PLAYABLE, id="concept"),
        pytest.param(with_item(follow_ups=("Why? How?",)), Level.PLAYABLE, id="two_questions"),
        pytest.param(with_step(items_of_data(1)), Level.PLAYABLE, id="one_item"),
        pytest.param(with_step(items_of_data(2)), Level.POLISHED, id="two_items"),
        pytest.param(with_item(hints=()), Level.POLISHED, id="hints"),
        pytest.param(cut("push_backs", 0), Level.POLISHED, id="no_push_back"),
    ],
)
def test_an_error_counts_from_its_level_on(case: Case, level: Level) -> None:
    for asked in Level:
        found = [f for f in check_case(case, CONCEPTS, asked) if f.severity == "error"]
        assert bool(found) is asked.includes(level), asked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("...", True),
        ("...?", True),
        ("I decide ... here.", True),
        ("TODO: write", True),
        ("How is {item} kept?", True),
        ("How is {A item} kept?", True),
        ("Well, hm...", False),
        ("A {} or {1, 2}.", False),
    ],
)
def test_what_is_still_to_be_written_is_found(text: str, found: bool) -> None:
    document = Document(Path("case.yaml"), {"facts": [{"answer": text}]}, {})
    assert [f.where for f in check_written(document)] == (["facts[0].answer"] if found else [])


def test_a_message_quotes_the_text_and_names_the_nearest() -> None:
    (twice,) = check_case(with_item(follow_ups=("Where to? And why?",)), CONCEPTS)
    assert "\u201cWhere to? And why?\u201d" in twice.message
    (link,) = check_case(with_first("push_backs", item="ser_slat"), CONCEPTS)
    assert "Did you mean 'ser_slate'?" in link.message
    (concept,) = check_case(with_item(concept="latency_budgets"), CONCEPTS)
    assert "Did you mean 'latency_budget'?" in concept.message


@pytest.mark.parametrize(
    ("text", "wrong"), [("And now?", False), ("Why? How?", True), (LONG, True)]
)
def test_what_only_a_variant_says_is_checked(text: str, wrong: bool) -> None:
    replaces = {"push_slate": {"text": text}}
    found = check_case(with_first("variants", replaces=replaces), CONCEPTS)
    assert [f.where for f in found] == ["variants[0].replaces.push_slate"] * wrong


@pytest.mark.parametrize(
    ("follow_up", "fault"),
    [
        (" ".join(["word"] * 17) + " why?", None),
        (" ".join(["word"] * 18) + " why?", "more than 18 words"),
        ("What would you keep and how would you find it?", "two things"),
        ("Would you keep quartz and nickel together?", None),
    ],
)
def test_follow_ups_are_short_and_ask_one_thing(follow_up: str, fault: str | None) -> None:
    found = check_case(with_item(follow_ups=("What else?", follow_up)), CONCEPTS)
    assert [f.severity for f in found] == ([] if fault is None else ["warning"])
    assert fault is None or fault in found[0].message


def test_an_item_with_few_examples_is_judged_more_coarsely() -> None:
    (finding,) = check_case(with_item(said=an_item("dat_quartz").said[:2]), CONCEPTS)
    assert finding.severity == "warning"
    assert "1 of 35 items" in finding.message and "more coarsely" in finding.message


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("the first problem", id="commonest_words"),
        pytest.param("within 90 milliseconds", id="figures_and_units"),
        pytest.param("the beginning", id="words_of_the_question"),
        pytest.param("the finding", id="words_of_the_opening"),
        pytest.param("the vermilion crate", id="words_of_another_item"),
    ],
)
def test_words_that_anybody_may_say_give_nothing_away(words: str) -> None:
    step = a_step(DATA)
    mine = an_item(
        "dat_quartz",
        weight=3,
        statement=f"Quartz is {words}.",
        exemplar=f"Quartz is {words}, as it lasts.",
        follow_ups=(f"What is {words} for you?",),
    )
    other = an_item("dat_nickel", weight=3, statement="Nickel has a vermilion crate.")
    case = with_step(step.model_copy(update={"items": (mine, other, *step.items[2:])}))
    assert check_case(case, CONCEPTS) == []
