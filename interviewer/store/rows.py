"""What goes into the store and comes out of it, as values, and their way to and from columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import FiniteFloat, ValidationError

from interviewer.core.assessment import Rejudgement, StepGrade, TurnAssessment, Verdict
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Turn
from interviewer.core.value import Value
from interviewer.llm.usage import CallRecord, Kind, Spent, with_calls
from interviewer.scoring import Band, EndReason, StepStatus

SCHEMA_VERSION = 1
"""Version of the JSON inside the columns; raised when an older program could not read it."""


class InterviewRow(Value):
    """An interview without what was said in it."""

    id: str
    case_id: str
    settings: InterviewSettings
    brain: str
    case_hash: str
    """Fingerprint of the case as it was when the interview started."""
    created_at: FiniteFloat
    """Seconds since the epoch, like every time here."""
    ended_at: float | None = None
    end_reason: EndReason | None = None
    follows: str | None = None
    """The interview whose step this one answers again."""
    paused_at: float | None = None
    """Since when it is paused; None while it runs."""
    paused_seconds: float = 0.0
    """Pauses since the last candidate turn that are over."""
    feedback: str = ""
    """What the interviewer says of the interview when it has ended."""
    schema_version: int = SCHEMA_VERSION
    owner: str = ""
    """Whose it is; empty for the person at this machine."""

    def paused_for(self, now: float) -> float:
        """Seconds of pauses since the interviewer last spoke, the one under way included."""
        running = 0.0 if self.paused_at is None else max(0.0, now - self.paused_at)
        return self.paused_seconds + running


class Brief(Value):
    """What lists, the trend and the practice plan need of a result."""

    overall: float | None = None
    band: Band | None = None
    recommendation: str | None = None
    verdicts: Mapping[str, Verdict] = {}
    """As they count, of the items of steps that were scored."""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Brief:
        """The brief of a result as it is stored."""
        kept = {name: body.get(name) for name in ("overall", "band", "recommendation")}
        scored = [s for s in body.get("steps", ()) if s.get("status") == StepStatus.SCORED]
        items = [item for step in scored for item in step["items"]]
        return cls.read({**kept, "verdicts": {item["item"]: item["verdict"] for item in items}})

    @classmethod
    def read(cls, stored: object) -> Brief:
        """A stored brief; an empty one where there is none, or one that nobody can read."""
        try:
            return cls.model_validate(stored)
        except ValidationError:
            return cls()


class EndedInterview(InterviewRow):
    """An interview that has ended, with what became of it."""

    brief: Brief


class ListedInterview(InterviewRow):
    """One line of the list of interviews."""

    turns: int
    brief: Brief = Brief()
    """Of the stored result, where there is one."""
    tokens: int = 0
    """Of all calls to a language model."""
    dollars: float | None = None
    """What they cost; None where there were none, or one has no known price."""


class StoredInterview(Value):
    """An interview as it is stored, whole."""

    row: InterviewRow
    turns: tuple[Turn, ...] = ()
    """In the order of their numbers, which start at 1 and have no gaps."""
    assessments: Mapping[int, TurnAssessment] = {}
    """By the number of the candidate turn."""
    rejudgements: tuple[Rejudgement, ...] = ()
    """In the order in which they were made."""
    grades: tuple[StepGrade, ...] = ()
    """Steps judged as a whole, in the order in which they ended."""
    spent: Mapping[Kind, Spent] = {}
    """What calls to a language model cost, by kind."""
    linked: bool = False
    """Whether a link leads to its report."""

    @property
    def unanswered(self) -> Turn | None:
        """The candidate turn that still waits for its reply, if there is one."""
        last = self.turns[-1] if self.turns else None
        return last if last is not None and last.role == "candidate" else None

    def with_message(self, turn: Turn) -> StoredInterview:
        """The same with a candidate turn, as `Store.add_candidate_turn` adds it."""
        row = self.row.model_copy(update={"paused_at": None, "paused_seconds": 0.0})
        return self.model_copy(update={"row": row, "turns": (*self.turns, turn)})

    def with_reply(
        self, assessment: TurnAssessment, reply: Turn, made: Iterable[CallRecord]
    ) -> StoredInterview:
        """The same with its last turn answered, as `Store.add_exchange_reply` does it."""
        read = self.turns[-1].model_copy(update={"intents": assessment.intents})
        return self.model_copy(
            update={
                "turns": (*self.turns[:-1], read, reply),
                "assessments": {**self.assessments, read.number: assessment},
                "spent": with_calls(self.spent, made),
            }
        )


def turn_columns(interview_id: str, turn: Turn) -> dict[str, Any]:
    """The columns of a turn."""
    columns = turn.model_dump(mode="json")
    if turn.move is not None:
        columns["move"] = turn.move.model_dump(mode="json", exclude_none=True)
    return {"interview_id": interview_id, **columns}


def call_columns(interview_id: str, made: Iterable[CallRecord]) -> list[dict[str, Any]]:
    """The columns of calls to a language model."""
    return [{"interview_id": interview_id, **one.model_dump(mode="json")} for one in made]
