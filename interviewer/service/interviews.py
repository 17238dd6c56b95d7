"""The facade: start, submit, resume, end, look. Everything a face needs, and nothing it must know.

A candidate turn is stored before anything else happens to it. The reply and what was read in the
turn are stored together, so a turn is either unanswered or answered once; `resume` answers it
after a crash. Checkpoints only remember where the graph waits and are rebuilt from the store.
"""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from interviewer.brains.factory import Chosen
from interviewer.brains.protocol import Brain, Scene
from interviewer.cases.library import fingerprint
from interviewer.core.act import MoveKind
from interviewer.core.case import Case, Framework
from interviewer.core.errors import (
    BrainError,
    InterviewEnded,
    InterviewNotFound,
    KnowledgeError,
    PauseRefused,
    TurnConflict,
)
from interviewer.core.messages import clean_message, clean_sketch, nothing_said
from interviewer.core.paths import Places
from interviewer.core.private_files import protect_home
from interviewer.core.settings import InterviewSettings, Mode, StepId
from interviewer.core.telemetry import switch_off_telemetry
from interviewer.core.transcript import Intent, Turn
from interviewer.llm.configuration import LLMSettings
from interviewer.policy import InterviewState, new_state, opening_move
from interviewer.results.views import InterviewView
from interviewer.service.closing import Closing
from interviewer.service.deleting import Deleting
from interviewer.service.exchange import StoredExchange
from interviewer.service.foundation import Clock
from interviewer.store import InterviewRow, StoredInterview, open_store

if TYPE_CHECKING:
    import httpx2


@asynccontextmanager
async def open_interviews(
    places: Places,
    *,
    clock: Clock = time.time,
    new_id: Callable[[], str] = lambda: uuid4().hex,
    brain: Brain | None = None,
    llm: LLMSettings | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncIterator[Interviews]:
    """Opens the store (migrating it) and closes everything at the end.

    Args:
        places: where data lives.
        clock: seconds since the epoch.
        new_id: makes the id of a new interview.
        brain: judges and speaks in place of the brains that can be chosen by name; beside `llm`,
            the embedded brain behind it.
        llm: settings of the language model in place of the environment's.
        transport: makes the requests to it in place of the network.

    Raises:
        StoreError: the database cannot be opened.
    """
    switch_off_telemetry()  # once more: whoever uses the package may have read a `.env` file since
    with suppress(OSError):  # the store says what is wrong, or is somewhere else and needs no home
        protect_home(places.home)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(places.database))
        interviews = Interviews(places, store, stack, clock, new_id, brain, llm, transport)
        stack.push_async_callback(interviews.settle)
        yield interviews


