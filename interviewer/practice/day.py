"""The case of the day: the same for everybody who has the same cases, another one tomorrow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from interviewer.core.case import Case
from interviewer.core.value import Value


class DayCase(Value):
    """A case, or a variant of it, to play today."""

    case_id: str
    title: str
    variant: str | None = None
    variant_title: str | None = None


def case_of_the_day(cases: Iterable[Case], day: date) -> DayCase | None:
    """The case of a day; None without cases.

    Every case and variant comes up once in a round, in an order that its ids decide, so that two
    days in a row differ while there are two of them.
    """
    every = [choice for case in cases for choice in _choices(case)]
    every.sort(key=lambda choice: _shuffled(f"{choice.case_id}/{choice.variant}"))
    return every[day.toordinal() % len(every)] if every else None


def _choices(case: Case) -> list[DayCase]:
    plain = DayCase(case_id=case.id, title=case.title)
    varied = [
        DayCase(case_id=case.id, title=case.title, variant=v.id, variant_title=v.title)
        for v in case.variants
    ]
    return [plain, *varied]


def _shuffled(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
