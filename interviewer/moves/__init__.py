"""What the interviewer does next: pure functions of what has been said."""

from interviewer.moves.clock import planned_seconds
from interviewer.moves.following import follow
from interviewer.moves.hearing import hear
from interviewer.moves.noted import notebook_of
from interviewer.moves.policy import next_move, opening_move
from interviewer.moves.progress import Progress, StepProgress, new_progress
from interviewer.moves.record import interview_record
from interviewer.moves.rejudged import take_rejudgements
from interviewer.moves.speaking import speak

__all__ = [
    "Progress",
    "StepProgress",
    "follow",
    "hear",
    "interview_record",
    "new_progress",
    "next_move",
    "notebook_of",
    "opening_move",
    "planned_seconds",
    "speak",
    "take_rejudgements",
]
