"""What of a case's facts some words tell, by their figures and what they are about."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from interviewer.core.case import Case, Fact
from interviewer.text.quantities.figures import Figure, read_figures
from interviewer.text.sentences import content_stems, split_prose

SAME = 0.011  # relative difference up to which two figures are the same
ABOUT = 0.25  # share of a fact's words that stand beside its figure where it is told
BESIDE = 2  # of them that are enough
WORDED = 0.6  # share of them that tells it without its figure
FEWEST = 3  # words of a sentence of a fact that can be told
SMALL = 12  # up to here a bare count is a manner of speaking


class Known(NamedTuple):
    """A figure as it is compared."""

    value: float
    dimension: str


def same(one: float, other: float) -> bool:
    """Whether two values are the same figure, however rounded."""
    return abs(one - other) <= SAME * max(abs(one), abs(other))


@lru_cache(maxsize=1024)
def figures_told(text: str) -> tuple[Figure, ...]:
    """The figures of a text that say something: small counts are a manner of speaking."""
    return tuple(f for f in read_figures(text) if not (f.bare and f.high <= SMALL))


def values_of(figures: Iterable[Figure]) -> Iterator[Known]:
    """Every end of every figure."""
    for figure in figures:
        yield Known(figure.low, figure.dimension)
        if figure.high != figure.low:
            yield Known(figure.high, figure.dimension)


SCENARIO = re.compile(
    r"\b(?:say|suppose|supposing|imagine|picture|take|taking|if|let's say|pretend|what if|when)\b",
    re.IGNORECASE,
)
"""What opens a made-up case, in which figures are no facts."""


def facts_told(case: Case, text: str) -> tuple[str, ...]:
    """Ids of the facts that a text tells, whole or in the part that was asked for."""
    sentences = split_prose(text)
    stems = set(content_stems(text))
    stated = [s for s in sentences if not SCENARIO.search(s) and not s.endswith("?")]
    values = [value for s in stated for value in values_of(figures_told(s))]
    return tuple(fact.id for fact in case.facts if _is_told(fact, stems, values))


def _is_told(fact: Fact, stems: Collection[str], values: Collection[Known]) -> bool:
    """Whether a sentence of the fact was told: its words, or a figure and what it is about."""
    return any(_is_said(sentence, stems, values) for sentence in split_prose(fact.answer))


def _is_said(sentence: str, stems: Collection[str], values: Collection[Known]) -> bool:
    own = {stem for stem in content_stems(sentence) if not stem[0].isdigit()}
    if len(own) < FEWEST:
        return False
    common = len(own.intersection(stems))
    if common >= WORDED * len(own) and len(own) > FEWEST:
        return True
    near = common >= min(BESIDE, ABOUT * len(own))
    return near and any_same(values_of(figures_told(sentence)), values)


def any_same(some: Iterable[Known], others: Collection[Known]) -> bool:
    """Whether two lots of figures have one in common."""
    return any(_is_same(one, other) for one in some for other in others)


def _is_same(one: Known, other: Known) -> bool:
    """The same figure; a list of larger ones may leave its unit out."""
    counted = "count" in (one.dimension, other.dimension) and one.value > SMALL
    return same(one.value, other.value) and (one.dimension == other.dimension or counted)
