"""What is kept of interviews: results, the list, points judged again, links; and deleting it."""

from __future__ import annotations

import asyncio
import hashlib
import math
import secrets
from collections.abc import Sequence
from typing import Literal, NamedTuple

from interviewer.brains.protocol import Answer
from interviewer.core.assessment import Notebook, Rejudgement
from interviewer.core.errors import InterviewNotFound, InterviewRunning, SettingsError
from interviewer.policy import notebook_of
from interviewer.practice import Drill, Trend, plan_drills, reviews_of, trends
from interviewer.results.result import Result, build_result, day_began, report_name
from interviewer.results.view import (
    EndedInterview,
    InterviewSummary,
    InterviewView,
    Keeping,
    view_of,
)
from interviewer.service.rejudging import (
    claim_again,
    expect_credit,
    judged_again,
    made_before,
)
from interviewer.service.resources import Resources
from interviewer.service.step_grading import scene_of
from interviewer.store import InterviewRow, ListedInterview, Store, StoredInterview, called

LOOKED_BACK = 5  # interviews, each answering a step of the one before it again
# Interviews that the plan and the trend look back on; it bounds the time of a page. The plan's
# intervals are over after 32 days, and who does an interview every day looks back on half a year:
# what was missed before that and never met again is no news of the person of today.
REMEMBERED = 200
OWNERS = 256  # whose plan stays in memory
DAY = 86_400.0  # seconds
TOKEN_BYTES = 24  # of a link; 192 bits cannot be guessed


class Practice(NamedTuple):
    """Reasons to come back."""

    drills: tuple[Drill, ...]
    trends: tuple[Trend, ...]


