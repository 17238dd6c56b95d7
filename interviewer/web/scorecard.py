"""The scorecard page as HTML: the call and what it rests on, steps, gaps, time, transcript."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from interviewer.core.case import Case
from interviewer.reports.brain_names import brain_title
from interviewer.reports.plots import dimension_radar, timeline
from interviewer.reports.sentences import (
    flip_point_sentence,
    flip_sentence,
    level_sentence,
    mover_sentence,
    mover_subject,
    note_title,
)
from interviewer.reports.wording import (
    graded,
    no_recommendation,
    step_grade,
    unaided_grade,
    uncertainty,
    unsaid,
)
from interviewer.results.clock import began_date, clock
from interviewer.results.result import Result
from interviewer.results.view import InterviewView
from interviewer.scoring import Band, PracticePoint, StepResult, StepStatus
from interviewer.web import brain_choice, deletion, rejudge_form
from interviewer.web.chat import bubble
from interviewer.web.comparison import before_and_after
from interviewer.web.evidence import flag_row, item_row, observation_row, quoted, statement_of
from interviewer.web.start import RECOMMENDATIONS
from interviewer.web.text import plain, prose

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


def scorecard(card: Card) -> str:
    """The whole page."""
    result = card.result
    return (
        f'<div class="report" data-interview="{plain(card.view.interview_id)}">'
        + _summary(card)
        + brain_choice.in_short(result)
        + before_and_after(card.before, result, card.case)
        + _why(card)
        + _steps(card)
        + _gaps(card)
        + '<div class="pair">'
        + _dimensions(result)
        + _observations(result)
        + "</div>"
        + f'<section class="time-used"><h2>Time</h2>{timeline(result.transcript)}</section>'
        + _transcript(card.view)
        + brain_choice.cost(result)
        + rejudge_form.form()
        + "</div>"
    )


# The call


def _summary(card: Card) -> str:
    view, result = card.view, card.result
    call = RECOMMENDATIONS.get(result.recommendation or "", "No recommendation")
    why = "" if result.recommendation else f'<p class="why">{plain(no_recommendation(result))}</p>'
    return (
        f'<section class="overall"><div class="head"><p class="eyebrow">Scorecard</p>'
        f"<h1>{plain(view.case_title)}</h1><p>{plain(_what(card))}</p>{_downloads(card)}</div>"
        f'<div class="verdict {_tone(result.overall)}"><p class="call">{call}</p>{why}'
        f'<p class="grade">{plain(graded(result.overall, result.band, "no overall score"))}</p>'
        f"{_scale(result.overall, result.band)}<dl>{_facts(result)}</dl></div></section>"
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


def _facts(result: Result) -> str:
    target = f"target {result.settings.level.value}"
    reads = result.reads_as.value if result.reads_as else "not enough evidence"
    rows = (
        ("Reads as", f"{reads} ({target})"),
        ("Unaided", unaided_grade(result.unaided, result.band, result.overall)),
        ("With help", graded(result.overall, result.band)),
        ("Confidence", f"{result.confidence or 0.0:.0%}"),
    )
    return "".join(f"<div><dt>{name}</dt><dd>{plain(value)}</dd></div>" for name, value in rows)


def _downloads(card: Card) -> str:
    base = f"reports/{plain(card.view.interview_id)}"
    files = "".join(
        f'<a class="button" href="{base}.{form}" download>{name}</a>'
        for form, name in (
            ("pdf", "PDF"),
            ("html", "Web page"),
            ("md", "Markdown"),
            ("json", "JSON"),
        )
    )
    return (
        f'<p class="downloads" role="group" aria-label="Download">{files}</p>'
        f'<div class="sharing" data-row="sharing">{_link(card)}</div>'
        f"{deletion.one(card.view.interview_id, 'this interview')}"
    )


def _link(card: Card) -> str:
    make = '<button type="button" class="link" data-act="link">{}</button>'
    revoke = '<button type="button" class="link" data-act="unlink">Revoke the link</button>'
    if card.link:
        shown = plain(card.link)
        return (
            f'<label for="the-link">Whoever has this link can read this report. {_reach(card.link)}'
            "</label>"
            f'<span class="address"><input id="the-link" readonly value="{shown}">'
            '<button type="button" class="quiet" data-copy="the-link">Copy</button></span>'
            f"{revoke}"
        )
    if card.view.linked:
        again = make.format("make a new one")
        return f"<p>A link to this report is in force. {revoke}, or {again} in its place.</p>"
    return f"<p>{make.format('Make a link to send')} that only shows this report.</p>"


def _reach(link: str) -> str:
    """Who can open an address at all."""
    host = urlsplit(link).hostname or ""
    if host == "localhost" or host.startswith("127.") or host == "::1":
        return "This address works only on this machine; send a download to somebody elsewhere."
    return f"It works for people who can reach {plain(host)}."


def _tone(score: float | None) -> str:
    if score is None:
        return "none"
    return "low" if score < 2.5 else "mid" if score < 3.5 else "high"


def _scale(score: float | None, band: Band | None) -> str:
    """A line from 1 to 5 with the band in which the score lies."""
    if score is None:
        return '<div class="scale none" aria-hidden="true"></div>'
    low, high = (band.low, band.high) if band else (score - 0.2, score + 0.2)
    return (
        f'<div class="scale {_tone(score)}" role="img" aria-label="{plain(graded(score, band))}">'
        f'<span class="band" style="left:{_share(low)}%;width:{_share(high) - _share(low):.1f}%">'
        "</span></div>"
    )


def _share(score: float) -> float:
    return round((min(5.0, max(1.0, score)) - 1) / 4 * 100, 1)


# What it rests on


def _why(card: Card) -> str:
    result, case = card.result, card.case
    if case is None or result.overall is None:
        return ""
    rows = "".join(
        f"<li><h3>{plain(mover_subject(mover, case))}</h3>"
        + (f"<p>{quoted(mover.quote, mover.turn)}</p>" if mover.quote else "")
        + f'<p class="reason">{plain(mover_sentence(mover))}</p></li>'
        for mover in result.movers
    )
    moved = f'<div><h2>What moved the call most</h2><ol class="movers">{rows}</ol></div>'
    return (
        f'<section class="pair why-call">{moved if rows else ""}<div><h2>What would have changed it'
        f"</h2>{_flip(result, case)}<p>{plain(level_sentence(result, case, _titles(card)))}</p>"
        f'<p class="reason">{plain(uncertainty(result))}</p></div></section>'
    )


def _titles(card: Card) -> dict[str, str]:
    """What the notes of the case's points are called."""
    concepts = {item.concept for _, item in card.case.items()} if card.case else set()
    notes = {concept: card.note_of(concept) for concept in concepts}
    return {concept: note.title for concept, note in notes.items() if note is not None}


