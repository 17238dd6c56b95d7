"""Figures of the base case that an interviewer would still say in a variant that changes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from interviewer.cases.positions import Place
from interviewer.cases.spoken import spoken_texts
from interviewer.cases.variants import apply_variant
from interviewer.core.case import Case, Variant
from interviewer.text.quantities.figures import SECOND, Figure, read_figures, vocabulary
from interviewer.text.sentences import content_stems, split_sentences, stem, words_of

LARGE = 10_000  # from here on a number is unlikely to be said of something else
_FROM_TO = re.compile(r"\bfrom (\S+) to (\S+) ([a-z]+)")


class Stale(NamedTuple):
    """A sentence of the base case with a figure that a variant changes.

    Attributes:
        variant: its id.
        place: where the sentence stands in the case.
        owner: id of the item, red flag, deep dive, change or push-back, or the step.
        text: what is said.
        figure: the figure as it is said.
        fact: id of the fact that has it in the base case.
        certain: whether it can hardly be said of something else.
    """

    variant: str
    place: Place
    owner: str
    text: str
    figure: str
    fact: str
    certain: bool


def stale_figures(case: Case) -> Iterator[Stale]:
    """All such sentences of a case, by variant."""
    for variant in case.variants:
        gone = _figures_gone(case, variant)
        still_said = {text for _, _, text in spoken_texts(apply_variant(case, variant.id))}
        for place, owner, text in spoken_texts(case):
            if text in still_said:
                for said in _said(text):
                    fact = next((id_ for id_, told in gone if _is_about(said, told)), None)
                    if fact is not None:
                        yield Stale(variant.id, place, owner, text, said.words, fact, said.certain)


class _Said(NamedTuple):
    """A figure with the words it is said in and the sentence around it."""

    figure: Figure
    words: str
    sentence: str

    @property
    def certain(self) -> bool:
        """Milliseconds, large numbers and counted things are the same wherever they are said."""
        if self.figure.bare:
            return True
        if self.figure.dimension == "time":
            return self.figure.high < SECOND
        return self.figure.dimension != "share" and self.figure.high >= LARGE


def _figures_gone(case: Case, variant: Variant) -> list[tuple[str, _Said]]:
    """Figures of facts that a variant changes or drops and that it does not tell itself."""
    new = {fact.id: fact.answer for fact in variant.facts}
    told = [said.figure for answer in new.values() for said in _said(answer)]
    return [
        (fact.id, said)
        for fact in case.facts
        if fact.id in new or fact.id in variant.drops
        for said in _said(fact.answer)
        if not any(_is_equal(said.figure, one) for one in told)
    ]


def _said(text: str) -> Iterator[_Said]:
    """The figures of a text but for `one`; in `from 150 to 80 ms` both have the unit."""
    for sentence in split_sentences(_FROM_TO.sub(r"from \1 \3 to \2 \3", text)):
        for figure in read_figures(sentence):
            if figure.dimension != "count" or figure.high > 1:
                words = f"{sentence[figure.start : figure.end]} {figure.noun.split(' ')[0]}"
                yield _Said(figure, words.strip(), sentence)


def _is_about(said: _Said, told: _Said) -> bool:
    """Whether a figure is the one that a fact told.

    Percentages, days and small numbers are so common that the sentences have to share a word, and
    bare numbers what they count.
    """
    if not _is_equal(said.figure, told.figure):
        return False
    if said.figure.bare or told.figure.bare:
        return bool(_stems(said.figure.noun) & _stems(told.figure.noun))
    if said.certain:
        return True
    return bool(_stems(said.sentence) & _stems(told.sentence))


def _is_equal(one: Figure, other: Figure) -> bool:
    return (one.low, one.high, one.dimension, one.per) == (
        other.low,
        other.high,
        other.dimension,
        other.per,
    )


def _stems(text: str) -> set[str]:
    """Stems of the words of a text, without numbers and units."""
    units = vocabulary().units
    return {stem(word) for word in words_of(text) if word not in units} & set(content_stems(text))