class Archive:
    """What one owner finds of interviews.

    Args:
        resources: what all owners share.
        store: the owner's interviews.
    """

    def __init__(self, resources: Resources, store: Store) -> None:
        self._resources, self._store = resources, store

    async def view(self, interview_id: str) -> InterviewView:
        """The interview as it stands.

        Raises:
            InterviewNotFound: there is none of that id.
        """
        stored = await self._store.load(interview_id)
        return view_of(stored, self._resources.fold(stored), await self.notebook_before(stored.row))

    async def notebook_before(self, row: InterviewRow) -> Notebook | None:
        """The notebook of the interviews whose steps this one answers again, if it does."""
        book = None
        for _ in range(LOOKED_BACK):
            if row.follows is None:
                break
            try:
                stored = await self._store.load(row.follows)
            except InterviewNotFound:  # it was deleted since
                break
            own = notebook_of(self._resources.fold(stored))
            book, row = own if book is None else own.joined(book), stored.row
        return book

    @property
    def keeping(self) -> Keeping:
        """Where these interviews are kept, and for whom."""
        places, owner = self._resources.places, self._store.owner
        at_home = places.database == f"sqlite:///{places.home / 'interviews.sqlite'}"
        place = str(places.home) if at_home else called(places.database)
        return Keeping(place=place, alone=not owner, days=places.keep_days)

    async def summaries(self, limit: int | None = None, offset: int = 0) -> list[InterviewSummary]:
        """Interviews, newest first.

        Args:
            limit: how many at most; None for all.
            offset: how many of the newest are left out.
        """
        return [self._summary(row) for row in await self._store.list_interviews(limit, offset)]

    async def exists(self, interview_id: str) -> bool:
        """Whether there is such an interview, readable or not."""
        try:
            await self._store.expect(interview_id)
        except InterviewNotFound:
            return False
        return True

    async def count(self) -> int:
        """How many interviews there are."""
        return await self._store.count()

    def _summary(self, row: ListedInterview) -> InterviewSummary:
        case = self._resources.library.cases.get(row.case_id)
        return InterviewSummary(
            interview_id=row.id,
            case_id=row.case_id,
            case_title=case.title if case else row.case_id,
            created_at=row.created_at,
            settings=row.settings,
            brain=row.brain,
            turns=row.turns,
            end_reason=row.end_reason,
            overall=row.brief.overall,
            band=row.brief.band,
            recommendation=row.brief.recommendation,
            follows=row.follows,
            tokens=row.tokens,
            dollars=row.dollars,
        )

    async def result(self, interview_id: str) -> Result:
        """The result file of an interview, ended or not."""
        return self._result(await self._store.load(interview_id))

    async def report_name(self, interview_id: str) -> str:
        """What a file with its report is called, without an ending.

        Raises:
            InterviewNotFound: there is no such interview.
        """
        row = (await self._store.load(interview_id)).row
        number = await self._store.number_on_day(interview_id, day_began(row.created_at))
        return report_name(row.case_id, row.created_at, number)

    def _result(self, stored: StoredInterview) -> Result:
        return build_result(view_of(stored, self._resources.fold(stored)))

    # I did say this

    async def rejudge(self, interview_id: str, item: str, turn: int, quote: str) -> Rejudgement:
        """Judges one item again on words that the candidate points at.

        Both verdicts are kept; the better one counts. The same words for the same item are
        judged once, so asking again gives the answer that is stored.

        Args:
            interview_id: an interview that has ended.
            item: the item to judge again.
            turn: number of the candidate turn that holds the words.
            quote: the words, as they stand there.

        Raises:
            InterviewNotFound: there is no such interview.
            RejudgementRefused: it has not ended, or these words cannot be judged for that item.
            BrainError: they could not be judged; nothing was stored.
        """
        return await self._judge_again(interview_id, item, turn, quote, "said")

    async def dispute(self, interview_id: str, item: str, turn: int, quote: str) -> Rejudgement:
        """Judges one item again because the candidate says that its credit is wrong.

        Both verdicts are kept; the credit is lowered where the judge agrees.

        Args:
            interview_id: an interview that has ended.
            item: the item to judge again.
            turn: number of the candidate turn that holds the words it was given for.
            quote: these words, as they stand there.

        Raises:
            InterviewNotFound: there is no such interview.
            RejudgementRefused: it has not ended, or the item has no credit.
            BrainError: it could not be judged; nothing was stored.
        """
        return await self._judge_again(interview_id, item, turn, quote, "not_earned")

    async def _judge_again(
        self,
        interview_id: str,
        item: str,
        turn: int,
        quote: str,
        kind: Literal["said", "not_earned"],
    ) -> Rejudgement:
        async with await self._resources.lock(self._store, interview_id):
            stored = await self._store.load(interview_id)
            state = self._resources.fold(stored)
            claim = claim_again(stored, state, item, turn, quote, kind)
            if known := made_before(claim, stored.rejudgements):
                return known
            expect_credit(claim)
            brain, calls = self._resources.brain_of(stored)
            judgement = await brain.reread(scene_of(stored, state), claim)
            if judgement is None:
                judgement = await brain.grade(state.case, claim.step, [Answer(claim.quote)])
            made = judged_again(claim, judgement, brain.name, self._resources.clock())
            await self._store.add_rejudgement(interview_id, made)
            await self._store.add_calls(interview_id, calls)
            await self._save_result(await self._store.load(interview_id))
        return made

    async def _save_result(self, stored: StoredInterview) -> None:
        result = self._result(stored)
        await self._store.save_result(stored.row.id, result.model_dump(mode="json"))

    # Links

    async def make_link(self, interview_id: str) -> str:
        """A token under which the report can be read, in place of an earlier one.

        Only its hash is stored, so a copy of the database opens no report.

        Raises:
            InterviewNotFound: there is no such interview.
            InterviewRunning: it has not ended.
        """
        if (await self._store.load(interview_id)).row.end_reason is None:
            raise InterviewRunning(
                "This interview is still running, so there is no report to share.", "End it first."
            )
        token = secrets.token_urlsafe(TOKEN_BYTES)
        await self._store.set_link(interview_id, _hashed(token), self._resources.clock())
        return token

    async def revoke_link(self, interview_id: str) -> None:
        """Makes the link of an interview lead nowhere; fine when it has none."""
        await self._store.set_link(interview_id, None, self._resources.clock())

    async def linked(self, token: str) -> Result:
        """The result that a link leads to, whoever has it and whosever interview it is.

        Raises:
            InterviewNotFound: it leads nowhere, or no longer.
        """
        stored = await self._store.load_linked(_hashed(token))
        if stored is None or stored.row.end_reason is None:
            raise InterviewNotFound("This link leads nowhere.", "Ask its sender for a new one.")
        return self._result(stored)

    # Answering a step again

    async def before(self, interview_id: str) -> Result | None:
        """The result of the interview whose step this one answers again, if it does."""
        followed = (await self._store.load(interview_id)).row.follows
        if followed is None:
            return None
        try:
            return await self.result(followed)
        except InterviewNotFound:  # it is gone, or was never this owner's
            return None

    async def next_seed(self, case_id: str) -> int:
        """A seed whose wording this case was not yet asked in."""
        return await self._store.count(case_id) if case_id in self._resources.library.cases else 0

    async def history(self) -> tuple[EndedInterview, ...]:
        """What the newest interviews that have ended say of their candidate, newest first."""
        return tuple(
            EndedInterview(
                interview_id=row.id,
                case_id=row.case_id,
                created_at=row.created_at,
                settings=row.settings,
                brain=row.brain,
                overall=row.brief.overall,
                verdicts=row.brief.verdicts,
            )
            for row in await self._store.list_ended(REMEMBERED)
        )

    async def practice(self) -> Practice:
        """What is to be drilled and when, and how scores went; made anew when there is news."""
        marks, owner = await self._store.list_marks(REMEMBERED), self._store.owner
        practised = self._resources.practised
        known = practised.pop(owner, None)
        if known is None or known[0] != marks:
            known = (marks, self._practice(await self.history()))
        practised[owner] = known  # at the end: the first one was asked for longest ago
        if len(practised) > OWNERS:
            del practised[next(iter(practised))]
        practice: Practice = known[1]
        return practice

    def _practice(self, history: Sequence[EndedInterview]) -> Practice:
        cases = self._resources.library.cases
        reviews = [
            review
            for ended in history
            if ended.case_id in cases
            for review in reviews_of(ended, cases[ended.case_id])
        ]
        return Practice(plan_drills(reviews, cases), trends(history))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


