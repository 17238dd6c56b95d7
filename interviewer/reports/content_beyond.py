"""What no rubric item names: sound ideas that were brought, and questions to be ready for."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.reports.content_gaps import read_note
from interviewer.reports.document import Block, Bullets, Heading, Quote, lead, paragraph, strong
from interviewer.reports.sentences import BEYOND, BEYOND_IS, HOLES, HOLES_ARE, Titles
from interviewer.results.result import Result


def beyond(result: Result) -> Iterator[Block]:
    """Sound ideas, each with what it is worth and the words; nothing where there are none."""
    if not result.beyond:
        return
    yield Heading(level=2, text=BEYOND)
    yield paragraph(BEYOND_IS)
    yield Bullets(
        entries=tuple(
            (lead(idea.text), Quote(text=idea.quote, source=f"turn {idea.turn}"))
            for idea in result.beyond
        )
    )


def be_ready(result: Result, titles: Titles | None) -> Iterator[Block]:
    """Questions that nobody asked, each with the claim that it rests on and a note to read."""
    if not result.holes:
        return
    yield Heading(level=2, text=HOLES)
    yield paragraph(HOLES_ARE)
    yield Bullets(
        entries=tuple(
            (
                lead(strong(hole.question)),
                Quote(text=hole.quote, source=f"turn {hole.turn}"),
                *([read_note(hole.note, titles)] if hole.note else []),
            )
            for hole in result.holes
        )
    )
