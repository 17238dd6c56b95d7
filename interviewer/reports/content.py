"""What a report says: the scorecard, what to practise, and the whole transcript."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.case import Case
from interviewer.reports.brain_names import brain_title, cost_line, feedback_paragraphs
from interviewer.reports.content_beyond import be_ready, beyond
from interviewer.reports.content_gaps import again, practise
from interviewer.reports.content_record import dimensions, time, transcript
from interviewer.reports.content_steps import steps
from interviewer.reports.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    Quote,
    Table,
    emphasis,
    paragraph,
    strong,
)
from interviewer.reports.sentences import (
    Titles,
    claim,
    flip_point_sentence,
    flip_sentence,
    level_sentence,
    mover_sentence,
    mover_subject,
    note_title,
    statement,
)
from interviewer.reports.wording import (
    fate,
    graded,
    headline,
    in_words,
    no_recommendation,
    unaided_grade,
    uncertainty,
)
from interviewer.results.clock import began_date, time_used
from interviewer.results.result import Result


def build_document(result: Result, case: Case, titles: Titles | None = None) -> Document:
    """The report of an interview, ready for any writer.

    Args:
        result: of a finished interview, or of one that is still running.
        case: the case that was asked; gives items, model answers and titles their words.
        titles: titles of concept notes by concept id.
    """
    parts = (
        _header(result, case, titles),
        _in_short(result),
        _claims(result, case),
        _overall(result, case, titles),
        practise(result, case, titles),
        again(result, case),
        beyond(result),
        be_ready(result, titles),
        steps(result, case, titles),
        dimensions(result),
        time(result),
        transcript(result),
        _cost(result),
    )
    return Document(
        title=f"Scorecard: {case.title}", blocks=tuple(block for part in parts for block in part)
    )


def _header(result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    settings = result.settings
    variant = next((v.title for v in case.variants if v.id == settings.variant), None)
    rows = {
        "Case": case.title,
        "Variant": variant,
        "Level": settings.level.value,
        "Date": began_date(result.began_at),
        "Length": _length(result, titles),
        "Time used": time_used(
            result.seconds_used, None if settings.is_drill else settings.minutes
        ),
        "Style": f"{settings.mode.value}, {settings.persona.value}, {settings.focus.value} focus",
        "Judged by": brain_title(result.brain),
        "Interview": result.interview_id,
        "Ended": in_words(result.end_reason) if result.end_reason else "not yet",
    }
    yield Heading(level=1, text=f"Scorecard: {case.title}")
    yield Facts(rows=tuple((name, text) for name, text in rows.items() if text))


def _length(result: Result, titles: Titles | None) -> str:
    settings = result.settings
    if settings.concept is not None:
        return f"a drill of {note_title(settings.concept, titles)}"
    if settings.drill is not None:
        return f"a drill of the {settings.drill.value} step"
    return f"{settings.minutes} minutes, {in_words(settings.framework)}"


def _in_short(result: Result) -> Iterator[Block]:
    """What the interviewer says of it."""
    said = feedback_paragraphs(result.feedback)
    if said:
        yield Heading(level=2, text="In short")
        yield from map(paragraph, said)


def _claims(result: Result, case: Case) -> Iterator[Block]:
    """Wrong claims of the whole interview, those that still stand first."""
    flags = [flag for step in result.steps for flag in step.red_flags]
    if not flags:
        return
    yield Heading(level=2, text="Wrong claims")
    yield Bullets(
        entries=tuple(
            (paragraph(strong(claim(case, f)), f" {fate(f)}."), *_said(f.quote, f.turn))
            for f in sorted(flags, key=lambda flag: (flag.recovered, flag.turn))
        )
    )


def _cost(result: Result) -> Iterator[Block]:
    if line := cost_line(result):
        yield paragraph(emphasis(line))


def _overall(result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    yield Heading(level=2, text="Overall")
    if result.end_reason is None:
        yield paragraph("This interview is still running; scores appear once it has ended.")
        return
    yield paragraph(strong(headline(result)))
    if result.recommendation is None:
        yield paragraph(no_recommendation(result))
    if result.overall is None:
        return
    rows = (
        ("With help", graded(result.overall, result.band)),
        ("Unaided", unaided_grade(result.unaided, result.band, result.overall)),
    )
    yield Table(head=("Counted", "Score"), rows=rows)
    yield paragraph(uncertainty(result))
    yield paragraph(
        emphasis("Unaided"),
        " counts only what you raised yourself or after an open question; ",
        emphasis("with help"),
        " also counts, for less, what took a narrower question or a hint.",
    )
    if sentence := level_sentence(result, case, titles):
        yield paragraph(sentence)
    yield from _movers(result, case)
    yield from _flip(result, case)


def _movers(result: Result, case: Case) -> Iterator[Block]:
    if not result.movers:
        return
    yield Heading(level=3, text="What most moved the call")
    yield Bullets(
        entries=tuple(
            (
                paragraph(strong(mover_subject(mover, result, case)), f" {mover_sentence(mover)}"),
                *_said(mover.quote, mover.turn),
            )
            for mover in result.movers
        )
    )


def _flip(result: Result, case: Case) -> Iterator[Block]:
    if not (sentence := flip_sentence(result.flip, result)) or result.flip is None:
        return
    yield Heading(level=3, text="The cheapest change")
    yield paragraph(sentence)
    if result.flip.points:
        yield Bullets(
            entries=tuple(
                (
                    paragraph(strong(statement(case, p.item)), f" {flip_point_sentence(p)}"),
                    *_said(p.quote, p.turn),
                )
                for p in result.flip.points
            )
        )


def _said(quote: str | None, turn: int | None) -> Iterator[Block]:
    if quote and turn is not None:
        yield Quote(text=quote, source=f"turn {turn}")
