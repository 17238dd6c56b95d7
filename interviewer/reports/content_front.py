"""The first part of a report, complete in itself: call, steps, what was wrong, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from interviewer.core.case import Case
from interviewer.reports.brain_names import brain_phrase, feedback_paragraphs
from interviewer.reports.document import (
    Block,
    Bullets,
    Heading,
    Paragraph,
    Span,
    Table,
    emphasis,
    lead,
    paragraph,
    quoted,
    strong,
)
from interviewer.reports.front import (
    KEPT,
    LATER,
    MISSING,
    NOTHING_TO_PRACTISE,
    PRACTISE,
    SLIPS,
    TAKEN_BACK,
    WRONG,
    WrongClaim,
    as_sentence,
    cut,
    marked,
    not_heard,
    remarks_of,
    tasks,
    unasked_sentence,
    wrong_claims,
)
from interviewer.reports.headline import (
    call_line,
    has_figures,
    how_to_read,
    overall_figure,
    step_figure,
)
from interviewer.reports.sentences import BEYOND, HOLES, HOLES_ARE, Titles, note_title
from interviewer.reports.wording import in_words, no_recommendation
from interviewer.results.clock import began_date
from interviewer.results.result import Result


def front(result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    """Everything that a candidate needs to know on a page or two."""
    yield Heading(level=1, text=f"Scorecard: {case.title}")
    yield paragraph(emphasis(_facts(result, titles)))
    yield from _call(result)
    yield from _in_short(result)
    if result.end_reason is None:
        return
    yield from _steps(result)
    yield from _wrong(result, case)
    yield from _not_heard(result, case)
    yield from _practise(result, case, titles)
    yield from _be_ready(result, titles)
    yield from _beyond(result)


def _facts(result: Result, titles: Titles | None) -> str:
    parts = (
        result.settings.level.value,
        began_date(result.began_at),
        length(result, titles),
        f"judged by {brain_phrase(result.brain)}",
    )
    return " · ".join(part for part in parts if part)


def length(result: Result, titles: Titles | None) -> str:
    """How long the interview was to be, or what was drilled."""
    settings = result.settings
    if settings.concept is not None:
        return f"a drill of {note_title(settings.concept, titles)}"
    if settings.drill is not None:
        return f"a drill of the {settings.drill.value} step"
    return f"{settings.minutes} minutes, {in_words(settings.framework)}"


def _call(result: Result) -> Iterator[Block]:
    if result.end_reason is None:
        yield paragraph("This interview is still running; scores appear once it has ended.")
        return
    yield paragraph(strong(f"{call_line(result)} · {overall_figure(result)}"))
    if result.recommendation is None:
        yield paragraph(no_recommendation(result))
    if result.overall is not None:
        yield paragraph(how_to_read(result))


def _in_short(result: Result) -> Iterator[Block]:
    """What the interviewer says of it."""
    said = feedback_paragraphs(result.feedback)
    if said:
        yield Heading(level=2, text="In short")
        yield from map(paragraph, said)


def _steps(result: Result) -> Iterator[Block]:
    """A table of all scores, then what there is to say of each step."""
    if not result.steps:
        return
    yield Heading(level=2, text="Steps")
    rows = tuple((step.step.value, step_figure(step, result)) for step in result.steps)
    yield Table(head=("Step", "Score, 1 to 5" if has_figures(result) else "Score"), rows=rows)
    for step in result.steps:
        if remarks := remarks_of(result, step.step):
            score = step_figure(step, result)
            yield Heading(level=3, text=f"{step.step.value.capitalize()}: {score}")
            yield _list(paragraph(remark.text) for remark in remarks)


def _wrong(result: Result, case: Case) -> Iterator[Block]:
    claims, slips = wrong_claims(result, case), result.debrief.slips
    if not claims and not slips:
        return
    yield Heading(level=2, text=WRONG)
    if kept := [one for one in claims if one.kept]:
        yield Heading(level=3, text=KEPT)
        yield _list(map(_kept, kept), numbered=True)
    if withdrawn := [one for one in claims if not one.kept]:
        yield Heading(level=3, text=TAKEN_BACK)
        yield _list(
            paragraph(strong(as_sentence(one.name)), " ", *_words(cut(one.quote), one.turn))
            for one in withdrawn
        )
    if slips:
        yield Heading(level=3, text=SLIPS)
        yield _list(paragraph(f"{one.text} ", *_words(one.quote, one.turn)) for one in slips)


def _kept(one: WrongClaim) -> Paragraph:
    better = (strong(" Better: "), one.better) if one.better else ()
    why = (f" {one.why}",) if one.why else ()
    said = _words(one.quote, one.turn)
    again = (LATER, *_words(one.again.quote, one.again.turn)) if one.again else ()
    return paragraph(strong(as_sentence(one.name)), " ", *said, *again, *why, *better)


def _not_heard(result: Result, case: Case) -> Iterator[Block]:
    missing = not_heard(result, case)
    if not missing:
        return
    yield Heading(level=2, text=MISSING)
    yield _list(
        paragraph(text, *((emphasis(" (not asked)"),) if mark else ()))
        for text, mark in marked(missing)
    )
    if sentence := unasked_sentence(missing, result):
        yield paragraph(sentence)


def _practise(result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    yield Heading(level=2, text=PRACTISE)
    found = tasks(result, case, titles)
    if not found:
        yield paragraph(NOTHING_TO_PRACTISE)
        return
    yield _list(
        (
            paragraph(
                strong(as_sentence(one.title)), f" {' '.join(one.lines)}", *read(one.note, titles)
            )
            for one in found
        ),
        numbered=True,
    )


def _be_ready(result: Result, titles: Titles | None) -> Iterator[Block]:
    """Questions that nobody asked, each with the claim that it rests on and a note to read."""
    if not result.holes:
        return
    yield Heading(level=2, text=HOLES)
    yield lead(HOLES_ARE)
    yield _list(
        paragraph(
            strong(hole.question),
            " ",
            *_words(cut(hole.quote), hole.turn),
            *read(hole.note, titles),
        )
        for hole in result.holes
    )


def _beyond(result: Result) -> Iterator[Block]:
    """Sound ideas that no item names, each with its words; nothing where there are none."""
    if not result.beyond:
        return
    yield Heading(level=2, text=BEYOND)
    yield _list(
        paragraph(f"{idea.text} ", *_words(cut(idea.quote), idea.turn)) for idea in result.beyond
    )


def read(note: str, titles: Titles | None) -> tuple[Span, ...]:
    """Which study note to read, at the end of a paragraph; nothing without one."""
    return (emphasis(f" Read: {note_title(note, titles)}."),) if note else ()


def _words(quote: str, turn: int) -> tuple[str | Span, ...]:
    return (quoted(quote), f" (turn {turn})")


def _list(entries: Iterable[Paragraph], *, numbered: bool = False) -> Bullets:
    return Bullets(entries=tuple((entry,) for entry in entries), numbered=numbered)
