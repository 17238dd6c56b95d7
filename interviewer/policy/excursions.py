"""Excursions: a changed constraint, and deep dives where the candidate was strongest.

They belong to the end of a step. Whoever asks to move on is let go; what was due then comes at the
next step that ends by itself, at the latest before the summary.
"""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.core.act import Move, MoveKind
from interviewer.core.case import ConstraintChange, DeepDive
from interviewer.core.settings import StepId, step_minutes
from interviewer.policy.clock import planned_seconds, time_is_short, time_reminded
from interviewer.policy.progress import InterviewState
from interviewer.policy.targets import is_met

LONG_INTERVIEW = 30  # minutes from which a deep dive and a changed constraint are due
STRONG_ENOUGH = 0.4  # share of a step that makes it worth an excursion
SPARE_MINUTES = 5  # unused minutes from which there is time for another deep dive
DEEP_DIVES = 2  # in one interview
EXCURSIONS = (MoveKind.CHANGE_CONSTRAINT, MoveKind.DEEP_DIVE)


def due_excursion(
    progress: InterviewState, following: StepId | None, *, asked_for: bool
) -> Move | None:
    """The excursion to make before the interview goes on, or None.

    Args:
        progress: the interview at the end of a step.
        following: the step that would come next; None before the wrap-up.
        asked_for: the candidate asked to move on.
    """
    settings = progress.settings
    if settings.minutes < LONG_INTERVIEW or settings.is_drill or progress.here.answers == 0:
        return None
    if progress.step is StepId.SUMMARY:  # nobody goes back into the design after the summary
        return None
    last = following in (None, StepId.SUMMARY)
    if _hurried(progress) or (not last and (asked_for or _was_excursion(progress))):
        return None
    change = _due_change(progress, last=last)
    if change is not None:
        return _move(progress, MoveKind.CHANGE_CONSTRAINT, change.id, change.after, asked_for)
    just_made = asked_for or progress.dive is not None or _was_excursion(progress)
    dive = _due_dive(progress, following, again=not just_made)
    if dive is not None:
        return _move(progress, MoveKind.DEEP_DIVE, dive.id, dive.step, asked_for)
    return None


def _move(
    progress: InterviewState, kind: MoveKind, about: str, step: StepId, asked_for: bool
) -> Move:
    ends = asked_for or step is not progress.step
    return Move(kind=kind, step=step, about=about, closes=progress.step if ends else None)


def _was_excursion(progress: InterviewState) -> bool:
    return progress.last_move is not None and progress.last_move.kind in EXCURSIONS


def _hurried(progress: InterviewState) -> bool:
    return time_is_short(progress) or time_reminded(progress)


def _due_change(progress: InterviewState, *, last: bool) -> ConstraintChange | None:
    """The change to make, this step's before an earlier one's."""
    changes = progress.case.constraint_changes
    if any(change.id in progress.about for change in changes):
        return None
    due = [change for change in changes if _may_leave_for(progress, change.after, last=last)]
    here = [change for change in due if change.after is progress.step]
    return next(iter(here or due), None)


def _due_dive(
    progress: InterviewState, following: StepId | None, *, again: bool
) -> DeepDive | None:
    """The deep dive to make: of those that are due, the one where the candidate was strongest.

    Args:
        progress: the interview at the end of a step.
        following: the step that would come next; None before the wrap-up.
        again: a second one may be made now.
    """
    dives = progress.case.deep_dives
    made = sum(dive.id in progress.about for dive in dives)
    last = following in (None, StepId.SUMMARY)
    if made and not (again and last and made < DEEP_DIVES and _spare_time(progress, following)):
        return None
    # A first one is due however weak the answers; a second one where there is something to find.
    due = [
        dive
        for dive in dives
        if dive.id not in progress.about
        and _has_part(progress, dive.items)
        and not all(is_met(progress, item) for item in dive.items)
        and _may_leave_for(progress, dive.step, last=last and not made)
    ]
    return max(due, key=lambda dive: progress.share(dive.step), default=None)


def _may_leave_for(progress: InterviewState, step: StepId, *, last: bool) -> bool:
    """Whether an excursion of a step may be made now: it was answered, and well or nearly over."""
    if step not in progress.plan or progress.steps[step].answers == 0:
        return False
    share = progress.share(step)
    return share >= STRONG_ENOUGH or (last and share > 0)


def _has_part(progress: InterviewState, items: Sequence[str]) -> bool:
    """Whether the design has what an excursion is about, as far as any of its points was heard."""
    return any(progress.earned(item) > 0 for item in items)


def _spare_time(progress: InterviewState, following: StepId | None) -> bool:
    still_planned = step_minutes(progress.settings)[following] if following else 0.0
    left = (planned_seconds(progress) - progress.seconds) / 60
    return left >= SPARE_MINUTES + still_planned