def _flip(result: Result, case: Case) -> str:
    sentence = flip_sentence(result.flip, result)
    if result.flip is None or not sentence:
        return ""
    rows = "".join(
        f"<li>{plain(statement_of(case, point.item))} "
        f'<span class="reason">{plain(flip_point_sentence(point))}</span></li>'
        for point in result.flip.points
    )
    return f'<p>{plain(sentence)}</p><ul class="flip">{rows}</ul>'


# Gaps


def _gaps(card: Card) -> str:
    gaps = card.result.gaps or card.result.practice
    rows = [
        _point(point, card.case, card.note_of(point.concept), first=at == 0)
        for at, point in enumerate(gaps)
    ]
    if not rows:
        return ""
    rest = "".join(rows[SHOWN:])
    more = (
        f'<details class="more-gaps" data-key="gaps"><summary>{len(rows) - SHOWN} more</summary>'
        f'<ol class="practice" start="{SHOWN + 1}">{rest}</ol></details>'
    )
    return (
        '<section><h2>Practise next</h2><ol class="practice">'
        f"{''.join(rows[:SHOWN])}</ol>{more if rest else ''}</section>"
    )


def _point(point: PracticePoint, case: Case | None, note: Reading | None, *, first: bool) -> str:
    said = plain(unsaid(point.verdict))
    if point.quote is not None:
        said = f"You said: {quoted(point.quote, point.turn)}"
    reading = ""
    if note is not None:
        reading = (
            f'<details class="note" data-key="note {plain(point.item)}"><summary>Read: '
            f"{plain(note.title)}</summary>"
            f'<div class="prose">{prose(_without_title(note.text))}</div></details>'
        )
    return (
        f'<li><details data-key="gap {plain(point.item)}"{" open" if first else ""}>'
        f'<summary class="point"><div><p class="eyebrow">'
        f"{point.step.value}</p><h3>{plain(statement_of(case, point.item))}</h3></div></summary>"
        f'<div class="why-it"><p>{said}</p>'
        f"<p><strong>What lacked.</strong> {plain(point.lacked)}</p>"
        f'<p class="exemplar"><strong>This would have earned it.</strong> {plain(point.exemplar)}'
        f"</p>{reading}</div></details></li>"
    )


