"""Which words count as evidence: the candidate's own, enough of them, and not stretched.

The model's claims about what was said are checked here one by one. What fails is refused, however
sure the model is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from interviewer.core.assessment import Judgement, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.text.sentences import find_quote, words_of

FEWEST_WORDS = 4
MOST_ITEMS = 2  # that one quote may back
ECHO = 0.8  # share of a quote's words that stand in a row in what the interviewer said
_SPACE = re.compile(r"\s+")

DOUBTED = 0.25  # share of a model's mets that the embedded judge may not find at all
FEWEST_DOUBTS = 2  # of them, as one may be chance
CERTAIN = 0.8
"""Confidence from which an absence outweighs a model's met: of the labelled points that are met,
one in twenty is called absent so surely, of those that are absent two in three."""


class Evidence:
    """The words of one text that may be evidence.

    Args:
        text: what the candidate said.
        injections: sentences of it that try to direct the judge.
        foreign: what others wrote: the interviewer's words, the rubric's.
    """

    def __init__(
        self, text: str, injections: Collection[str] = (), foreign: Collection[str] = ()
    ) -> None:
        self._text = text
        self._injections = [_flat(sentence) for sentence in injections]
        self._foreign = [words_of(text) for text in foreign]
        self._used: Counter[str] = Counter()

    def admit(self, quote: str) -> str | None:
        """The quote as the text has it, or None when it is no evidence; each use counts."""
        found = find_quote(quote, self._text) if quote.strip() else None
        if found is None or len(words_of(found)) < FEWEST_WORDS:
            return None
        flat = _flat(found)
        if any(flat in sentence or sentence in flat for sentence in self._injections):
            return None
        if any(_echoes(words_of(found), words) for words in self._foreign):
            return None
        if self._used[flat] >= MOST_ITEMS:
            return None
        self._used[flat] += 1
        return found

    def sentence(self, sentences: Sequence[str], number: int) -> str | None:
        """A sentence by its number from 1, with its neighbours where it is too short alone."""
        at = number - 1
        if not 0 <= at < len(sentences):
            return None
        for first, last in ((at, at), (at - 1, at), (at, at + 1), (at - 1, at + 1)):
            if first < 0 or last >= len(sentences):
                continue
            together = " ".join(sentences[first : last + 1])
            if len(words_of(together)) >= FEWEST_WORDS:
                return self.admit(together)
        return None


def judges_words(case: Case, step: StepId) -> list[str]:
    """What the rubric of a step says to judges only; nobody says it by accident."""
    return [text for item in case.steps[step].items for text in (item.met_when, item.partial_when)]


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).strip().lower()


def _echoes(quote: Sequence[str], words: Sequence[str]) -> bool:
    """Whether a quote's words stand in a row among those of somebody else."""
    run = max(FEWEST_WORDS, round(len(quote) * ECHO))
    theirs = {tuple(words[at : at + run]) for at in range(len(words) - run + 1)}
    return any(tuple(quote[at : at + run]) in theirs for at in range(len(quote) - run + 1))


def certainly_absent(judgement: Judgement, item: str) -> bool:
    """Whether a judge is certain that nothing of an item was said."""
    found = next((one for one in judgement.items if one.item == item), None)
    if found is None or found.verdict is not Verdict.ABSENT:
        return False
    return found.confidence >= CERTAIN


def is_believed(judgement: Judgement, met: Collection[str]) -> bool:
    """Whether a model's mets are borne out well enough by another judge.

    With labels in the model's place it is disbelieved in 4 of 210 labelled answers; a model that
    calls everything met is believed in 12 of 167 answers that earn a third or less.
    """
    absent = {one.item for one in judgement.items if one.verdict is Verdict.ABSENT}
    doubts = len(absent.intersection(met))
    return doubts < FEWEST_DOUBTS or doubts <= DOUBTED * len(met)
