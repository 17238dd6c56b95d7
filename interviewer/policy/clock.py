"""The interview's clock: what was planned, and when it is nearly used up."""

from __future__ import annotations

from interviewer.core.settings import step_minutes
from interviewer.policy.progress import InterviewState

REMIND_AT = 0.85  # share of the whole time


def planned_seconds(progress: InterviewState) -> float:
    """Seconds planned for the whole interview."""
    minutes = step_minutes(progress.settings)
    return sum(minutes[step] for step in progress.plan) * 60


def time_is_short(progress: InterviewState) -> bool:
    """True once: when the time is nearly used up and nobody has said so."""
    if progress.settings.is_drill or time_reminded(progress):
        return False
    return progress.seconds >= REMIND_AT * planned_seconds(progress)


def time_reminded(progress: InterviewState) -> bool:
    """Whether the candidate was told that time is short."""
    return "time_short" in progress.notices
