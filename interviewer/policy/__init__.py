"""What the interviewer does next: pure functions of what has been said."""

from interviewer.policy.agenda import agenda_of, settled_move
from interviewer.policy.record import apply_rejudgements, interview_record
from interviewer.policy.rules import next_move, opening_move
from interviewer.policy.state import (
    InterviewState,
    StepState,
    apply_candidate,
    apply_interviewer,
    fold_interview,
    helped_now,
    new_state,
    notebook_of,
    planned_seconds,
    standing_flags,
)

__all__ = [
    "InterviewState",
    "StepState",
    "agenda_of",
    "apply_candidate",
    "apply_interviewer",
    "apply_rejudgements",
    "fold_interview",
    "helped_now",
    "interview_record",
    "new_state",
    "next_move",
    "notebook_of",
    "opening_move",
    "planned_seconds",
    "settled_move",
    "standing_flags",
]
