"""Which of the case's quantities a figure answers; none unless unit and words both agree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

from interviewer.core.case import Quantity
from interviewer.text.quantities.clauses import is_held, says
from interviewer.text.quantities.figures import SECOND, Figure, in_unit
from interviewer.text.sentences import stem, words_of

LONGEST_WAIT_MS = 60_000.0
"""A longer time is no part of a reply, whatever it is called."""

FEWEST = 2
"""A bare one is an article, not a count."""


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
    if part or is_held(figure, clause):
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
    unit = _unit(quantity.unit)
    if unit is None or unit.dimension != figure.dimension:
        return None
    if (unit.per is None) != (figure.per is None):
        return None
    rate = (unit.per or 1.0) / (figure.per or 1.0)
    return figure.high * rate / unit.high


def _counts(quantity: Quantity, unit: Figure, figure: Figure, clause: str) -> bool:
    """Whether a count counts what the quantity counts, and all of it."""
    if figure.bare and figure.high < FEWEST:
        return False
    if says("compares", clause) or (figure.per is not None and says("partial", clause)):
        return False
    own = {*_stems(unit.noun), *_listed(quantity.names)}
    return bool(own.intersection(_stems(figure.noun)))


def _is_latency(unit: Figure) -> bool:
    return unit.dimension == "time" and unit.high < SECOND


@cache
def _unit(written: str) -> Figure | None:
    return in_unit(1.0, written)


def _agreement(quantity: Quantity, figure: Figure, clause: str) -> int:
    """Number of words of the longest name that all stand beside the figure; 0 is no agreement."""
    unit = _unit(quantity.unit)
    if unit is None or value_in(quantity, figure) is None:
        return 0
    if _is_latency(unit) and (figure.high > LONGEST_WAIT_MS or says("elsewhere", clause)):
        return 0
    if figure.dimension == "count" and not _counts(quantity, unit, figure, clause):
        return 0
    said = {*_stems(clause), *_stems(figure.noun)}
    if said.intersection(_listed(quantity.unless)):
        return 0
    names = [name for name in map(_stems, quantity.names) if said.issuperset(name)]
    return max(map(len, names), default=0)


@lru_cache(maxsize=512)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words_of(text))


def _listed(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _stems(text))
