"""The values a scorecard is made from and made of."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field

from interviewer.core.act import EndReason
from interviewer.core.assessment import Assessment, Evidence, RaisedBy, RedFlagHit, Verdict
from interviewer.core.case import Dimension
from interviewer.core.design import Hole, Idea
from interviewer.core.settings import Level, StepId
from interviewer.core.value import Value

Recommendation = Literal[
    "strong_no_hire", "no_hire", "lean_no_hire", "lean_hire", "hire", "strong_hire"
]

BANDS: Mapping[int, str] = {
    1: "no answer or wrong",
    2: "weak",
    3: "adequate",
    4: "good",
    5: "excellent",
}
"""What each whole score means for the level."""
OVERALL: tuple[tuple[float, str], ...] = (
    (1.25, "very weak"),
    (1.75, "between very weak and weak"),
    (2.25, "weak"),
    (2.75, "between weak and adequate"),
    (3.25, "adequate"),
    (3.75, "between adequate and good"),
    (4.25, "good"),
    (4.75, "between good and excellent"),
    (6.0, "excellent"),
)
"""What a sentence calls a whole interview whose score is below a bound: 2.5 is not adequate yet."""


class StepStatus(StrEnum):
    """How a step's score came about."""

    SCORED = "scored"
    SKIPPED = "skipped"
    """The candidate chose to leave it out; worth 1."""
    NOT_REACHED = "not_reached"
    """The interview ended before it; no score."""
    UNASSESSED = "unassessed"
    """Under 60% of its weight could be judged; no score."""


class StepRecord(Value):
    """What happened in one step, ready to be scored.

    `assessments` holds at most one entry an item; an item of a reached step without one is absent.
    """

    step: StepId
    reached: bool
    graded: bool = False
    """A language model judged it as a whole, when the interview had asked about it."""
    skipped: bool = False
    seconds: float = 0.0
    assessments: tuple[Assessment, ...] = ()
    red_flags: tuple[RedFlagHit, ...] = ()
    beyond: tuple[Idea, ...] = ()
    """Sound ideas about the step that no item names."""


class Observation(Value):
    """Something observable about communication, with the words that show it."""

    id: str
    text: str
    seen: bool
    evidence: Evidence | None = None


class InterviewRecord(Value):
    """A whole interview, ready to be scored."""

    steps: tuple[StepRecord, ...]
    observations: tuple[Observation, ...] = ()
    end_reason: EndReason = "completed"
    beyond: tuple[Idea, ...] = ()
    """Sound ideas that no item names, as a judge of the whole interview found them."""
    holes: tuple[Hole, ...] = ()
    asked: frozenset[str] = frozenset()
    """Items that a question of the interviewer was about or led to."""


class Band(Value):
    """A score's interval, 1-5."""

    low: float
    high: float


class ItemResult(Value):
    """One rubric item of a step, as a result keeps it."""

    item: str
    verdict: Verdict
    raised_by: RaisedBy | None
    """None when nobody brought it up."""
    quote: str | None
    """The candidate's own words; None when there are none."""
    turn: int | None
    reason: str
    contradicted: bool = Field(default=False, exclude_if=operator.not_)
    """Whether the quote speaks against the item, which is then absent."""

    @classmethod
    def of(cls, assessment: Assessment) -> ItemResult:
        """What a result keeps of an assessment."""
        return cls(
            item=assessment.item,
            verdict=assessment.verdict,
            raised_by=assessment.raiser,
            quote=assessment.quote or None,
            turn=assessment.turn,
            reason=assessment.own_reason,
            contradicted=assessment.contradicted,
        )


class FlagResult(Value):
    """A red flag that was heard, with the words, and what became of it."""

    red_flag: str
    quote: str
    turn: int
    challenged: bool
    recovered: bool
    statement: str = ""
    """What is wrong with it, where the case does not list the claim; else empty."""
    again: Evidence | None = None
    """Where it was last said after that; None where it was said once."""

    @classmethod
    def of(cls, hit: RedFlagHit) -> FlagResult:
        """What a result keeps of a red flag."""
        return cls(
            red_flag=hit.red_flag,
            quote=hit.quote,
            turn=hit.turn,
            challenged=hit.challenged,
            recovered=hit.recovered,
            statement=hit.statement,
            again=hit.again,
        )


