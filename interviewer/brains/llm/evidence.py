"""Which words count as evidence: the candidate's own, enough of them, and not stretched.

The model's claims about what was said are checked here one by one. What fails is refused, however
sure the model is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from interviewer.core.case import Case
from interviewer.text.sentences import QUOTE_LIMIT, find_quote, words_of

FEWEST_WORDS = 4
MOST_ITEMS = 3  # that one quote may back
ECHO = 0.8  # share of a quote's words that stand in a row in what the interviewer said
_SPACE = re.compile(r"\s+")


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
        self._foreign = [f" {' '.join(words_of(text))} " for text in foreign]
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

    def copied(self, quote: str, sentences: Sequence[str], number: int) -> str | None:
        """The sentence of that number, if a quote was copied from it; the quote where it is long.

        Args:
            quote: what was copied; together with the next sentence where it reaches into that.
            sentences: of the text.
            number: of the sentence that is said to hold it, from 1.
        """
        if not (quote.strip() and 0 < number <= len(sentences)):
            return None
        held = find_quote(quote, sentences[number - 1])
        if held is None or len(words_of(held)) < min(FEWEST_WORDS, len(words_of(quote))):
            return None
        both = " ".join(sentences[number - 1 : number + 1])
        if len(words_of(held)) < len(words_of(quote)) and _in_a_row(quote, both):
            return self.admit(both if len(both) <= QUOTE_LIMIT else quote)
        whole = len(sentences[number - 1]) <= QUOTE_LIMIT
        return self.sentence(sentences, number) if whole else self.admit(held)

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


def judges_words(case: Case) -> list[str]:
    """What the rubric says to judges only; nobody says it by accident."""
    return [text for _, item in case.items() for text in (item.met_when, item.partial_when)]


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text).strip().lower()


def _in_a_row(quote: str, text: str) -> bool:
    """Whether all words of a quote stand in a row in a text, whatever marks are between them."""
    return f" {' '.join(words_of(quote))} " in f" {' '.join(words_of(text))} "


def _echoes(quote: Sequence[str], theirs: str) -> bool:
    """Whether most of a quote's words stand in a row among those of somebody else."""
    run = max(FEWEST_WORDS, round(len(quote) * ECHO))
    runs = (" ".join(quote[at : at + run]) for at in range(len(quote) - run + 1))
    return any(f" {part} " in theirs for part in runs)
