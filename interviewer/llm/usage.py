"""What calls cost: tokens before and after each, dollars where the price is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field

from interviewer.core.value import Value
from interviewer.llm.configuration import Budget, Price
from interviewer.llm.failures import Failure, failed

MILLION = 1_000_000
_DATE = re.compile(r"-\d{4}(-?\d\d){0,2}")  # -2024-08-06, -20240806, -0613


class Kind(StrEnum):
    """What a call is for."""

    REPLY = "reply"
    """The interviewer's own words, under an agenda."""
    NOTES = "notes"
    """What one message says and does."""
    ASSESS = "assess"
    """As notes were called in interviews of earlier versions."""
    SAY = "say"
    """A move of the policy put into words."""
    GRADE = "grade"
    SWEEP = "sweep"
    """What the whole transcript holds of points that are still absent."""
    CLOSING = "closing"
    """What goes beyond the rubric, and what to be ready for."""
    DEBRIEF = "debrief"
    """What the candidate is told afterwards."""
    DRAFT = "draft"
    """Missing parts of a case, for its author."""
    NARRATE = "narrate"
    """As a debrief was called in interviews of earlier versions."""


class CallRecord(Value):
    """One call, whatever became of it."""

    kind: Kind
    model: str
    estimated: int
    """Prompt tokens counted before the call."""
    prompt: int
    """Prompt tokens that the endpoint counted; the estimate where it told none."""
    cached: int = 0
    """Those of them that it had read before."""
    output: int = 0
    seconds: float = 0.0
    attempt: int = 1
    """Which try it was; each is a call of its own."""
    failure: str = ""
    """Why there was no reply; empty when there was one."""
    dollars: float | None = None
    """None where no price is known."""


def _all_dollars(known: dict[str, Any]) -> float:
    """The dollars of a sum whose parts all have a price."""
    return known.get("dollars") or 0.0


class Spent(Value):
    """What the calls of one kind cost together."""

    calls: int = 0
    failed: int = 0
    prompt: int = 0
    cached: int = 0
    output: int = 0
    dollars: float | None = None
    """None where a single call has no price."""
    known_dollars: float = Field(default_factory=_all_dollars, exclude=True)
    """What the calls that have a price cost; a budget counts these, whatever else was called."""

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.prompt + self.output


def summed(records: Iterable[CallRecord]) -> Spent:
    """Everything together; dollars are None when a single call has no price."""
    calls = list(records)
    prices = [call.dollars for call in calls]
    return Spent(
        calls=len(calls),
        failed=sum(bool(call.failure) for call in calls),
        prompt=sum(call.prompt for call in calls),
        cached=sum(call.cached for call in calls),
        output=sum(call.output for call in calls),
        dollars=None if None in prices or not prices else _known(prices),
        known_dollars=_known(prices),
    )


def together(parts: Iterable[Spent]) -> Spent:
    """Several sums as one; dollars are None when one of them is unknown."""
    spent = list(parts)
    dollars = [part.dollars for part in spent]
    return Spent(
        calls=sum(part.calls for part in spent),
        failed=sum(part.failed for part in spent),
        prompt=sum(part.prompt for part in spent),
        cached=sum(part.cached for part in spent),
        output=sum(part.output for part in spent),
        dollars=None if None in dollars else _known(dollars),
        known_dollars=sum(part.known_dollars for part in spent),
    )


def with_calls(spent: Mapping[Kind, Spent], made: Iterable[CallRecord]) -> dict[Kind, Spent]:
    """What calls cost by kind, together with some more of them."""
    calls = list(made)
    new = {kind: summed(c for c in calls if c.kind is kind) for kind in {c.kind for c in calls}}
    both = {kind: [part[kind] for part in (spent, new) if kind in part] for kind in Kind}
    return {kind: together(parts) for kind, parts in both.items() if parts}


def _known(dollars: Iterable[float | None]) -> float:
    return sum((one for one in dollars if one is not None), 0.0)


def price_of(model: str, prices: Mapping[str, Price]) -> Price | None:
    """The price of a model; dated names (`gpt-4o-2024-08-06`) cost what their family does."""
    if model in prices:
        return prices[model]
    for name, price in prices.items():
        # Other endings (`-pro`, `-audio-preview`) are other models, which cost more.
        if model.startswith(name) and _DATE.fullmatch(model[len(name) :]):
            return price
    return None


def dollars_for(price: Price | None, prompt: int, cached: int, output: int) -> float | None:
    """What so many tokens cost."""
    if price is None:
        return None
    fresh = max(0, prompt - cached)
    return (fresh * price.input + cached * price.cached + output * price.output) / MILLION


class Meter:
    """The account of one interview.

    Args:
        budget: what it may cost in all.
        before: what was spent earlier, in other exchanges.
    """

    def __init__(self, budget: Budget | None = None, before: Iterable[Spent] = ()) -> None:
        self._budget = budget or Budget()
        self._before = tuple(before)
        self.records: list[CallRecord] = []
        """Calls since this account was opened."""

    def admit(self, price: Price | None, estimated: int) -> None:
        """Lets a call through that the budget still allows.

        Raises:
            EndpointError: it does not.
        """
        spent = [*self._before, summed(self.records)]
        tokens, dollars = self._budget.tokens, self._budget.dollars
        if tokens is not None and sum(s.tokens for s in spent) + estimated > tokens:
            raise failed(Failure.BUDGET)
        if dollars is not None:
            expected = dollars_for(price, estimated, 0, 0) or 0.0
            if sum(s.known_dollars for s in spent) + expected > dollars:
                raise failed(Failure.BUDGET)

    def add(self, record: CallRecord) -> None:
        """Notes a call."""
        self.records.append(record)