def _without_title(markdown: str) -> str:
    first, _, rest = markdown.lstrip().partition("\n")
    return rest if first.startswith("# ") else markdown


# Steps


def _steps(card: Card) -> str:
    rows = "".join(_step(step, card) for step in card.result.steps)
    return f'<section><h2>Step by step</h2><div class="steps">{rows}</div></section>'


def _step(step: StepResult, card: Card) -> str:
    score = None if step.status is StepStatus.SKIPPED else step.score
    line = (
        f'<span class="name">{step.step.value}</span>{_scale(score, step.band)}'
        f'<span class="between">{plain(step_grade(step))}</span>'
    )
    again = [one for one in card.result.rejudgements if one.step is step.step]
    items = "".join(
        item_row(item, card.case, [one for one in again if one.item == item.item])
        for item in step.items
    )
    flags = "".join(flag_row(flag, card.case) for flag in step.red_flags)
    detail = f'{flags}<ul class="items">{items}</ul>{_model_answer(step, card.case)}{_again(step)}'
    if not step.items and not flags:
        return f'<div class="step flat"><div class="line">{line}</div></div>'
    return (
        f'<details class="step" data-key="step {step.step.value}"><summary class="line">{line}'
        f"</summary>{detail}</details>"
    )


def _model_answer(step: StepResult, case: Case | None) -> str:
    if case is None:
        return ""
    known = case.steps[step.step]
    return (
        f'<details class="note" data-key="answer {step.step.value}"><summary>'
        "A strong answer to this step</summary>"
        f'<div class="prose">{prose(known.model_answer)}<p><strong>At staff level also.</strong> '
        f"{plain(known.staff_addendum)}</p></div></details>"
    )


def _again(step: StepResult) -> str:
    return (
        f'<p class="answer-again"><button type="button" class="quiet" data-act="again" '
        f'data-step="{step.step.value}">Answer this step again'
        f'<span class="sr">: {step.step.value}</span></button></p>'
    )


# Dimensions, communication, transcript


def _dimensions(result: Result) -> str:
    rows = "".join(
        f'<li><span class="name">{dimension.value}</span>{_scale(score, None)}'
        f'<span class="between">{plain(graded(score, None, "not enough evidence"))}</span></li>'
        for dimension, score in result.dimensions.items()
    )
    return (
        f'<section class="radar"><h2>Dimensions</h2>{dimension_radar(result.dimensions)}'
        f'<ul class="dimensions">{rows}</ul></section>'
    )


def _observations(result: Result) -> str:
    rows: Iterable[str] = (observation_row(seen) for seen in result.observations)
    text = "".join(rows)
    if not text:
        return ""
    return f'<section><h2>How you communicated</h2><ul class="items">{text}</ul></section>'


def _transcript(view: InterviewView) -> str:
    turns = "".join(bubble(turn) for turn in view.turns)
    return (
        '<section><details class="transcript" data-key="transcript"><summary>Transcript</summary>'
        f'<ol class="chat">{turns}</ol></details></section>'
    )
