"""The forms in which the model answers; their names and order are part of the prompt.

They are lenient where our own checks decide: an unknown id or verdict is refused alone, not with
everything that stands around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from interviewer.core.assessment import Verdict
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent

_READ_FROM_WORDS = frozenset({Intent.UNJUDGEABLE, Intent.ASK_TIME})
"""What the words themselves show, so that no model is asked for it."""
READABLE = [intent.value for intent in Intent if intent not in _READ_FROM_WORDS]


def _one_of(values: Sequence[str]) -> Any:
    return Field(json_schema_extra={"enum": list(values)})


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class Touched(_Reply):
    """A rubric point that a message touches."""

    id: str
    verdict: Annotated[str, _one_of([Verdict.MET.value, Verdict.PARTIAL.value])]
    at: int


class Shown(_Reply):
    """Something of the case, with the sentence that shows it."""

    id: str
    at: int


class HeardReply(_Reply):
    """What one message does."""

    intents: list[Annotated[str, _one_of(READABLE)]]
    red_flags: list[Shown] = []
    facts: list[str] = []
    unanswered: list[int] = []
    numbers: list[Shown] = []
    assumptions: list[int] = []
    withdrawn: list[str] = []
    retracted: list[str] = []
    go_back_to: Annotated[str, _one_of(["", *(step.value for step in StepId)])] = ""
    items: list[Touched] = []
    """Last, as a reply that is cut short loses its end: what was asked must not be lost."""


class Judged(_Reply):
    """One point judged: evidence and reason before the verdict that follows from them."""

    id: str
    evidence: str = ""
    reason: str = ""
    verdict: Annotated[str, _one_of([verdict.value for verdict in Verdict])]


class Claimed(_Reply):
    """A wrong claim that was held to the end."""

    id: str
    evidence: str = ""


class GradeReply(_Reply):
    """A step judged point by point."""

    items: list[Judged]
    red_flags: list[Claimed] = []
