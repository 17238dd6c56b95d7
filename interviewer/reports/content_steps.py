"""The steps point by point: every item with its evidence, wrong claims, model answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.core.settings import Level
from interviewer.reports.content_front import read
from interviewer.reports.document import (
    Block,
    Bullets,
    Plot,
    Quote,
    Section,
    emphasis,
    lead,
    paragraph,
    quoted,
    strong,
)
from interviewer.reports.front import as_sentence
from interviewer.reports.headline import step_figure, step_line, step_range
from interviewer.reports.plots.bars import TITLE, bar_lines, step_bars
from interviewer.reports.sentences import (
    Titles,
    claim,
    other_ways,
    rejudged_sentence,
    statement,
    sums,
)
from interviewer.reports.wording import fate, verdict_label
from interviewer.results.result import Result
from interviewer.scoring import FlagResult, ItemResult, PracticePoint, StepResult, StepStatus
from interviewer.scoring.practice import HELP

Entry = tuple[Block, ...]


def steps(result: Result, case: Case, titles: Titles | None) -> Iterator[Section]:
    """A plot of all steps, then each of them that was reached."""
    if not result.steps:
        return

    def grade(step: StepResult) -> str:
        return step_range(step, result)

    bars, lines = step_bars(result.steps, grade), bar_lines(result.steps, grade)
    yield Section(title="All steps", blocks=(Plot(title=TITLE, svg=bars, lines=lines),))
    for step in result.steps:
        if step.status is StepStatus.NOT_REACHED:
            continue
        title = f"{step.step.value.capitalize()}: {step_figure(step, result)}"
        yield Section(title=title, blocks=tuple(_step(step, result, case, titles)))


def _step(step: StepResult, result: Result, case: Case, titles: Titles | None) -> Iterator[Block]:
    yield paragraph(step_line(step, result))
    gaps = {gap.item: gap for gap in result.gaps or result.practice if gap.step is step.step}
    if step.items and step.status is not StepStatus.SKIPPED:
        items = ((*_item(item, case, gaps, titles), *_again(item, result)) for item in step.items)
        yield Bullets(entries=tuple(items))
    elif gaps:
        yield Bullets(entries=tuple(_skipped(gap, case, titles) for gap in gaps.values()))
    if step.red_flags:
        yield Bullets(entries=tuple(_flag(flag, case) for flag in step.red_flags))
    yield lead(strong("A senior answer"))
    yield Quote(text=case.steps[step.step].model_answer)
    if derived := sums(case, step.step):
        yield lead(strong("The sums"))
        yield Bullets(entries=tuple((paragraph(one),) for one in derived))
    addendum = case.steps[step.step].staff_addendum
    if addendum and result.settings.level is Level.STAFF:
        yield lead(strong("At staff level also"))
        yield Quote(text=addendum)


def _item(
    item: ItemResult, case: Case, gaps: Mapping[str, PracticePoint], titles: Titles | None
) -> Entry:
    """Verdict and point; the words and the judge's reason; what would have earned it."""
    helped = HELP.get(item.raised_by) if item.raised_by else None
    label = verdict_label(item) + (f" ({helped})" if helped else "")
    head = paragraph(strong(label), f" {statement(case, item.item)}")
    gap = gaps.get(item.item)
    lacks = gap is not None and item.verdict is not Verdict.MET
    return (
        head,
        *_evidence(item, gap.lacked if gap is not None and lacks else ""),
        *(_exemplar(gap, case, titles) if gap is not None and lacks else ()),
    )


def _evidence(item: ItemResult, lacked: str) -> Iterator[Block]:
    """Quote and reason; without a reason what lacked, where something did."""
    why = (emphasis("Judge: "), item.reason) if item.reason else (lacked,)
    if item.quote and item.turn is not None:
        yield paragraph(quoted(item.quote), f" (turn {item.turn}) ", *why)
    elif item.reason or lacked:
        yield paragraph(*why)


def _exemplar(gap: PracticePoint, case: Case, titles: Titles | None) -> Iterator[Block]:
    yield paragraph(emphasis("Would have earned it: "), gap.exemplar, *read(gap.concept, titles))
    if others := other_ways(case, gap.item):
        yield paragraph(others)


def _skipped(gap: PracticePoint, case: Case, titles: Titles | None) -> Entry:
    return (paragraph(statement(case, gap.item)), *_exemplar(gap, case, titles))


def _again(item: ItemResult, result: Result) -> Iterator[Block]:
    """Both verdicts beside an item that was judged a second time."""
    for one in result.rejudgements:
        if one.item == item.item:
            yield paragraph(strong("Judged again."), f" {rejudged_sentence(one)}")


def _flag(flag: FlagResult, case: Case) -> Entry:
    return (
        paragraph(
            strong(f"⚑ {as_sentence(claim(case, flag))}"), f" {fate(flag)} (turn {flag.turn})."
        ),
    )
