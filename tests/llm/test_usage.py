"""What calls cost, and where a budget ends."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.core.errors import EndpointError
from interviewer.llm.configuration import Budget, Price
from interviewer.llm.failures import Failure
from interviewer.llm.usage import (
    CallRecord,
    Kind,
    Meter,
    Spent,
    dollars_for,
    price_of,
    summed,
    together,
)

PRICES = {
    "gpt-4o": Price(input=2.5, cached=1.25, output=10),
    "gpt-4o-mini": Price(input=0.15, cached=0.075, output=0.6),
    "gpt-5": Price(input=1.25, cached=0.125, output=10),
}
DEAR = Price(input=1_000_000, cached=500_000, output=2_000_000)  # a dollar a token


def call(**fields: Any) -> CallRecord:
    return CallRecord(**{"kind": Kind.SAY, "model": "one", "estimated": 10, "prompt": 10, **fields})


@pytest.mark.parametrize(
    ("model", "priced_as"),
    [
        ("gpt-4o", "gpt-4o"),
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("gpt-5-2025-08-07", "gpt-5"),
        ("gpt-4", None),
        ("gpt-4omni", None),
        ("gpt-5.1", None),
        ("llama3.2:3b", None),
        ("", None),
        ("gpt-5-pro", None),
        ("gpt-4o-audio-preview", None),
    ],
)
def test_dated_names_cost_what_their_family_does_and_other_models_do_not(
    model: str, priced_as: str | None
) -> None:
    assert price_of(model, PRICES) == (PRICES[priced_as] if priced_as else None)


@pytest.mark.parametrize(
    ("prompt", "cached", "output", "dollars"),
    [(0, 0, 0, 0.0), (4, 0, 0, 4.0), (4, 4, 0, 2.0), (4, 1, 2, 7.5), (1, 5, 0, 2.5)],
)
def test_cached_tokens_are_cheaper(prompt: int, cached: int, output: int, dollars: float) -> None:
    assert dollars_for(DEAR, prompt, cached, output) == pytest.approx(dollars)


def test_without_a_price_there_are_no_dollars() -> None:
    assert dollars_for(None, 10, 0, 10) is None


def test_calls_are_summed() -> None:
    records = [
        call(prompt=10, cached=4, output=5, dollars=1.0),
        call(prompt=20, failure="cut", dollars=0.5),
    ]
    assert summed(records) == Spent(calls=2, failed=1, prompt=30, cached=4, output=5, dollars=1.5)
    assert summed(records).tokens == 35


@pytest.mark.parametrize(
    ("dollars", "expected"),
    [((), None), ((None,), None), ((1.0, None), None), ((1.0, 2.0), 3.0), ((0.0,), 0.0)],
)
def test_a_sum_is_known_when_every_part_is(
    dollars: tuple[float | None, ...], expected: float | None
) -> None:
    assert summed(call(dollars=one) for one in dollars).dollars == expected


def test_sums_are_summed() -> None:
    parts = [
        Spent(calls=1, failed=1, prompt=2, cached=1, output=3, dollars=0.5),
        Spent(calls=2, prompt=4, dollars=1.0),
    ]
    assert together(parts) == Spent(calls=3, failed=1, prompt=6, cached=1, output=3, dollars=1.5)
    assert together([*parts, Spent(calls=1)]).dollars is None


# Budgets

FREE = Budget()
BUDGETS: dict[str, tuple[Budget, tuple[Spent, ...], tuple[CallRecord, ...], Price | None, bool]] = {
    "no_bound": (FREE, (Spent(prompt=10**9, dollars=1e6),), (), DEAR, True),
    "tokens_left": (Budget(tokens=100), (), (call(prompt=80, output=10),), None, True),
    "tokens_used": (Budget(tokens=100), (), (call(prompt=80, output=11),), None, False),
    "tokens_before": (Budget(tokens=100), (Spent(prompt=91),), (), None, False),
    "tokens_of_both": (Budget(tokens=100), (Spent(prompt=50),), (call(prompt=41),), None, False),
    "tokens_at_once": (Budget(tokens=9), (), (), None, False),
    "dollars_left": (Budget(dollars=15), (), (call(dollars=5.0),), DEAR, True),
    "dollars_used": (Budget(dollars=15), (), (call(dollars=5.1),), DEAR, False),
    "dollars_before": (Budget(dollars=15), (Spent(dollars=5.1),), (), DEAR, False),
    "dollars_of_both": (Budget(dollars=15), (Spent(dollars=3),), (call(dollars=3.0),), DEAR, False),
    "dollars_without_a_price": (Budget(dollars=15), (), (call(),), None, True),
    "dollars_beside_calls_without_a_price": (
        Budget(dollars=15),
        (),
        (call(dollars=100.0), call(model="free")),
        DEAR,
        False,
    ),
}


@pytest.mark.parametrize(
    ("budget", "before", "records", "price", "admitted"), BUDGETS.values(), ids=BUDGETS
)
def test_a_call_is_admitted_while_the_budget_lasts(
    budget: Budget,
    before: tuple[Spent, ...],
    records: tuple[CallRecord, ...],
    price: Price | None,
    admitted: bool,
) -> None:
    meter = Meter(budget, before)
    for record in records:
        meter.add(record)
    if admitted:
        meter.admit(price, 10)
        return
    with pytest.raises(EndpointError) as caught:
        meter.admit(price, 10)
    assert caught.value.failure == Failure.BUDGET


def test_a_meter_keeps_its_calls_in_order() -> None:
    meter, records = Meter(), [call(attempt=n) for n in (1, 2, 3)]
    for record in records:
        meter.add(record)
    assert meter.records == records
