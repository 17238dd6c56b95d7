"""The debrief: what an interviewer tells a candidate afterwards, on a page."""

from __future__ import annotations

from interviewer.core.assessment import Evidence
from interviewer.core.settings import StepId
from interviewer.core.value import Value


class Remark(Value):
    """One observation about a step, in one or two sentences; quotations in it were said."""

    step: StepId
    text: str
    strength: bool
    """Whether it carried the step; else it held the step back."""


class ClaimReview(Value):
    """A wrong claim, why it fails in this system and what holds instead."""

    red_flags: tuple[str, ...]
    """Ids of the red flags and doubts that are this one claim."""
    name: str
    """The claim in a few words."""
    quote: str
    """The words that state it, where it was heard first; verbatim."""
    turn: int
    kept: bool
    """Whether it still stood at the end."""
    why: str
    better: str
    again: Evidence | None = None
    """Where it was held last; None where it was said once."""


class Slip(Value):
    """A sum or a fact that was wrong and decided nothing."""

    text: str
    quote: str
    turn: int


class Missing(Value):
    """Something that this level is expected to bring and that was not heard."""

    text: str
    asked: bool
    """Whether the interviewer had asked for it, or may have: where in doubt, nobody is told not."""


class Exercise(Value):
    """Something to practise, with a task that can be done alone."""

    title: str
    task: str
    note: str = ""
    """Id of the concept note to read with it; empty where none fits."""


class Debrief(Value):
    """What an interviewer tells a candidate afterwards; the embedded brain only sums up."""

    summary: str = ""
    remarks: tuple[Remark, ...] = ()
    claims: tuple[ClaimReview, ...] = ()
    slips: tuple[Slip, ...] = ()
    missing: tuple[Missing, ...] = ()
    exercises: tuple[Exercise, ...] = ()


NOTHING_TOLD = Debrief()
"""While an interview runs."""
