"""Times along the request path: stages, the limit for all of them, and lists that share it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from interviewer.core.assessment import StatedNumber
from interviewer.text.quantities.clauses import Clause, clause_of, says, stage_named
from interviewer.text.quantities.figures import Figure, in_unit
from interviewer.text.quantities.writing import vocabulary

LONGEST_MS = 10_000.0
"""Nobody waits longer for a reply: such a time is about something else."""
_LIST = 3
"""Times and bare numbers beside stages from which a sentence is a list of times."""
_LABEL_WORDS = 12


class Stage(NamedTuple):
    """A stage of the request path with its time."""

    name: str
    ms: float
    quote: str


def in_ms(number: StatedNumber) -> float | None:
    """A stated time in milliseconds; None where it is no time."""
    figure = in_unit(number.value, number.unit) if number.unit else None
    return figure.high if figure is not None and figure.dimension == "time" else None


def stage_of(number: StatedNumber) -> Stage | None:
    """The stage that a stated time belongs to, if it names one."""
    ms = in_ms(number)
    if ms is None or not is_on_the_path(number.quote, ms) or says("whole", number.quote):
        return None
    name = stage_named(number.quote)
    return Stage(name, ms, number.quote) if name else None


def limit_of(number: StatedNumber) -> float | None:
    """The milliseconds that a candidate allows for everything, where the words say so."""
    ms = in_ms(number)
    if ms is None or not is_on_the_path(number.quote, ms) or stage_named(number.quote):
        return None
    return ms if says("whole", number.quote) or says("percentile", number.quote) else None


def is_on_the_path(clause: str, ms: float) -> bool:
    """Whether a time in a clause can be one that a request waits for."""
    return 0 < ms <= LONGEST_MS and not says("elsewhere", clause)


def bare_times(
    sentence: str, figures: Sequence[Figure], limits: Sequence[float]
) -> Iterator[tuple[Figure, Clause]]:
    """Bare numbers that are milliseconds because the sentence lists stages with them.

    Args:
        sentence: the sentence.
        figures: its figures.
        limits: milliseconds known to be the limit of the case.
    """
    timed = any(figure.dimension == "time" for figure in figures)
    opens = bool(figures) and figures[0].bare and figures[0].high in limits
    if not (timed or opens):
        return
    found: dict[int, tuple[Figure, Clause]] = {}
    for figure in figures:
        if not figure.bare or is_whole(sentence, figure) or is_count(figure):
            continue
        clause = _label(sentence, figure, figures)
        if stage_named(clause.text) and len(clause.text.split()) <= _LABEL_WORDS:
            found.setdefault(clause_of(sentence, figure).start, (figure, clause))
    written = [f for f in figures if f.dimension == "time" and not is_whole(sentence, f)]
    if len(found) + len(written) >= _LIST:
        yield from found.values()


def is_count(figure: Figure) -> bool:
    """Whether a bare number counts things, as in "500 candidates" and "one batch"."""
    first = figure.noun.split(" ")[0].lower()
    return figure.high < 2 or first in vocabulary().counted


def is_whole(sentence: str, figure: Figure) -> bool:
    """Whether a figure of a list is what the list shares: "of the 30 ms", "150 = "."""
    clause = clause_of(sentence, figure)
    before = sentence[clause.start : figure.start].lower()
    behind = sentence[figure.end : figure.end + 30]
    return says("whole_before", before) and before != "" or says("whole_behind", behind)


def _label(sentence: str, figure: Figure, figures: Sequence[Figure]) -> Clause:
    """The words beside a bare number: its clause without what another number stands with."""
    clause = clause_of(sentence, figure)
    start = max([f.end for f in figures if f.end <= figure.start] + [clause.start])
    end = min([f.start for f in figures if f.start >= figure.end] + [clause.end])
    start, end = max(start, clause.start), min(end, clause.end)
    text = sentence[start:end]
    return Clause(text.strip(), start + len(text) - len(text.lstrip()))
