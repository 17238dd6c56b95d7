"""How steps and interviews end: judged as a whole, scored, put into words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from interviewer.brains.factory import Chosen
from interviewer.brains.fallback import FallbackBrain
from interviewer.brains.protocol import Brain
from interviewer.core.errors import (
    BrainError,
    InterviewerError,
    InterviewNotFound,
    KnowledgeError,
    SettingsError,
)
from interviewer.core.settings import StepId
from interviewer.policy import InterviewState
from interviewer.scoring import EndReason
from interviewer.service.archive import Archive
from interviewer.service.lookup import Reading
from interviewer.service.step_grading import Ending, grade_step, ungraded
from interviewer.store import StoredInterview

log = logging.getLogger("interviewer")


class Closing(Archive, Reading):
    """The part of the facade that ends things."""

    # Steps, graded behind the conversation while the candidate thinks

    def _grade_behind(self, interview_id: str, step: StepId) -> None:
        """Starts to judge a step that has just ended; nobody waits for it before the end."""
        task = asyncio.create_task(self._grade_ended(interview_id, step))
        under_way = self._under_way.setdefault(interview_id, set())
        under_way.add(task)
        task.add_done_callback(lambda done: self._graded(interview_id, done))

    def _graded(self, interview_id: str, task: asyncio.Task[None]) -> None:
        under_way = self._under_way.get(interview_id, set())
        under_way.discard(task)
        if not under_way:
            self._under_way.pop(interview_id, None)

    async def _grade_ended(self, interview_id: str, step: StepId) -> None:
        """Judges a step; whatever fails is tried once more when the interview ends."""
        try:
            stored = await self._store.load(interview_id)
            chosen = self._brain_of(stored)
            if not _grades(chosen.brain):
                return
            endings = ungraded(stored, self._progress(stored).step)
            for ending in endings:
                if ending.step is step:
                    await self._grade(stored, chosen, ending)
        except InterviewNotFound:
            return  # it was deleted meanwhile
        except InterviewerError as error:
            log.warning("A step is not graded yet: %s", error)

    async def _grade(self, stored: StoredInterview, chosen: Chosen, ending: Ending) -> None:
        progress, interview_id = self._progress(stored), stored.row.id
        try:
            grade = await grade_step(chosen.brain, stored, progress, ending, self._clock())
            await self._store.add_grade(interview_id, grade)
        finally:
            await self._store.add_calls(interview_id, chosen.meter.records)

    async def settle(self) -> None:
        """Waits for what is being judged behind the conversations."""
        for tasks in list(self._under_way.values()):
            await asyncio.gather(*tasks, return_exceptions=True)

    # Interviews

    async def _close_if_wrapped_up(
        self, stored: StoredInterview, progress: InterviewState | None = None
    ) -> bool:
        """Ends an interview whose last words have been said; whether they have."""
        reason = (progress or self._progress(stored)).end_reason
        if reason is None:
            return False
        await self._finish(stored, reason)
        return True

    async def _finish(self, stored: StoredInterview, reason: EndReason) -> None:
        interview_id, now = stored.row.id, self._clock()
        await self._grade_the_rest(stored)
        stored = await self._store.load(interview_id)
        row = stored.row.model_copy(update={"end_reason": reason, "ended_at": now})
        stored = stored.model_copy(update={"row": row})
        feedback = await self._feedback(stored)
        row = row.model_copy(update={"feedback": feedback})
        stored = (await self._store.load(interview_id)).model_copy(update={"row": row})
        # In this order, because what a crash leaves in between can still be ended.
        await self._store.save_result(interview_id, self._result(stored).model_dump(mode="json"))
        await self._store.end_interview(interview_id, reason, now, feedback)

    async def _grade_the_rest(self, stored: StoredInterview) -> None:
        """Judges what was not judged as a whole yet, all at once."""
        chosen = self._brain_of(stored)
        if not _grades(chosen.brain):
            return
        await asyncio.gather(*self._under_way.get(stored.row.id, ()), return_exceptions=True)
        stored = await self._store.load(stored.row.id)
        endings = ungraded(stored, self._progress(stored).step)
        await asyncio.gather(*self._gradings(stored, endings))

    def _gradings(
        self, stored: StoredInterview, endings: Iterable[Ending]
    ) -> list[asyncio.Task[None]]:
        async def grade(ending: Ending) -> None:
            try:
                await self._grade(stored, self._brain_of(stored), ending)
            except InterviewNotFound:
                return  # it was deleted meanwhile, which whoever waits finds out next
            except (BrainError, KnowledgeError, SettingsError) as error:
                log.warning("The verdicts of the turns stand in %s: %s", ending.step, error)

        return [asyncio.create_task(grade(ending)) for ending in endings]

    async def _feedback(self, stored: StoredInterview) -> str:
        card = self._view(stored).scorecard
        if card is None:
            return ""
        chosen = self._brain_of(stored)
        try:
            return await chosen.brain.narrate(self._progress(stored).case, card)
        finally:
            await self._store.add_calls(stored.row.id, chosen.meter.records)


def _grades(brain: Brain) -> bool:
    """Whether a brain judges steps as a whole; the embedded one judges turns alone."""
    return isinstance(brain, FallbackBrain) and not brain.stand_in
