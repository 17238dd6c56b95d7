"""What a report says: a first part that is enough, then everything it rests on, point by point."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interviewer.core.case import Case
from interviewer.reports.brain_names import brain_title, cost_line
from interviewer.reports.content_front import front, length
from interviewer.reports.content_record import again, dimensions, time, transcript
from interviewer.reports.content_steps import steps
from interviewer.reports.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    Section,
    emphasis,
    paragraph,
    strong,
)
from interviewer.reports.headline import helped_and_unaided
from interviewer.reports.sentences import (
    Titles,
    flip_point_sentence,
    flip_sentence,
    level_sentence,
    mover_sentence,
    mover_subject,
    statement,
)
from interviewer.reports.wording import in_words, uncertainty
from interviewer.results.clock import time_used
from interviewer.results.result import Result

POINT_BY_POINT = "Point by point"
SURE = "How sure the score is"
MOVED = "What most moved the call"
CHANGE = "The cheapest change"


def build_document(result: Result, case: Case, titles: Titles | None = None) -> Document:
    """The report of an interview, ready for any writer.

    Args:
        result: of an interview that has ended, or of one that is still running.
        case: the case that was asked; gives items, model answers and titles their words.
        titles: titles of concept notes by concept id.
    """
    sections = (
        *_section(SURE, _sure(result, case, titles)),
        *_section(MOVED, _movers(result, case)),
        *_section(CHANGE, _change(result, case)),
        *steps(result, case, titles),
        *_section("Dimensions", dimensions(result)),
        *_section("Time", time(result)),
        *_section("Judged again", again(result, case)),
        *_section("Transcript", transcript(result)),
        *_section("This interview", _record(result, case, titles)),
    )
    beginning = Heading(level=1, text=POINT_BY_POINT, on_new_page=True)
    return Document(
        title=f"Scorecard: {case.title}",
        blocks=(*front(result, case, titles), beginning, *sections),
    )


def _section(title: str, blocks: Iterable[Block]) -> Iterator[Section]:
    if kept := tuple(blocks):
        yield Section(title=title, blocks=kept)


def _sure(result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    if result.overall is None:
        return
    yield paragraph(uncertainty(result))
    yield paragraph(
        strong(helped_and_unaided(result)),
        " Unaided counts only what you raised yourself or after an open question; with help also "
        "counts, for less, what took a narrower question or a hint.",
    )
    if sentence := level_sentence(result, case, titles):
        yield paragraph(sentence)


def _movers(result: Result, case: Case) -> Iterator[Block]:
    if result.movers:
        yield Bullets(
            entries=tuple(
                (
                    paragraph(
                        strong(mover_subject(mover, result, case)),
                        f" {mover_sentence(mover)}{_at(mover.turn)}",
                    ),
                )
                for mover in result.movers
            )
        )


def _change(result: Result, case: Case) -> Iterator[Block]:
    """Only what leads to another call and to a score that reads otherwise."""
    if not (sentence := flip_sentence(result.flip, result)) or result.flip is None:
        return
    yield paragraph(sentence)
    yield Bullets(
        entries=tuple(
            (
                paragraph(
                    strong(statement(case, point.item)),
                    f" {flip_point_sentence(point)}{_at(point.turn)}",
                ),
            )
            for point in result.flip.points
        )
    )


def _at(turn: int | None) -> str:
    return "" if turn is None else f" (turn {turn})"


def _record(result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    settings = result.settings
    rows = {
        "Case": case.title,
        "Variant": next((v.title for v in case.variants if v.id == settings.variant), None),
        "Length": length(result, titles),
        "Time used": time_used(
            result.seconds_used, None if settings.is_drill else settings.minutes
        ),
        "Style": f"{settings.mode.value}, {settings.persona.value}, {settings.focus.value} focus",
        "Judged by": brain_title(result.brain),
        "Interview": result.interview_id,
        "Ended": in_words(result.end_reason) if result.end_reason else "not yet",
    }
    yield Facts(rows=tuple((name, text) for name, text in rows.items() if text))
    if line := cost_line(result):
        yield paragraph(emphasis(line))
