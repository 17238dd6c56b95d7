"""The steps: scores, every item with its evidence, red flags, model answers."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.reports.content_gaps import gap
from interviewer.reports.document import (
    Block,
    Bullets,
    Heading,
    Plot,
    Quote,
    Table,
    emphasis,
    lead,
    paragraph,
    strong,
)
from interviewer.reports.plots.bars import TITLE, bar_lines, step_bars
from interviewer.reports.sentences import Titles, claim, rejudged_sentence, statement
from interviewer.reports.wording import VERDICTS, fate, status_line, step_grade, unaided_grade
from interviewer.results.clock import clock
from interviewer.results.result import Result
from interviewer.scoring import ItemResult, PracticePoint, StepResult, StepStatus
from interviewer.scoring.practice import HELP

Entry = tuple[Block, ...]


def steps(result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    """A table and a plot of all steps, then each of them."""
    if not result.steps:
        return
    yield Heading(level=2, text="Steps")
    rows = tuple(
        (
            step.step.value,
            step_grade(step),
            unaided_grade(step.unaided, step.band, step.score)
            if step.status is StepStatus.SCORED
            else "",
            clock(step.seconds),
        )
        for step in result.steps
    )
    yield Table(head=("Step", "With help", "Unaided", "Time"), rows=rows)
    yield Plot(title=TITLE, svg=step_bars(result.steps), lines=bar_lines(result.steps))
    gaps = {point.item: point for point in result.gaps}
    first = {point.item: number for number, point in enumerate(result.practice, 1)}
    for step in result.steps:
        yield Heading(level=3, text=step.step.value.capitalize())
        yield paragraph(status_line(step))
        if step.items and step.status is not StepStatus.SKIPPED:
            entries = (
                (*_item(item, case, gaps, first, titles), *_again(item, result))
                for item in step.items
            )
            yield Bullets(entries=tuple(entries))
        elif skipped := [point for point in result.gaps if point.step is step.step]:
            yield Bullets(entries=tuple(_skipped(p, case, first, titles) for p in skipped))
        yield from _flags(step, case)
        yield from _model_answer(step.step, case)


def _item(
    item: ItemResult,
    case: Case,
    gaps: dict[str, PracticePoint],
    first: dict[str, int],
    titles: Titles | None,
) -> Entry:
    helped = HELP.get(item.raised_by) if item.raised_by else None
    label = VERDICTS[item.verdict] + (f" ({helped})" if helped else "")
    head = paragraph(strong(label), f" {statement(case, item.item)}")
    if item.item in first:
        return (head, *_evidence(item), _see(first[item.item]))
    if item.item in gaps:
        return (head, *gap(gaps[item.item], titles))
    return (head, *_evidence(item))


def _again(item: ItemResult, result: Result) -> Iterator[Block]:
    """Both verdicts beside an item that was judged a second time."""
    for one in result.rejudgements:
        if one.item == item.item:
            yield paragraph(strong("Judged again."), f" {rejudged_sentence(one)} {one.reason}")


def _skipped(
    point: PracticePoint, case: Case, first: dict[str, int], titles: Titles | None
) -> Entry:
    head = paragraph(statement(case, point.item))
    if point.item in first:
        return (head, _see(first[point.item]))
    return (head, *gap(point, titles))


def _see(number: int) -> Block:
    return paragraph(emphasis(f"See number {number} of what to practise next."))


def _evidence(item: ItemResult) -> Iterator[Block]:
    if item.quote and item.turn is not None:
        yield Quote(text=item.quote, source=f"turn {item.turn}")
    if item.reason:
        yield paragraph(strong("The judge's reason."), f" {item.reason}")


def _flags(step: StepResult, case: Case) -> Iterator[Block]:
    if not step.red_flags:
        return
    yield lead(strong("Red flags"))
    yield Bullets(
        entries=tuple(
            (
                paragraph(strong(f"⚑ {claim(case, flag)}"), f" {fate(flag)}."),
                Quote(text=flag.quote, source=f"turn {flag.turn}"),
            )
            for flag in step.red_flags
        )
    )


def _model_answer(step: StepId, case: Case) -> Iterator[Block]:
    yield lead(strong("A senior answer"))
    yield Quote(text=case.steps[step].model_answer)
    yield lead(strong("At staff level also"))
    yield Quote(text=case.steps[step].staff_addendum)
