"""The interview page as HTML: header with phases and clock, chat, notebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from interviewer.core.assessment import Notebook
from interviewer.core.case import Framework
from interviewer.core.settings import Mode, StepId
from interviewer.core.transcript import Turn
from interviewer.reports.brain_names import brain_title, stood_in
from interviewer.reports.drawing import draw_sketch
from interviewer.reports.wording import drill_title
from interviewer.results.clock import clock
from interviewer.results.view import InterviewView, PhaseView, StepHeard
from interviewer.web.message import message
from interviewer.web.text import plain

LONGEST_GAP = 300.0  # seconds; one answer never adds more than this to the interview's clock
PLACEHOLDER = "Think aloud. Enter sends."
SKETCH = "box -> other box"
_STATUS = {"done": "done", "current": "current step", "ahead": "still ahead"}


def header(view: InterviewView, now: float) -> str:
    """Title, settings, clock and, in practice mode, the phases.

    Args:
        view: the interview as it stands.
        now: seconds since the epoch, to know how long the last question has been waiting.
    """
    settings = view.settings
    chips = [settings.level.value, f"{settings.mode.value} mode"]
    if drill := drill_title(settings):
        chips.insert(0, drill)
    brain = plain(brain_title(view.brain))
    phases = "" if settings.mode is Mode.REAL else stepper(view.phases)
    return (
        f'<header class="room-head" data-interview="{plain(view.interview_id)}" '
        f'data-ended="{"yes" if view.ended else "no"}">'
        f'<div class="room-title"><h1>{plain(view.case_title)}</h1>'
        f'<p class="chips">{"".join(f"<span>{plain(chip)}</span>" for chip in chips)}'
        f'<span class="brain" title="{brain}">{brain}</span></p></div>'
        f'<div class="time">{timer(view, now)}</div></header>{phases}'
    )


def timer(view: InterviewView, now: float) -> str:
    """The clock; the page ticks it by itself from the numbers it carries."""
    waiting = _waiting(view, now)
    running = "" if view.ended or view.unanswered or view.paused_at is not None else "running"
    return (
        f'<div class="clock" role="timer" aria-label="Interview time" data-state="{running}" '
        f'data-used="{view.seconds_used:.1f}" data-planned="{view.seconds_planned:.0f}" '
        f'data-waiting="{waiting:.1f}" data-cap="{LONGEST_GAP:.0f}" data-turn="{view.last_turn}">'
        f'<span class="used">{clock(view.seconds_used + waiting)}</span>'
        f'<span class="planned">of {clock(view.seconds_planned)}</span>'
        f'<span class="track"><span class="fill"></span></span></div>{_pause(view)}'
    )


def _waiting(view: InterviewView, now: float) -> float:
    """Seconds since the interviewer spoke, without pauses, as the clock will count them."""
    if not view.turns or view.turns[-1].role != "interviewer" or view.ended:
        return 0.0
    until = now if view.paused_at is None else view.paused_at
    return min(LONGEST_GAP, max(0.0, until - view.turns[-1].at - view.paused_seconds))


def _pause(view: InterviewView) -> str:
    """The button that stops the clock and starts it again; practice mode only."""
    if view.settings.mode is Mode.REAL or view.ended:
        return ""
    if view.paused_at is None:
        return '<button type="button" class="quiet pause" data-act="pause">Pause</button>'
    return (
        '<button type="button" class="primary pause" data-act="unpause">Continue</button>'
        '<p class="paused" role="status">Paused. The clock stands; a message starts it again.</p>'
    )


def stepper(phases: Iterable[PhaseView]) -> str:
    """The phases as an ordered list, the current one marked."""
    return (
        '<nav class="stepper" aria-label="Phases"><ol>'
        + "".join(
            f'<li class="{phase.status}"'
            + (' aria-current="step"' if phase.status == "current" else "")
            + f'><span class="dot" aria-hidden="true"></span><span class="name">'
            f'{plain(phase.title)}</span><span class="sr">, {_STATUS[phase.status]}</span></li>'
            for phase in phases
        )
        + "</ol></nav>"
    )


def chat(view: InterviewView, framework: Framework | None) -> str:
    """Every stored turn; in practice mode a rule with its title where a phase begins."""
    titles = {} if framework is None or view.settings.mode is Mode.REAL else _titles(framework)
    heard = {one.turn: feedback(one) for one in view.heard}
    rows = []
    title = None
    for turn in view.turns:
        rows.append(heard.get(turn.number, ""))
        if turn.role == "interviewer" and titles.get(turn.step) != title:
            title = titles.get(turn.step)
            rows.append(f'<li class="phase"><span>{plain(title or "")}</span></li>')
        rows.append(bubble(turn))
    said = f'<ol class="chat">{"".join(rows)}</ol>'
    return f'<div role="log" aria-label="Conversation">{said}</div>'  # a log is no list


def feedback(one: StepHeard) -> str:
    """What was heard of a step that has ended; nothing when nothing of it was judged."""
    parts = (("Heard", one.heard), ("In part", one.in_part), ("Not heard", one.not_heard))
    lines = "".join(
        f"<p><strong>{word}:</strong> {plain(', '.join(topics))}.</p>"
        for word, topics in parts
        if topics
    )
    if not lines:
        return ""
    return f'<li class="feedback"><p class="eyebrow">{one.step.value}, so far</p>{lines}</li>'


def _titles(framework: Framework) -> Mapping[StepId, str]:
    return {step: phase.title for phase in framework.phases for step in phase.steps}


def bubble(turn: Turn) -> str:
    """One stored turn, the sketch that was sent with it, and who stood in for the brain."""
    inner = message(turn.text)
    if turn.sketch:
        inner += (
            f'<figure class="drawn{"" if turn.text else " alone"}">{drawing(turn.sketch)}</figure>'
        )
    attributes = f' id="turn-{turn.number}" data-number="{turn.number}"'
    return _bubble(turn.role, inner, attributes, stood_in(turn.stand_in))


def drawing(sketch: str) -> str:
    """A sketch drawn where it can be, and its text as it was written."""
    if not sketch.strip():
        return (
            '<p class="empty">Arrows such as box -&gt; other box are drawn here, and so are tables '
            "of columns with | between them.</p>"
        )
    drawn = draw_sketch(sketch)
    written = f'<pre role="group" aria-label="Sketch as written" tabindex="0">{plain(sketch)}</pre>'
    if not drawn:
        return written
    return f"{drawn}<details><summary>As written</summary>{written}</details>"


def _bubble(role: str, inner: str, attributes: str = "", under: str = "") -> str:
    who = "You" if role == "candidate" else "Interviewer"
    line = f'<p class="stand-in">{plain(under)}</p>' if under else ""
    return (
        f'<li class="turn {role}"{attributes}><span class="who">{who}</span>'
        f'<div class="said" dir="auto">{inner}</div>{line}</li>'
    )


def exchange(text: str | None, said: str) -> str:
    """An exchange under way: what the candidate sent, if it is not in the chat yet, and the reply.

    Args:
        text: the candidate's message, or None when the chat already shows it.
        said: the interviewer's words so far; dots stand for them while it is empty.
    """
    words = "<em>A sketch</em>" if text == "" else message(text or "")
    sent = "" if text is None else _bubble("candidate", words)
    dots = (
        '<span class="dots" role="img" aria-label="The interviewer is thinking">'
        "<i></i><i></i><i></i></span>"
    )
    reply = _bubble("interviewer", message(said) if said else dots)
    state = "speaking" if said else "thinking"
    return f'<ol class="chat live" data-state="{state}" aria-busy="true">{sent}{reply}</ol>'


def unanswered() -> str:
    """The way out when a reply failed after the message was stored."""
    return (
        '<p class="again">Your message is stored and still waits for its reply. '
        '<button type="button" class="link" data-act="resume">Ask for the reply again</button></p>'
    )


def sketch_of(book: Notebook, before: Notebook | None) -> str:
    """The sketch as it was sent last; before that, as it stood in the interview before."""
    return book.sketch or (before.sketch if before is not None else "")


def notebook(book: Notebook, before: Notebook | None = None) -> str:
    """Facts given, assumptions, numbers and decisions so far, and what was known before them.

    Args:
        book: of this interview.
        before: of the interview whose step this one answers again.
    """
    parts = (
        ("Facts you were given", book.facts, "Ask about users, scale or latency to collect facts."),
        ("Your assumptions", book.assumptions, "What you assume aloud is noted here."),
        ("Your numbers", book.numbers, "Figures you state are kept here."),
        ("Your decisions", book.decisions, "What you decide is kept here, in your words."),
    )
    return (
        f'<section class="notebook" aria-label="Notebook" tabindex="0" '
        f'data-sketch="{plain(sketch_of(book, before))}"><h2>Notebook</h2>'
        + _known_before(before)
        + "".join(f"<h3>{title}</h3>{_entries(rows, empty)}" for title, rows, empty in parts)
        + "</section>"
    )


def _known_before(before: Notebook | None) -> str:
    if before is None:
        return ""
    stated = (*before.assumptions, *before.numbers, *before.decisions)
    parts = (
        ("Facts known from before", before.facts),
        ("What you had said before", tuple(dict.fromkeys(stated))),
    )
    return "".join(f"<h3>{title}</h3>{_entries(rows, '')}" for title, rows in parts if rows)


def _entries(rows: tuple[str, ...], empty: str) -> str:
    if not rows:
        return f'<p class="empty">{empty}</p>'
    return f"<ul>{''.join(f'<li>{plain(row)}</li>' for row in rows)}</ul>"


def alert(message: str) -> str:
    """One sentence about what went wrong; nothing when the message is empty."""
    if not message:
        return ""
    return (
        f'<p class="told" role="alert"><span>{plain(message)}</span>'
        '<button type="button" data-act="dismiss" aria-label="Close this notice">\u00d7</button>'
        "</p>"
    )


def counter() -> str:
    """Where the page counts the characters of a long draft."""
    return '<p class="counter" aria-live="polite"></p>'


def question_to_end() -> str:
    """What is asked before an interview ends."""
    return (
        "<p>End the interview and see your scorecard? You cannot continue it afterwards. "
        '<strong class="left-over">What stands in the boxes was not sent yet.</strong></p>'
    )
