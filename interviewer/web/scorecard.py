"""The scorecard page as HTML: the call and what it rests on, steps, gaps, time, transcript."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from markupsafe import Markup

from interviewer.core.case import Case, CaseStep
from interviewer.core.design import Hole
from interviewer.reports import FORMATS
from interviewer.reports.brain_names import brain_title, cost_line, feedback_paragraphs
from interviewer.reports.plots import dimension_radar, timeline
from interviewer.reports.sentences import (
    BEYOND,
    BEYOND_IS,
    HOLES,
    HOLES_ARE,
    flip_point_sentence,
    flip_sentence,
    level_sentence,
    mover_sentence,
    mover_subject,
    note_title,
    statement,
)
from interviewer.reports.wording import (
    graded,
    no_recommendation,
    step_grade,
    unaided_grade,
    uncertainty,
)
from interviewer.results.clock import began_date, clock
from interviewer.results.result import Result
from interviewer.results.view import InterviewView
from interviewer.scoring import Band, PracticePoint, StepResult, StepStatus
from interviewer.service.rejudging import LONGEST_CLAIM
from interviewer.web.chat import bubble
from interviewer.web.evidence import (
    before_and_after,
    flag_row,
    hole_row,
    idea_row,
    item_row,
    observation_row,
)
from interviewer.web.start import RECOMMENDATIONS
from interviewer.web.templates import drawn, part
from interviewer.web.text import prose

SHOWN = 5  # gaps before the rest folds away
_ENDED = {
    "completed": "Completed",
    "candidate": "Ended by you",
    "time": "Ended when time was up",
}


class Reading(Protocol):
    """What the page needs of a concept note."""

    @property
    def title(self) -> str:
        """Heading of the note."""

    @property
    def text(self) -> str:
        """Its Markdown."""


NoteOf = Callable[[str], Reading | None]


class Card(NamedTuple):
    """Everything the page shows."""

    view: InterviewView
    result: Result
    case: Case | None
    """As installed now; None when it was removed, then ids stand for statements."""
    note_of: NoteOf
    """The study note of a concept, or None when there is none."""
    before: Result | None = None
    """The interview whose step this one answers again."""
    link: str = ""
    """Address of the link that was just made."""


def scorecard(card: Card) -> Markup:
    """The whole page."""
    result = card.result
    return part(
        "scorecard.page",
        card.view,
        summary=part("scorecard.summary", card.view, _call(card), FORMATS, _sharing(card)),
        in_short=part("scorecard.in_short", feedback_paragraphs(result.feedback)),
        before_and_after=before_and_after(card.before, result, card.case),
        why=_why(card),
        steps=part("scorecard.steps", [_step(step, card) for step in result.steps]),
        gaps=part("scorecard.gaps", _gaps(card), SHOWN),
        beyond=part("scorecard.beyond", BEYOND, BEYOND_IS, list(map(idea_row, result.beyond))),
        holes=part(
            "scorecard.beyond", HOLES, HOLES_ARE, [_hole(hole, card) for hole in result.holes]
        ),
        dimensions=_dimensions(result),
        observations=part(
            "scorecard.observations", list(map(observation_row, result.observations))
        ),
        timeline=drawn(timeline(result.transcript)),
        transcript=list(map(bubble, card.view.turns)),
        cost=cost_line(result),
        longest_claim=LONGEST_CLAIM,
    )


# The call


class Scale(NamedTuple):
    """The band of a score on a line from 1 to 5, in percent of it."""

    tone: str
    label: str
    left: float
    width: float


class Call(NamedTuple):
    """What the interview comes to."""

    words: str
    why: str
    """Why there is none."""
    grade: str
    tone: str
    scale: Scale | None
    what: str
    """What was interviewed when, how long, by whom."""
    facts: Sequence[tuple[str, str]]


def _call(card: Card) -> Call:
    result = card.result
    return Call(
        RECOMMENDATIONS.get(result.recommendation or "", "No recommendation"),
        "" if result.recommendation else no_recommendation(result),
        graded(result.overall, result.band, "no overall score"),
        _tone(result.overall),
        _scale(result.overall, result.band),
        _what(card),
        _facts(result),
    )


def _what(card: Card) -> str:
    settings, ended = card.view.settings, card.result.end_reason
    kind = f"{settings.minutes} minutes"
    if settings.drill is not None:
        kind = f"{settings.drill.value} drill"
    elif settings.concept is not None:
        note = card.note_of(settings.concept)
        kind = f"drill of {note.title if note else note_title(settings.concept)}"
    parts = [_ENDED[ended] if ended else "Running", kind, f"{settings.level.value} level"]
    parts += [f"{clock(card.view.seconds_used)} used", brain_title(card.view.brain)]
    if began := began_date(card.result.began_at):
        parts.insert(0, began)
    return " \u00b7 ".join(parts)


def _facts(result: Result) -> Sequence[tuple[str, str]]:
    target = f"target {result.settings.level.value}"
    reads = result.reads_as.value if result.reads_as else "not enough evidence"
    return (
        ("Reads as", f"{reads} ({target})"),
        ("Unaided", unaided_grade(result.unaided, result.band, result.overall)),
        ("With help", graded(result.overall, result.band)),
        ("Confidence", f"{result.confidence or 0.0:.0%}"),
    )


def _sharing(card: Card) -> Markup:
    return part("scorecard.sharing", card.link, _reach(card.link), card.view.linked)


def _reach(link: str) -> str:
    """Who can open an address at all."""
    host = urlsplit(link).hostname or ""
    if host == "localhost" or host.startswith("127.") or host == "::1":
        return "This address works only on this machine; send a download to somebody elsewhere."
    return f"It works for people who can reach {host}."


def _tone(score: float | None) -> str:
    if score is None:
        return "none"
    return "low" if score < 2.5 else "mid" if score < 3.5 else "high"


def _scale(score: float | None, band: Band | None) -> Scale | None:
    """The band in which the score lies; None where there is no score."""
    if score is None:
        return None
    low, high = (band.low, band.high) if band else (score - 0.2, score + 0.2)
    left = _share(low)
    return Scale(_tone(score), graded(score, band), left, _share(high) - left)


def _share(score: float) -> float:
    return round((min(5.0, max(1.0, score)) - 1) / 4 * 100, 1)


# What it rests on


class Moved(NamedTuple):
    """A judgement that moved the call."""

    subject: str
    sentence: str
    quote: str | None
    turn: int | None


def _why(card: Card) -> str:
    result, case = card.result, card.case
    if case is None or result.overall is None:
        return ""
    movers = [
        Moved(mover_subject(mover, result, case), mover_sentence(mover), mover.quote, mover.turn)
        for mover in result.movers
    ]
    flip = flip_sentence(result.flip, result) if result.flip else ""
    points = [
        (statement(case, point.item), flip_point_sentence(point))
        for point in (result.flip.points if result.flip else ())
    ]
    level = level_sentence(result, case, _titles(card))
    return part("scorecard.why", movers, flip, points, level, uncertainty(result))


def _titles(card: Card) -> dict[str, str]:
    """What the notes of the case's points are called."""
    concepts = {item.concept for _, item in card.case.items()} if card.case else set()
    notes = {concept: card.note_of(concept) for concept in concepts}
    return {concept: note.title for concept, note in notes.items() if note is not None}


