"""What is pasted into a message: code blocks and tables.

They may answer, but they never ask and never steer: `pass`, `next` and `what` mean something else
in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from interviewer.text.sentences import split_sentences
from interviewer.text.words import words_of

_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_CELLS = re.compile(r"[|\t]")


class Piece(NamedTuple):
    """A sentence of a message, or a line of something pasted."""

    text: str
    pasted: bool


def pieces(text: str) -> list[Piece]:
    """Sentences and pasted lines of a message in their order.

    A row of a table reads as a sentence: its cells are joined with colons and dashes, so that
    the words between them still stand in the message in the same order.
    """
    found: list[Piece] = []
    prose: list[str] = []
    for line, is_code in _lines(text):
        row = None if is_code else _row(line)
        if not is_code and row is None:
            prose.append(line)
            continue
        found += _sentences(prose)
        prose.clear()
        said = line.strip() if row is None else row
        if words_of(said):
            found.append(Piece(said, True))
    return found + _sentences(prose)


def prose_of(text: str) -> str:
    """A text without what is pasted into it."""
    return "\n".join(line for line, is_code in _lines(text) if not is_code and _row(line) is None)


def _sentences(lines: list[str]) -> list[Piece]:
    return [Piece(sentence, False) for sentence in split_sentences("\n".join(lines))]


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Lines of a text with whether they stand in a code block; its marks are left out."""
    inside = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            inside = not inside
        else:
            yield line, inside


def _row(line: str) -> str | None:
    """A row of a table as a sentence, or None when the line is none."""
    if line.count("|") < 2 and "\t" not in line.strip():
        return None
    cells = [cell.strip() for cell in _CELLS.split(line.strip().strip("|")) if words_of(cell)]
    first, rest = cells[:1], cells[1:]
    return ": ".join([*first, *([" - ".join(rest)] if rest else [])])
