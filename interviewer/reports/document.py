"""A report before it is written: what it says, free of how any format says it.

Every text in it is plain text, whoever wrote it; each writer escapes all of it for its format.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from interviewer.core.value import Value

Style = Literal["plain", "strong", "emphasis", "code", "quote"]


class Span(Value):
    """A stretch of text in one style."""

    text: str
    style: Style = "plain"


class Heading(Value):
    """A title; level 1 is the document's own."""

    kind: Literal["heading"] = "heading"
    level: Literal[1, 2, 3, 4]
    text: str
    on_new_page: bool = False
    """Where there are pages."""


class Paragraph(Value):
    """A paragraph; line breaks in it are spaces."""

    kind: Literal["paragraph"] = "paragraph"
    spans: tuple[Span, ...]
    leads: bool = False
    """Belongs to the block after it: no page ends between them."""


class Quote(Value):
    """Somebody's words with their line breaks, and where they stand."""

    kind: Literal["quote"] = "quote"
    text: str
    source: str = ""


class Drawing(Value):
    """Text whose spaces and line breaks matter, such as a sketch of boxes and arrows."""

    kind: Literal["drawing"] = "drawing"
    text: str


class Code(Value):
    """Lines in which spaces matter, and the language that was named for them."""

    kind: Literal["code"] = "code"
    text: str
    language: str = ""


class Facts(Value):
    """Names and what belongs to them."""

    kind: Literal["facts"] = "facts"
    rows: tuple[tuple[str, str], ...]


class Table(Value):
    """Rows under a head."""

    kind: Literal["table"] = "table"
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    named: bool = True
    """The first column names the row."""


class Plot(Value):
    """A picture and the same in words, line by line."""

    kind: Literal["plot"] = "plot"
    title: str
    svg: str
    """Made by `reports.plots`: safe to embed as it is."""
    lines: tuple[str, ...]


class Bullets(Value):
    """A list; each entry is made of blocks."""

    kind: Literal["bullets"] = "bullets"
    entries: tuple[tuple[Block, ...], ...]
    numbered: bool = False


class Section(Value):
    """Blocks under a title of level 2; where a format can fold, they are folded."""

    kind: Literal["section"] = "section"
    title: str
    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Quote | Drawing | Code | Facts | Table | Plot | Bullets | Section


class Document(Value):
    """A whole report."""

    title: str
    blocks: tuple[Block, ...]


Bullets.model_rebuild()
Section.model_rebuild()


def paragraph(*parts: str | Span) -> Paragraph:
    """A paragraph of plain text and styled spans."""
    return Paragraph(spans=tuple(p if isinstance(p, Span) else Span(text=p) for p in parts))


def lead(*parts: str | Span) -> Paragraph:
    """A paragraph that belongs to the block after it."""
    return paragraph(*parts).model_copy(update={"leads": True})


def strong(text: str) -> Span:
    """Text that stands out."""
    return Span(text=text, style="strong")


def emphasis(text: str) -> Span:
    """Text with a stress."""
    return Span(text=text, style="emphasis")


def code(text: str) -> Span:
    """An identifier."""
    return Span(text=text, style="code")


def quoted(text: str) -> Span:
    """Somebody's words within a sentence, in quotation marks."""
    return Span(text=f"\u201c{' '.join(text.split())}\u201d", style="quote")


def texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Every text of some blocks in reading order; of a plot its words."""
    for block in blocks:
        match block:
            case Heading() | Drawing():
                yield block.text
            case Code():
                yield block.language
                yield block.text
            case Paragraph():
                yield "".join(span.text for span in block.spans)
            case Quote():
                yield block.text
                yield block.source
            case Facts():
                yield from (text for row in block.rows for text in row)
            case Table():
                yield from (text for row in (block.head, *block.rows) for text in row)
            case Plot():
                yield from (block.title, *block.lines)
            case Bullets():
                for entry in block.entries:
                    yield from texts(entry)
            case Section():
                yield block.title
                yield from texts(block.blocks)
