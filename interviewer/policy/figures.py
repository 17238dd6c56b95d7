"""The rule for figures that cannot be: one question about them, fair even if they are right."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.policy.progress import InterviewState
from interviewer.text.quantities import find_doubts

CHECKS_A_STEP = 1


def check_numbers(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Asks to be walked through a doubtful figure, at most once a step and once per doubt."""
    if progress.here.checks >= CHECKS_A_STEP:
        return None
    changes = progress.case.constraint_changes
    doubts = find_doubts(
        progress.case,
        progress.numbers,
        heard.numbers,
        told=progress.facts,
        void={id_ for c in changes if c.id in progress.about for id_ in c.voids},
    )
    fresh = next((doubt for doubt in doubts if doubt.id not in progress.about), None)
    if fresh is None:
        return None
    return Move(
        kind=MoveKind.CHECK_NUMBERS, step=progress.step, about=fresh.id, quotes=fresh.quotes
    )
