"""Interviews taken out of the database with everything that holds their words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, update

from interviewer.store.scope import Scope
from interviewer.store.tables import interviews, metadata, turns

AT_ONCE = 50  # interviews taken out in one transaction, so that nobody waits long for the writer


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
