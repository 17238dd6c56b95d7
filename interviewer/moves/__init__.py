"""What the interviewer does next: pure functions of what has been said."""

from interviewer.moves.policy import next_move, opening_move
from interviewer.moves.progress import Progress, StepProgress, follow, hear, new_progress, speak
from interviewer.moves.record import interview_record

__all__ = [
    "Progress",
    "StepProgress",
    "follow",
    "hear",
    "interview_record",
    "new_progress",
    "next_move",
    "opening_move",
    "speak",
]
