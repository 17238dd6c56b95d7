"""A report as Markdown, for any dialect; nothing anybody said takes effect in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import indent

from interviewer.reports.document import (
    Block,
    Bullets,
    Code,
    Document,
    Drawing,
    Facts,
    Heading,
    Paragraph,
    Plot,
    Quote,
    Section,
    Span,
    Table,
)
from interviewer.reports.escape import literal, literal_block, literal_drawing, literal_title

_MARKS = {"plain": "", "strong": "**", "emphasis": "*", "code": "`", "quote": ""}
_IDENTIFIER = re.compile(r"[\w.-]+")


def write_markdown(document: Document) -> str:
    """The document as Markdown; plots are told in words."""
    return "\n\n".join(_block(block) for block in document.blocks) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {literal_title(block.text)}"
        case Paragraph():
            return _spans(block.spans)
        case Quote():
            source = f"\n>\n> ({literal(block.source)})" if block.source else ""
            return literal_block(block.text) + source
        case Drawing():
            return literal_drawing(block.text)
        case Code():
            return literal_drawing(block.text, block.language)
        case Facts():
            return "\n".join(f"- **{literal(n)}:** {literal(text)}" for n, text in block.rows)
        case Table():
            return _table(block)
        case Plot():
            points = "\n".join(f"- {literal(line)}" for line in block.lines)
            return f"*{literal(block.title)}*\n\n{points}"
        case Bullets():
            return _list(block)
        case Section():
            parts = (f"## {literal_title(block.title)}", *map(_block, block.blocks))
            return "\n\n".join(parts)


def _spans(spans: Sequence[Span]) -> str:
    return "".join(_span(span, at_start=at == 0) for at, span in enumerate(spans))


def _span(span: Span, *, at_start: bool) -> str:
    """Styled text; the marks stand at its words, never at a space."""
    mark = _MARKS[span.style]
    if span.style == "code" and _IDENTIFIER.fullmatch(span.text):
        return f"{mark}{span.text}{mark}"  # nothing is escaped between backticks
    if span.style == "code":
        mark = ""
    text = literal(span.text) if at_start and not mark else literal_title(span.text)
    if not text:
        return " " if span.text else ""
    before = " " if span.text[:1].isspace() else ""
    after = " " if span.text[-1:].isspace() else ""
    return f"{before}{mark}{text}{mark}{after}"


def _list(bullets: Bullets) -> str:
    """A list; where no entry has more than one block it is tight."""
    marks = (f"{at}. " if bullets.numbered else "- " for at in range(1, len(bullets.entries) + 1))
    entries = [_entry(mark, entry) for mark, entry in zip(marks, bullets.entries, strict=True)]
    return ("\n" if all(len(entry) == 1 for entry in bullets.entries) else "\n\n").join(entries)


def _entry(mark: str, blocks: Sequence[Block]) -> str:
    margin = " " * len(mark)
    return mark + indent("\n\n".join(map(_block, blocks)), margin).removeprefix(margin)


def _table(table: Table) -> str:
    rows = [[literal(cell) for cell in row] for row in table.rows]
    named = [[f"**{first}**" if first and table.named else first, *rest] for first, *rest in rows]
    lines = [[literal(cell) for cell in table.head], ["---"] * len(table.head), *named]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
