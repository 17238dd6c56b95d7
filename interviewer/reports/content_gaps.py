"""Gaps: what was heard, what lacked, what would have earned it, what to read; second verdicts."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.case import Case
from interviewer.reports.document import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Quote,
    lead,
    paragraph,
    strong,
)
from interviewer.reports.sentences import Titles, note_title, rejudged_sentence, statement
from interviewer.results.result import Result
from interviewer.scoring import PracticePoint
from interviewer.scoring.practice import HELP


def practise(result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    """What to practise next, the best gain first."""
    if result.end_reason is None:
        return
    yield Heading(level=2, text="Practise next")
    if not result.practice:
        yield paragraph("Nothing stands out: every expected point that was judged was earned.")
    for number, point in enumerate(result.practice, 1):
        name = note_title(point.concept, titles)
        yield Heading(level=3, text=f"{number}. {name} ({point.step.value})")
        yield paragraph(statement(case, point.item))
        yield from gap(point, titles)


def gap(point: PracticePoint, titles: Titles | None) -> Iterator[Block]:
    """One gap in full."""
    if point.quote:
        yield lead(strong("Your words"))
        yield Quote(text=point.quote, source=_source(point))
    if point.reason:
        yield paragraph(strong("The judge's reason."), f" {point.reason}")
    yield paragraph(strong("What lacked."), f" {point.lacked}")
    yield lead(strong("What would have earned it"))
    yield Quote(text=point.exemplar)
    yield read_note(point.concept, titles)


def _source(point: PracticePoint) -> str:
    helped = HELP.get(point.raised_by) if point.raised_by else None
    turn = "" if point.turn is None else f"turn {point.turn}"
    return ", ".join(part for part in (turn, helped) if part)


def read_note(concept: str, titles: Titles | None) -> Paragraph:
    """Which study note to read."""
    return paragraph(strong("Read."), f" The study note “{note_title(concept, titles)}”.")


def again(result: Result, case: Case) -> Iterator[Block]:
    """Items judged a second time, with both verdicts."""
    if not result.rejudgements:
        return
    yield Heading(level=2, text="Judged again")
    yield paragraph("Verdicts that you disputed, with the words you pointed at; both are kept.")
    yield Bullets(
        entries=tuple(
            (
                paragraph(strong(statement(case, one.item)), f" {rejudged_sentence(one)}"),
                Quote(text=one.quote, source=f"turn {one.turn}"),
                *(
                    [paragraph(strong("The judge's reason."), f" {one.reason}")]
                    if one.reason
                    else []
                ),
            )
            for one in result.rejudgements
        )
    )
