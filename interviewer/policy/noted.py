"""What an interview has brought so far, as the notebook shows it."""

from __future__ import annotations

from interviewer.core.assessment import Notebook
from interviewer.policy.progress import InterviewState


def notebook_of(progress: InterviewState) -> Notebook:
    """The notebook of an interview."""
    return Notebook(
        facts=tuple(progress.case.fact(fact).answer for fact in progress.facts),
        assumptions=tuple(progress.assumptions),
        numbers=tuple(dict.fromkeys(number.quote for number in progress.numbers)),
        decisions=tuple(progress.decisions),
        sketch=progress.sketch,
    )
