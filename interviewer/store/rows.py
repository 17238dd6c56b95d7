"""What the store keeps, as values, and the questions asked of the database.

Each question is asked inside a transaction that its caller opened. Whose interviews are seen is one
condition, `Scope`, and every question goes through it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from pydantic import FiniteFloat, ValidationError
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    true,
    update,
)

from interviewer.core.assessment import Rejudgement, StepGrade, TurnAssessment, Verdict
from interviewer.core.debrief import NOTHING_TOLD, Debrief
from interviewer.core.design import Closing
from interviewer.core.errors import InterviewNotFound, StoreError
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Turn
from interviewer.core.value import Value
from interviewer.llm.usage import CallRecord, Kind, Spent, with_calls
from interviewer.scoring import Band, EndReason, StepStatus
from interviewer.store.schema import (
    ID_LENGTH,
    assessments,
    briefs,
    calls,
    grades,
    interviews,
    links,
    metadata,
    rejudgements,
    turns,
)

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
    """What the interviewer says of the interview when it has ended: the summary of the debrief."""
    closing: Closing = Closing()
    """What a judge found in the whole of it, beside the verdicts."""
    debrief: Debrief = NOTHING_TOLD
    """Everything of the debrief but its summary; see `told`."""
    schema_version: int = SCHEMA_VERSION
    owner: str = ""
    """Whose it is; empty for the person at this machine."""

    @property
    def told(self) -> Debrief:
        """The whole debrief; interviews of earlier versions have only its summary."""
        return self.debrief.model_copy(update={"summary": self.feedback})

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
        self, assessment: TurnAssessment, reply: Turn, made: Sequence[CallRecord]
    ) -> StoredInterview:
        """The same with its last turn answered, as `Store.add_exchange_reply` does it."""
        read = self.turns[-1].model_copy(update={"intents": assessment.intents})
        return self.model_copy(
            update={
                "turns": (*self.turns[:-1], read, reply),
                "assessments": {**self.assessments, read.number: assessment},
                "spent": with_calls(self.spent, made) if made else self.spent,
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


Row = TypeVar("Row", ListedInterview, EndedInterview)
AT_ONCE = 50  # interviews taken out in one transaction, so that nobody waits long for the writer

log = logging.getLogger("interviewer")


class End(NamedTuple):
    """Where the transcript of an interview ends."""

    number: int
    """Of the last turn; 0 when there is none."""
    role: str | None
    ended: bool


@dataclass(frozen=True)
class Scope:
    """The interviews that can be seen and touched.

    Attributes:
        owner: whose; None for everybody's.
    """

    owner: str | None = None

    @property
    def covers(self) -> ColumnElement[bool]:
        """The condition on rows of `interviews`."""
        return true() if self.owner is None else interviews.c.owner == self.owner

    def find(self, connection: Connection, interview_id: str) -> End:
        """Where the transcript of an interview ends.

        Raises:
            InterviewNotFound: there is no such interview, or it is somebody else's; nothing tells
                the two apart.
        """
        # What a client sends as an id may be anything; a database would complain of some of it.
        if not _could_be_an_id(interview_id):
            raise not_found(interview_id)
        chosen = select(interviews.c.end_reason).where(interviews.c.id == interview_id, self.covers)
        interview = connection.execute(chosen).one_or_none()
        if interview is None:
            raise not_found(interview_id)
        mine = select(turns.c.number, turns.c.role).where(turns.c.interview_id == interview_id)
        last = connection.execute(mine.order_by(turns.c.number.desc()).limit(1)).one_or_none()
        number, role = (0, None) if last is None else (last.number, last.role)
        return End(number, role, interview.end_reason is not None)


def _could_be_an_id(value: object) -> bool:
    # Printable: no lone surrogates, which no database takes, and no NUL, which Postgres refuses.
    return isinstance(value, str) and 0 < len(value) <= ID_LENGTH and value.isprintable()


def not_found(interview_id: object) -> InterviewNotFound:
    """The sentence for an id that leads nowhere."""
    named = f" {interview_id!r}" if _could_be_an_id(interview_id) else " of that id"
    return InterviewNotFound(
        f"There is no interview{named}.", "Run `interviewer list` to see their ids."
    )


def load(connection: Connection, interview_id: str) -> StoredInterview:
    """Everything about an interview that is there."""
    linked = exists().where(links.c.interview_id == interview_id).label("linked")
    chosen = select(interviews, linked).where(interviews.c.id == interview_id)
    interview = connection.execute(chosen).mappings().one()
    if interview["schema_version"] > SCHEMA_VERSION:
        raise StoreError(
            f"The interview {interview_id!r} was written by a newer version of this program.",
            "Update the program.",
        )
    ended = interview["end_reason"] is not None  # before that there are none of either
    again = select(rejudgements.c.body).where(rejudgements.c.interview_id == interview_id)
    graded = select(grades.c.body).where(grades.c.interview_id == interview_id)
    said = select(turns).where(turns.c.interview_id == interview_id).order_by(turns.c.number)
    read = select(assessments).where(assessments.c.interview_id == interview_id)
    return StoredInterview(
        row=InterviewRow.model_validate({k: v for k, v in interview.items() if k != "linked"}),
        turns=tuple(
            Turn.model_validate({k: v for k, v in turn.items() if k != "interview_id"})
            for turn in connection.execute(said).mappings()
        ),
        assessments={
            row.turn: TurnAssessment.model_validate(row.body)
            for row in connection.execute(read.order_by(assessments.c.turn))
        },
        rejudgements=tuple(
            Rejudgement.model_validate(row.body)
            for row in connection.execute(again.order_by(rejudgements.c.number))
        )
        if ended
        else (),
        grades=tuple(
            StepGrade.model_validate(row.body)
            for row in connection.execute(graded.order_by(grades.c.turn))
        ),
        spent=_spent(connection, interview_id),
        linked=interview["linked"],
    )


def _spent(connection: Connection, interview_id: str) -> dict[Kind, Spent]:
    """What the calls of an interview cost, by kind."""
    chosen = (
        select(
            calls.c.kind,
            func.count().label("calls"),
            func.sum(case((calls.c.failure != "", 1), else_=0)).label("failed"),
            func.sum(calls.c.prompt).label("prompt"),
            func.sum(calls.c.cached).label("cached"),
            func.sum(calls.c.output).label("output"),
            _dollars().label("dollars"),
            func.coalesce(func.sum(calls.c.dollars), 0.0).label("known_dollars"),
        )
        .where(calls.c.interview_id == interview_id)
        .group_by(calls.c.kind)
    )
    rows = {row["kind"]: row for row in connection.execute(chosen).mappings()}
    return {
        kind: Spent.model_validate({k: v for k, v in rows[kind].items() if k != "kind"})
        for kind in Kind
        if kind in rows
    }


def _dollars() -> ColumnElement[Any]:
    """The sum of all prices; none when one is unknown."""
    return case((func.count() == func.count(calls.c.dollars), func.sum(calls.c.dollars)))


def list_some(
    connection: Connection, scope: Scope, limit: int | None, offset: int
) -> list[ListedInterview]:
    """A page of the interviews of a scope with turn counts, costs and scores, newest first."""
    # Counted for each row by its index: a page must not cost a walk through all turns.
    said = select(func.count()).where(turns.c.interview_id == interviews.c.id)
    mine = calls.c.interview_id == interviews.c.id
    tokens = select(func.coalesce(func.sum(calls.c.prompt + calls.c.output), 0)).where(mine)
    listed = (
        select(
            interviews,
            briefs.c.body.label("brief"),
            said.scalar_subquery().label("turns"),
            tokens.scalar_subquery().label("tokens"),
            select(_dollars()).where(mine).scalar_subquery().label("dollars"),
        )
        .outerjoin(briefs, briefs.c.interview_id == interviews.c.id)
        .where(scope.covers)
        .order_by(interviews.c.created_at.desc(), interviews.c.id)
        .limit(limit)
        .offset(offset)
    )
    return list(_readable(connection.execute(listed).mappings(), ListedInterview))


def number_on_day(connection: Connection, interview_id: str, since: float) -> int:
    """Which one of its case and owner an interview is, counted from a moment on; from 1."""
    mine = select(interviews).where(interviews.c.id == interview_id).subquery()
    earlier = or_(
        interviews.c.created_at < mine.c.created_at,
        and_(interviews.c.created_at == mine.c.created_at, interviews.c.id < mine.c.id),
    )
    chosen = select(func.count(interviews.c.id)).where(
        interviews.c.owner == mine.c.owner,
        interviews.c.case_id == mine.c.case_id,
        interviews.c.created_at >= since,
        earlier,
    )
    return 1 + connection.execute(chosen).scalar_one()


def list_ended(connection: Connection, scope: Scope, limit: int) -> list[EndedInterview]:
    """The interviews of a scope that have ended with a result, newest first."""
    chosen = _ended(select(interviews, briefs.c.body.label("brief")), scope, limit)
    return list(_readable(connection.execute(chosen).mappings(), EndedInterview))


def list_marks(connection: Connection, scope: Scope, limit: int) -> tuple[int, ...]:
    """A number for each interview that `list_ended` gives, another one once its brief changes."""
    chosen = _ended(select(briefs.c.number), scope, limit)
    return tuple(connection.execute(chosen).scalars())


def _ended(chosen: Select[Any], scope: Scope, limit: int) -> Select[Any]:
    return (
        chosen.join_from(interviews, briefs, briefs.c.interview_id == interviews.c.id)
        .where(scope.covers, interviews.c.end_reason.is_not(None))
        .order_by(interviews.c.created_at.desc(), interviews.c.id)
        .limit(limit)
    )


def count(connection: Connection, scope: Scope, case_id: str | None) -> int:
    """How many interviews a scope has, of one case or of all."""
    chosen = select(func.count()).select_from(interviews).where(scope.covers)
    if case_id is not None:
        chosen = chosen.where(interviews.c.case_id == case_id)
    return int(connection.execute(chosen).scalar_one())


def _readable(rows: Iterable[RowMapping], kind: type[Row]) -> Iterator[Row]:
    """The rows as values; one that is broken must not take the others down."""
    for row in rows:
        try:
            yield kind.model_validate({**row, "brief": Brief.read(row["brief"])})
        except ValidationError as error:
            log.warning("The interview %r cannot be read (%s).", row["id"], error.title)


def remove(connection: Connection, scope: Scope, ids: Sequence[str]) -> None:
    """Takes interviews out; those of another scope stay.

    Args:
        connection: of a transaction that writes.
        scope: whose interviews may be taken out.
        ids: which.
    """
    mine = select(interviews.c.id).where(interviews.c.id.in_(ids), scope.covers)
    gone = connection.execute(mine).scalars().all()
    # Whoever answers again a step of one of them has nothing to be compared with any more.
    after = update(interviews).where(interviews.c.follows.in_(gone))
    connection.execute(after.values(follows=None))
    # Every table that has a column for it, a future one as well; first those that refer to others.
    for table in reversed(metadata.sorted_tables):
        if table is not interviews and "interview_id" in table.c:
            connection.execute(delete(table).where(table.c.interview_id.in_(gone)))
    connection.execute(delete(interviews).where(interviews.c.id.in_(gone)))


def ids_of(connection: Connection, scope: Scope, silent_since: float | None) -> list[str]:
    """The interviews of a scope.

    Args:
        connection: of any transaction.
        scope: whose.
        silent_since: only those in which nothing has happened from then on, in seconds since the
            epoch; None for all.
    """
    chosen = select(interviews.c.id).where(scope.covers)
    if silent_since is not None:
        spoken = select(func.max(turns.c.at)).where(turns.c.interview_id == interviews.c.id)
        latest = func.coalesce(interviews.c.ended_at, spoken.scalar_subquery())
        # Both, because a clock may have been set back.
        chosen = chosen.where(interviews.c.created_at < silent_since).where(
            func.coalesce(latest, interviews.c.created_at) < silent_since
        )
    return list(connection.execute(chosen).scalars())
