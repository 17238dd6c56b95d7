"""What comes out of an interview: one value, as data and as a document to read.

`FORMATS` is the one table of formats: downloads, buttons and `export` are read from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from interviewer.core.case import Case
from interviewer.reports.content import build_document
from interviewer.reports.document import Document
from interviewer.reports.html import write_html
from interviewer.reports.json import to_json
from interviewer.reports.markdown import write_markdown
from interviewer.reports.pdf import write_pdf
from interviewer.reports.sentences import Titles
from interviewer.results.result import SCHEMA_VERSION, Result, build_result

if TYPE_CHECKING:
    from interviewer.cases.library import Library
    from interviewer.retrieval.notes import Notes

__all__ = [
    "FORMATS",
    "SCHEMA_VERSION",
    "Format",
    "Result",
    "build_document",
    "build_result",
    "to_html",
    "to_json",
    "to_markdown",
    "to_pdf",
    "write",
]

Written = str | bytes


class Format(NamedTuple):
    """One way to write a report down; the files that are made of it end in its name."""

    label: str
    """What its button says."""
    media_type: str
    write: Callable[[Result, Callable[[], Document]], Written]
    """Given the result, and what makes a document of it where one is wanted."""


FORMATS: Mapping[str, Format] = {
    "pdf": Format("PDF", "application/pdf", lambda _, document: write_pdf(document())),
    "html": Format(
        "Web page", "text/html; charset=utf-8", lambda _, document: write_html(document())
    ),
    "md": Format(
        "Markdown", "text/markdown; charset=utf-8", lambda _, document: write_markdown(document())
    ),
    "json": Format("JSON", "application/json", lambda result, _: to_json(result)),
}
"""By the ending of its files, in the order of the buttons."""


def write(form: str, result: Result, library: Library, notes: Notes) -> Written:
    """A report in one of `FORMATS`; text, or bytes where it is no text.

    Args:
        form: the ending.
        result: of a finished interview, or of one that is still running.
        library: has the case that was asked.
        notes: have the titles of concept notes.

    Raises:
        KeyError: there is no such format.
        UnknownCase: the case is gone, without which there is no document.
        ExportError: it could not be set.
    """

    def document() -> Document:
        titles = {concept: note.title for concept, note in notes.concepts.items()}
        return build_document(result, library.case(result.case_id), titles)

    return FORMATS[form].write(result, document)


def to_markdown(result: Result, case: Case, note_titles: Titles | None = None) -> str:
    """The report as Markdown: everything that was said is shown as literal text.

    Args:
        result: of a finished interview, or of one that is still running.
        case: the case that was asked; gives items, model answers and titles their words.
        note_titles: titles of concept notes by concept id.
    """
    return write_markdown(build_document(result, case, note_titles))


def to_html(result: Result, case: Case, note_titles: Titles | None = None) -> str:
    """The report as one self-contained web page: no script, nothing loaded from elsewhere.

    The arguments are those of `to_markdown`.
    """
    return write_html(build_document(result, case, note_titles))


def to_pdf(result: Result, case: Case, note_titles: Titles | None = None) -> bytes:
    """The report as PDF. The arguments are those of `to_markdown`.

    Raises:
        ExportError: it could not be set.
    """
    return write_pdf(build_document(result, case, note_titles))
