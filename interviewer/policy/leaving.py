"""Leaving a step: what is still due before it, and where the interview goes next."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.settings import StepId
from interviewer.policy.excursions import due_excursion
from interviewer.policy.parked import due_in, due_parked
from interviewer.policy.progress import InterviewState
from interviewer.policy.targets import worth_asking

HALF_COVERED = 0.5  # share of a step from which it opens with what is still open
COVERED = 0.75  # share of a step's weight from which it is not probed


def leave(
    progress: InterviewState,
    *,
    skipped: bool = False,
    asked_for: bool = False,
    telling: bool = False,
) -> Move:
    """Ends the current step, unless something planned for its end is still due.

    Args:
        progress: the interview at the end of a step.
        skipped: the candidate has said nothing about the step.
        asked_for: the candidate asked to move on.
        telling: something else is said at this point, so an offer is no move of its own.
    """
    following, covered = _following(progress)
    if wanted := _wanted(progress):
        return wanted
    if parked := due_parked(progress, following):
        return parked
    if following is not None and (topic := due_in(progress, following)):
        return topic
    said = [*(["skipped"] if skipped else []), *(["asked"] if asked_for else [])]
    if excursion := due_excursion(progress, following, asked_for=asked_for):
        return excursion.model_copy(update={"notices": tuple(said)})
    said += ["covered"] if covered else []
    if following is None:
        return _closing(progress, MoveKind.WRAP_UP, progress.step, said)
    if _two_empty_steps(progress) and "offer_drill" not in progress.notices:
        if not (asked_for or telling):
            return _closing(progress, MoveKind.OFFER_DRILL, progress.step, [])
        said.append("offer_drill")
    opening = _closing(progress, MoveKind.OPEN_STEP, following, said)
    return opening.model_copy(update={"item": still_open(progress, following)})


def _wanted(progress: InterviewState) -> Move | None:
    """The step that the candidate wanted next, where it has not been opened yet."""
    wanted = progress.wanted
    if wanted not in progress.plan or progress.steps[wanted].entered:
        return None
    return _closing(progress, MoveKind.OPEN_STEP, wanted, ["asked"])


def _closing(progress: InterviewState, kind: MoveKind, step: StepId, notices: list[str]) -> Move:
    return Move(kind=kind, step=step, closes=progress.step, notices=tuple(notices))


def _following(progress: InterviewState) -> tuple[StepId | None, bool]:
    """The step to open next, and whether steps with nothing left to ask are passed over."""
    ahead = _ahead(progress)
    left = next((step for step in ahead if not _nothing_left(progress, step)), None)
    return left, ahead[:1] != [left] and bool(ahead)


def _nothing_left(progress: InterviewState, step: StepId) -> bool:
    """Whether a step was answered before it was opened; the summary never is."""
    return (
        step is not StepId.SUMMARY
        and not progress.steps[step].entered
        and progress.share(step) >= COVERED
        and worth_asking(progress, step) is None
    )


def still_open(progress: InterviewState, step: StepId) -> str | None:
    """The item to open an already half-covered step with; None opens it as usual."""
    usual = step is StepId.SUMMARY or progress.steps[step].entered
    if usual or progress.share(step) < HALF_COVERED:
        return None
    item = worth_asking(progress, step)
    return item.id if item else None


def open_before_summary(progress: InterviewState) -> StepId | None:
    """The first part before the summary that has not been opened and has something to ask."""
    at = progress.plan.index(progress.step)
    untouched = (
        step
        for step in (*progress.plan[at:], *progress.plan[:at])
        if not progress.steps[step].entered and step is not StepId.SUMMARY
    )
    return next((step for step in untouched if not _nothing_left(progress, step)), None)


def next_step(progress: InterviewState) -> StepId | None:
    """The next step of the plan that is not closed, or None at the end."""
    return next(iter(_ahead(progress)), None)


def _ahead(progress: InterviewState) -> list[StepId]:
    """Steps still to come; those that were passed over come before the summary."""
    at = progress.plan.index(progress.step)
    after = [step for step in progress.plan[at + 1 :] if not progress.steps[step].closed]
    if progress.step is StepId.SUMMARY or after[:1] not in ([], [StepId.SUMMARY]):
        return after
    return [s for s in progress.plan[:at] if not progress.steps[s].entered] + after


def previous_step(progress: InterviewState) -> StepId | None:
    """The step before the current one, or None at the start."""
    index = progress.plan.index(progress.step)
    return progress.plan[index - 1] if index else None


def _two_empty_steps(progress: InterviewState) -> bool:
    index = progress.plan.index(progress.step)
    pair = progress.plan[max(0, index - 1) : index + 1]
    return len(pair) == 2 and all(progress.share(step) == 0 for step in pair)
