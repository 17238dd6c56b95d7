"""The scorecard page as HTML: its first part, then what it rests on, point by point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from interviewer.core.case import Case, CaseStep
from interviewer.reports import FORMATS
from interviewer.reports.brain_names import brain_title, cost_line, feedback_paragraphs
from interviewer.reports.headline import (
    dimension_grade,
    how_to_read,
    overall_figure,
    unaided_figure,
)
from interviewer.reports.plots import dimension_radar, timeline
from interviewer.reports.sentences import (
    flip_point_sentence,
    flip_sentence,
    level_sentence,
    mover_sentence,
    mover_subject,
    note_title,
    statement,
    sums,
)
from interviewer.reports.wording import (
    VERDICT_WORDS,
    level_read,
    no_recommendation,
    step_grade,
    uncertainty,
)
from interviewer.results.clock import began_date, clock
from interviewer.results.result import Result
from interviewer.results.view import InterviewView
from interviewer.scoring import ItemResult, StepResult, StepStatus
from interviewer.service.rejudging import LONGEST_CLAIM
from interviewer.web import card_front
from interviewer.web.card_front import NoteOf
from interviewer.web.chat import bubble
from interviewer.web.evidence import before_and_after, flag_row, item_row, observation_row
from interviewer.web.scale import Scale, scale_of, tone_of
from interviewer.web.start import RECOMMENDATIONS
from interviewer.web.templates import drawn, part
from interviewer.web.text import prose

NOT_ENOUGH = "not enough evidence"
_ENDED = {
    "completed": "Completed",
    "candidate": "Ended by you",
    "time": "Ended when time was up",
}


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
        in_short=part("front.in_short", feedback_paragraphs(result.feedback)),
        before_and_after=before_and_after(card.before, result, card.case),
        front=_front(card),
        why=_why(card),
        steps=part("scorecard.steps", [_step(step, card) for step in result.steps]),
        dimensions=_dimensions(result),
        observations=part(
            "scorecard.observations", list(map(observation_row, result.observations))
        ),
        timeline=drawn(timeline(result.transcript)),
        transcript=list(map(bubble, card.view.turns)),
        cost=cost_line(result),
        longest_claim=LONGEST_CLAIM,
    )


def _front(card: Card) -> Mapping[str, Markup]:
    result, case = card.result, card.case
    return {
        "scores": card_front.scores(result),
        "wrong": card_front.wrong(result, case),
        "missing": card_front.missing(result, case),
        "practise": card_front.practise(result, case, _titles(card), card.note_of),
        "holes": card_front.be_ready(result, card.note_of),
        "beyond": card_front.beyond(result),
    }


# The call


class Call(NamedTuple):
    """What the interview comes to."""

    words: str
    why: str
    """Why there is none."""
    grade: str
    tone: str
    scale: Scale | None
    how: str
    """How the grade is to be read."""
    what: str
    """What was interviewed when, how long, by whom."""
    facts: Sequence[tuple[str, str]]


def _call(card: Card) -> Call:
    result = card.result
    grade = overall_figure(result)
    return Call(
        RECOMMENDATIONS.get(result.recommendation or "", "No recommendation"),
        "" if result.recommendation else no_recommendation(result),
        grade,
        tone_of(result.overall),
        scale_of(result.overall, result.band, grade),
        how_to_read(result),
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
    target, read = result.settings.level, level_read(result) or NOT_ENOUGH
    if read != target.value:
        read = f"{read} (target {target.value})"
    return (("Reads as", read), ("Unaided", unaided_figure(result)))


def _sharing(card: Card) -> Markup:
    return part("scorecard.sharing", card.link, _reach(card.link), card.view.linked)


def _reach(link: str) -> str:
    """Who can open an address at all."""
    host = urlsplit(link).hostname or ""
    if host == "localhost" or host.startswith("127.") or host == "::1":
        return "This address works only on this machine; send a download to somebody elsewhere."
    return f"It works for people who can reach {host}."


# What it rests on


class Moved(NamedTuple):
    """A judgement that moved the call."""

    subject: str
    sentence: str
    turn: int | None


def _why(card: Card) -> str:
    result, case = card.result, card.case
    if case is None or result.overall is None:
        return ""
    movers = [
        Moved(mover_subject(mover, result, case), mover_sentence(mover), mover.turn)
        for mover in result.movers
    ]
    flip = flip_sentence(result.flip, result)
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


# Steps, dimensions


class StepRow(NamedTuple):
    """A step with everything that was judged in it."""

    name: str
    counts: str
    """How many points have which verdict, or why there is none."""
    flags: Sequence[Markup]
    items: Sequence[Markup]
    known: CaseStep | None
    """As the case has it."""
    model_answer: str
    sums: Sequence[str]


def _step(step: StepResult, card: Card) -> StepRow:
    known = None if card.case is None else card.case.steps[step.step]
    return StepRow(
        step.step.value,
        _counts(step),
        [flag_row(flag, card.case) for flag in step.red_flags],
        [_item(item, card) for item in step.items],
        known,
        "" if known is None else prose(known.model_answer),
        [] if card.case is None else sums(card.case, step.step),
    )


def _counts(step: StepResult) -> str:
    found = Counter(item.verdict for item in step.items)
    said = [f"{found[verdict]} {word}" for verdict, word in VERDICT_WORDS.items() if found[verdict]]
    return ", ".join(said) if step.status is StepStatus.SCORED else step_grade(step)


def _item(item: ItemResult, card: Card) -> Markup:
    again = [one for one in card.result.rejudgements if one.item == item.item]
    gaps = card.result.gaps or card.result.practice
    gap = next((gap for gap in gaps if gap.item == item.item), None)
    note = None if gap is None else card.note_of(gap.concept)
    return item_row(item, card.case, again, gap, "" if note is None else note.title)


def _dimensions(result: Result) -> Markup:
    grade = dimension_grade(result)
    rows = [
        (dimension.value, scale_of(score, None, grade(score)), grade(score))
        for dimension, score in result.dimensions.items()
    ]
    radar = drawn(dimension_radar(result.dimensions, grade))
    return part("scorecard.dimensions", radar, rows)
