"""What it is worth: the arithmetic of scores, as pure functions."""

from interviewer.core.act import EndReason
from interviewer.scoring.credit import credit, merge_turn
from interviewer.scoring.score import score_interview
from interviewer.scoring.step import score_step
from interviewer.scoring.values import (
    BANDS,
    OVERALL,
    Band,
    FlagResult,
    Flip,
    FlipPoint,
    InterviewRecord,
    ItemResult,
    LevelReading,
    Mover,
    Observation,
    PracticePoint,
    Recommendation,
    Scorecard,
    StepRecord,
    StepResult,
    StepStatus,
)

__all__ = [
    "BANDS",
    "OVERALL",
    "Band",
    "EndReason",
    "FlagResult",
    "Flip",
    "FlipPoint",
    "InterviewRecord",
    "ItemResult",
    "LevelReading",
    "Mover",
    "Observation",
    "PracticePoint",
    "Recommendation",
    "Scorecard",
    "StepRecord",
    "StepResult",
    "StepStatus",
    "credit",
    "merge_turn",
    "score_interview",
    "score_step",
]
