"""The blocks of a message that Markdown finds: tables, lists and fenced code, nothing more.

No word of a message is ever read as markup, so it holds no link, image, emphasis or tag. A block
whose letters and figures would not all be shown stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

DEEPEST = 8  # lists within lists; what lies deeper stays as it was typed
MOST_LINES = 300  # a message with more of them, or of columns, is no message but a burden
MOST_BARS = 600
_BLOCKS = {"table_open", "bullet_list_open", "ordered_list_open", "fence"}
_LIST_MARK = re.compile(r"\s*(?:[-*]|\d{1,2}[.)])(?:\s|$)")
_PROMISING = re.compile(r"^[ \t]*(?:[-*]\s|\d{1,2}[.)]\s|`{3}|~{3}|[|:-])", re.MULTILINE)
_TYPED = re.compile(r"[^\W_]+")


class Typed(NamedTuple):
    """Lines that stay as they were typed."""

    text: str


class LaidOut(NamedTuple):
    """A table, a list or fenced code."""

    tokens: Sequence[Token]
    text: str
    """As it was typed."""


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"maxNesting": 2 * DEEPEST + 4})
    reader.disable("inline")  # words are never markup
    return reader.enable(["table", "list", "fence"])


_READER = _reader()


def parts_of(text: str) -> list[Typed | LaidOut]:
    """A message in its parts, in order; the blank lines beside a block are its margin.

    Args:
        text: anything a candidate or an interviewer said.
    """
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _PROMISING.search(unix) or _is_burden(unix):
        return [Typed(unix)]
    lines = unix.split("\n")
    parts: list[Typed | LaidOut] = []
    start = 0
    for first, last, tokens in _laid_out(lines):
        parts += [
            Typed("\n".join(lines[start:first]).strip("\n")),
            LaidOut(tokens, "\n".join(lines[first:last])),
        ]
        start = last
    if not parts:
        return [Typed(unix)]
    parts.append(Typed("\n".join(lines[start:]).strip("\n")))
    return [part for part in parts if part.text]


def _is_burden(text: str) -> bool:
    return text.count("\n") >= MOST_LINES or text.count("|") > MOST_BARS


def _laid_out(lines: Sequence[str]) -> Iterator[tuple[int, int, list[Token]]]:
    """First line, line after the last one, and tokens of every block that is laid out."""
    for first, last, tokens in _blocks(lines):
        if _same_words(tokens, lines[first:last]):
            yield first, last, tokens


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int, list[Token]]]:
    """The blocks of a message with their tokens."""
    tokens = _READER.parse("\n".join(lines))
    at = 0
    while at < len(tokens):
        begin, first = at, tokens[at]
        while tokens[at].nesting > 0 or tokens[at].level > 0:
            at += 1
        at += 1
        if first.type not in _BLOCKS or first.map is None:
            continue
        start, whole = first.map
        end = _end(first.type, lines, start, whole)
        if _is_meant(tokens[begin:at], lines[start:end]):
            cut = any(line.strip() for line in lines[end:whole])
            block = _READER.parse("\n".join(lines[start:end])) if cut else tokens[begin:at]
            yield start, end, block


def _is_meant(block: Sequence[Token], lines: Sequence[str]) -> bool:
    """Whether a block is one to its author: a fence that is closed, a list that starts low."""
    if block[0].type == "fence":
        return len(lines) > 1 and lines[-1].strip().startswith(block[0].markup)
    return block[0].type != "ordered_list_open" or len(block[1].info) <= 2


def _end(kind: str, lines: Sequence[str], start: int, end: int) -> int:
    """Where a reader would say that a block ends: a sentence right below is not a part of it."""
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    while end > start + 1 and _is_beside(kind, lines[end - 1]):
        end -= 1
    return end


def _is_beside(kind: str, line: str) -> bool:
    if kind == "table_open":
        return "|" not in line
    if kind == "fence":
        return False
    return bool(line.strip()) and not line[0].isspace() and not _LIST_MARK.match(line)


def _same_words(tokens: Sequence[Token], lines: Sequence[str]) -> bool:
    shown = " ".join(f"{token.info} {token.content}" for token in tokens)
    return _TYPED.findall(shown) == _TYPED.findall("\n".join(lines))
