"""The figures that a candidate states: linked to the case's quantities, noted down, doubted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from interviewer.core.assessment import StatedNumber
from interviewer.core.case import Case, Quantity
from interviewer.text.quantities.clauses import (
    Clause,
    Stage,
    Sum,
    bare_times,
    clause_of,
    is_on_the_path,
    is_revised,
    is_whole,
    limit_of,
    read_clause_cues,
    says,
    stage_named,
    stage_of,
    sums_in,
    widened,
)
from interviewer.text.quantities.figures import (
    LONGEST,
    SECOND,
    Figure,
    in_unit,
    normal_units,
    read_figures,
)
from interviewer.text.sentences import stem, words_of

MOST = 16
"""Figures of one turn that are kept; a table of more is no notebook."""
REVISED_WITHIN = 2
"""Sentences behind a figure in which taking it back is about it."""
COUNTS_FROM = 1000.0
"""Smaller counts without a unit are seldom worth a note."""
LONGEST_WAIT_MS = 60_000.0
"""A longer time is no part of a reply, whatever it is called."""

FEWEST = 2
"""A bare one is an article, not a count."""
FAR_OFF = 10.0
"""Factor outside the accepted range from which a figure is doubted."""
LISTED_OVER = 1.02
"""Factor by which stages listed in one turn may exceed the limit: roundings."""
COLLECTED_OVER = 1.1
"""The same for stages of several turns, where one may have meant a part of another."""
QUOTED_WORDS = 12
NEAR = 60  # characters around a figure in which an operator can be its own


def stated_numbers(case: Case, sentences: Sequence[str]) -> tuple[StatedNumber, ...]:
    """Figures that the candidate states, in their order.

    What is asked, supposed, denied, taken back at once or told of somebody else is left out.

    Args:
        case: the case with its variant applied.
        sentences: of one turn, verbatim; lines of a table or a sketch count as sentences.
    """
    limits = [budget.ms for budget in case.budgets]
    found: list[StatedNumber] = []
    for quantity in case.numbers:
        _read_quantity(quantity)  # now, with the first message, rather than with its first figure
    header = ""
    spoken = [sentence[:LONGEST] for sentence in sentences]
    for at, sentence in enumerate(spoken):
        header = sentence if _is_header(sentence) else header if "|" in sentence else ""
        following = spoken[at + 1 : at + 1 + REVISED_WITHIN]
        if sentence.rstrip().endswith("?") or _taken_back(sentence, following):
            continue
        taken_up = [later for later in following[:1] if says("takes_up", later)]
        rejected = any(says("rejected", text) for text in (sentence, *taken_up))
        table = _row(sentence) if header and sentence != header else []
        found += table or _in_sentence(case, sentence, limits, rejected=rejected)
    return tuple(_newest_stages(found)[:MOST])


def _taken_back(sentence: str, following: Sequence[str]) -> bool:
    kinds = {figure.dimension for figure in read_figures(sentence)}
    return any(
        says("revised", later) and kinds & {figure.dimension for figure in read_figures(later)}
        for later in following
    )


def _newest_stages(numbers: Sequence[StatedNumber]) -> list[StatedNumber]:
    """Without a stage's time where a later sentence of the turn gives it the same again."""
    known: set[tuple[str, float]] = set()
    kept: list[StatedNumber] = []
    for number in numbers:
        stage = stage_of(number)
        if stage is not None and (stage.name, stage.ms) in known and number.quote != stage.name:
            continue
        if stage is not None:
            known.add((stage.name, stage.ms))
        kept.append(number)
    return kept


# One sentence


def _in_sentence(
    case: Case, sentence: str, limits: Sequence[float], *, rejected: bool
) -> list[StatedNumber]:
    figures = read_figures(sentence)
    sums = [one for one in sums_in(sentence) if not is_revised(sentence, one.end)]
    results = {one.result.start: one for one in sums}
    terms = {term.start for one in sums for term in one.terms}
    bare = {figure.start: clause for figure, clause in bare_times(sentence, figures, limits)}
    own = not says("others", sentence)
    stated: list[StatedNumber] = []
    for figure in figures:
        clause = bare.get(figure.start) or clause_of(sentence, figure)
        if figure.dimension == "time":
            clause = widened(sentence, clause)
        if one := results.get(figure.start):
            stated.append(_result(case, sentence, one, clause))
        elif rejected and figure.dimension == "time":
            continue  # its consequence is why the candidate turns it down
        elif own and figure.start not in terms and _is_own(sentence, figure, clause):
            timed = figure.start in bare
            stated += _number(case, sentence, figure, clause, timed=timed)
    return stated


