"""What can be chosen: the settings of an interview and the places the program reads and writes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

MESSAGE_LIMIT = 12_000  # characters in one candidate message; about 40 minutes of speech

SKETCH_LIMIT = 4_000  # characters in the sketch beside the chat


class StepId(StrEnum):
    """The seven steps; files, data and code always key on these ids."""

    REQUIREMENTS = "requirements"
    FRAMING = "framing"
    DATA = "data"
    MODELING = "modeling"
    SERVING = "serving"
    MONITORING = "monitoring"
    SUMMARY = "summary"


STEPS: tuple[StepId, ...] = tuple(StepId)

STEP_MINUTES: Mapping[StepId, float] = {
    StepId.REQUIREMENTS: 7,
    StepId.FRAMING: 6,
    StepId.DATA: 8,
    StepId.MODELING: 10,
    StepId.SERVING: 7,
    StepId.MONITORING: 4,
    StepId.SUMMARY: 3,
}  # of a 45-minute interview
CONCEPT_MINUTES = 10.0  # of a drill of one concept


class Level(StrEnum):
    """Seniority the candidate is interviewed for, lowest first."""

    rank: int
    """0 for mid, 1 for senior, 2 for staff."""

    MID = "mid"
    SENIOR = "senior"
    STAFF = "staff"

    def __init__(self, _: str) -> None:
        self.rank = len(type(self).__members__)


class Focus(StrEnum):
    """Which steps weigh more and get more time."""

    BALANCED = "balanced"
    MODELING = "modeling"
    INFRASTRUCTURE = "infrastructure"


class Persona(StrEnum):
    """How much the interviewer probes and pushes back; never politeness, never scores."""

    SUPPORTIVE = "supportive"
    NEUTRAL = "neutral"
    TOUGH = "tough"


class Mode(StrEnum):
    """`practice` shows the steps and gives short feedback; `real` shows only the clock."""

    PRACTICE = "practice"
    REAL = "real"


class InterviewSettings(BaseModel):
    """The choices made before an interview starts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    framework: str = "seven_step"
    variant: str | None = None
    level: Level = Level.SENIOR
    focus: Focus = Focus.BALANCED
    persona: Persona = Persona.NEUTRAL
    mode: Mode = Mode.PRACTICE
    minutes: Literal[45, 30, 20] = 45
    drill: StepId | None = None
    """One step only; a drill has no recommendation."""
    concept: str | None = None
    """A drill of one concept: only the items that name it, in the step where they weigh most."""
    seed: int = Field(default=0, ge=0)
    """Varies the interviewer's wording, never a decision."""

    @property
    def is_drill(self) -> bool:
        """Whether it is a drill, of a step or of a concept."""
        return self.drill is not None or self.concept is not None


FOCUS_FACTORS: Mapping[Focus, Mapping[StepId, float]] = {
    Focus.BALANCED: {},
    Focus.MODELING: {StepId.FRAMING: 1.2, StepId.MODELING: 1.4, StepId.SERVING: 0.7},
    Focus.INFRASTRUCTURE: {StepId.SERVING: 1.5, StepId.MONITORING: 1.4, StepId.MODELING: 0.7},
}


@lru_cache(maxsize=256)
def step_minutes(settings: InterviewSettings) -> Mapping[StepId, float]:
    """Minutes planned for each step; they sum to `settings.minutes` unless it is a drill.

    A drill has one step; which one a concept is drilled in is up to the case.
    """
    if settings.concept is not None:
        return dict.fromkeys(STEPS, CONCEPT_MINUTES)
    if settings.drill is not None:
        return {settings.drill: STEP_MINUTES[settings.drill] * 1.5}
    factors = FOCUS_FACTORS[settings.focus]
    raw = {step: STEP_MINUTES[step] * factors.get(step, 1.0) for step in STEPS}
    scale = settings.minutes / sum(raw.values())
    return {step: minutes * scale for step, minutes in raw.items()}
