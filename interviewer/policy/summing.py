"""Rules for the summary: one that is offered, one that is given, and what stands open before it."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.policy.clock import time_is_short
from interviewer.policy.leaving import leave, open_before_summary, still_open
from interviewer.policy.parked import due_parked
from interviewer.policy.progress import InterviewState

ASKED_FOR_FIRST = frozenset({"before_summary", "before_end"})
"""Said once an interview; whoever offers to sum up again is let do so."""


def sums_up_unasked(heard: TurnAssessment) -> bool:
    """Whether a message is a summary, in whatever part it comes."""
    given = Intent.ANSWER in heard.intents and Intent.MOVE_ON not in heard.intents
    return given and heard.move_on_to is StepId.SUMMARY


def offered(progress: InterviewState) -> Move:
    """Takes the offer to sum up; what no part has touched yet comes first, once."""
    if StepId.SUMMARY not in progress.plan or progress.steps[StepId.SUMMARY].answers:
        return leave(progress, asked_for=True)
    if progress.step is StepId.SUMMARY:
        return Move(kind=MoveKind.LISTEN, step=progress.step, notices=("sum_up",))
    if first := _comes_first(progress, "before_summary"):
        return first
    opening = Move(kind=MoveKind.OPEN_STEP, step=StepId.SUMMARY, closes=progress.step)
    return opening.model_copy(update={"notices": ("sum_up",)})


def given(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Takes a summary as one: the interview ends, or asks what it has left to ask first."""
    if not sums_up_unasked(heard) or StepId.SUMMARY not in progress.plan:
        return None
    if first := _comes_first(progress, "before_end"):
        return first
    notices = ("candidate",) if open_before_summary(progress) else ()
    return Move(kind=MoveKind.WRAP_UP, step=StepId.SUMMARY, closes=progress.step, notices=notices)


def thanked(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Ends after the summary when the candidate only says thanks."""
    over = progress.steps[StepId.SUMMARY].answers > 0 and progress.step is StepId.SUMMARY
    if not over or Intent.SMALL_TALK not in heard.intents or Intent.ANSWER in heard.intents:
        return None
    return Move(kind=MoveKind.WRAP_UP, step=progress.step, closes=progress.step)


def _comes_first(progress: InterviewState, notice: str) -> Move | None:
    if parked := due_parked(progress, StepId.SUMMARY):
        return parked
    step = open_before_summary(progress)
    if step is None or time_is_short(progress) or ASKED_FOR_FIRST.intersection(progress.notices):
        return None
    return Move(
        kind=MoveKind.OPEN_STEP,
        step=step,
        item=still_open(progress, step),
        closes=progress.step,
        notices=(notice,),
    )
