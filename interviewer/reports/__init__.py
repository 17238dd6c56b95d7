"""What comes out of an interview: one value, as JSON and as a document to read."""

from __future__ import annotations

from interviewer.core.case import Case
from interviewer.reports.content import build_document
from interviewer.reports.html import write_html
from interviewer.reports.json import to_json
from interviewer.reports.markdown import write_markdown
from interviewer.reports.pdf import write_pdf
from interviewer.reports.sentences import Titles
from interviewer.results.result import SCHEMA_VERSION, Result, build_result

__all__ = [
    "SCHEMA_VERSION",
    "Result",
    "build_document",
    "build_result",
    "to_html",
    "to_json",
    "to_markdown",
    "to_pdf",
]


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