def _is_own(sentence: str, figure: Figure, clause: Clause) -> bool:
    before = sentence[max(0, figure.start - NEAR) : figure.start]
    if says("operator_before", before) or is_revised(sentence, figure.end):
        return False
    if says("operator_behind", sentence[figure.end : figure.end + NEAR]):
        return False
    if says("denied", sentence[max(clause.start, figure.start - NEAR) : figure.start]):
        return False
    return not (says("supposed", sentence[: clause.end]) or says("past", clause.text))


def _number(
    case: Case, sentence: str, figure: Figure, clause: Clause, *, timed: bool
) -> Iterator[StatedNumber]:
    # Without the preposition that a conjunction left behind, and without its stop.
    quote = clause.text.removeprefix("of ").rstrip(" .!")
    if timed:
        yield StatedNumber(value=figure.high, unit="ms", quote=quote)
        return
    if figure.dimension == "time" and stage_named(quote) and is_whole(sentence, figure):
        return
    limits = [budget.ms for budget in case.budgets]
    is_limit = figure.dimension == "time" and figure.high in limits
    quantity = None if is_limit else quantity_of(case.numbers, figure, quote, sentence)
    value = value_in(quantity, figure) if quantity else None
    if quantity is not None and value is not None:
        yield StatedNumber(value=value, unit=quantity.unit, quote=quote, quantity=quantity.id)
        return
    shown, unit = _shown(figure)
    number = StatedNumber(value=shown, unit=unit, quote=quote)
    large = figure.dimension == "count" and figure.noun and figure.high >= COUNTS_FROM
    sized = figure.dimension in ("bytes", "money") or figure.per is not None
    if large or sized or stage_of(number) or limit_of(number):
        yield number


def _result(case: Case, sentence: str, one: Sum, clause: Clause) -> StatedNumber:
    """A result with its calculation; a doubtful one answers no quantity, it is asked about."""
    quantity = (
        None if one.doubtful else quantity_of(case.numbers, one.result, clause.text, sentence)
    )
    value = value_in(quantity, one.result) if quantity else None
    shown, unit = _shown(one.result)
    return StatedNumber(
        value=shown if value is None else value,
        unit=quantity.unit if quantity else unit,
        quote=sentence[one.start : one.end],
        quantity=quantity.id if quantity else None,
    )


def _shown(figure: Figure) -> tuple[float, str]:
    value, unit = normal_units(figure.high, figure.dimension)
    unit = unit or {"share": "%", "money": "dollars"}.get(figure.dimension, figure.noun)
    span = {1.0: "s", 60.0: "min", 3600.0: "h", 86_400.0: "day"}.get(figure.per or 0.0)
    return value, f"{unit}/{span}" if span else unit


# Tables


def _is_header(line: str) -> bool:
    cells = [cell.strip().lower() for cell in line.strip().strip("|").split("|")]
    return (
        "|" in line
        and any(re.search(r"\bms\b|millisecond", c) for c in cells)
        and not any(re.search(r"\d", cell) for cell in cells)
    )


def _row(line: str) -> list[StatedNumber]:
    """The time of a table row that names a stage and holds one plain number."""
    figures = [figure for figure in read_figures(line) if figure.bare]
    if len(figures) != 1 or not stage_named(line) or not is_on_the_path(line, figures[0].high):
        return []
    return [StatedNumber(value=figures[0].high, unit="ms", quote=line.strip())]


# Which of the case's quantities a figure answers; none unless unit and words both agree


