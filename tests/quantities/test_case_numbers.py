"""What an author may write about numbers, and what happens without it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from interviewer.cases.library import load_library
from interviewer.cases.variants import apply_variant
from interviewer.core.case import Budget, Case, ConstraintChange
from interviewer.text.quantities import stated_numbers
from interviewer.text.quantities.figures import in_unit, read_figures
from tests.builders import a_case, as_yaml

PLAIN = a_case()
QUANTITY = PLAIN.numbers[0]
CHANGE = PLAIN.constraint_changes[0]
Numbers = dict[str, Any]


def named(**changes: Any) -> Case:
    """The builder's case with a quantity that people can name."""
    names = {"names": ("visits",), "rests_on": ("visitors",), **changes}
    return a_case(numbers=(QUANTITY.model_copy(update=names),))


def quantities(case: Case, text: str = "We expect 7 visits per minute.") -> list[str | None]:
    return [number.quantity for number in stated_numbers(case, [text])]


def test_a_case_without_names_loads_and_links_nothing(tmp_path: Path) -> None:
    file = tmp_path / "cases" / PLAIN.id / "case.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(as_yaml({k: v for k, v in _fields(PLAIN).items() if k != "budgets"}), "utf-8")
    loaded = load_library(tmp_path).cases[PLAIN.id]
    assert loaded.numbers == PLAIN.numbers
    assert quantities(loaded) == [None]


def _fields(case: Case) -> dict[str, Any]:
    fields: dict[str, Any] = case.model_dump(mode="json")
    for quantity in fields["numbers"]:
        for key in ("names", "unless", "rests_on"):
            del quantity[key]
    return fields


@pytest.mark.parametrize(
    ("case", "found"),
    [
        (named(), ["visits_per_minute"]),
        (named(names=("guests",)), [None]),
        (named(unless=("expect",)), [None]),
        (apply_variant(named(), "night"), [None]),
        (apply_variant(named(), "small"), ["visits_per_minute"]),
    ],
    ids=["named", "other_name", "unless", "variant_changes_its_fact", "variant_leaves_it"],
)
def test_names_decide(case: Case, found: list[str | None]) -> None:
    assert quantities(case) == found


@pytest.mark.parametrize(
    "changes",
    [
        lambda: {"numbers": (QUANTITY.model_copy(update={"rests_on": ("nobody",)}),)},
        lambda: {"budgets": (Budget(id="wait", fact="nobody", ms=100),)},
        lambda: {
            "constraint_changes": (
                ConstraintChange.model_validate({**CHANGE.model_dump(), "voids": ("nothing",)}),
            )
        },
    ],
    ids=["rests_on", "budget", "voids"],
)
def test_a_name_of_nothing_is_refused(changes: Callable[[], Numbers]) -> None:
    with pytest.raises(ValidationError, match="names no"):
        a_case(**changes())


def test_a_budget_holds_until_a_variant_changes_its_fact() -> None:
    wait = Budget(id="wait", fact="visitors", ms=100)
    case = a_case(budgets=(wait,))
    assert apply_variant(case, "small").budgets == (wait,)
    assert apply_variant(case, "night").budgets == ()


@pytest.mark.parametrize("case", load_library().cases.values(), ids=lambda case: case.id)
def test_shipped_quantities_can_be_recognised(case: Case) -> None:
    assert case.budgets
    named = [quantity for quantity in case.numbers if quantity.names]
    assert len(named) >= 0.7 * len(case.numbers)
    assert all(in_unit(1, quantity.unit) for quantity in named)
    for variant in (None, *(v.id for v in case.variants)):
        told = {fact.id: fact.answer for fact in apply_variant(case, variant).facts}
        for budget in apply_variant(case, variant).budgets:
            assert budget.ms in [figure.high for figure in read_figures(told[budget.fact])]
