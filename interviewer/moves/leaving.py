"""Leaving a step: what is still due before it, and where the interview goes next."""

from __future__ import annotations

from interviewer.moves.clock import time_is_short
from interviewer.moves.progress import Progress
from interviewer.moves.targets import open_items
from interviewer.settings import STEPS, StepId
from interviewer.transcript import Move, MoveKind

LONG_INTERVIEW = 30  # minutes from which a deep dive and a changed constraint are due
STRONG_ENOUGH = 0.4  # share of a step that makes it worth a deep dive
HALF_COVERED = 0.5  # share of a step from which it opens with what is still open


def leave(progress: Progress, *, skipped: bool = False, asked_for: bool = False) -> Move:
    """Ends the current step, unless something planned for its end is still due."""
    if not asked_for and (planned := _planned_excursion(progress)):
        return planned
    following = next_step(progress)
    notices = [*(["skipped"] if skipped else []), *(["asked"] if asked_for else [])]
    if following is None:
        return Move(
            kind=MoveKind.WRAP_UP,
            step=progress.step,
            closes=progress.step,
            notices=tuple(notices),
        )
    if _two_empty_steps(progress) and "offer_drill" not in progress.notices:
        notices.append("offer_drill")
    return Move(
        kind=MoveKind.OPEN_STEP,
        step=following,
        closes=progress.step,
        item=_still_open(progress, following),
        notices=tuple(notices),
    )


def _planned_excursion(progress: Progress) -> Move | None:
    settings = progress.settings
    long_enough = settings.minutes >= LONG_INTERVIEW and settings.drill is None
    if not long_enough or time_is_short(progress) or progress.here.answers == 0:
        return None
    return _constraint_change(progress) or _deep_dive(progress)


def _constraint_change(progress: Progress) -> Move | None:
    if any(change.id in progress.about for change in progress.case.constraint_changes):
        return None
    for change in progress.case.constraint_changes:
        if change.after is progress.step and _worth_more(progress, change.id):
            return Move(kind=MoveKind.CHANGE_CONSTRAINT, step=progress.step, about=change.id)
    return None


def _deep_dive(progress: Progress) -> Move | None:
    if any(dive.id in progress.about for dive in progress.case.deep_dives):
        return None
    for dive in progress.case.deep_dives:
        if dive.step is progress.step and _worth_more(progress, dive.id):
            return Move(kind=MoveKind.DEEP_DIVE, step=progress.step, about=dive.id)
    return None


def _worth_more(progress: Progress, about: str) -> bool:
    """Whether the candidate was strong here, or this is the last place to do it."""
    dives = [(dive.id, dive.step) for dive in progress.case.deep_dives]
    changes = [(change.id, change.after) for change in progress.case.constraint_changes]
    kind = dives if about in dict(dives) else changes
    last = max(kind, key=lambda pair: STEPS.index(pair[1]))[0]
    return progress.share(progress.step) >= STRONG_ENOUGH or about == last


def _still_open(progress: Progress, step: StepId) -> str | None:
    """The item to open an already half-covered step with; None opens it as usual."""
    if progress.share(step) < HALF_COVERED or progress.steps[step].entered:
        return None
    return next((item.id for item in open_items(progress, step)), None)


def next_step(progress: Progress) -> StepId | None:
    """The next step of the plan that is not closed, or None at the end."""
    plan = progress.plan
    after = plan[plan.index(progress.step) + 1 :]
    return next((step for step in after if not progress.steps[step].closed), None)


def previous_step(progress: Progress) -> StepId | None:
    """The step before the current one, or None at the start."""
    index = progress.plan.index(progress.step)
    return progress.plan[index - 1] if index else None


def _two_empty_steps(progress: Progress) -> bool:
    index = progress.plan.index(progress.step)
    pair = progress.plan[max(0, index - 1) : index + 1]
    return len(pair) == 2 and all(progress.share(step) == 0 for step in pair)