class Deletion:
    """Forgets interviews with every word of them.

    A reply or a judgement that is under way meanwhile finds no interview to be stored in, so
    nothing of it comes back. Interviews that answer a step of a deleted one again stay, without the
    comparison. Recordings of calls are files that were asked for by name; they are not touched.

    Args:
        resources: what all owners share.
        store: the owner's interviews.
    """

    def __init__(self, resources: Resources, store: Store) -> None:
        self._resources, self._store = resources, store

    async def older_than(self, days: float) -> int:
        """How many interviews there are in which nothing was said for some days.

        Raises:
            SettingsError: that is no number of days.
        """
        return await self._store.count_silent(self._since(days))

    async def delete(self, interview_id: str) -> None:
        """Deletes an interview: what was said, judged and linked, and its checkpoints.

        Raises:
            InterviewNotFound: there is no such interview.
        """
        await self._store.delete(interview_id)
        await self._forget([interview_id])

    async def delete_all(self) -> int:
        """Deletes all interviews; how many there were."""
        return await self._delete_many(None)

    async def delete_older_than(self, days: float) -> int:
        """Deletes the interviews in which nothing was said for some days; how many there were.

        Raises:
            SettingsError: that is no number of days.
        """
        return await self._delete_many(self._since(days))

    def _since(self, days: float) -> float:
        if not (math.isfinite(days) and days >= 0):
            raise SettingsError(f"{days} is no number of days.", "Give 0 or more.")
        return self._resources.clock() - days * DAY

    async def _delete_many(self, silent_since: float | None) -> int:
        ids = await self._store.delete_many(silent_since)
        if ids:
            await self._forget(ids)
        return len(ids)

    async def _forget(self, ids: Sequence[str]) -> None:
        """Stops what is under way behind the conversations, and cleans the files."""
        judging = [task for id_ in ids for task in self._resources.grading.get(id_, ())]
        for task in judging:
            task.cancel()
        await asyncio.gather(*judging, return_exceptions=True)
        await self._resources.graph.forget(ids)
        await self._store.scrub()
