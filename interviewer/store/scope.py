"""Whose interviews are seen: the one condition that every question to the database goes through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select, true

from interviewer.core.errors import InterviewNotFound
from interviewer.store.tables import ID_LENGTH, interviews, turns


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
