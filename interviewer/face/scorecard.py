"""The scorecard page as HTML: overall, practice, steps with their evidence, dimensions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from interviewer.cases import Case
from interviewer.face.evidence import flag_row, item_row, observation_row, quoted, statement_of
from interviewer.face.room import brain_name, bubble
from interviewer.face.start import RECOMMENDATIONS
from interviewer.face.text import clock, plain, prose
from interviewer.scorecard import (
    Band,
    Observation,
    PracticePoint,
    Scorecard,
    StepScore,
    StepStatus,
)
from interviewer.views import InterviewView

DASH = "\u2013"  # stands where there is no number
_STATUS = {
    StepStatus.SKIPPED: "skipped by you",
    StepStatus.NOT_REACHED: "not reached",
    StepStatus.UNASSESSED: "could not be judged",
}
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


def scorecard(view: InterviewView, card: Scorecard, case: Case | None, note_of: NoteOf) -> str:
    """The whole page.

    Args:
        view: the ended interview, for its settings and transcript.
        card: its figures.
        case: the case as installed now; None when it was removed, then ids stand for statements.
        note_of: the study note of a concept, or None when there is none.
    """
    return (
        '<div class="report">'
        + _summary(view, card)
        + _steps(card.steps, case)
        + _practice(card.practice, case, note_of)
        + '<div class="pair">'
        + _dimensions(card)
        + _observations(card.observations)
        + "</div>"
        + _transcript(view)
        + "</div>"
    )


def _summary(view: InterviewView, card: Scorecard) -> str:
    settings = view.settings
    kind = f"{settings.drill.value} drill" if settings.drill else f"{settings.minutes} minutes"
    what = f"{_ENDED[card.end_reason]} \u00b7 {kind} \u00b7 {settings.level.value} level"
    what += f" \u00b7 {clock(view.seconds_used)} used \u00b7 {brain_name(view.brain)}"
    call = RECOMMENDATIONS.get(card.recommendation or "", "No recommendation")
    why = "" if card.recommendation else f'<p class="why">{_no_call(view, card)}</p>'
    return (
        f'<section class="overall"><div class="head"><p class="eyebrow">Scorecard</p>'
        f"<h1>{plain(view.case_title)}</h1><p>{plain(what)}</p>{_downloads(view.interview_id)}</div>"
        f'<div class="verdict {_tone(card.overall)}"><p class="number">'
        f"<b>{_number(card.overall)}</b><span>of 5</span></p><p class='call'>{call}</p>{why}"
        f"{_scale(card.overall, card.band)}<dl>{_facts(view, card)}</dl></div></section>"
    )


def _no_call(view: InterviewView, card: Scorecard) -> str:
    if view.settings.drill is not None:
        return "A drill covers one step, which is too little for a recommendation."
    if card.overall is None:
        return "Too little could be judged to state a score."
    return "Under 60% of the interview could be scored, which is too little for a recommendation."


def _facts(view: InterviewView, card: Scorecard) -> str:
    target = f"target {view.settings.level.value}"
    reads = f"{DASH} ({target})" if card.reads_as is None else f"{card.reads_as.value} ({target})"
    rows = (
        ("Reads as", reads),
        ("Unaided", _number(card.unaided)),
        ("With help", _number(card.overall)),
        ("Confidence", f"{card.confidence:.0%}"),
    )
    return "".join(f"<div><dt>{name}</dt><dd>{plain(value)}</dd></div>" for name, value in rows)


def _downloads(interview_id: str) -> str:
    base = f"reports/{plain(interview_id)}"
    return (
        '<p class="downloads">'
        f'<a class="button" href="{base}.md" download>Download Markdown</a>'
        f'<a class="button" href="{base}.json" download>Download JSON</a></p>'
    )


def _number(score: float | None) -> str:
    return DASH if score is None else f"{score:.1f}"


def _tone(score: float | None) -> str:
    if score is None:
        return "none"
    return "low" if score < 2.5 else "mid" if score < 3.5 else "high"


def _scale(score: float | None, band: Band | None) -> str:
    """A line from 1 to 5 with the score and the band it may lie in."""
    if score is None:
        return '<div class="scale none" aria-hidden="true"></div>'
    low, high = (band.low, band.high) if band else (score, score)
    label = f"{score:.1f} of 5, between {low:.1f} and {high:.1f}"
    return (
        f'<div class="scale {_tone(score)}" role="img" aria-label="{label}">'
        f'<span class="band" style="left:{_share(low)}%;width:{_share(high) - _share(low):.1f}%">'
        f'</span><span class="point" style="left:{_share(score)}%"></span></div>'
    )


def _share(score: float) -> float:
    return round((score - 1) / 4 * 100, 1)


def _practice(points: Iterable[PracticePoint], case: Case | None, note_of: NoteOf) -> str:
    rows = "".join(
        _point(point, case, note_of(point.concept), first=number == 0)
        for number, point in enumerate(points)
    )
    if not rows:
        return ""
    return f'<section><h2>Practise next</h2><ol class="practice">{rows}</ol></section>'


def _point(point: PracticePoint, case: Case | None, note: Reading | None, *, first: bool) -> str:
    said = "You did not bring it up." if point.quote is None else f"You said: {quoted(point.quote)}"
    reading = ""
    if note is not None:
        reading = (
            f'<details class="note"><summary>Read: {plain(note.title)}</summary>'
            f'<div class="prose">{prose(_without_title(note.text))}</div></details>'
        )
    return (
        f'<li><details{" open" if first else ""}><summary class="point"><div><p class="eyebrow">'
        f"{point.step.value}</p><h3>{plain(statement_of(case, point.item))}</h3></div></summary>"
        f'<div class="why-it"><p>{said}</p>'
        f"<p><strong>What lacked.</strong> {plain(point.lacked)}</p>"
        f'<p class="exemplar"><strong>This would have earned it.</strong> {plain(point.exemplar)}'
        f"</p>{reading}</div></details></li>"
    )


def _without_title(markdown: str) -> str:
    first, _, rest = markdown.lstrip().partition("\n")
    return rest if first.startswith("# ") else markdown


def _steps(steps: Iterable[StepScore], case: Case | None) -> str:
    rows = "".join(_step(step, case) for step in steps)
    return f'<section><h2>Step by step</h2><div class="steps">{rows}</div></section>'


def _step(step: StepScore, case: Case | None) -> str:
    state = _STATUS.get(step.status, "") if step.score is None or step.status in _STATUS else ""
    band = f"{step.band.low:.1f}\u2013{step.band.high:.1f}" if step.band else ""
    line = (
        f'<span class="name">{step.step.value}</span>{_scale(step.score, step.band)}'
        f'<span class="number">{_number(step.score)}</span>'
        f'<span class="between">{state or band}</span>'
    )
    items = "".join(item_row(assessment, case) for assessment in step.assessments)
    flags = "".join(flag_row(flag, case) for flag in step.red_flags)
    detail = f'{flags}<ul class="items">{items}</ul>{_model_answer(step, case)}'
    if not step.assessments and not flags:
        return f'<div class="step flat"><div class="line">{line}</div></div>'
    return f'<details class="step"><summary class="line">{line}</summary>{detail}</details>'


def _model_answer(step: StepScore, case: Case | None) -> str:
    if case is None:
        return ""
    answer = case.steps[step.step].model_answer
    return (
        '<details class="note"><summary>A strong answer to this step</summary>'
        f'<div class="prose">{prose(answer)}</div></details>'
    )


def _dimensions(card: Scorecard) -> str:
    rows = "".join(
        f'<li><span class="name">{dimension.value}</span>{_scale(score, None)}<span class="number">'
        f"{_number(score)}</span></li>"
        for dimension, score in card.dimensions.items()
    )
    return f'<section><h2>Dimensions</h2><ul class="dimensions">{rows}</ul></section>'


def _observations(observations: Iterable[Observation]) -> str:
    rows = "".join(observation_row(observation) for observation in observations)
    if not rows:
        return ""
    return f'<section><h2>How you communicated</h2><ul class="items">{rows}</ul></section>'


def _transcript(view: InterviewView) -> str:
    turns = "".join(bubble(turn) for turn in view.turns)
    return (
        '<section><details class="transcript"><summary>Transcript</summary>'
        f'<ol class="chat">{turns}</ol></details></section>'
    )
