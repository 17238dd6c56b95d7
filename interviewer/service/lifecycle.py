"""How interviews start, pause and end: judged as a whole, scored, put into words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from interviewer.brains.protocol import Heard, Scene
from interviewer.core.assessment import StepGrade
from interviewer.core.design import NOTHING_FOUND, Closing
from interviewer.core.errors import (
    BrainError,
    InterviewerError,
    InterviewNotFound,
    KnowledgeError,
    PauseRefused,
    SettingsError,
)
from interviewer.core.settings import InterviewSettings, Mode, StepId
from interviewer.core.transcript import Turn
from interviewer.policy import InterviewState, new_state, opening_move
from interviewer.results.result import build_result
from interviewer.results.view import view_of
from interviewer.scoring import EndReason
from interviewer.service.resources import Resources
from interviewer.service.step_grading import (
    Ending,
    ended_step,
    found_late,
    grade_step,
    not_found,
    noted_ideas,
    open_endings,
    scene_of,
)
from interviewer.store import InterviewRow, Store, StoredInterview

log = logging.getLogger("interviewer")


class StepGrader:
    """Judges steps as a whole, behind the conversation while the candidate thinks.

    Args:
        resources: what all owners share.
        store: the owner's interviews.
    """

    def __init__(self, resources: Resources, store: Store) -> None:
        self._resources, self._store = resources, store

    def grade_behind(self, interview_id: str, step: StepId) -> None:
        """Starts to judge a step that has just ended; nobody waits for it before the end."""
        task = asyncio.create_task(self._grade_ended(interview_id, step))
        grading = self._resources.grading.setdefault(interview_id, set())
        grading.add(task)
        task.add_done_callback(lambda done: self._graded(interview_id, done))

    def _graded(self, interview_id: str, task: asyncio.Task[None]) -> None:
        grading = self._resources.grading.get(interview_id, set())
        grading.discard(task)
        if not grading:
            self._resources.grading.pop(interview_id, None)

    async def _grade_ended(self, interview_id: str, step: StepId) -> None:
        """Judges a step; whatever fails is tried once more when the interview ends."""
        try:
            stored = await self._store.load(interview_id)
            if not self._resources.brain_of(stored).brain.grades_steps:
                return
            state = self._resources.fold(stored)
            if ending := ended_step(stored, state, step):
                await self._grade(stored, state, ending)
        except InterviewNotFound:
            return  # it was deleted meanwhile
        except InterviewerError as error:
            log.warning("A step is not graded yet: %s", error)

    async def _grade(
        self, stored: StoredInterview, state: InterviewState, ending: Ending
    ) -> StepGrade:
        chosen, interview_id = self._resources.brain_of(stored), stored.row.id
        try:
            now = self._resources.clock()
            grade = await grade_step(chosen.brain, stored, state, ending, now)
            await self._store.add_grade(interview_id, grade)
            return grade
        finally:
            await self._store.add_calls(interview_id, chosen.calls)

    async def grade_the_rest(self, interview_id: str) -> None:
        """Judges what was not judged as a whole yet, all at once."""
        grading = self._resources.grading.get(interview_id, ())
        await asyncio.gather(*grading, return_exceptions=True)
        stored = await self._store.load(interview_id)
        state = self._resources.fold(stored)
        endings = open_endings(stored, state)
        await self._grade_all(stored, state, endings)

    async def _grade_all(
        self, stored: StoredInterview, state: InterviewState, endings: Iterable[Ending]
    ) -> None:
        async def grade(ending: Ending) -> None:
            try:
                await self._grade(stored, state, ending)
            except InterviewNotFound:
                return  # it was deleted meanwhile, which whoever waits finds out next
            except (BrainError, KnowledgeError, SettingsError) as error:
                log.warning("The verdicts of the turns stand in %s: %s", ending.step, error)

        await asyncio.gather(*(grade(ending) for ending in endings))

    async def look_back(self, interview_id: str) -> tuple[StoredInterview, Closing]:
        """Looks the whole interview through before anything in it is called missing.

        Returns:
            The interview with what was found late, and what is beyond its list; where nobody can
            look, the ideas noted on the way.
        """
        stored = await self._store.load(interview_id)
        state, chosen = self._resources.fold(stored), self._resources.brain_of(stored)
        try:
            scene = scene_of(stored, state)
            heard = await chosen.brain.look_back(scene, not_found(state))
        except (BrainError, KnowledgeError, SettingsError) as error:
            log.warning("Nobody looked back on the interview: %s", error)
            heard = Heard(closing=noted_ideas(stored))
        finally:
            await self._store.add_calls(interview_id, chosen.calls)
        now, name = self._resources.clock(), chosen.brain.name
        for grade in found_late(heard, stored, state, name, now):
            await self._store.add_grade(interview_id, grade)
        return await self._store.load(interview_id), heard.closing

    async def settle(self) -> None:
        """Waits for what is being judged behind the conversations."""
        for tasks in list(self._resources.grading.values()):
            await asyncio.gather(*tasks, return_exceptions=True)


class Lifecycle:
    """Starts, pauses and ends interviews.

    Args:
        resources: what all owners share.
        store: the owner's interviews.

    Attributes:
        grader: judges the steps that end on the way.
    """

    def __init__(self, resources: Resources, store: Store) -> None:
        self._resources, self._store = resources, store
        self.grader = StepGrader(resources, store)

    async def start(
        self, case_id: str, settings: InterviewSettings, brain: str, follows: str | None
    ) -> str:
        """Stores a new interview with its opening turn; returns its id.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: no such framework, variant, concept or brain.
            InterviewNotFound: there is no such interview as the one that it follows.
        """
        await self._resources.refresh()
        await self._resources.brains.name_model(brain)
        chosen = self._resources.brains.choose(brain).brain
        case, framework = self._resources.content(case_id, settings)
        row = InterviewRow(
            id=self._resources.new_id(),
            case_id=case_id,
            settings=settings,
            brain=chosen.name,
            case_hash=case.fingerprint,
            created_at=self._resources.clock(),
            follows=follows,
        )
        move = opening_move(new_state(case, framework, settings))
        scene = Scene(case, framework, settings, move.step, ())
        opening = Turn(
            number=1,
            role="interviewer",
            step=move.step,
            text=" ".join([sentence async for sentence in chosen.say(scene, move)]),
            at=row.created_at,
            move=move,
        )
        await self._store.create_interview(row, opening)
        return row.id

    async def pause(self, interview_id: str) -> None:
        """Stops the clock.

        Raises:
            InterviewNotFound: there is no such interview.
            PauseRefused: in real mode, or when it has ended.
        """
        async with await self._resources.lock(self._store, interview_id):
            row = (await self._store.load(interview_id)).row
            if row.end_reason is not None:
                raise PauseRefused("This interview has ended.", "Start a new one to continue.")
            if row.settings.mode is Mode.REAL:
                raise PauseRefused("Real mode has no pause.", "Practice mode has one.")
            if row.paused_at is None:
                now = self._resources.clock()
                await self._store.set_pause(interview_id, now, row.paused_seconds)

    async def unpause(self, interview_id: str) -> None:
        """Lets the clock go on.

        Raises:
            InterviewNotFound: there is no such interview.
        """
        async with await self._resources.lock(self._store, interview_id):
            row = (await self._store.load(interview_id)).row
            if row.paused_at is not None:
                paused = row.paused_for(self._resources.clock())
                await self._store.set_pause(interview_id, None, paused)

    async def finish(
        self, stored: StoredInterview, state: InterviewState, reason: EndReason
    ) -> None:
        """Ends an interview: grades what is left, scores it, has it put into words.

        Args:
            stored: the interview, whose last words have been said.
            state: the same, folded.
            reason: why it ends.

        Raises:
            InterviewNotFound: it was deleted meanwhile.
        """
        interview_id, now, closing = stored.row.id, self._resources.clock(), NOTHING_FOUND
        if self._resources.brain_of(stored).brain.grades_steps:
            await self.grader.grade_the_rest(interview_id)
            stored, closing = await self.grader.look_back(interview_id)
            state = self._resources.fold(stored)
        ending = {"end_reason": reason, "ended_at": now, "closing": closing}
        row = stored.row.model_copy(update=ending)
        view = view_of(stored.model_copy(update={"row": row}), state)
        assert view.scorecard is not None, "it has ended"
        chosen = self._resources.brain_of(stored)
        try:
            debrief = await chosen.brain.debrief(scene_of(stored, state), view.scorecard)
        finally:
            await self._store.add_calls(interview_id, chosen.calls)
        if chosen.calls:
            stored = await self._store.load(interview_id)
        view = view.model_copy(update={"debrief": debrief, "spent": stored.spent})
        result = build_result(view).model_dump(mode="json")
        # In this order, because what a crash leaves in between can still be ended.
        await self._store.save_result(interview_id, result)
        await self._store.end_interview(interview_id, reason, now, debrief, closing)
