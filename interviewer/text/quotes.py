"""The candidate's own words as evidence: found in what was said, verbatim, or not at all."""

from __future__ import annotations

import re
from functools import lru_cache

from interviewer.text.sentences import split_prose

QUOTE_LIMIT = 400  # characters of a quote kept as evidence
LONGEST_QUOTE = 20_000  # characters that are looked for; no turn and sketch together have more
TEXTS_KEPT = 32  # texts whose words stay in memory: one is asked about many quotes


_WORD = re.compile(r"\w+")


def find_quote(quote: str, text: str) -> str | None:
    """What a text really says where it is quoted; None when it does not say so.

    Marks between the words may differ. Where words were left out in between, it is the longest
    sentence of the quote that the text has.
    """
    if len(quote) > LONGEST_QUOTE:
        return None
    sentences = sorted(split_prose(quote), key=len, reverse=True)
    for part in (quote, *sentences):
        if part and part in text:
            return part
        if (found := _find_words(part, text)) is not None:
            return found
    return None


def _find_words(quote: str, text: str) -> str | None:
    """Where a text has the words of a quote in a row, whatever stands between them.

    The words are looked for as one string: an expression that allows marks between them would
    begin anew at each word of the text.
    """
    wanted = " ".join(_WORD.findall(quote.lower()))
    spans, words = _spoken(text)
    at = f" {words} ".find(f" {wanted} ") if wanted else -1
    if at < 0:
        return None
    first = words.count(" ", 0, at)
    start, end = spans[first][0], spans[first + wanted.count(" ")][1]
    return text[start : end + (text[end : end + 1] in (".", "!", "?"))]


@lru_cache(maxsize=TEXTS_KEPT)
def _spoken(text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Where each word of a text stands, and the words in lower case with spaces between them."""
    found = list(_WORD.finditer(text))
    return tuple(word.span() for word in found), " ".join(word[0].lower() for word in found)


def shorten_quote(quote: str, words: int | None = None) -> str:
    """The beginning of a quote, at most `QUOTE_LIMIT` characters, cut between words.

    Args:
        quote: what was said.
        words: how many of its words at most; None for any number.
    """
    if words is not None:
        quote = " ".join(quote.split()[:words])
    if len(quote) <= QUOTE_LIMIT:
        return quote
    return quote[: quote.rfind(" ", 0, QUOTE_LIMIT + 1)] if " " in quote[:QUOTE_LIMIT] else quote
