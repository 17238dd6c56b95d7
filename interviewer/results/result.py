"""The result of an interview: everything worth keeping, in one value that other programs read.

Fields may be added within a schema version; renaming or removing one raises it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any, Literal

from pydantic import Field

from interviewer.core.assessment import Assessment, RaisedBy, Rejudgement, Verdict
from interviewer.core.case import Case, Dimension
from interviewer.core.settings import InterviewSettings, Level, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.core.value import Value
from interviewer.llm.usage import Kind, Spent, together
from interviewer.results.clock import interview_clock, moment
from interviewer.results.views import InterviewView
from interviewer.scoring import (
    Band,
    EndReason,
    FlagRecord,
    Flip,
    LevelReading,
    Mover,
    Observation,
    PracticePoint,
    Recommendation,
    Scorecard,
    StepScore,
    StepStatus,
)

SCHEMA_VERSION: Literal[1] = 1


class ItemResult(Value):
    """One rubric item of a step."""

    item: str
    verdict: Verdict
    raised_by: RaisedBy | None
    """None when nobody brought it up."""
    quote: str | None
    """The candidate's own words; None when there are none."""
    turn: int | None
    reason: str


class FlagResult(Value):
    """A red flag that was heard, with the words, and what became of it."""

    red_flag: str
    quote: str
    turn: int
    challenged: bool
    recovered: bool


class StepResult(Value):
    """One step; `score` is None when it was not reached or could not be judged."""

    step: StepId
    score: float | None
    unaided: float | None
    """The score when nothing that needed help counts."""
    band: Band | None
    status: StepStatus
    items: tuple[ItemResult, ...]
    red_flags: tuple[FlagResult, ...]
    seconds: float


class CandidateLine(Value):
    """What the candidate said in one turn."""

    turn: int
    role: Literal["candidate"] = "candidate"
    step: StepId
    text: str
    sketch: str = ""
    """The sketch as it was sent with this turn; empty when it had not changed."""
    clock: float | None = None
    """Interview seconds used when this was said; None in results of earlier versions."""
    intents: tuple[Intent, ...]


class InterviewerLine(Value):
    """What the interviewer said in one turn, and the move behind it."""

    turn: int
    role: Literal["interviewer"] = "interviewer"
    step: StepId
    text: str
    clock: float | None = None
    """Interview seconds used when this was said; None in results of earlier versions."""
    move: dict[str, Any] | None
    """`kind` and `step` always; the item, hint, facts and so on where the move has them."""
    stand_in: str = ""
    """Why the embedded brain took this exchange over; empty when it did not."""


class Result(Value):
    """A whole interview with its scores; figures are None while it is not finished."""

    schema_version: Literal[1] = SCHEMA_VERSION
    interview_id: str
    case_id: str
    settings: InterviewSettings
    brain: str
    end_reason: EndReason | None
    """None while the interview is still running."""
    began_at: str | None = None
    """When it began, ISO 8601 in UTC; None where that is not known, as in earlier versions."""
    seconds_used: float | None = None
    """Interview time so far, without pauses and brain latency; None in earlier versions."""
    overall: float | None
    unaided: float | None
    band: Band | None
    recommendation: Recommendation | None
    confidence: float | None
    reads_as: Level | None
    steps: tuple[StepResult, ...]
    dimensions: Mapping[Dimension, float | None]
    observations: tuple[Observation, ...]
    practice: tuple[PracticePoint, ...]
    gaps: tuple[PracticePoint, ...] = ()
    """Everything expected that was not earned in full, best gain first."""
    movers: tuple[Mover, ...] = ()
    """What most moved the overall score."""
    flip: Flip | None = None
    """The cheapest change that would have led to the next better recommendation."""
    level_reading: LevelReading | None = None
    """What separates `reads_as` from the target level."""
    rejudgements: tuple[Rejudgement, ...] = ()
    """Items judged again on the candidate's word; `steps` hold the verdict that counts."""
    transcript: tuple[CandidateLine | InterviewerLine, ...]
    feedback: str = ""
    """What the interviewer says of it, in a few sentences."""
    usage: Mapping[str, Mapping[str, int | float | None]] = Field(default_factory=dict)
    """What calls to a language model cost, by kind and in `total`; empty for the embedded brain."""
    unused_messages: int = 0
    """Messages of a scripted candidate that were never said."""