class Interviews(Closing, Deleting):
    """All interviews of one home folder."""

    async def warm(self) -> None:
        """Loads models, graph and the vectors of every case, off the event loop."""
        # In a thread, because the import takes most of a second.
        await asyncio.to_thread(importlib.import_module, "interviewer.service.checkpoints")
        await self._graph.open()
        await asyncio.to_thread(self.brains.prepare)
        for case_id in self.library.cases:
            await asyncio.to_thread(self._warm_case, self._case(case_id, InterviewSettings()))

    def _warm_case(self, case: Case) -> None:
        if self._given_brain is None:
            self.brains.embedded.prepare(case)

    # Starting and looking

    async def start(
        self,
        case_id: str,
        settings: InterviewSettings,
        brain: str = "auto",
        *,
        follows: str | None = None,
    ) -> InterviewView:
        """Starts an interview; its opening turn is stored.

        Args:
            case_id: the case.
            settings: the choices made.
            brain: `auto`, `embedded` or `llm`.
            follows: the interview whose step this one answers again.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: no such framework, variant, concept or brain.
            InterviewNotFound: there is no such interview as the one that it follows.
        """
        await self.brains.name_model(brain)
        chosen = self.brains.choose(brain).brain
        case = self._case(case_id, settings)
        framework = self.library.framework(settings.framework)
        now = self._clock()
        row = InterviewRow(
            id=self._new_id(),
            case_id=case_id,
            settings=settings,
            brain=chosen.name,
            case_hash=fingerprint(case),
            created_at=now,
            follows=follows,
        )
        opening = await self._opening_turn(chosen, case, framework, settings, now)
        await self._store.create_interview(row, opening)
        return await self.view(row.id)

    async def _opening_turn(
        self,
        brain: Brain,
        case: Case,
        framework: Framework,
        settings: InterviewSettings,
        now: float,
    ) -> Turn:
        progress = new_state(case, framework, settings)
        move = opening_move(progress)
        scene = Scene(case, framework, settings, move.step, ())
        words = [sentence async for sentence in brain.say(scene, move)]
        text = " ".join(words)
        return Turn(number=1, role="interviewer", step=move.step, text=text, at=now, move=move)

    async def answer_again(self, interview_id: str, step: StepId) -> InterviewView:
        """Starts a drill of one step of an interview, to be compared with it afterwards.

        Raises:
            InterviewNotFound: there is no such interview.
        """
        row = (await self._store.load(interview_id)).row
        seed = await self.next_seed(row.case_id)
        again = {"drill": step, "concept": None, "mode": Mode.PRACTICE, "seed": seed}
        settings = row.settings.model_copy(update=again)
        brain = self.brains.again(row.brain)
        theirs = self.owned_by(row.owner)  # also when somebody else, who sees everything, asks
        return await theirs.start(row.case_id, settings, brain, follows=interview_id)

    # One exchange

    async def submit(
        self,
        interview_id: str,
        text: str,
        *,
        sketch: str = "",
        after: int | None = None,
        intent: Intent | None = None,
    ) -> AsyncIterator[str]:
        """Stores a candidate message, then yields the reply sentence by sentence.

        Args:
            interview_id: the interview.
            text: the message; may be empty when the sketch says something new.
            sketch: the sketch beside the chat as plain text; stored when it changed.
            after: number of the last turn its author saw.
            intent: what a button says the message is.

        Raises:
            MessageRejected: it says nothing new, or is too long; nothing was stored.
            InterviewEnded: the interview is over.
            TurnConflict: something newer than `after` is stored, or a reply is under way.
            StoreError: the database cannot be written.
        """
        drawn = clean_sketch(sketch)
        message = clean_message(text, alone=not drawn)
        lock = await self._lock(interview_id)
        if lock.locked():
            raise _conflict()
        async with lock, self._read_ahead("" if intent else message):
            stored = await self._store.load(interview_id)
            progress = self._progress(stored)
            await self._admit(stored, progress, after)
            drawn = await self._newly_drawn(stored, progress, drawn)
            turn = self._candidate_turn(stored, progress, message, drawn, intent)
            if not turn.whole:
                raise nothing_said()
            await self._store.add_candidate_turn(interview_id, turn)
            stored = stored.model_copy(update={"turns": (*stored.turns, turn)})
            async with aclosing(self._reply(stored, progress)) as reply:
                async for sentence in reply:
                    yield sentence

    async def _newly_drawn(
        self, stored: StoredInterview, progress: InterviewState, sketch: str
    ) -> str:
        """A sketch that says something new; empty for one as it was sent last.

        A step that is answered again begins with the sketch of the interview before it, which
        is no part of the new answer until it is changed.
        """
        known = progress.sketch
        if not known and (before := await self._earlier(stored.row)) is not None:
            known = before.sketch
        return "" if sketch == known else sketch

    @asynccontextmanager
    async def _read_ahead(self, message: str) -> AsyncIterator[None]:
        """Has the message's vectors made while it is being stored."""
        ahead = asyncio.create_task(asyncio.to_thread(self.brains.read_ahead, message))
        try:
            yield
        finally:
            await asyncio.gather(ahead, return_exceptions=True)  # the brain meets the same error

    def _candidate_turn(
        self,
        stored: StoredInterview,
        progress: InterviewState,
        message: str,
        sketch: str,
        intent: Intent | None,
    ) -> Turn:
        now = self._clock()
        return Turn(
            number=stored.turns[-1].number + 1,
            role="candidate",
            step=progress.step,
            text=message,
            sketch=sketch,
            at=now,
            paused=paused_for(stored.row, now),
            intents=(intent,) if intent else (),
        )

    async def _admit(
        self, stored: StoredInterview, progress: InterviewState, after: int | None
    ) -> None:
        """Refuses a message that cannot follow what is stored."""
        last = stored.turns[-1]
        ended = stored.row.end_reason is not None
        if ended or await self._close_if_wrapped_up(stored, progress):
            raise InterviewEnded("This interview has ended.", "Start a new one to continue.")
        if after is not None and after != last.number:
            raise _conflict()
        if last.role == "candidate":
            raise TurnConflict(
                "Your last message still waits for its reply.",
                "Ask for the reply first; your draft is kept.",
            )

    async def resume(self, interview_id: str) -> AsyncIterator[str]:
        """Does what a crash left undone: answers an unanswered turn exactly once, closes an end.

        Yields nothing when every turn is answered.
        """
        async with await self._lock(interview_id):
            stored = await self._store.load(interview_id)
            if stored.row.end_reason is not None or await self._close_if_wrapped_up(stored):
                return
            if stored.unanswered:
                async with aclosing(self._reply(stored)) as reply:
                    async for sentence in reply:
                        yield sentence

    async def pause(self, interview_id: str) -> InterviewView:
        """Stops the clock until `unpause` or the next message; once paused it stays so.

        Raises:
            InterviewNotFound: there is no such interview.
            PauseRefused: in real mode, or when it has ended.
        """
        async with await self._lock(interview_id):
            row = (await self._store.load(interview_id)).row
            if row.end_reason is not None:
                raise PauseRefused("This interview has ended.", "Start a new one to continue.")
            if row.settings.mode is Mode.REAL:
                raise PauseRefused("Real mode has no pause.", "Practice mode has one.")
            if row.paused_at is None:
                await self._store.set_pause(interview_id, self._clock(), row.paused_seconds)
        return await self.view(interview_id)

    async def unpause(self, interview_id: str) -> InterviewView:
        """Lets the clock go on; nothing happens when it runs.

        Raises:
            InterviewNotFound: there is no such interview.
        """
        async with await self._lock(interview_id):
            row = (await self._store.load(interview_id)).row
            if row.paused_at is not None:
                await self._store.set_pause(interview_id, None, paused_for(row, self._clock()))
        return await self.view(interview_id)

    async def end(self, interview_id: str) -> InterviewView:
        """Ends an interview for the candidate; ending it again changes nothing.

        What was said last and is still unanswered is answered first, so that it counts.
        """
        async with await self._lock(interview_id):
            stored = await self._store.load(interview_id)
            if stored.row.end_reason is None and stored.unanswered:
                with suppress(BrainError, KnowledgeError):  # it stays unassessed
                    async for _ in self._reply(stored):
                        pass
                stored = await self._store.load(interview_id)
            if stored.row.end_reason is None:
                await self._finish(stored, "candidate")
        return await self.view(interview_id)

    async def _reply(
        self, stored: StoredInterview, progress: InterviewState | None = None
    ) -> AsyncGenerator[str, None]:
        """Answers the last turn of an interview, which is a candidate's.

        Args:
            stored: the interview.
            progress: the same, folded; the exchange carries it on.
        """
        interview_id, chosen = stored.row.id, self._brain_of(stored)
        exchange = self._exchange(stored, progress or self._progress(stored), chosen)
        running = self._graph.run(interview_id, exchange, stored.turns[-1].number)
        try:
            async with aclosing(running) as reply:
                async for sentence in reply:
                    yield sentence
        except InterviewNotFound:  # it was deleted meanwhile, so nothing of this is to stay
            await self._graph.forget([interview_id])
            raise
        finally:
            await self._store.add_calls(interview_id, exchange.calls)
        move = exchange.move
        if move is not None and move.kind is MoveKind.WRAP_UP:
            await self._close_if_wrapped_up(await self._store.load(interview_id))
        elif move is not None and move.closes is not None:
            self._grade_behind(interview_id, move.closes)

    def _exchange(
        self, stored: StoredInterview, progress: InterviewState, chosen: Chosen
    ) -> StoredExchange:
        settings = stored.row.settings
        given = stored.turns[-1].intents
        return StoredExchange(
            stored=stored,
            case=self._case(stored.row.case_id, settings),
            framework=self.library.framework(settings.framework),
            settings=settings,
            brain=chosen.brain,
            store=self._store,
            clock=self._clock,
            progress=progress,
            calls=chosen.meter.records,
            given=given[0] if given else None,
        )


def paused_for(row: InterviewRow, now: float) -> float:
    """Seconds of pauses since the interviewer last spoke, the one under way included."""
    running = 0.0 if row.paused_at is None else max(0.0, now - row.paused_at)
    return row.paused_seconds + running


def _conflict() -> TurnConflict:
    return TurnConflict(
        "This interview went on in another window.", "Reload the page; your draft is kept."
    )
