"""The figures that a candidate states as their own in one turn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from interviewer.core.assessment import StatedNumber
from interviewer.core.case import Case
from interviewer.text.quantities.clauses import (
    Clause,
    clause_of,
    is_denied,
    is_factor,
    is_revised,
    says,
    stage_named,
    widened,
)
from interviewer.text.quantities.figures import LONGEST, Figure, normal_units, read_figures
from interviewer.text.quantities.link import quantity_of, value_in
from interviewer.text.quantities.stages import (
    bare_times,
    is_on_the_path,
    is_whole,
    limit_of,
    stage_of,
)
from interviewer.text.quantities.sums import Sum, sums_in

MOST = 16
"""Figures of one turn that are kept; a table of more is no notebook."""
REVISED_WITHIN = 2
"""Sentences behind a figure in which taking it back is about it."""
COUNTS_FROM = 1000.0
"""Smaller counts without a unit are seldom worth a note."""


def stated_numbers(case: Case, sentences: Sequence[str]) -> tuple[StatedNumber, ...]:
    """Figures that the candidate states, in their order.

    What is asked, supposed, denied, taken back at once or told of somebody else is left out.

    Args:
        case: the case with its variant applied.
        sentences: of one turn, verbatim; lines of a table or a sketch count as sentences.
    """
    limits = [budget.ms for budget in case.budgets]
    found: list[StatedNumber] = []
    header = ""
    spoken = [sentence[:LONGEST] for sentence in sentences]
    for at, sentence in enumerate(spoken):
        header = sentence if _is_header(sentence) else header if "|" in sentence else ""
        following = spoken[at + 1 : at + 1 + REVISED_WITHIN]
        if sentence.rstrip().endswith("?") or _taken_back(sentence, following):
            continue
        rejected = _turned_down(sentence, following)
        table = _row(sentence) if header and sentence != header else []
        found += table or _in_sentence(case, sentence, limits, rejected=rejected)
    return tuple(_newest_stages(found)[:MOST])


def _taken_back(sentence: str, following: Sequence[str]) -> bool:
    kinds = {figure.dimension for figure in read_figures(sentence)}
    return any(
        says("revised", later) and kinds & {figure.dimension for figure in read_figures(later)}
        for later in following
    )


def _turned_down(sentence: str, following: Sequence[str]) -> bool:
    """Whether a sentence, or the one that takes it up, names something only to reject it."""
    taken_up = [later for later in following[:1] if says("takes_up", later)]
    return any(says("rejected", text) for text in (sentence, *taken_up))


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
    if is_denied(sentence, figure, clause) or is_revised(sentence, figure.end):
        return False
    if is_factor(sentence, figure):
        return False
    return not (says("supposed", sentence[: clause.end]) or says("past", clause.text))


def _number(
    case: Case, sentence: str, figure: Figure, clause: Clause, *, timed: bool
) -> Iterator[StatedNumber]:
    quote = _trimmed(clause.text)
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
    if _is_notable(figure) or stage_of(number) or limit_of(number):
        yield number


def _trimmed(clause: str) -> str:
    """A clause without the preposition that a conjunction left behind, and without its stop."""
    return clause.removeprefix("of ").rstrip(" .!")


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


def _is_notable(figure: Figure) -> bool:
    if figure.dimension in ("bytes", "money") or figure.per is not None:
        return True
    return figure.dimension == "count" and bool(figure.noun) and figure.high >= COUNTS_FROM


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
