"""The builders' case with one thing changed."""

from __future__ import annotations

from typing import Any

from interviewer.core.case import Case, CaseStep
from interviewer.core.settings import StepId
from tests.builders import a_case, a_step, an_item

DATA = StepId.DATA


def with_step(step: CaseStep, **overrides: Any) -> Case:
    return a_case(steps={**a_case().steps, DATA: step}, **overrides)


def with_item(**overrides: Any) -> Case:
    """The case with its item `dat_quartz` changed."""
    step = a_step(DATA)
    changed = an_item(**{"id": "dat_quartz", "weight": 3, **overrides})
    return with_step(step.model_copy(update={"items": (changed, *step.items[1:])}))


def with_first(group: str, **update: Any) -> Case:
    """The case with the first entry of a group changed."""
    first, *rest = getattr(a_case(), group)
    return a_case(**{group: (first.model_copy(update=update), *rest)})


def cut(group: str, count: int) -> Case:
    return a_case(**{group: getattr(a_case(), group)[:count]})


WORDS = ("quartz", "nickel", "cotton", "ivory", "maple", "oak", "elm", "ash", "fir", "yew")


def items_of_data(count: int, **overrides: Any) -> CaseStep:
    items = tuple(
        an_item(f"dat_{word}", core=index < 3, weight=3 - index % 3, **overrides)
        for index, word in enumerate(WORDS[:count])
    )
    return a_step(DATA, items=items)
