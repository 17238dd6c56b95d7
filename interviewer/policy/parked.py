"""Questions that the candidate wanted to come back to: kept, and asked again while time is left."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment, Verdict
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.policy.progress import InterviewState

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


def park(progress: InterviewState, heard: TurnAssessment) -> None:
    """Keeps the question in hand where the candidate puts it off."""
    last = progress.last_move
    if Intent.POSTPONE not in heard.intents or last is None:
        return
    asked = last.kind in _ASKING and "opening" not in last.notices
    kept = last if asked else _topic(progress, heard.about)
    if kept is not None and kept not in progress.parked:
        progress.parked.append(kept)


def _topic(progress: InterviewState, about: str | None) -> Move | None:
    """A question about what the candidate puts off of their own accord."""
    known = {item.id for _, item in progress.case.items()}
    if about not in known:
        return None
    return Move(kind=MoveKind.PROBE, step=progress.step, item=about)


def due_in(progress: InterviewState, step: StepId) -> Move | None:
    """The parked question that belongs to the step that comes next, to open it with."""
    own = {item.id for item in progress.case.steps[step].items}
    for parked in progress.parked:
        elsewhere = parked.step is not step and parked.item in own
        if elsewhere and not parked.about and not _is_answered(progress, parked):
            changes = {"kind": MoveKind.PROBE, "step": step, "closes": progress.step}
            return parked.model_copy(update={**changes, "facts": (), "notices": ("taken_up",)})
    return None


def due_parked(progress: InterviewState, following: StepId | None) -> Move | None:
    """The parked question to take up before the summary or the end, or None."""
    if following not in (None, StepId.SUMMARY):
        return None
    left = (parked for parked in progress.parked if not _is_answered(progress, parked))
    parked = next(left, None)
    return None if parked is None else _again(progress, parked)


def _is_answered(progress: InterviewState, parked: Move) -> bool:
    known = progress.assessments.get(parked.item or "")
    flag = progress.flags.get(parked.red_flag or "")
    met = known is not None and known.verdict is Verdict.MET
    return met or (flag is not None and flag.recovered)


def _again(progress: InterviewState, parked: Move) -> Move:
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


def take_up(progress: InterviewState, move: Move) -> None:
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
