"""From what people write to what is played: defaults, types of facts, shared items, examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interviewer.cases.variants import apply_variant
from interviewer.core.case import Case, Dimension
from interviewer.core.settings import STEPS, Level, StepId
from tests.cases.authoring import an_authored_case, an_own_item, expand, with_step

NUMBER = {
    "id": "peak",
    "quantity": "Visitors at once",
    "derivation": "a day / hours",
    "accepted": [2, 6],
    "unit": "visitors",
}


def _case(root: Path, written: dict[str, Any], examples: object = None) -> Case:
    read = expand(root, written, examples)
    assert [str(problem) for problem in read.problems] == []
    assert read.case is not None
    return read.case


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    case = _case(tmp_path, an_authored_case())
    item = case.item("data_one")
    assert (item.weight, item.level, item.core) == (2, Level.SENIOR, False)
    assert item.partial_when.startswith("It is named, or decided rightly without a reason")
    assert (item.said, item.near_misses, item.hints, item.why) == ((), (), (), "")
    assert case.steps[StepId.DATA].model_answer == item.exemplar
    assert case.tags == ("latency_budget",)
    assert expand(tmp_path / "again", an_authored_case()).notices == []


@pytest.mark.parametrize(
    ("written", "core"),
    [
        ({"weight": 3}, True),
        ({"weight": 3, "core": False}, False),
        ({"weight": 2}, False),
        ({"weight": 1, "core": True}, True),
    ],
)
def test_an_item_of_the_highest_weight_decides(
    tmp_path: Path, written: dict[str, Any], core: bool
) -> None:
    case = _case(tmp_path, with_step("data", items=[an_own_item("one", **written)]))
    assert case.item("one").core is core


@pytest.mark.parametrize(
    ("step", "written", "dimension"),
    [
        ("data", {"concept": "time_based_split"}, Dimension.EVALUATION),
        ("data", {"concept": "my_own_concept"}, Dimension.DATA),
        ("requirements", {"concept": "my_own_concept"}, Dimension.FRAMING),
        ("summary", {"concept": "trade_off_reasoning"}, Dimension.COMMUNICATION),
        ("data", {"concept": "time_based_split", "dimension": "serving"}, Dimension.SERVING),
    ],
)
def test_the_dimension_is_that_of_the_concept_or_of_the_step(
    tmp_path: Path, step: str, written: dict[str, Any], dimension: Dimension
) -> None:
    case = _case(tmp_path, with_step(step, items=[an_own_item("one", **written)]))
    assert case.item("one").dimension is dimension


@pytest.mark.parametrize("night_fact", ["id", "type"])
def test_a_fact_of_a_type_is_asked_for_in_its_ways(tmp_path: Path, night_fact: str) -> None:
    facts = [
        {"type": "visitors", "answer": "40 a day.", "topics": ["Is there a queue?"]},
        {"id": "roof", "topics": ["Is there a roof?"], "answer": "Yes."},
    ]
    night = {
        "id": "night",
        "title": "At night",
        "summary": "Dark.",
        "facts": [
            {night_fact: "visitors", "answer": "None."},
            {"type": "visitors", "id": "cats", "answer": "Two cats."},
        ],
    }
    case = _case(tmp_path, an_authored_case(facts=facts, variants=[night]))
    assert case.fact("visitors").topics[::3] == (
        "How many visitors are there?",
        "Is there a queue?",
    )
    assert case.fact("roof").topics == ("Is there a roof?",)
    renewed, added = case.variants[0].facts
    assert renewed.topics == ()
    assert len(added.topics) == 3


USE = {"use": "sorted_shelf", "with": {"thing": "axe"}}


def test_a_shared_item_is_filled_and_brings_its_red_flag_and_examples(tmp_path: Path) -> None:
    case = _case(tmp_path, with_step("data", items=[USE]))
    item = case.item("sorted_shelf")
    assert item.topic == "order of axes"
    assert item.alternatives == ("An axe is looked up in a list instead.",)
    assert "so that a shelf can be searched" in item.exemplar
    assert item.follow_ups == ("How do you find an axe again?",)
    assert item.said == ("Axes are sorted, because looking through all of them takes a day.",)
    assert item.near_misses == ("The shelf has axes, labels and lamps.",)
    assert (item.core, item.dimension) == (True, Dimension.EVALUATION)
    flag = case.red_flag("no_order")
    assert flag.said == ("Just throw the axes in, nobody cares.",)
    assert case.steps[StepId.DATA].red_flags == (flag,)


@pytest.mark.parametrize(
    ("use", "id_", "fields"),
    [
        pytest.param({"weight": 1}, "sorted_shelf", {"weight": 1, "core": False}, id="weight"),
        pytest.param({"id": "axes"}, "axes", {"topic": "order of axes"}, id="another_id"),
        pytest.param(
            {"met_when": "Sorts {all}."}, "sorted_shelf", {"met_when": "Sorts {all}."}, id="text"
        ),
        pytest.param({"hints": ["Sort."]}, "sorted_shelf", {"hints": ("Sort.",)}, id="new_field"),
    ],
)
def test_any_field_of_a_shared_item_may_be_written_anew(
    tmp_path: Path, use: dict[str, Any], id_: str, fields: dict[str, Any]
) -> None:
    item = _case(tmp_path, with_step("data", items=[{**USE, **use}])).item(id_)
    assert {name: getattr(item, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("of_case", "of_item", "topic"),
    [
        ({"thing": "axe"}, {}, "order of axes"),
        ({"thing": "axe"}, {"thing": "saw"}, "order of saws"),
        ({}, {"thing": 7}, "order of 7s"),
    ],
)
def test_a_slot_is_filled_by_the_item_before_the_case(
    tmp_path: Path, of_case: dict[str, Any], of_item: dict[str, Any], topic: str
) -> None:
    written = with_step("data", items=[{"use": "sorted_shelf", "with": of_item}])
    case = _case(tmp_path, {**written, **({"with": of_case} if of_case else {})})
    assert case.item("sorted_shelf").topic == topic


@pytest.mark.parametrize(
    ("step", "flags"),
    [
        pytest.param({"items": [{**USE, "red_flags": []}]}, [], id="left_out"),
        pytest.param({"items": [{**USE, "red_flags": ["no_order"]}]}, [2], id="named"),
        pytest.param(
            {"red_flags": [{"use": "no_order", "with": {"thing": "axe"}}]}, [2], id="alone"
        ),
        pytest.param(
            {
                "items": [USE],
                "red_flags": [{"use": "no_order", "with": {"thing": "axe"}, "damage": 3}],
            },
            [3],
            id="written_anew",
        ),
    ],
)
def test_which_red_flags_come_along(tmp_path: Path, step: dict[str, Any], flags: list[int]) -> None:
    case = _case(tmp_path, with_step("data", **step))
    assert [flag.damage for flag in case.steps[StepId.DATA].red_flags] == flags


def test_what_is_used_twice_brings_its_red_flag_once(tmp_path: Path) -> None:
    again = {**USE, "id": "again"}
    written = with_step("data", items=[USE, again])
    written["steps"]["serving"]["items"].append({**USE, "id": "elsewhere"})
    case = _case(tmp_path, written)
    assert [(step, flag.id) for step, flag in case.red_flags()] == [(StepId.DATA, "no_order")]
    assert {"sorted_shelf", "again", "elsewhere"} <= case.ids


@pytest.mark.parametrize(
    ("drops", "replaces", "left"),
    [
        (["sorted_shelf"], {}, ["no_order"]),
        (["sorted_shelf", "again"], {}, []),
        (["sorted_shelf", "again"], {"no_order": {"damage": 1}}, ["no_order"]),
    ],
    ids=["one_still_brings_it", "nothing_brings_it", "the_variant_words_it_anew"],
)
def test_a_red_flag_goes_with_what_brought_it(
    tmp_path: Path, drops: list[str], replaces: dict[str, Any], left: list[str]
) -> None:
    variant = {"id": "v", "title": "V", "summary": "V.", "drops": drops, "replaces": replaces}
    items = [USE, {**USE, "id": "again"}, an_own_item("one")]
    case = _case(tmp_path, {**with_step("data", items=items), "variants": [variant]})
    assert [flag.id for _, flag in apply_variant(case, "v").red_flags()] == left


EXAMPLES = {
    "items": {"sorted_shelf": {"earns": ["Sorted, as it is quicker."], "misses": ["Sorting."]}},
    "red_flags": {"no_order": ["Order is overrated."]},
}


def test_examples_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    case = _case(tmp_path, with_step("data", items=[USE]), EXAMPLES)
    item = case.item("sorted_shelf")
    assert item.said[0] == "Sorted, as it is quicker." and len(item.said) == 2
    assert item.near_misses[0] == "Sorting." and len(item.near_misses) == 2
    assert case.red_flag("no_order").said[-1] == "Order is overrated."


@pytest.mark.parametrize(
    ("examples", "field", "says"),
    [
        ({"items": {"sorted_shelve": {}}}, "items.sorted_shelve", "Did you mean 'sorted_shelf'?"),
        ({"red_flags": {"order": ["x"]}}, "red_flags.order", "one of: no_order"),
        ({"items": {"sorted_shelf": {"said": ["x"]}}}, "items.sorted_shelf.said", "no such field"),
    ],
)
def test_wrong_examples_leave_the_case_playable(
    tmp_path: Path, examples: object, field: str, says: str
) -> None:
    read = expand(tmp_path, with_step("data", items=[USE]), examples)
    assert read.case is not None
    (problem,) = read.problems
    assert (problem.field, Path(problem.file).name) == (field, "examples.yaml")
    assert says in str(problem)


def _variant(**fields: Any) -> dict[str, Any]:
    return an_authored_case(variants=[{"id": "v", "title": "V", "summary": "V.", **fields}])


@pytest.mark.parametrize(
    ("written", "field", "says"),
    [
        pytest.param(
            with_step("data", items=[{"use": "sorted_shelve"}]),
            "steps.data.items[0].use",
            "no shared item 'sorted_shelve'. Did you mean 'sorted_shelf'?",
            id="unknown_item",
        ),
        pytest.param(
            with_step("data", items=[{"use": "sorted_shelf"}]),
            "steps.data.items[0].use",
            "lacks the slot 'thing'. Write `with: {thing: ...}`.",
            id="missing_slot",
        ),
        pytest.param(
            with_step("data", items=[{"use": "sorted_shelf", "with": {"thing": "a", "were": "b"}}]),
            "steps.data.items[0].with.were",
            "no slot 'were'. Did you mean 'where'?",
            id="unknown_slot",
        ),
        pytest.param(
            {**with_step("data", items=[USE]), "with": {"thingy": "axe"}},
            "with.thingy",
            "has a slot 'thingy'. Did you mean 'thing'?",
            id="unknown_slot_of_the_case",
        ),
        pytest.param(
            with_step("data", items=[{**USE, "wight": 3}]),
            "steps.data.items[0].wight",
            "no such field. Did you mean 'weight'?",
            id="unknown_field",
        ),
        pytest.param(
            with_step("data", items=[{**USE, "weight": 4}]),
            "steps.data.items[0].weight",
            "not 4",
            id="wrong_value",
        ),
        pytest.param(
            with_step("data", items=[{**USE, "red_flags": ["order"]}]),
            "steps.data.items[0].red_flags[0]",
            "Choose one of: no_order",
            id="unknown_flag_of_the_item",
        ),
        pytest.param(
            with_step("data", red_flags=[{"use": "order"}]),
            "steps.data.red_flags[0].use",
            "Choose one of: no_order",
            id="unknown_flag",
        ),
        pytest.param(
            with_step("data", items=[{"id": "one", "statement": "x"}]),
            "steps.data.items[0].met_when",
            "missing",
            id="own_item_lacks_a_field",
        ),
        pytest.param(
            with_step("data", items=[an_own_item("one", hint=["x"])]),
            "steps.data.items[0].hint",
            "Did you mean 'hints'?",
            id="misspelt_optional_field",
        ),
        pytest.param(
            an_authored_case(facts=[{"type": "visitor", "answer": "1"}]),
            "facts[0].type",
            "Did you mean 'visitors'?",
            id="unknown_type",
        ),
        pytest.param(
            an_authored_case(facts=[{"id": "roof", "answer": "1"}]),
            "facts[0].topics",
            "missing",
            id="fact_without_topics",
        ),
        pytest.param(
            an_authored_case(facts=[{"answer": "1"}]), "facts[0]", "a type", id="nameless_fact"
        ),
        pytest.param(
            _variant(drops=["data_two"]), "variants[0].drops[0]", "data_one", id="drops_unknown"
        ),
        pytest.param(
            _variant(drops=["data_one"]), "variants[0].drops", "'data'", id="drops_a_whole_step"
        ),
        pytest.param(
            _variant(replaces={"visitors": {"answer": "x"}}),
            "variants[0].replaces.visitors",
            "under the variant's `facts`",
            id="replaces_a_fact",
        ),
        pytest.param(
            _variant(replaces={"data_two": {"topic": "x"}}),
            "variants[0].replaces.data_two",
            "data_one",
            id="replaces_unknown",
        ),
        pytest.param(
            _variant(replaces={"data_one": {"topik": "x"}}),
            "variants[0].replaces.data_one.topik",
            "Did you mean 'topic'?",
            id="replaces_unknown_field",
        ),
        pytest.param(
            _variant(replaces={"data_one": {"id": "x"}}),
            "variants[0].replaces.data_one.id",
            "cannot be replaced",
            id="replaces_an_id",
        ),
        pytest.param(
            _variant(replaces={"data": {"items": []}}),
            "variants[0].replaces.data.items",
            "cannot be replaced",
            id="replaces_all_items",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_the_nearest_name(
    tmp_path: Path, written: dict[str, Any], field: str, says: str
) -> None:
    read = expand(tmp_path, written)
    assert read.case is None
    found = {problem.field: problem for problem in read.problems}
    assert says in str(found[field])
    lines = (tmp_path / "cases" / "shed" / "case.yaml").read_text().splitlines()
    key = field.rpartition(".")[2].partition("[")[0]
    line = lines[(found[field].line or 0) - 1]
    assert key in line or line.lstrip().startswith("-")


def test_all_that_is_wrong_is_listed(tmp_path: Path) -> None:
    items = [{"use": "sorted_shelve"}, {"use": "sorted_shelf"}]
    read = expand(tmp_path, with_step("data", items=items))
    assert [p.field for p in read.problems] == [f"steps.data.items[{n}].use" for n in (0, 1)]


@pytest.mark.parametrize("name", ["said", "near_misses"])
def test_the_old_form_is_read_with_one_notice(tmp_path: Path, name: str) -> None:
    steps = {
        step.value: {
            "question": "Where do you begin?",
            "items": [an_own_item(f"{step}_one", **{name: ["As it was said."]})],
        }
        for step in STEPS
    }
    read = expand(tmp_path, an_authored_case(steps=steps))
    assert read.case is not None
    assert getattr(read.case.item("data_one"), name) == ("As it was said.",)
    (notice,) = read.notices
    assert "examples.yaml" in str(notice)


@pytest.mark.parametrize(("item", "core"), [({}, False), ({"core": True}, True)])
def test_in_the_old_form_nothing_is_core_unless_it_says_so(
    tmp_path: Path, item: dict[str, Any], core: bool
) -> None:
    old = an_own_item("one", weight=3, said=["As it was said."], **item)
    assert _case(tmp_path, with_step("data", items=[old])).item("one").core is core


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"difficulty": "meduim"}, "difficulty", "'hard', not 'meduim'. Did you mean 'medium'?"),
        ({"difficulty": "x"}, "difficulty", "this must be 'easy', 'medium' or 'hard', not 'x'."),
        ({"title": ["x"]}, "title", "this must be text."),
        ({"title": ""}, "title", "this is empty, not ''."),
        ({"facts": "none"}, "facts", "this must be a list, not 'none'."),
        ({"steps": ["x"]}, "steps", "this must be a mapping, a `name: value` on each line."),
        (
            {"numbers": [{**NUMBER, "accepted": ["two", 6]}]},
            "numbers[0].accepted[0]",
            "a number, not 'two'",
        ),
        (
            {"numbers": [{**NUMBER, "rests_on": ["visitor"]}]},
            "numbers[0].rests_on[0]",
            "no fact 'visitor'. Did you mean 'visitors'?",
        ),
        (
            {"budgets": [{"id": "b", "fact": "visits", "ms": 3}]},
            "budgets[0].fact",
            "no fact 'visits'",
        ),
        ({"budgets": [{"id": "b", "fact": "visitors", "ms": 0}]}, "budgets[0].ms", "more than 0"),
    ],
)
def test_a_wrong_value_is_told_in_an_authors_words(
    fields: dict[str, Any], field: str, says: str, tmp_path: Path
) -> None:
    problem = expand(tmp_path, an_authored_case(**fields)).problems[0]
    assert problem.field == field
    assert says in str(problem)


def test_an_unknown_shared_item_is_no_reason_to_doubt_what_fills_its_slots(tmp_path: Path) -> None:
    case = {**with_step("data", items=[{"use": "sorted_shelve"}]), "with": {"thing": "axe"}}
    assert [problem.field for problem in expand(tmp_path, case).problems] == [
        "steps.data.items[0].use"
    ]