def build_result(
    view: InterviewView,
    case: Case,
    unused_messages: int = 0,
) -> Result:
    """The result of an interview as it stands, finished or not.

    Args:
        view: the interview.
        case: its case; says in which order items are listed.
        unused_messages: messages of a scripted candidate that were never said.
    """
    clock = interview_clock(view.turns)
    return Result(
        interview_id=view.interview_id,
        case_id=view.case_id,
        settings=view.settings,
        brain=view.brain,
        end_reason=view.end_reason,
        began_at=_written(view.created_at),
        seconds_used=round(view.seconds_used, 1),
        transcript=tuple(_line(turn, clock[turn.number]) for turn in view.turns),
        feedback=view.feedback,
        usage=_usage(view.spent),
        unused_messages=unused_messages,
        rejudgements=view.rejudgements,
        **_figures(view.scorecard, case),
    )


def _written(at: float | None) -> str | None:
    began = None if at is None else moment(at, UTC)
    return None if began is None else began.isoformat(timespec="seconds")


def _usage(spent: Mapping[Kind, Spent]) -> dict[str, dict[str, int | float | None]]:
    """What was spent by kind and in all; empty where nothing was."""
    if not spent:
        return {}
    kinds = {kind.value: one.model_dump() for kind, one in spent.items()}
    return kinds | {"total": together(spent.values()).model_dump()}


def _figures(card: Scorecard | None, case: Case) -> dict[str, Any]:
    if card is None:
        missing = ("overall", "unaided", "band", "recommendation", "confidence", "reads_as")
        unknown = {dimension: None for dimension in Dimension}
        lists = {"steps": (), "observations": (), "practice": (), "dimensions": unknown}
        return dict.fromkeys(missing) | lists
    return {
        "overall": card.overall,
        "unaided": card.unaided,
        "band": card.band,
        "recommendation": card.recommendation,
        "confidence": card.confidence,
        "reads_as": card.reads_as,
        "steps": tuple(_step(step, case) for step in card.steps),
        "dimensions": {dimension: card.dimensions.get(dimension) for dimension in Dimension},
        "observations": card.observations,
        "practice": card.practice,
        "gaps": card.gaps,
        "movers": card.movers,
        "flip": card.flip,
        "level_reading": card.level_reading,
    }


def _step(score: StepScore, case: Case) -> StepResult:
    return StepResult(
        step=score.step,
        score=score.score,
        unaided=score.unaided,
        band=score.band,
        status=score.status,
        items=tuple(_item(a) for a in _in_case_order(score.assessments, score.step, case)),
        red_flags=tuple(_flag(flag) for flag in score.red_flags),
        seconds=round(score.seconds, 1),
    )


def _in_case_order(assessments: Iterable[Assessment], step: StepId, case: Case) -> list[Assessment]:
    order = {item.id: index for index, item in enumerate(case.steps[step].items)}
    return sorted(assessments, key=lambda assessment: order.get(assessment.item, len(order)))


def _item(assessment: Assessment) -> ItemResult:
    evidence = assessment.evidence
    silent = assessment.verdict is Verdict.ABSENT and evidence is None
    return ItemResult(
        item=assessment.item,
        verdict=assessment.verdict,
        raised_by=None if silent else assessment.raised_by,
        quote=evidence.quote if evidence else None,
        turn=evidence.turn if evidence else None,
        reason=assessment.reason,
    )


def _flag(flag: FlagRecord) -> FlagResult:
    return FlagResult(
        red_flag=flag.red_flag,
        quote=flag.evidence.quote,
        turn=flag.evidence.turn,
        challenged=flag.challenged,
        recovered=flag.recovered,
    )


def _line(turn: Turn, clock: float) -> CandidateLine | InterviewerLine:
    said: dict[str, Any] = {"turn": turn.number, "step": turn.step, "text": turn.text}
    if turn.role == "candidate":
        return CandidateLine(clock=clock, sketch=turn.sketch, intents=turn.intents, **said)
    move = turn.move
    told = None
    if move is not None:
        told = {"kind": move.kind.value, "step": move.step.value}
        told |= move.model_dump(mode="json", exclude_defaults=True)
    return InterviewerLine(clock=clock, move=told, stand_in=turn.stand_in, **said)
