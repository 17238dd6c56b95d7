"""Questions that the candidate wanted to come back to: kept, and asked again while time is left."""

from __future__ import annotations

from interviewer.assessment import TurnAssessment, Verdict
from interviewer.moves.clock import time_is_short, time_reminded
from interviewer.moves.progress import Progress
from interviewer.settings import StepId
from interviewer.transcript import Intent, Move, MoveKind

_ASKING = frozenset(
    {
        MoveKind.OPEN_STEP,
        MoveKind.PROBE,
        MoveKind.DEEPEN,
        MoveKind.CHALLENGE,
        MoveKind.PUSH_BACK,
        MoveKind.CHANGE_CONSTRAINT,
        MoveKind.DEEP_DIVE,
    }
)


def park(progress: Progress, heard: TurnAssessment) -> None:
    """Keeps the question in hand where the candidate puts it off."""
    last = progress.last_move
    if Intent.POSTPONE not in heard.intents or last is None or last.kind not in _ASKING:
        return
    if "opening" not in last.notices and last not in progress.parked:
        progress.parked.append(last)


def due_parked(progress: Progress, following: StepId | None) -> Move | None:
    """The parked question to take up before the summary or the end, or None."""
    if following not in (None, StepId.SUMMARY) or progress.step is StepId.SUMMARY:
        return None
    if time_is_short(progress) or time_reminded(progress):
        return None
    left = (parked for parked in progress.parked if not _is_answered(progress, parked))
    parked = next(left, None)
    return None if parked is None else _again(progress, parked)


def _is_answered(progress: Progress, parked: Move) -> bool:
    known = progress.assessments.get(parked.item or "")
    flag = progress.flags.get(parked.red_flag or "")
    met = known is not None and known.verdict is Verdict.MET
    return met or (flag is not None and flag.recovered)


def _again(progress: Progress, parked: Move) -> Move:
    """A parked question in the step in hand; one that opened a step opens it again."""
    if parked.kind is MoveKind.OPEN_STEP and parked.item is None:
        back = parked.step is not progress.step
        return Move(
            kind=MoveKind.OPEN_STEP,
            step=parked.step,
            closes=progress.step if back else None,
            notices=("taken_up", "back"),
        )
    kind = MoveKind.PROBE if parked.item and not parked.about else parked.kind
    changes = {"kind": kind, "step": progress.step, "closes": None, "facts": ()}
    return parked.model_copy(update={**changes, "notices": ("taken_up",)})


def take_up(progress: Progress, move: Move) -> None:
    """Forgets what has been taken up, and what was answered before it."""
    if "taken_up" not in move.notices:
        return
    same = (move.item, move.red_flag, move.about, move.follow_up)
    progress.parked = [
        one
        for one in progress.parked
        if (one.item, one.red_flag, one.about, one.follow_up) != same
        and not _is_answered(progress, one)
    ]
