"""Figures of the base case in the mouth of an interviewer who plays a variant."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.cases.library import load_library
from interviewer.cases.lint import check_case
from interviewer.cases.stale_figures import stale_figures
from interviewer.core.case import Case, ChangedFact, Fact, PushBack, Variant
from tests.builders import CONCEPTS, a_case

FACTS = (
    Fact(id="latency", topics=("how fast",), answer="150 milliseconds at the 99th percentile."),
    Fact(id="stock", topics=("how much",), answer="About 500 million boxes, 20 boxes on a page."),
    Fact(id="returns", topics=("how many come back",), answer="Some 3% of visitors return."),
    Fact(id="team", topics=("who helps",), answer="Two people and one car for three days."),
)


def _case(said: str, **variant: Any) -> Case:
    """The builders' case with one more push-back and a variant that changes all facts."""
    changed = tuple(ChangedFact(id=fact.id, answer="Nobody knows.") for fact in FACTS)
    fields: dict[str, Any] = {"facts": changed, **variant}
    push = PushBack(id="push", step="serving", item="ser_slate", text=said)
    return a_case(
        facts=(*a_case().facts, *FACTS),
        push_backs=(*a_case().push_backs, push),
        variants=(Variant(id="v", title="V", summary="V.", **fields), a_case().variants[1]),
    )


@pytest.mark.parametrize(
    ("said", "fact", "certain"),
    [
        pytest.param("What do 150 ms rule out?", "latency", True, id="unit"),
        pytest.param("Your limit falls from 150 to 80 ms. And now?", "latency", True, id="range"),
        pytest.param("Would 500M entries fit?", "stock", True, id="magnitude"),
        pytest.param("Why these twenty boxes?", "stock", True, id="spelt_with_its_noun"),
        pytest.param("What if 3% of all visitors are bots?", "returns", False, id="percent"),
        pytest.param("Revenue rises by 3%. So?", None, None, id="percent_of_other_things"),
        pytest.param("Why twenty?", None, None, id="bare"),
        pytest.param("Would one car do?", None, None, id="one"),
        pytest.param("What do 80 ms rule out?", None, None, id="another_figure"),
        pytest.param("And in ten days?", None, None, id="another_span"),
    ],
)
def test_a_figure_that_a_variant_changes_is_found(
    said: str, fact: str | None, certain: bool | None
) -> None:
    found = [(s.variant, s.owner, s.fact, s.certain) for s in stale_figures(_case(said))]
    assert found == ([] if fact is None else [("v", "push", fact, certain)])


@pytest.mark.parametrize(
    "variant",
    [
        pytest.param({"drops": ("push",)}, id="dropped"),
        pytest.param({"replaces": {"push": {"text": "What does it rule out?"}}}, id="replaced"),
        pytest.param({"facts": ()}, id="unchanged"),
        pytest.param(
            {"facts": (ChangedFact(id="latency", answer="150 ms, on average."),)}, id="still_true"
        ),
    ],
)
def test_what_the_variant_mends_is_no_finding(variant: dict[str, Any]) -> None:
    assert list(stale_figures(_case("What do 150 ms rule out?", **variant))) == []


def test_a_dropped_fact_counts_as_changed() -> None:
    case = _case("What do 150 ms rule out?", facts=(), drops=("latency",))
    assert [one.fact for one in stale_figures(case)] == ["latency"]


@pytest.mark.parametrize(
    ("said", "severity"),
    [("What do 150 ms rule out?", "error"), ("What if 3% of visitors leave?", "warning")],
)
def test_check_fails_where_it_is_certain(said: str, severity: str) -> None:
    (finding,) = check_case(_case(said), CONCEPTS)
    assert (finding.severity, finding.where) == (severity, "push_backs[1].text")
    assert "in the variant 'v'" in finding.message and said in finding.message


@pytest.mark.parametrize("case", load_library().cases.values(), ids=lambda case: case.id)
def test_no_variant_of_ours_says_a_figure_that_it_changes(case: Case) -> None:
    assert [one for one in stale_figures(case) if one.certain] == []
