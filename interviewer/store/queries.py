"""The questions asked of the database, each inside a transaction that its caller opened."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)

from interviewer.core.assessment import Rejudgement, StepGrade, TurnAssessment
from interviewer.core.errors import StoreError
from interviewer.llm.usage import Kind, Spent
from interviewer.store.rows import (
    SCHEMA_VERSION,
    Brief,
    EndedInterview,
    InterviewRow,
    ListedInterview,
    StoredInterview,
    read_turn,
)
from interviewer.store.scope import Scope
from interviewer.store.tables import (
    assessments,
    briefs,
    calls,
    grades,
    interviews,
    links,
    rejudgements,
    turns,
)

Row = TypeVar("Row", ListedInterview, EndedInterview)

log = logging.getLogger("interviewer")


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
        turns=tuple(read_turn(turn) for turn in connection.execute(said).mappings()),
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
