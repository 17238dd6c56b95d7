"""Words of a text, reduced to stems that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]|\d[\d.,]*")
LETTERS = 6  # of a word, with the space behind it
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ers", "er")
_SHORT_SUFFIXES = ("ed", "es", "s", "ly", "e")

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are aren't as at be because been before
    being below between both but by can can't could couldn't did didn't do does doesn't doing don't
    down each few for from further get gets getting go going got had has have having he her here
    hers him his how i i'd i'll i'm i've if in into is isn't it it's its itself just let let's like
    ll make makes me might more most much must my need needs no nor not now of off ok okay on once
    one only or other our ours out over own per put rather really same say see she should so some
    something such sure take than that that's the their theirs them then there there's these they
    they're thing things think this those through to too two under until up us use used using very
    want wants was wasn't way we we'd we'll we're we've were what what's when where which while who
    whom why will with won't would wouldn't yes yet you you'd you'll you're your yours
    """.split()  # noqa: SIM905 (a list of 230 strings would fill three pages)
)


def words_of(text: str) -> list[str]:
    """Lower-case words and numbers of a text in their order."""
    return _WORD.findall(text.lower().replace("\u2019", "'"))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A crude stem: enough to let `sampling`, `samples` and `sampled` meet."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word.removesuffix(suffix)
    for suffix in _SHORT_SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word.removesuffix(suffix)
    return word


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning."""
    return [stem(word) for word in words_of(text) if word not in STOP_WORDS and len(word) > 1]


def spoken_words(text: str) -> int:
    """About how many words a text has in any script; not all of them set words apart."""
    return max(len(text.split()), len(text) // LETTERS)


def count_words(texts: Iterable[str]) -> int:
    """Number of words in all texts together."""
    return sum(len(words_of(text)) for text in texts)
