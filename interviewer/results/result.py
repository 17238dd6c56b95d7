"""The result of an interview: everything worth keeping, in one value that other programs read.

Fields may be added within a schema version; renaming or removing one raises it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

from pydantic import Field

from interviewer.core.assessment import Rejudgement
from interviewer.core.debrief import NOTHING_TOLD, Debrief
from interviewer.core.design import DesignEntry
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.core.value import Value
from interviewer.llm.usage import Kind, Spent, together
from interviewer.results.clock import OUT_OF_RANGE, interview_clock, moment
from interviewer.results.view import InterviewView
from interviewer.scoring import EndReason, Scorecard

SCHEMA_VERSION: Literal[1] = 1
LONGEST_CASE = 60  # characters of a case's id that a file name keeps
NAMELESS = "interview"
_UNSAFE = re.compile(r"[^a-z0-9]+")


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


class Heading(Value):
    """Which interview it was."""

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


class Result(Scorecard, Heading):
    """A whole interview: its heading, then the figures of its scorecard, then what was said.

    Fields stand in that order in the file. Figures are None while it is not finished.
    """

    design: tuple[DesignEntry, ...] = ()
    """What the candidate built, as it was noted; empty for the embedded brain, which notes none."""
    rejudgements: tuple[Rejudgement, ...] = ()
    """Items judged again on the candidate's word; `steps` hold the verdict that counts."""
    transcript: tuple[CandidateLine | InterviewerLine, ...]
    feedback: str = ""
    """What the interviewer says of it, in a few sentences."""
    debrief: Debrief = NOTHING_TOLD
    """The same on a page; a brain that only sums up leaves everything else empty."""
    usage: Mapping[str, Mapping[str, int | float | None]] = Field(default_factory=dict)
    """What calls to a language model cost, by kind and in `total`; empty for the embedded brain."""
    unused_messages: int = 0
    """Messages of a scripted candidate that were never said."""


def build_result(view: InterviewView, unused_messages: int = 0) -> Result:
    """The result of an interview as it stands, finished or not.

    Args:
        view: the interview.
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
        design=view.design.entries,
        rejudgements=view.rejudgements,
        transcript=tuple(_line(turn, clock[turn.number]) for turn in view.turns),
        feedback=view.feedback,
        debrief=view.debrief,
        usage=_usage(view.spent),
        unused_messages=unused_messages,
        **dict(view.scorecard or Scorecard()),
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


def report_name(case_id: str, at: float, number: int = 1, zone: tzinfo | None = None) -> str:
    """A file name without its ending, `video-recommendation-2026-11-30`: safe on every system.

    Args:
        case_id: of the interview.
        at: when it began, seconds since the epoch; a date that no calendar has is left out.
        number: which one of this case it was on its day, from 1; written from 2 on.
        zone: the zone of the day; the machine's own when None.
    """
    began = moment(at, zone)
    parts = [
        _UNSAFE.sub("-", case_id.lower())[:LONGEST_CASE].strip("-") or NAMELESS,
        f"{began:%Y-%m-%d}" if began else "",
        str(number) if number > 1 else "",
    ]
    return "-".join(part for part in parts if part)


def day_began(at: float, zone: tzinfo | None = None) -> float:
    """When the day of a moment began, seconds since the epoch; the moment itself without a day."""
    began = moment(at, zone)
    try:
        # Without a zone the machine says what the hour was before a clock change of that day.
        return at if began is None else datetime(*began.timetuple()[:3], tzinfo=zone).timestamp()
    except OUT_OF_RANGE:
        return at