def quantity_of(
    quantities: Sequence[Quantity], figure: Figure, clause: str, sentence: str
) -> Quantity | None:
    """The quantity that a figure answers.

    Args:
        quantities: of the case.
        figure: read in `clause`.
        clause: the words around it.
        sentence: all of it.
    """
    part = figure.dimension == "count" and figure.per is not None and says("part_of", sentence)
    # One user's or one machine's instead of the whole system's.
    held = figure.per_what in read_clause_cues().holders or says("one_of_many", clause)
    if part or held:
        return None
    ranked = sorted(
        ((_agreement(quantity, figure, clause), quantity) for quantity in quantities),
        key=lambda pair: -pair[0],
    )
    if not ranked or ranked[0][0] == 0:
        return None
    tied = len(ranked) > 1 and ranked[1][0] == ranked[0][0]
    return None if tied else ranked[0][1]


def value_in(quantity: Quantity, figure: Figure) -> float | None:
    """The figure's upper end in the quantity's unit; None where the two measure other things."""
    unit = _read_quantity(quantity).unit
    if unit is None or unit.dimension != figure.dimension:
        return None
    if (unit.per is None) != (figure.per is None):
        return None
    rate = (unit.per or 1.0) / (figure.per or 1.0)
    return figure.high * rate / unit.high


class _Asked(NamedTuple):
    """A quantity of the case as figures are compared with it, words as stems."""

    unit: Figure | None
    names: tuple[frozenset[str], ...]
    unless: frozenset[str]
    counted: frozenset[str]
    """What it may count."""


@lru_cache(maxsize=512)
def _read_quantity(quantity: Quantity) -> _Asked:
    unit = in_unit(1.0, quantity.unit)
    names = tuple(map(_stems, quantity.names))
    counted = frozenset().union(_stems(unit.noun) if unit else (), *names)
    return _Asked(unit, names, frozenset().union(*map(_stems, quantity.unless)), counted)


def _agreement(quantity: Quantity, figure: Figure, clause: str) -> int:
    """Number of words of the longest name that all stand beside the figure; 0 is no agreement."""
    asked = _read_quantity(quantity)
    if asked.unit is None or value_in(quantity, figure) is None:
        return 0
    is_latency = asked.unit.dimension == "time" and asked.unit.high < SECOND
    if is_latency and (figure.high > LONGEST_WAIT_MS or says("elsewhere", clause)):
        return 0
    noun = _stems(figure.noun)
    if figure.dimension == "count":  # it must count what the quantity counts, and all of it
        partial = figure.per is not None and says("partial", clause)
        if (figure.bare and figure.high < FEWEST) or says("compares", clause) or partial:
            return 0
        if not asked.counted & noun:
            return 0
    said = noun | _stems(clause)
    if said & asked.unless:
        return 0
    return max((len(name) for name in asked.names if said >= name), default=0)


@lru_cache(maxsize=512)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(text))


# The notebook of figures


def newest(known: Sequence[StatedNumber], stated: Sequence[StatedNumber]) -> list[StatedNumber]:
    """What is known after a turn.

    Args:
        known: figures of earlier turns.
        stated: figures of the turn; several of one stage in it are parts of a list and stay.
    """
    replaced = {topic for number in stated if (topic := _topic(number))}
    said = {number.quote for number in stated}
    kept = [n for n in known if _topic(n) not in replaced and n.quote not in said]
    last = {n.quantity: at for at, n in enumerate(stated)}  # of two answers to one quantity
    return [
        *kept,
        *(n for at, n in enumerate(stated) if n.quantity is None or last[n.quantity] == at),
    ]


def _topic(number: StatedNumber) -> str | None:
    if stage := stage_of(number):
        return f"stage {stage.name}"
    if limit_of(number) is not None and says("whole", number.quote):
        return "limit"
    return number.quantity


# What is doubtful: a quantity far off, a budget overrun, a wrong sum


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
    quantities = {q.id: q for q in case.numbers if q.id not in void}
    figures = [
        Doubt(f"figure-{asked.id}", (clipped(number.quote),))
        for number in newest([], stated)
        if (asked := quantities.get(number.quantity or ""))
        and not asked.accepted[0] / FAR_OFF <= number.value <= asked.accepted[1] * FAR_OFF
    ]
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


def _sums(stated: Sequence[StatedNumber]) -> Iterator[Doubt]:
    for number in stated:
        for one in sums_in(number.quote):
            if one.doubtful:
                figures = "-".join(f"{figure.high:g}" for figure in (*one.terms, one.result))
                yield Doubt(f"sum-{figures}", (clipped(number.quote),))
