"""What a variant leaves out and asks differently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interviewer.cases.variants import apply_variant
from interviewer.core.case import Case, ChangedFact, Paraphrases, Variant
from interviewer.core.settings import StepId
from tests.builders import a_case
from tests.cases.authoring import an_authored_case, an_own_item, expand

BASE = a_case(
    ways=Paraphrases(
        steps={StepId.DATA: ("Where to?",)},
        red_flags={"ser_flag": ("What then?",)},
        push_backs={"push_slate": ("Why?",)},
    )
)


def _varied(**fields: Any) -> Case:
    variant = Variant(id="v", title="V", summary="V.", **fields)
    return apply_variant(BASE.model_copy(update={"variants": (variant,)}), "v")


def test_nothing_derived_from_the_base_case_is_kept() -> None:
    assert "dat_ivory" in BASE.ids
    varied = _varied(drops=["dat_ivory"])
    assert "dat_ivory" not in varied.ids
    assert varied.fingerprint != BASE.fingerprint


def _ids(case: Case) -> set[str]:
    return set(case.ids) | {number.id for number in case.numbers}


@pytest.mark.parametrize(
    ("drops", "gone"),
    [
        pytest.param(["dat_ivory"], {"dat_ivory"}, id="item"),
        pytest.param(["dat_flag"], {"dat_flag"}, id="red_flag"),
        pytest.param(["patience"], {"patience"}, id="fact"),
        pytest.param(["visits_per_minute"], {"visits_per_minute"}, id="number"),
        pytest.param(["dive_shelves"], {"dive_shelves"}, id="deep_dive"),
        pytest.param(["push_slate"], {"push_slate"}, id="push_back"),
        pytest.param(["ser_wool"], {"ser_wool", "half_the_room"}, id="change_about_it_only"),
        pytest.param(["mod_basalt"], {"mod_basalt", "dive_learning"}, id="dive_about_it_only"),
        pytest.param(["ser_slate"], {"ser_slate", "push_slate"}, id="push_back_on_it"),
        pytest.param(
            ["ser_slate", "ser_zinc"],
            {"ser_slate", "ser_zinc", "push_slate", "dive_shelves"},
            id="all_that_a_dive_is_about",
        ),
    ],
)
def test_what_is_dropped_takes_along_what_is_only_about_it(
    drops: list[str], gone: set[str]
) -> None:
    assert _ids(BASE) - _ids(_varied(drops=drops)) == gone


def test_a_dive_about_more_stays_without_what_is_dropped() -> None:
    (dive, _) = _varied(drops=["ser_slate"]).deep_dives
    assert dive.items == ("ser_zinc",)


def test_fields_are_replaced_wherever_they_stand() -> None:
    case = _varied(
        questions={"data": "Which data?"},
        replaces={
            "dat_quartz": {"statement": "Keep it together.", "weight": 1, "core": False},
            "dat_flag": {"damage": 1},
            "dive_shelves": {"question": "Shall we talk about one shelf?"},
            "half_the_room": {"text": "The room burns down. What now?"},
            "push_slate": {"text": "Why a shelf?"},
            "visits_per_minute": {"accepted": [1, 2]},
            "serving": {"question": "How is it served?", "model_answer": "On one plate."},
        },
    )
    quartz = case.item("dat_quartz")
    assert (quartz.statement, quartz.weight, quartz.core) == ("Keep it together.", 1, False)
    assert quartz.exemplar == BASE.item("dat_quartz").exemplar
    assert case.red_flag("dat_flag").damage == 1
    assert case.deep_dives[0].question == "Shall we talk about one shelf?"
    assert case.constraint_changes[0].text.startswith("The room")
    assert case.push_backs[0].text == "Why a shelf?"
    assert case.numbers[0].accepted == (1, 2)
    assert case.steps[StepId.DATA].question == "Which data?"
    serving = case.steps[StepId.SERVING]
    assert (serving.question, serving.model_answer) == ("How is it served?", "On one plate.")
    assert serving.items == BASE.steps[StepId.SERVING].items


@pytest.mark.parametrize(
    ("facts", "replaces", "kept"),
    [
        ([], {}, True),
        ([ChangedFact(id="patience", answer="An hour.")], {}, True),
        ([ChangedFact(id="visitors", answer="About 40.")], {}, False),
        (
            [ChangedFact(id="visitors", answer="About 40.")],
            {"visits_per_minute": {"accepted": [0.05, 0.1]}},
            True,
        ),
    ],
    ids=["nothing_changed", "another_fact", "its_fact", "written_anew"],
)
def test_a_number_goes_with_the_fact_it_rests_on(
    facts: list[ChangedFact], replaces: dict[str, Any], kept: bool
) -> None:
    rests = BASE.numbers[0].model_copy(update={"rests_on": ("visitors",)})
    variant = Variant(id="v", title="V", summary="V.", facts=tuple(facts), replaces=replaces)
    case = BASE.model_copy(update={"numbers": (rests,), "variants": (variant,)})
    assert bool(apply_variant(case, "v").numbers) is kept


def test_other_ways_to_say_what_is_replaced_are_gone() -> None:
    varied = _varied(
        questions={"data": "Which data?"},
        drops=["ser_flag"],
        replaces={"push_slate": {"text": "?"}},
    )
    assert varied.ways == Paraphrases()


def test_what_staff_adds_to_items_is_the_addendum_unless_one_is_written(tmp_path: Path) -> None:
    items = [an_own_item("one", staff_adds="Cost."), an_own_item("two", staff_adds="Risk.")]
    variant = {"id": "v", "title": "V", "summary": "V.", "drops": ["one"]}
    written = an_authored_case(variants=[variant])

    def addenda(**step: Any) -> list[str]:
        data = {"question": "Which?", "items": items, **step}
        folder = tmp_path / str(len(step))
        case = expand(folder, written | {"steps": {**written["steps"], "data": data}}).case
        assert case is not None
        both = (case, apply_variant(case, "v"))
        return [one.steps[StepId.DATA].staff_addendum for one in both]

    assert addenda() == ["Cost. Risk.", "Risk."]
    assert addenda(staff_addendum="Blast radius.") == ["Blast radius.", "Blast radius."]


def test_exemplars_stay_the_model_answer(tmp_path: Path) -> None:
    data = {"question": "Which?", "items": [an_own_item("one"), an_own_item("two")]}
    variant = {"id": "v", "title": "V", "summary": "V.", "drops": ["one"]}
    written = an_authored_case(variants=[variant])
    case = expand(tmp_path, written | {"steps": {**written["steps"], "data": data}}).case
    assert case is not None
    one, two = case.item("one").exemplar, case.item("two").exemplar
    assert case.steps[StepId.DATA].model_answer == f"{one} {two}"
    assert apply_variant(case, "v").steps[StepId.DATA].model_answer == two
