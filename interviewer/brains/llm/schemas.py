"""The forms in which the model answers; their names and order are part of the prompt.

They are lenient where our own checks decide: an unknown id or verdict is refused alone, not with
everything that stands around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from interviewer.core.assessment import Help, Verdict
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
    led: bool = False
    """Whether the interviewer's last words had brought them to it."""


class Shown(_Reply):
    """Something of the case, with the sentence that shows it."""

    id: str
    at: int


class AskedFor(_Reply):
    """A question of the candidate, with the fact that answers it; empty where none does."""

    at: int
    fact: str = ""


class Doubt(_Reply):
    """A wrong or clearly doubtful claim that no red flag of the case names."""

    at: int
    wrong: str
    part: Annotated[str, _one_of(["", *(step.value for step in StepId)])] = ""
    """The step whose problem it is about; empty for the one in hand."""
    damage: int = 1


class Worth(_Reply):
    """A sound idea that no item names, and what it is worth."""

    at: int
    worth: str


class NotesReply(_Reply):
    """What one message says and does.

    What must not be lost stands first, as a reply that is cut short loses its end.
    """

    intents: list[Annotated[str, _one_of(READABLE)]]
    asks: list[AskedFor] = []
    red_flags: list[Shown] = []
    doubts: list[Doubt] = []
    retracted: list[str] = []
    withdrawn: list[str] = []
    go_back_to: Annotated[str, _one_of(["", *(step.value for step in StepId)])] = ""
    items: list[Touched] = []
    numbers: list[Shown] = []
    assumptions: list[int] = []
    components: list[str] = []
    decisions: list[str] = []
    rejected: list[str] = []
    threads: list[str] = []
    beyond: list[Worth] = []


NOT_APPLICABLE = "not_applicable"
"""What a judge calls a point whose problem the design has not."""


class Judged(_Reply):
    """One point judged: evidence and reason before the verdict that follows from them."""

    id: str
    at: int = 0
    """The sentence that the evidence is copied from; 0 where there is none."""
    evidence: str = ""
    reason: str = ""
    lacks: str = ""
    """What the met line asks for and nobody said; with any, the point is not met."""
    verdict: Annotated[str, _one_of([*(verdict.value for verdict in Verdict), NOT_APPLICABLE])]
    help: Annotated[str, _one_of(["", *(help_.value for help_ in Help)])] = ""
    """Who brought it up, as the interviewer's words show that stand before."""


class Claimed(_Reply):
    """A wrong claim that was held to the end."""

    id: str
    at: int = 0
    evidence: str = ""


class ClaimJudged(_Reply):
    """What became of a wrong claim that was heard before."""

    id: str
    state: Annotated[str, _one_of(["upheld", "taken_back", "sound"])]


class GradeReply(_Reply):
    """A step judged point by point."""

    claims: list[ClaimJudged] = []
    items: list[Judged]
    red_flags: list[Claimed] = []


class SweepReply(_Reply):
    """Points that had been called absent and are in the transcript after all, and old claims."""

    claims: list[ClaimJudged] = []
    items: list[Judged]


class IdeaFound(_Reply):
    """A sound idea that no item names."""

    at: int
    evidence: str
    worth: str


class HoleFound(_Reply):
    """A question to be ready for, with the claim that it rests on and a note to read."""

    at: int
    evidence: str
    question: str
    note: str = ""


class ClaimSaid(_Reply):
    """Wrong claims that are one belief, why it fails here and what holds instead."""

    ids: list[str]
    name: str
    why: str
    better: str


class RemarkSaid(_Reply):
    """An observation about a step."""

    step: Annotated[str, _one_of([step.value for step in StepId])]
    good: bool
    text: str


class SlipSaid(_Reply):
    """A sum or a fact that was wrong and that nobody pressed."""

    at: int
    evidence: str
    text: str


class ExerciseSaid(_Reply):
    """Something to practise."""

    title: str
    task: str
    note: str = ""


class MissingSaid(_Reply):
    """Something that was not heard."""

    text: str
    point: str = ""
    """The card's words for it; empty where it has none."""
    asked: bool = False


class DebriefReply(_Reply):
    """The page for the candidate.

    Claims and remarks come before the summary that follows from them; what stands last is lost
    first where a reply is cut short.
    """

    claims: list[ClaimSaid]
    remarks: list[RemarkSaid] = []
    slips: list[SlipSaid] = []
    summary: str = ""
    exercises: list[ExerciseSaid] = []
    missing: list[MissingSaid] = []


class ClosingReply(_Reply):
    """What goes beyond the rubric in a whole interview, and what to be ready for."""

    beyond: list[IdeaFound]
    holes: list[HoleFound]