# Gaps


class Gap(NamedTuple):
    """A point to practise."""

    point: PracticePoint
    statement: str
    note: Reading | None
    text: str
    """Of the note."""


def _gaps(card: Card) -> list[Gap]:
    return [_gap(point, card) for point in card.result.gaps or card.result.practice]


def _gap(point: PracticePoint, card: Card) -> Gap:
    note = card.note_of(point.concept)
    text = "" if note is None else prose(_without_title(note.text))
    return Gap(point, statement(card.case, point.item), note, text)


def _hole(hole: Hole, card: Card) -> Markup:
    note = card.note_of(hole.note) if hole.note else None
    return hole_row(hole, "" if note is None else note.title)


def _without_title(markdown: str) -> str:
    first, _, rest = markdown.lstrip().partition("\n")
    return rest if first.startswith("# ") else markdown


# Steps, dimensions


class StepRow(NamedTuple):
    """A step with everything that was judged in it."""

    name: str
    scale: Scale | None
    grade: str
    flags: Sequence[Markup]
    items: Sequence[Markup]
    known: CaseStep | None
    """As the case has it."""
    model_answer: str


def _step(step: StepResult, card: Card) -> StepRow:
    again = [one for one in card.result.rejudgements if one.step is step.step]
    known = None if card.case is None else card.case.steps[step.step]
    return StepRow(
        step.step.value,
        _scale(None if step.status is StepStatus.SKIPPED else step.score, step.band),
        step_grade(step),
        [flag_row(flag, card.case) for flag in step.red_flags],
        [
            item_row(item, card.case, [one for one in again if one.item == item.item])
            for item in step.items
        ],
        known,
        "" if known is None else prose(known.model_answer),
    )


def _dimensions(result: Result) -> Markup:
    rows = [
        (dimension.value, _scale(score, None), graded(score, None, "not enough evidence"))
        for dimension, score in result.dimensions.items()
    ]
    return part("scorecard.dimensions", drawn(dimension_radar(result.dimensions)), rows)
