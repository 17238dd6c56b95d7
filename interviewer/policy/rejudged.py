"""Points judged again after an interview, taken into its progress."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.core.assessment import Assessment, Rejudgement
from interviewer.core.quotes import Evidence
from interviewer.policy.progress import InterviewState
from interviewer.scoring import merge_turn


def take_rejudgements(progress: InterviewState, made: Iterable[Rejudgement]) -> None:
    """Lets the better of two verdicts count, item by item; gone items are left out."""
    known = {item.id for _, item in progress.case.items()}
    again = [_assessment(one) for one in made if one.item in known]
    progress.assessments = merge_turn(progress.assessments, again, ())


def _assessment(made: Rejudgement) -> Assessment:
    return Assessment(
        item=made.item,
        step=made.step,
        verdict=made.after,
        raised_by=made.raised_by,
        evidence=Evidence(quote=made.quote, turn=made.turn),
        reason=made.reason,
        confidence=made.confidence,
    )