class StepResult(Value):
    """One step; `score` is None when it was not reached or could not be judged."""

    step: StepId
    score: float | None
    """With help counted at its lower credit."""
    unaided: float | None
    """The score when nothing that needed help counts."""
    band: Band | None
    status: StepStatus
    items: tuple[ItemResult, ...]
    """Every item of a step that was reached, absent ones too, in the case's order."""
    red_flags: tuple[FlagResult, ...]
    seconds: float


class PracticePoint(Value):
    """A gap worth practising: what was said, what lacked, what would have earned it."""

    item: str
    step: StepId
    concept: str
    verdict: str
    quote: str | None
    lacked: str
    exemplar: str
    gain: float
    """How much of the step's whole credit it would add, 0-1."""
    turn: int | None = None
    """Where the quote stands."""
    raised_by: RaisedBy | None = None
    """None when nobody brought it up."""
    reason: str = ""
    """Why the judge decided so."""
    asked: bool = False
    """Whether a question of the interviewer was about it or led to it."""


class Mover(Value):
    """One thing that moved the overall score: what it is, and by how much."""

    kind: Literal["point", "gap", "red_flag", "step"]
    """A point earned, a point that lacked, a wrong claim, or a step left empty."""
    step: StepId
    id: str | None
    """Of the item or red flag; None for a step."""
    change: float
    """Overall score as it is, less what it would be without this; above 0 it lifted the score."""
    quote: str | None = None
    turn: int | None = None


class FlipPoint(Value):
    """One point that would have helped to a better call, and how far it was earned."""

    item: str
    step: StepId
    verdict: Verdict
    raised_by: RaisedBy | None = None
    quote: str | None = None
    turn: int | None = None


class Flip(Value):
    """The cheapest change that would have led to the next better recommendation."""

    to: Recommendation
    points: tuple[FlipPoint, ...] = ()
    """What to earn in full."""
    overall: float | None = None
    """The overall score with these points earned."""
    enough: bool = True
    """Whether these points would have done it; only earlier versions named those that would not."""


class LevelReading(Value):
    """As which level the answers read, and what separates that from the target level."""

    level: Level
    reached: bool
    """False where the answers stay below the lowest level, which is then the one named."""
    points: tuple[str, ...] = ()
    """Items, heaviest first. Below the target, or at it: expected of the next level and not
    earned. Above the target: earned although not expected."""


class Scorecard(Value):
    """Every figure of one interview; there is none while it is not finished."""

    overall: float | None = None
    unaided: float | None = None
    band: Band | None = None
    recommendation: Recommendation | None = None
    confidence: float | None = None
    """Share of the rubric's weight that stands behind the overall score, times the judge's mean
    certainty by weight, 0-1."""
    reads_as: Level | None = None
    steps: tuple[StepResult, ...] = ()
    dimensions: Mapping[Dimension, float | None] = dict.fromkeys(Dimension)
    observations: tuple[Observation, ...] = ()
    practice: tuple[PracticePoint, ...] = ()
    """The first of `gaps`."""
    gaps: tuple[PracticePoint, ...] = ()
    """Everything expected that was not earned in full: what was asked about first, then steps in
    which a wrong claim stands, then the rest; among each what would add most to the overall
    score."""
    movers: tuple[Mover, ...] = ()
    """The things that most moved the overall score, the strongest first."""
    flip: Flip | None = None
    """The cheapest change that would have led to the next better recommendation; None where there
    is no recommendation, no better one, or no change of a few points that shows."""
    beyond: tuple[Idea, ...] = ()
    """Sound ideas that no item names."""
    holes: tuple[Hole, ...] = ()
    """Questions to be ready for, each with the claim that it rests on."""
    level_reading: LevelReading | None = None
    """What separates `reads_as` from the target level; None where there is no recommendation."""
