"""Dimensions, time, and everything that was said."""

from __future__ import annotations

from collections.abc import Iterator

from interviewer.core.case import Dimension
from interviewer.reports.brain_names import stood_in
from interviewer.reports.document import (
    Block,
    Bullets,
    Drawing,
    Heading,
    Plot,
    Quote,
    Table,
    emphasis,
    lead,
    paragraph,
    strong,
)
from interviewer.reports.plots.radar import MISSING, dimension_radar, radar_lines
from interviewer.reports.plots.radar import TITLE as RADAR
from interviewer.reports.plots.timeline import TITLE as TIMELINE
from interviewer.reports.plots.timeline import timeline, timeline_lines
from interviewer.reports.said import said_blocks
from interviewer.reports.sentences import time_sentence
from interviewer.reports.wording import graded
from interviewer.results.result import Result


def dimensions(result: Result) -> Iterator[Block]:
    """Scores across steps, and what stands behind communication."""
    if result.end_reason is None:
        return
    yield Heading(level=2, text="Dimensions")
    rows = tuple(
        (dimension.value, graded(score, missing=MISSING))
        for dimension, score in result.dimensions.items()
    )
    yield Table(head=("Dimension", "Score"), rows=rows)
    svg = dimension_radar(result.dimensions)
    yield Plot(title=RADAR, svg=svg, lines=radar_lines(result.dimensions))
    if result.observations:
        yield lead(f"What stands behind {Dimension.COMMUNICATION.value}:")
        yield Bullets(
            entries=tuple(
                (
                    paragraph(f"{'✓' if seen.seen else '○'} {seen.text}"),
                    *(
                        [Quote(text=seen.evidence.quote, source=f"turn {seen.evidence.turn}")]
                        if seen.evidence
                        else []
                    ),
                )
                for seen in result.observations
            )
        )


def time(result: Result) -> Iterator[Block]:
    """Where the time went; nothing when the turns have no times."""
    svg = timeline(result.transcript)
    if not svg:
        return
    yield Heading(level=2, text="Time")
    if sentence := time_sentence(result):
        yield paragraph(sentence)
    yield Plot(title=TIMELINE, svg=svg, lines=timeline_lines(result.transcript))


def transcript(result: Result) -> Iterator[Block]:
    """Every turn, with the sketches."""
    yield Heading(level=2, text="Transcript")
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
