"""Sentences that name things in a row: `a, b, c and d`.

Read piece by piece between the commas, so that a text takes time by its length alone: one
expression over the whole would begin anew at every term of a list that has no `and`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from interviewer.text.sentences import words_of

NAMES_ONLY = 0.4  # share of a sentence's words from which its enumeration is what it says

_TERM = re.compile(r"(?!and |or )[\w-]+(?: [\w-]+)?")
_RUN_AT_END = re.compile(r"(?<![\w-])[\w-]+\Z")
_LAST = re.compile(r"(?:and|or) [\w-]+(?: [\w-]+)?")
_LAST_TWO = re.compile(r"(?!and |or )[\w-]+(?: [\w-]+)? (?:and|or) [\w-]+(?: [\w-]+)?")


def enumerates(text: str) -> bool:
    """Whether a sentence mostly names things in a row, which asserts little about any of them."""
    listed = sum(len(words_of(found)) for found in enumerations(text))
    return listed >= NAMES_ONLY * max(1, len(words_of(text)))


def enumerations(text: str) -> Iterator[str]:
    """Every run of two or more terms of one or two words with `and` or `or` before the last."""
    terms: list[str] = []
    for piece in text.split(", "):
        end = _end(piece, len(terms))
        if end:
            yield ", ".join([*terms, piece[:end]])
            terms = _first(piece[end:])
        elif terms and _TERM.fullmatch(piece):
            terms.append(piece)
        else:
            terms = _first(piece)


def _end(piece: str, terms: int) -> int:
    """Where an enumeration of so many terms ends in the piece behind them; 0 where it does not."""
    last = _LAST.match(piece) if terms > 1 else None
    found = last or (_LAST_TWO.match(piece) if terms else None)
    return found.end() if found else 0


def _first(piece: str) -> list[str]:
    """The one or two words at the end of a piece as the first term of what may follow; or none."""
    before, _, last = piece.rpartition(" ")
    run = _RUN_AT_END.search(last)
    if run is None:
        return []
    if run.start() > 0 or " " not in piece:
        return [run[0]]
    second = _RUN_AT_END.search(before.rpartition(" ")[2])
    return [f"{second[0]} {run[0]}" if second else run[0]]
