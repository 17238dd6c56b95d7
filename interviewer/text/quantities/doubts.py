"""What is doubtful in the figures stated: a quantity far off, a budget overrun, a wrong sum."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from interviewer.core.assessment import StatedNumber
from interviewer.core.case import Case, Quantity
from interviewer.text.quantities.clauses import says
from interviewer.text.quantities.figures import read_figures
from interviewer.text.quantities.notes import newest
from interviewer.text.quantities.stages import Stage, limit_of, stage_of
from interviewer.text.quantities.sums import sums_in

FAR_OFF = 10.0
"""Factor outside the accepted range from which a figure is doubted."""
LISTED_OVER = 1.02
"""Factor by which stages listed in one turn may exceed the limit: roundings."""
COLLECTED_OVER = 1.1
"""The same for stages of several turns, where one may have meant a part of another."""
QUOTED_WORDS = 12


@dataclass(frozen=True)
class Doubt:
    """One thing to be walked through.

    Attributes:
        id: `figure-<quantity>`, `stage-<budget>:<stage>`, `total-<budget>` or `sum-<figures>`;
            the budget is `own` where the candidate set it.
        quotes: the candidate's words, at most twelve in all: the figure and, where the limit is
            their own, the limit.
    """

    id: str
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class _Limit:
    id: str
    ms: float
    quote: str = ""

    def quotes(self, figure: str) -> tuple[str, ...]:
        """The figure's clause and, where it is the candidate's own, the limit's."""
        if not self.quote:
            return (clipped(figure),)
        return (clipped(figure, QUOTED_WORDS - 5), clipped(self.quote, 5))


def find_doubts(
    case: Case,
    known: Sequence[StatedNumber],
    stated: Sequence[StatedNumber],
    *,
    told: Collection[str] = (),
    void: Collection[str] = (),
) -> list[Doubt]:
    """Doubts about the figures of one turn, the most certain first.

    Args:
        case: the case with its variant applied.
        known: figures before the turn.
        stated: figures of the turn.
        told: facts that the candidate knows.
        void: numbers and budgets that a changed constraint made void.
    """
    limit = _limit(case, newest(known, stated), told, void)
    budget = list(_budget(limit, known, stated)) if limit else []
    figures = _figures([q for q in case.numbers if q.id not in void], newest([], stated))
    return [*budget, *_sums(stated), *figures]


def clipped(quote: str, words: int = QUOTED_WORDS) -> str:
    """So many neighbouring words of a quote, around its last figure; verbatim."""
    spans = [match.span() for match in re.finditer(r"\S+", quote)]
    if len(spans) <= words:
        return quote.strip()
    figures = read_figures(quote)
    middle = figures[-1] if figures else None
    held = [
        at
        for at, (start, end) in enumerate(spans)
        if middle is None or (start < middle.end and end > middle.start)
    ]
    last = min(len(spans), max(held[0] + words, 1), max(held[-1] + 1, words))
    start = spans[max(0, last - words)][0]
    cut = next((figure.end for figure in figures if figure.start < start < figure.end), None)
    if cut is not None and middle is not None:  # half a figure is another one
        stop = re.compile(r"[,;:]\s").search(quote, cut, middle.start)
        start = stop.end() if stop else cut
    return quote[start : spans[last - 1][1]].strip(" ,;:")


# Budgets


def _limit(
    case: Case, numbers: Sequence[StatedNumber], told: Collection[str], void: Collection[str]
) -> _Limit | None:
    """The limit in force: the case's where its fact was told, else the candidate's largest."""
    if any(budget.id in void for budget in case.budgets):
        return None
    for budget in case.budgets:
        if budget.fact in told:
            return _Limit(budget.id, budget.ms)
    own = [(ms, n.quote) for n in numbers if (ms := limit_of(n)) is not None]
    return _Limit("own", *max(own)) if own else None


def _budget(
    limit: _Limit, known: Sequence[StatedNumber], stated: Sequence[StatedNumber]
) -> Iterator[Doubt]:
    fresh = list(_stages(stated, limit))
    if not fresh:
        return
    for stage in fresh:
        if stage.ms > limit.ms:
            yield Doubt(
                f"stage-{limit.id}:{stage.name.replace(' ', '_')}", limit.quotes(stage.quote)
            )
            return
    everything = list(_stages(newest(known, stated), limit))
    over = _total(fresh) > limit.ms * LISTED_OVER
    if over or _total(everything) > limit.ms * COLLECTED_OVER:
        yield Doubt(f"total-{limit.id}", limit.quotes(fresh[-1].quote))


def _stages(numbers: Sequence[StatedNumber], limit: _Limit) -> Iterator[Stage]:
    """Stages with their times; what equals the limit is the limit, named again."""
    stages = (stage_of(number) for number in numbers)
    yield from (stage for stage in stages if stage is not None and stage.ms != limit.ms)


def _total(stages: Sequence[Stage]) -> float:
    """The time of stages one after the other; of parallel ones the longest counts."""
    side_by_side = any(says("parallel", stage.quote) for stage in stages)
    if not side_by_side:
        return sum(stage.ms for stage in stages)
    longest: dict[str, float] = {}
    for stage in stages:
        longest[stage.name] = max(stage.ms, longest.get(stage.name, 0.0))
    return sum(longest.values())


# Calculations and quantities


def _sums(stated: Sequence[StatedNumber]) -> Iterator[Doubt]:
    for number in stated:
        for one in sums_in(number.quote):
            if one.doubtful:
                figures = "-".join(f"{figure.high:g}" for figure in (*one.terms, one.result))
                yield Doubt(f"sum-{figures}", (clipped(number.quote),))


def _figures(quantities: Sequence[Quantity], stated: Sequence[StatedNumber]) -> Iterator[Doubt]:
    known = {quantity.id: quantity for quantity in quantities}
    for number in stated:
        quantity = known.get(number.quantity or "")
        if quantity is not None and _is_far_off(quantity, number.value):
            yield Doubt(f"figure-{quantity.id}", (clipped(number.quote),))


def _is_far_off(quantity: Quantity, value: float) -> bool:
    low, high = quantity.accepted
    return value < low / FAR_OFF or value > high * FAR_OFF
