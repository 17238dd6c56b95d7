"""The interview page as HTML: header with phases and clock, chat, notebook."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from markupsafe import Markup

from interviewer.core.assessment import Notebook
from interviewer.core.case import Framework
from interviewer.core.design import DesignRecord
from interviewer.core.settings import Mode, StepId
from interviewer.core.transcript import Role, Turn
from interviewer.reports.brain_names import brain_title, stood_in
from interviewer.reports.drawing import draw_sketch
from interviewer.reports.sentences import heard_sentence
from interviewer.reports.wording import designed, drill_title
from interviewer.results.clock import clock
from interviewer.results.view import InterviewView, PhaseStatus, StepHeard
from interviewer.web.templates import drawn, joined, part
from interviewer.web.text import message

LONGEST_GAP = 300.0  # seconds; one answer never adds more than this to the interview's clock
PLACEHOLDER = "Think aloud. Enter sends."
SKETCH = "box -> other box"
KEPT = 512  # turns whose HTML is remembered: what is stored never changes
NO_DESIGN = DesignRecord()
DRAWN = 128  # sketches, of which the largest has some 60 kB


def header(view: InterviewView, now: float) -> Markup:
    """Title, settings, clock and, in practice mode, the phases.

    Args:
        view: the interview as it stands.
        now: seconds since the epoch, to know how long the last question has been waiting.
    """
    settings = view.settings
    chips = [settings.level.value, f"{settings.mode.value} mode"]
    if drill := drill_title(settings):
        chips.insert(0, drill)
    practises = settings.mode is not Mode.REAL
    phases = stepper(tuple((one.title, one.status) for one in view.phases)) if practises else ""
    return part("room.header", view, chips, brain_title(view.brain), timer(view, now)) + phases


@lru_cache(maxsize=KEPT)
def stepper(phases: tuple[tuple[str, PhaseStatus], ...]) -> Markup:
    """The titles of the phases as an ordered list, the current one marked."""
    return part("room.stepper", phases)


def timer(view: InterviewView, now: float) -> Markup:
    """The clock, which the page ticks by itself from the numbers it carries, and its pause."""
    waiting = _waiting(view, now)
    used, planned = clock(view.seconds_used + waiting), clock(view.seconds_planned)
    pauses = view.settings.mode is not Mode.REAL and not view.ended
    return part("room.timer", view, waiting, LONGEST_GAP, used, planned, pauses)


def _waiting(view: InterviewView, now: float) -> float:
    """Seconds since the interviewer spoke, without pauses, as the clock will count them."""
    if not view.turns or view.turns[-1].role != "interviewer" or view.ended:
        return 0.0
    until = now if view.paused_at is None else view.paused_at
    return min(LONGEST_GAP, max(0.0, until - view.turns[-1].at - view.paused_seconds))


def chat(view: InterviewView, framework: Framework | None) -> Markup:
    """Every stored turn; in practice mode a rule with its title where a phase begins."""
    titles = {} if framework is None or view.settings.mode is Mode.REAL else _titles(framework)
    heard = {one.turn: feedback(one) for one in view.heard}
    rows: list[Markup] = []
    title = None
    for turn in view.turns:
        if turn.number in heard:
            rows.append(heard[turn.number])
        if turn.role == "interviewer" and titles.get(turn.step) != title:
            title = titles.get(turn.step)
            rows.append(_phase(title or ""))
        rows.append(bubble(turn))
    return part("room.chat", joined(rows))


@lru_cache(maxsize=KEPT)
def _phase(title: str) -> Markup:
    return part("room.phase", title)


def feedback(one: StepHeard) -> Markup:
    """What was heard of a step that has ended, in one line; nothing when none of it was judged."""
    return part("room.feedback", heard_sentence(one))


def _titles(framework: Framework) -> Mapping[StepId, str]:
    return {step: phase.title for phase in framework.phases for step in phase.steps}


def bubble(turn: Turn) -> Markup:
    """One stored turn, the sketch that was sent with it, and who stood in for the brain."""
    return _bubble(turn.number, turn.role, turn.text, turn.sketch, turn.stand_in)


@lru_cache(maxsize=KEPT)
def _bubble(number: int, role: Role, text: str, sketch: str, stand_in: str) -> Markup:
    figure = drawing(sketch) if sketch else ""
    return part("room.bubble", role, message(text), figure, stood_in(stand_in), number)


@lru_cache(maxsize=DRAWN)
def drawing(sketch: str) -> Markup:
    """A sketch drawn where it can be, and its text as it was written."""
    return part("room.drawing", sketch, drawn(draw_sketch(sketch)) if sketch.strip() else "")


def exchange(text: str | None, said: str) -> Markup:
    """An exchange under way: what the candidate sent, if it is not in the chat yet, and the reply.

    Args:
        text: the candidate's message, or None when the chat already shows it.
        said: the interviewer's words so far; dots stand for them while it is empty.
    """
    sent = "" if text is None else _sent(text)
    return part("room.exchange", sent, message(said) if said else "")


@lru_cache(maxsize=KEPT)
def _sent(text: str) -> Markup:
    return part("room.sent", message(text))


def unanswered() -> Markup:
    """The way out when a reply failed after the message was stored."""
    return part("room.unanswered")


def sketch_of(book: Notebook, before: Notebook | None) -> str:
    """The sketch as it was sent last; before that, as it stood in the interview before."""
    return book.sketch or (before.sketch if before is not None else "")


def notebook(
    book: Notebook, before: Notebook | None = None, design: DesignRecord = NO_DESIGN
) -> Markup:
    """Facts given, assumptions, numbers, and the design so far; what was known before them.

    Args:
        book: of this interview.
        before: of the interview whose step this one answers again.
        design: what the candidate has built; decisions in their own words stand for an empty one.
    """
    known: tuple[str, ...] = ()
    stated: tuple[str, ...] = ()
    if before is not None:
        known = before.facts
        stated = tuple(dict.fromkeys((*before.assumptions, *before.numbers, *before.decisions)))
    return part("room.notebook", book, sketch_of(book, before), known, stated, designed(design))


def alert(message: str) -> str:
    """One sentence about what went wrong; nothing when the message is empty."""
    return part("room.alert", message) if message else ""


def counter() -> Markup:
    """Where the page counts the characters of a long draft."""
    return part("room.counter")


def question_to_end() -> Markup:
    """What is asked before an interview ends."""
    return part("room.question_to_end")
