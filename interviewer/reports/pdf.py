"""A report as PDF, set by typst: no system parts, no network, its own fonts.

What was said never becomes typst source: the template is fixed and reads the document as data, so
there is nothing to escape and nothing that could take effect.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from interviewer.core.errors import ExportError
from interviewer.reports.document import (
    Block,
    Bullets,
    Code,
    Document,
    Drawing,
    Facts,
    Heading,
    Paragraph,
    Quote,
    Section,
    Span,
    Table,
)
from interviewer.reports.escape import visible_lines
from interviewer.text.printable import visible


def write_pdf(document: Document) -> bytes:
    """The document as a PDF with A4 pages; the same bytes for the same document and fonts.

    Characters that neither typst's fonts nor this machine's have are shown as boxes.

    Raises:
        ExportError: typst is not installed, or could not set the document.
    """
    try:
        import typst
    except ImportError as error:
        raise ExportError("PDF needs the package typst.", "Run: pip install typst") from error
    try:
        made = typst.compile(
            template().encode(), sys_inputs={"document": typst_data(document)}, format="pdf"
        )
    except typst.TypstError as error:
        raise ExportError(
            f"The PDF could not be set: {error.message}.", "Export as html instead."
        ) from error
    return bytes(made)


@cache
def template() -> str:
    """The typst source, the same for every report."""
    return (Path(__file__).parent / "assets" / "report.typ").read_text("utf-8")


def typst_data(document: Document) -> str:
    """The document as the JSON that the template reads."""
    shown = Document(title=visible(document.title), blocks=tuple(map(_shown, document.blocks)))
    return shown.model_dump_json()


def _shown(block: Block) -> Block:
    """The block without characters that hide or reorder the text around them."""
    match block:
        case Heading() | Drawing():
            return block.model_copy(update={"text": visible(block.text)})
        case Code():
            shown = {"text": visible(block.text), "language": visible(block.language)}
            return block.model_copy(update=shown)
        case Quote():
            return block.model_copy(update={"text": "\n".join(visible_lines(block.text))})
        case Paragraph():
            spans = tuple(Span(text=visible(s.text), style=s.style) for s in block.spans)
            return block.model_copy(update={"spans": spans})
        case Facts():
            return Facts(rows=tuple((visible(n), visible(text)) for n, text in block.rows))
        case Table():
            rows = tuple(tuple(map(visible, row)) for row in block.rows)
            head = tuple(map(visible, block.head))
            return block.model_copy(update={"head": head, "rows": rows})
        case Bullets():
            entries = tuple(tuple(map(_shown, entry)) for entry in block.entries)
            return block.model_copy(update={"entries": entries})
        case Section():
            return Section(title=visible(block.title), blocks=tuple(map(_shown, block.blocks)))
    return block
