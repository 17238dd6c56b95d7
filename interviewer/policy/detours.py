"""Detours: a changed constraint, and deep dives where the candidate was strongest.

They belong to the end of a step. Whoever asks to move on is let go; what was due then comes at the
next step that ends by itself, at the latest before the summary.
"""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.case import ConstraintChange, DeepDive
from interviewer.core.settings import StepId
from interviewer.policy.state import InterviewState, is_hurried, planned_seconds

LONG_INTERVIEW = 30  # minutes from which a deep dive and a changed constraint are due
STRONG_ENOUGH = 0.4  # share of a step that makes it worth a detour
SPARE_MINUTES = 5  # unused minutes from which there is time for another deep dive
DEEP_DIVES = 2  # in one interview
DETOURS = (MoveKind.CHANGE_CONSTRAINT, MoveKind.DEEP_DIVE)


def due_detour(state: InterviewState, following: StepId | None, *, asked_for: bool) -> Move | None:
    """The detour to make before the interview goes on, or None.

    Args:
        state: the interview at the end of a step.
        following: the step that would come next; None before the wrap-up.
        asked_for: the candidate asked to move on.
    """
    settings = state.settings
    if settings.minutes < LONG_INTERVIEW or state.is_drill or state.here.answers == 0:
        return None
    if state.step is StepId.SUMMARY:  # nobody goes back into the design after the summary
        return None
    last = following in (None, StepId.SUMMARY)
    if is_hurried(state) or (not last and (asked_for or _was_detour(state))):
        return None
    change = _due_change(state, last=last)
    if change is not None:
        return _move(state, MoveKind.CHANGE_CONSTRAINT, change.id, change.after, asked_for)
    just_made = asked_for or state.dive is not None or _was_detour(state)
    dive = _due_dive(state, following, again=not just_made)
    if dive is not None:
        return _move(state, MoveKind.DEEP_DIVE, dive.id, dive.step, asked_for)
    return None


def _move(state: InterviewState, kind: MoveKind, about: str, step: StepId, asked_for: bool) -> Move:
    ends = asked_for or step is not state.step
    return Move(
        kind=kind,
        step=step,
        about=about,
        acts=(Act.ASKED,) if asked_for else (),
        closes=state.step if ends else None,
    )


def _was_detour(state: InterviewState) -> bool:
    return state.last_move is not None and state.last_move.kind in DETOURS


def _due_change(state: InterviewState, *, last: bool) -> ConstraintChange | None:
    """The change to make, this step's before an earlier one's."""
    changes = state.case.constraint_changes
    if any(change.id in state.about for change in changes):
        return None
    due = [change for change in changes if _may_leave_for(state, change.after, last=last)]
    here = [change for change in due if change.after is state.step]
    return next(iter(here or due), None)


def _due_dive(state: InterviewState, following: StepId | None, *, again: bool) -> DeepDive | None:
    """The deep dive to make: of those that are due, the one where the candidate was strongest.

    Args:
        state: the interview at the end of a step.
        following: the step that would come next; None before the wrap-up.
        again: a second one may be made now.
    """
    dives = state.case.deep_dives
    made = sum(dive.id in state.about for dive in dives)
    last = following in (None, StepId.SUMMARY)
    if made and not (again and last and made < DEEP_DIVES and _spare_time(state, following)):
        return None
    # A first one is due however weak the answers; a second one where there is something to find.
    due = [
        dive
        for dive in dives
        if dive.id not in state.about
        and _has_part(state, dive.items)
        and not state.met.issuperset(dive.items)
        and _may_leave_for(state, dive.step, last=last and not made)
    ]
    return max(due, key=lambda dive: state.share(dive.step), default=None)


def _may_leave_for(state: InterviewState, step: StepId, *, last: bool) -> bool:
    """Whether a detour of a step may be made now: it was answered, and well or nearly over."""
    if step not in state.plan or state.steps[step].answers == 0:
        return False
    share = state.share(step)
    return share >= STRONG_ENOUGH or (last and share > 0)


def _has_part(state: InterviewState, items: Sequence[str]) -> bool:
    """Whether the design has what a detour is about, as far as any of its points was heard."""
    earned = state.earned
    return any(earned.get(item, 0.0) > 0 for item in items)


def _spare_time(state: InterviewState, following: StepId | None) -> bool:
    still_planned = state.minutes[following] if following else 0.0
    left = (planned_seconds(state) - state.seconds) / 60
    return left >= SPARE_MINUTES + still_planned
