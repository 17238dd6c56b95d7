"""What the interviewer does next: pure functions of what has been said."""

from interviewer.policy.clock import planned_seconds
from interviewer.policy.following import follow
from interviewer.policy.hearing import hear
from interviewer.policy.noted import notebook_of
from interviewer.policy.policy import next_move, opening_move
from interviewer.policy.progress import InterviewState, StepState, new_state
from interviewer.policy.record import interview_record
from interviewer.policy.rejudged import take_rejudgements
from interviewer.policy.speaking import speak

__all__ = [
    "InterviewState",
    "StepState",
    "follow",
    "hear",
    "interview_record",
    "new_state",
    "next_move",
    "notebook_of",
    "opening_move",
    "planned_seconds",
    "speak",
    "take_rejudgements",
]
