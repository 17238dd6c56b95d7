"""The store: everything said and judged, committed before the caller goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from interviewer.core.assessment import Rejudgement, StepGrade, TurnAssessment
from interviewer.core.debrief import NOTHING_TOLD, Debrief
from interviewer.core.design import NOTHING_FOUND, Closing
from interviewer.core.errors import InterviewEnded, StoreError
from interviewer.core.transcript import Turn
from interviewer.llm.usage import CallRecord
from interviewer.scoring import EndReason
from interviewer.store import rows
from interviewer.store.database import (
    Answer,
    Database,
    conflict,
    in_memory,
    make_engine,
    make_file,
    place_of,
    read_url,
    told,
)
from interviewer.store.rows import (
    AT_ONCE,
    Brief,
    End,
    EndedInterview,
    InterviewRow,
    ListedInterview,
    Scope,
    StoredInterview,
    call_columns,
    turn_columns,
)
from interviewer.store.schema import (
    assessments,
    briefs,
    calls,
    grades,
    interviews,
    links,
    rejudgements,
    results,
    turns,
)


@asynccontextmanager
async def open_store(url: str, *, patience: float = 10.0) -> AsyncIterator[Store]:
    """Opens a database, creates or upgrades its tables, and closes it at the end.

    Args:
        url: SQLAlchemy URL, such as `sqlite:////data/i.sqlite`; the folder of a SQLite file is
            made.
        patience: seconds to wait while another program writes to a SQLite file.

    Raises:
        StoreError: the database cannot be made, opened or upgraded.
    """
    parsed = read_url(url)
    place = place_of(parsed)
    engine = make_engine(parsed, patience)
    database = Database(engine, place, one_thread=in_memory(parsed))
    try:
        with told(place):
            make_file(parsed)
            await database.prepare(parsed, patience)
        yield Store(database)
    finally:
        await database.close()


class Store:
    """The interviews of one database; made by `open_store`.

    Every method raises `StoreError` when the database cannot be read or written; then nothing of
    the change was stored. A write that was begun is finished even when its caller is cancelled.

    Args:
        database: where they are.
        owner: whose interviews are seen and touched; None for everybody's.
    """

    def __init__(self, database: Database, owner: str | None = None) -> None:
        self._database = database
        self._scope = Scope(owner)

    @property
    def owner(self) -> str | None:
        """Whose interviews are seen; None for everybody's."""
        return self._scope.owner

    def owned_by(self, owner: str) -> Store:
        """The same database, in which only the interviews of one owner are seen and touched.

        Every method below goes through `_in` or the scope's condition; another
        owner's interview is not found, exactly like one that does not exist.
        """
        return Store(self._database, owner)

    async def expect(self, interview_id: str) -> None:
        """Makes sure that there is such an interview.

        It is answered in the order of asking, so that of two messages the first one is taken.

        Raises:
            InterviewNotFound: there is none.
        """
        await self._database.read(
            lambda connection: self._scope.find(connection, interview_id), in_turn=True
        )

    async def create_interview(self, row: InterviewRow, opening: Turn | None = None) -> None:
        """Stores a new interview, together with its opening turn where that is known already.

        It belongs to the owner of this scope.

        Raises:
            StoreError: there is an interview of that id already.
            InterviewNotFound: there is no such interview as the one that it follows.
        """
        owner = row.owner if self._scope.owner is None else self._scope.owner

        def work(connection: Connection) -> None:
            same = select(interviews.c.id).where(interviews.c.id == row.id)
            if connection.execute(same).first() is not None:
                raise StoreError(f"There is an interview {row.id!r} already.", "Choose a new id.")
            if row.follows is not None:
                self._scope.find(connection, row.follows)
            connection.execute(insert(interviews), {**row.model_dump(mode="json"), "owner": owner})
            if opening is not None:
                connection.execute(insert(turns), turn_columns(row.id, opening))

        await self._database.write(work)

    async def add_opening(self, interview_id: str, opening: Turn) -> None:
        """Stores the interviewer's first turn.

        Raises:
            InterviewNotFound: there is no such interview.
            TurnConflict: it has turns already.
        """

        def work(connection: Connection, end: End) -> None:
            _expect(opening.number == 1 and end.number == 0)
            connection.execute(insert(turns), turn_columns(interview_id, opening))

        await self._database.write(partial(self._in, interview_id, work))

    async def add_candidate_turn(self, interview_id: str, turn: Turn) -> None:
        """Stores what the candidate said; it is safe on disk when this returns.

        Raises:
            InterviewNotFound: there is no such interview.
            InterviewEnded: it has ended.
            TurnConflict: the turn is not the next one, or the last one is still unanswered.
        """

        def work(connection: Connection, end: End) -> None:
            if end.ended:
                raise InterviewEnded("This interview has ended.", "Start a new one to continue.")
            _expect(turn.number == end.number + 1 and end.role != "candidate")
            connection.execute(insert(turns), turn_columns(interview_id, turn))
            this = update(interviews).where(interviews.c.id == interview_id)
            connection.execute(this.values(paused_at=None, paused_seconds=0.0))

        await self._database.write(partial(self._in, interview_id, work))

    async def set_pause(self, interview_id: str, paused_at: float | None, seconds: float) -> None:
        """Stores since when an interview is paused, and how long its earlier pauses took.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, _: End) -> None:
            this = update(interviews).where(interviews.c.id == interview_id)
            connection.execute(this.values(paused_at=paused_at, paused_seconds=seconds))

        await self._database.write(partial(self._in, interview_id, work))

    async def add_exchange_reply(
        self,
        interview_id: str,
        answered: int,
        assessment: TurnAssessment,
        reply: Turn,
        made: Sequence[CallRecord] = (),
    ) -> None:
        """Stores what was read in a candidate turn and the reply to it, both or neither.

        Args:
            interview_id: the interview.
            answered: number of the candidate turn, whose intents become the assessment's.
            assessment: what was read in it.
            reply: the interviewer turn after it.
            made: calls to a language model that it took.

        Raises:
            InterviewNotFound: there is no such interview.
            TurnConflict: the turn is answered already, or is not the last one.
        """

        def work(connection: Connection, end: End) -> None:
            _expect(end.number == answered and end.role == "candidate")
            _expect(reply.number == answered + 1)
            body = assessment.model_dump(mode="json")
            this = (turns.c.interview_id == interview_id) & (turns.c.number == answered)
            connection.execute(update(turns).where(this).values(intents=body["intents"]))
            key = {"interview_id": interview_id, "turn": answered}
            connection.execute(insert(assessments), {**key, "body": body})
            connection.execute(insert(turns), turn_columns(interview_id, reply))
            if made:
                connection.execute(insert(calls), call_columns(interview_id, made))

        await self._database.write(partial(self._in, interview_id, work))

    async def end_interview(
        self,
        interview_id: str,
        reason: EndReason,
        at: float,
        debrief: Debrief = NOTHING_TOLD,
        closing: Closing = NOTHING_FOUND,
    ) -> None:
        """Marks an interview as ended; once it is, what it ended with stays.

        Args:
            interview_id: the interview.
            reason: why it ends.
            at: when, seconds since the epoch.
            debrief: what the interviewer says of it.
            closing: what a judge found in the whole of it.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, end: End) -> None:
            if not end.ended:
                this = update(interviews).where(interviews.c.id == interview_id)
                ending = {"end_reason": reason, "ended_at": at, "feedback": debrief.summary}
                found = closing.model_dump(mode="json", exclude_defaults=True)
                told = debrief.model_dump(mode="json", exclude_defaults=True, exclude={"summary"})
                connection.execute(this.values(**ending, closing=found, debrief=told))

        await self._database.write(partial(self._in, interview_id, work))

    async def save_result(self, interview_id: str, body: dict[str, Any]) -> None:
        """Stores the result of an interview in place of an earlier one.

        Raises:
            InterviewNotFound: there is no such interview.
        """
        brief = Brief.of(body).model_dump(mode="json")

        def work(connection: Connection, _: End) -> None:
            connection.execute(delete(results).where(results.c.interview_id == interview_id))
            connection.execute(insert(results), {"interview_id": interview_id, "body": body})
            connection.execute(delete(briefs).where(briefs.c.interview_id == interview_id))
            connection.execute(insert(briefs), {"interview_id": interview_id, "body": brief})

        await self._database.write(partial(self._in, interview_id, work))

    async def load_result(self, interview_id: str) -> dict[str, Any] | None:
        """The stored result, or None while there is none.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, _: End) -> dict[str, Any] | None:
            chosen = select(results.c.body).where(results.c.interview_id == interview_id)
            body: dict[str, Any] | None = connection.execute(chosen).scalar()
            return body

        return await self._database.read(partial(self._in, interview_id, work))

    async def add_rejudgement(self, interview_id: str, made: Rejudgement) -> None:
        """Stores that an item was judged again.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, _: End) -> None:
            mine = rejudgements.c.interview_id == interview_id
            count = select(func.count()).select_from(rejudgements).where(mine)
            number = connection.execute(count).scalar_one() + 1
            row = {"interview_id": interview_id, "number": number}
            body = made.model_dump(mode="json")
            connection.execute(insert(rejudgements), {**row, "body": body})

        await self._database.write(partial(self._in, interview_id, work))

    async def add_grade(self, interview_id: str, grade: StepGrade) -> None:
        """Stores a step judged as a whole, in place of an earlier judgement of the same moment.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, _: End) -> None:
            key = {"interview_id": interview_id, "turn": grade.turn, "step": grade.step.value}
            mine = [grades.c[name] == value for name, value in key.items()]
            connection.execute(delete(grades).where(*mine))
            body = grade.model_dump(mode="json")
            connection.execute(insert(grades), {**key, "body": body})

        await self._database.write(partial(self._in, interview_id, work))

    async def add_calls(self, interview_id: str, made: Sequence[CallRecord]) -> None:
        """Stores what calls to a language model cost.

        Raises:
            InterviewNotFound: there is no such interview.
        """
        if not made:
            return

        def work(connection: Connection, _: End) -> None:
            connection.execute(insert(calls), call_columns(interview_id, made))

        await self._database.write(partial(self._in, interview_id, work))

    async def set_link(self, interview_id: str, token_hash: str | None, at: float) -> None:
        """Stores the hash of the one link to a report in place of an earlier one; None for none.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, _: End) -> None:
            connection.execute(delete(links).where(links.c.interview_id == interview_id))
            if token_hash is not None:
                row = {"token_hash": token_hash, "interview_id": interview_id, "created_at": at}
                connection.execute(insert(links), row)

        await self._database.write(partial(self._in, interview_id, work))

    async def delete(self, interview_id: str) -> None:
        """Deletes an interview with everything that was said and judged in it.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, _: End) -> None:
            rows.remove(connection, self._scope, [interview_id])

        await self._database.write(partial(self._in, interview_id, work))

    async def delete_many(self, silent_since: float | None = None) -> list[str]:
        """Deletes all interviews, or those in which nothing has happened since then; their ids.

        When it fails half-way, some are deleted as a whole and the others stay as they were.
        """
        ids = await self._database.read(
            lambda connection: rows.ids_of(connection, self._scope, silent_since)
        )
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            await self._database.write(partial(rows.remove, scope=self._scope, ids=some))
        return ids

    async def count_silent(self, since: float) -> int:
        """How many interviews there are in which nothing has happened since then."""
        return len(await self._database.read(lambda at: rows.ids_of(at, self._scope, since)))

    async def scrub(self) -> None:
        """Takes what was deleted out of the bytes of the files, as far as they are ours."""
        await self._database.scrub()

    async def load_linked(self, token_hash: str) -> StoredInterview | None:
        """The interview that a link leads to, or None; whoever has the link may read it."""
        chosen = select(links.c.interview_id).where(links.c.token_hash == token_hash)

        def work(connection: Connection) -> StoredInterview | None:
            found: str | None = connection.execute(chosen).scalar()
            return None if found is None else rows.load(connection, found)

        return await self._database.read(work)

    async def load(self, interview_id: str) -> StoredInterview:
        """An interview with all that was said and read in it, as of one moment.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, _: End) -> StoredInterview:
            return rows.load(connection, interview_id)

        return await self._database.read(partial(self._in, interview_id, work))

    async def number_on_day(self, interview_id: str, since: float) -> int:
        """Which one of its case and owner an interview is, counted from a moment on; from 1.

        Raises:
            InterviewNotFound: there is no such interview.
        """

        def work(connection: Connection, _: End) -> int:
            return rows.number_on_day(connection, interview_id, since)

        return await self._database.read(partial(self._in, interview_id, work))

    async def list_interviews(
        self, limit: int | None = None, offset: int = 0
    ) -> list[ListedInterview]:
        """Interviews, newest first; what cannot be read is left out and logged.

        Args:
            limit: how many at most; None for all.
            offset: how many of the newest are left out.
        """
        return await self._database.read(
            lambda connection: rows.list_some(connection, self._scope, limit, offset)
        )

    async def list_ended(self, limit: int) -> list[EndedInterview]:
        """The newest interviews that have ended with a result, newest first."""
        return await self._database.read(
            lambda connection: rows.list_ended(connection, self._scope, limit)
        )

    async def list_marks(self, limit: int) -> tuple[int, ...]:
        """Numbers that change whenever what `list_ended` gives does."""
        return await self._database.read(
            lambda connection: rows.list_marks(connection, self._scope, limit)
        )

    async def count(self, case_id: str | None = None) -> int:
        """How many interviews there are, of one case or of all."""
        return await self._database.read(
            lambda connection: rows.count(connection, self._scope, case_id)
        )

    def _in(
        self, interview_id: str, work: Callable[[Connection, End], Answer], connection: Connection
    ) -> Answer:
        """Does work on one interview, if it is one of this scope."""
        return work(connection, self._scope.find(connection, interview_id))


def _expect(continues: bool) -> None:
    """Refuses a turn that does not continue the transcript where it ends."""
    if not continues:
        raise conflict()
