"""What was said, as blocks of a report: quoted, its fenced code and its tables as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from interviewer.reports.document import Block, Code, Quote, Table
from interviewer.reports.parts import Typed, parts_of


def said_blocks(text: str) -> Iterator[Block]:
    """The blocks of one message, in order; lists stay as they were typed.

    Args:
        text: anything a candidate or an interviewer said.
    """
    typed: list[str] = []
    for part in parts_of(text):
        shown = None if isinstance(part, Typed) else _shown(part.tokens)
        if shown is None:
            typed.append(part.text)
            continue
        yield from _quoted(typed)
        typed = []
        yield shown
    yield from _quoted(typed)


def _quoted(typed: Sequence[str]) -> Iterator[Block]:
    if typed:
        yield Quote(text="\n".join(typed))


def _shown(tokens: Sequence[Token]) -> Block | None:
    """A fence or a table; None for anything else."""
    first = tokens[0]
    if first.type == "fence":
        return Code(text=first.content.removesuffix("\n"), language=first.info.strip())
    if first.type != "table_open":
        return None
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content)
    return Table(head=tuple(rows[0]), rows=tuple(map(tuple, rows[1:])), named=False)
