"""What an interviewer turn changes in the progress of an interview."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import RaisedBy
from interviewer.core.transcript import Turn
from interviewer.policy.parked import take_up
from interviewer.policy.progress import InterviewState
from interviewer.policy.talk import ASIDES
from interviewer.scoring import EndReason

_HINTS = {1: RaisedBy.HINT1, 2: RaisedBy.HINT2, 3: RaisedBy.HINT3}
_HELP_ORDER = list(RaisedBy)
_ASKS = (MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.REDIRECT, MoveKind.OPEN_STEP)
"""Moves that ask about an item when they name one."""
_DIVE_ENDS = (MoveKind.OPEN_STEP, MoveKind.CHANGE_CONSTRAINT, MoveKind.WRAP_UP)
_SAID_ALONE = {MoveKind.REMIND_TIME: "time_short", MoveKind.OFFER_DRILL: "offer_drill"}
"""Moves that do as a whole what else is a notice beside another one."""


def speak(progress: InterviewState, turn: Turn) -> None:
    """Takes an interviewer turn into account."""
    progress.asked_at = turn.at
    move = turn.move
    if move is None:
        return
    if not _is_aside(move) or progress.last_move is None:
        progress.last_move = move
    take_up(progress, move)
    progress.facts += [fact for fact in move.facts if fact not in progress.facts]
    progress.notices += move.notices
    if move.kind in _SAID_ALONE:
        progress.notices.append(_SAID_ALONE[move.kind])
    _count(progress, move)
    _note_help(progress, move)
    _close(progress, move)
    progress.step = move.step
    progress.here.entered = True
    if progress.wanted is move.step:
        progress.wanted = None
    if move.kind is MoveKind.OPEN_STEP:
        progress.here.closed = False
    if move.kind is MoveKind.WRAP_UP:
        progress.end_reason = _end_reason(move)


def _is_aside(move: Move) -> bool:
    """Whether the question asked before a reply is still the one to answer."""
    aside = move.kind is MoveKind.LISTEN and not ASIDES.isdisjoint(move.notices)
    return aside or move.kind is MoveKind.ANSWER


def _close(progress: InterviewState, move: Move) -> None:
    """Closes the step that the move ends, and those it passes over because they are covered."""
    if move.closes is None:
        return
    progress.steps[move.closes].closed = True
    if "covered" not in move.notices:
        return
    first = progress.plan.index(move.closes)
    last = None if move.kind is MoveKind.WRAP_UP else progress.plan.index(move.step)
    for step in progress.plan[first:last]:
        state = progress.steps[step]
        state.entered = state.closed = True


def _end_reason(move: Move) -> EndReason:
    if "candidate" in move.notices:
        return "candidate"
    return "time" if "time_up" in move.notices else "completed"


def _count(progress: InterviewState, move: Move) -> None:
    here = progress.here
    # The narrower question after a first "don't know" is free.
    free = "free" in move.notices
    probes = move.kind in (MoveKind.PROBE, MoveKind.DEEPEN) and not free
    here.probes += probes and progress.dive is None
    here.challenges += move.kind is MoveKind.CHALLENGE
    here.invited = here.invited or "anything_else" in move.notices
    here.checks += move.kind is MoveKind.CHECK_NUMBERS
    _follow_dive(progress, move, probes)
    progress.redirects += move.kind is MoveKind.REDIRECT
    if move.about:
        progress.about.append(move.about)
    if move.red_flag and move.red_flag in progress.flags:
        flag = progress.flags[move.red_flag]
        progress.flags[move.red_flag] = flag.model_copy(update={"challenged": True})
    if move.closes is not None and "skipped" in move.notices:
        progress.steps[move.closes].skipped = True


def _follow_dive(progress: InterviewState, move: Move, probes: bool) -> None:
    """A deep dive starts with its question and lasts until the interview goes on."""
    if move.kind is MoveKind.DEEP_DIVE and move.follow_up == 0:
        progress.dive, progress.dive_probes = move.about, 0
    elif move.kind in _DIVE_ENDS or move.closes is not None:
        progress.dive = None
    elif progress.dive is not None:
        progress.dive_probes += probes or move.kind is MoveKind.DEEP_DIVE


def _note_help(progress: InterviewState, move: Move) -> None:
    if move.item is None:
        return
    if move.kind is MoveKind.HINT:
        progress.hints[move.item] = max(move.hint, progress.hints.get(move.item, 0))
        given = _HINTS[move.hint]
    elif move.kind is MoveKind.TELL:
        given = RaisedBy.TOLD
    elif move.kind in _ASKS:
        progress.asked[move.item] = max(move.follow_up + 1, progress.asked.get(move.item, 0))
        given = RaisedBy.OPEN_PROBE if move.follow_up == 0 else RaisedBy.NARROW_PROBE
    else:
        return
    known = progress.help_given.get(move.item, RaisedBy.CANDIDATE)
    progress.help_given[move.item] = max(given, known, key=_HELP_ORDER.index)
