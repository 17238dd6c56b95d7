"""Dimensions, time, second verdicts, and everything that was said."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.case import Case, Dimension
from interviewer.reports.brain_names import stood_in
from interviewer.reports.document import (
    Block,
    Bullets,
    Drawing,
    Plot,
    Span,
    emphasis,
    lead,
    paragraph,
    quoted,
    strong,
)
from interviewer.reports.headline import dimension_grade
from interviewer.reports.plots.radar import TITLE as RADAR
from interviewer.reports.plots.radar import dimension_radar, radar_lines
from interviewer.reports.plots.timeline import TITLE as TIMELINE
from interviewer.reports.plots.timeline import timeline, timeline_lines
from interviewer.reports.said import said_blocks
from interviewer.reports.sentences import rejudged_sentence, statement, time_sentence
from interviewer.results.result import Result
from interviewer.scoring import Observation


def dimensions(result: Result) -> Iterator[Block]:
    """Scores across steps, and what stands behind communication."""
    if result.end_reason is None:
        return
    grade = dimension_grade(result)
    svg, lines = dimension_radar(result.dimensions, grade), radar_lines(result.dimensions, grade)
    yield Plot(title=RADAR, svg=svg, lines=lines)
    if result.observations:
        yield lead(f"What stands behind {Dimension.COMMUNICATION.value}:")
        yield Bullets(
            entries=tuple(
                (paragraph(f"{'✓' if seen.seen else '○'} {seen.text}", *_shown_by(seen)),)
                for seen in result.observations
            )
        )


def _shown_by(seen: Observation) -> tuple[str | Span, ...]:
    if seen.evidence is None:
        return ()
    return (" ", quoted(seen.evidence.quote), f" (turn {seen.evidence.turn})")


def time(result: Result) -> Iterator[Block]:
    """Where the time went; nothing when the turns have no times."""
    svg = timeline(result.transcript)
    if not svg:
        return
    if sentence := time_sentence(result):
        yield paragraph(sentence)
    yield Plot(title=TIMELINE, svg=svg, lines=timeline_lines(result.transcript))


def again(result: Result, case: Case) -> Iterator[Block]:
    """Items judged a second time, with both verdicts."""
    if not result.rejudgements:
        return
    yield lead("Verdicts that you disputed, with the words you pointed at; both are kept.")
    yield Bullets(
        entries=tuple(
            (
                paragraph(
                    strong(statement(case, one.item)),
                    f" {rejudged_sentence(one)} ",
                    quoted(one.quote),
                    f" (turn {one.turn}) {one.reason}",
                ),
            )
            for one in result.rejudgements
        )
    )


def transcript(result: Result) -> Iterator[Block]:
    """Every turn, with the sketches."""
    for line in result.transcript:
        who = "You" if line.role == "candidate" else "Interviewer"
        yield lead(strong(f"{line.turn}. {who}"), f" · {line.step.value}")
        yield from said_blocks(line.text)
        if line.role == "candidate" and line.sketch:
            yield lead("The sketch sent with it:")
            yield Drawing(text=line.sketch)
        elif line.role == "interviewer" and (said := stood_in(line.stand_in)):
            yield paragraph(emphasis(said))
    if result.unused_messages:
        yield paragraph(f"Messages of the script that were never said: {result.unused_messages}.")
