"""The words that give an item away, and where a case or an interviewer says them too early."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import StepId
from interviewer.text.quantities.figures import vocabulary
from interviewer.text.sentences import content_stems, stem, words_of

RARE = 15  # a distinctive term occurs in at most one in so many of the other items
PLAIN = 0.6  # summed shares of the terms used, from which a text gives an item away
COMMON_WORDS = "common_words.txt"
RUN = 7  # words in a row that are no accident

Phrases = frozenset[tuple[str, ...]]
"""Runs of words that nobody may say for the candidate."""
Terms = Mapping[str, float]
"""Distinctive stems of an item with the share of its texts that use them."""


class Leak(NamedTuple):
    """A text that uses distinctive terms of an item before the candidate does."""

    item: str
    words: tuple[str, ...]
    """As the text spells them, most distinctive first."""
    plain: bool
    """Whether the text gives the item away, rather than merely sharing a rare word with it."""


def distinctive_terms(case: Case) -> dict[str, Terms]:
    """For every item, the words that tell it from the other items of the case.

    A term counts when at least two of the item's texts (statement, ways to say it, exemplar) use
    it, few other items do, and neither the opening nor the question of the step has said it.
    """
    limit = 1 + max(1, sum(1 for _ in case.items()) // RARE)
    return _terms_of_few(case, limit)


def telling_terms(case: Case) -> dict[str, Terms]:
    """The distinctive terms by which a prepared text gives an item away.

    They are used by no other item and are neither figures, which the facts tell, nor among the
    commonest words of English: who says `150 ms`, `problem` or a term that several items need gives
    nothing away.
    """
    plain = common_stems() | frozenset(stem(unit) for unit in vocabulary().units)
    return {
        item: {
            term: share
            for term, share in terms.items()
            if term not in plain and not term[0].isdigit()
        }
        for item, terms in _terms_of_few(case, 1).items()
    }


def _terms_of_few(case: Case, limit: int) -> dict[str, Terms]:
    shares = {item.id: _shares(item) for _, item in case.items()}
    spread = Counter(term for terms in shares.values() for term in terms)
    said = {step: _stems((case.opening, case.steps[step].question)) for step in case.steps}
    return {
        item.id: {
            term: share
            for term, share in shares[item.id].items()
            if spread[term] <= limit and term not in said[step] and share * _texts(item) >= 1.5
        }
        for step, item in case.items()
    }


@cache
def common_stems() -> frozenset[str]:
    """Stems of the commonest English words."""
    text = files("interviewer.text").joinpath(COMMON_WORDS).read_text("utf-8")
    return frozenset(stem(line) for line in text.splitlines() if line and line[0] != "#")


def follow_up_leaks(case: Case) -> Iterator[tuple[StepId, int, Leak]]:
    """First follow-ups that use telling terms of their own item, by step and item index."""
    terms = telling_terms(case)
    for step in case.steps:
        for index, item in enumerate(case.steps[step].items):
            if leak := leak_of(item.id, terms[item.id], item.follow_ups[0]):
                yield step, index, leak


def opening_leaks(case: Case, opening: str) -> list[Leak]:
    """Items that an opening gives away, most distinctive words first."""
    silent = case.model_copy(update={"opening": "-"})
    found = (leak_of(item, terms, opening) for item, terms in telling_terms(silent).items())
    return [leak for leak in found if leak is not None and leak.plain]


def leak_of(item_id: str, terms: Terms, text: str) -> Leak | None:
    """What a text gives away of an item, or None; `terms` are its distinctive ones."""
    used = {stem(word): word for word in words_of(text) if stem(word) in terms}
    if not used:
        return None
    ordered = sorted(used, key=lambda term: (-terms[term], term))
    plain = sum(terms[term] for term in used) >= PLAIN
    return Leak(item_id, tuple(used[term] for term in ordered), plain)


def rubric_phrases(case: Case, length: int = RUN) -> Phrases:
    """Runs of words of statements, criteria and exemplars that no sayable text of the case has.

    Args:
        case: with its variant applied.
        length: words of a run.
    """
    secret: set[tuple[str, ...]] = set()
    sayable: set[tuple[str, ...]] = runs_of(case.opening, length)
    for step in case.steps.values():
        sayable |= runs_of(step.question, length)
        for item in step.items:
            for text in (item.statement, item.met_when, item.partial_when, item.exemplar):
                secret |= runs_of(text, length)
            for text in (*item.follow_ups, *item.hints):
                sayable |= runs_of(text, length)
        for flag in step.red_flags:
            secret |= runs_of(flag.statement, length)
            sayable |= runs_of(flag.challenge, length)
    for fact in case.facts:
        sayable |= runs_of(fact.answer, length)
    return frozenset(secret - sayable)


def leaks_in(text: str, phrases: Phrases) -> list[str]:
    """The runs of a rubric's words that a text says."""
    return [" ".join(run) for run in sorted(runs_of(text) & phrases)]


def runs_of(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    """The runs of that many words of a text."""
    words = words_of(text)
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def _shares(item: RubricItem) -> dict[str, float]:
    texts = (item.statement, *item.said, item.exemplar)
    counts = Counter(term for text in texts for term in set(content_stems(text)))
    return {term: count / len(texts) for term, count in counts.items()}


def _texts(item: RubricItem) -> int:
    return len(item.said) + 2


def _stems(texts: Iterable[str]) -> set[str]:
    return {term for text in texts for term in content_stems(text)}
