"""The questions asked of the database, each inside a transaction that its caller opened."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, case, exists, func, select

from interviewer.assessment import Rejudgement, StepGrade, TurnAssessment
from interviewer.errors import StoreError
from interviewer.llm.usage import Kind, Spent
from interviewer.store.rows import (
    SCHEMA_VERSION,
    InterviewRow,
    ListedInterview,
    StoredInterview,
    read_turn,
)
from interviewer.store.scope import Scope
from interviewer.store.tables import (
    assessments,
    calls,
    grades,
    interviews,
    links,
    rejudgements,
    results,
    turns,
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


def list_all(connection: Connection, scope: Scope) -> list[ListedInterview]:
    """Every interview of a scope with its turn count and score, newest first."""
    counts = (
        select(turns.c.interview_id, func.count().label("turns"))
        .group_by(turns.c.interview_id)
        .subquery()
    )
    costs = (
        select(
            calls.c.interview_id,
            func.sum(calls.c.prompt + calls.c.output).label("tokens"),
            _dollars().label("dollars"),
        )
        .group_by(calls.c.interview_id)
        .subquery()
    )
    listed = (
        select(
            interviews,
            func.coalesce(counts.c.turns, 0).label("turns"),
            results.c.body["overall"].as_float().label("overall"),
            results.c.body["band"].as_json().label("band"),
            results.c.body["recommendation"].as_string().label("recommendation"),
            func.coalesce(costs.c.tokens, 0).label("tokens"),
            costs.c.dollars,
        )
        .outerjoin(counts, counts.c.interview_id == interviews.c.id)
        .outerjoin(costs, costs.c.interview_id == interviews.c.id)
        .outerjoin(results, results.c.interview_id == interviews.c.id)
        .where(scope.covers)
        .order_by(interviews.c.created_at.desc(), interviews.c.id)
    )
    rows = connection.execute(listed).mappings()
    return [ListedInterview.model_validate(dict(row)) for row in rows]


def list_steps(connection: Connection, scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """The stored steps of every result of a scope, by interview."""
    steps = results.c.body["steps"].as_json().label("steps")
    chosen = select(results.c.interview_id, steps).join(interviews).where(scope.covers)
    return {row.interview_id: row.steps or [] for row in connection.execute(chosen)}
