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
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4
from weakref import WeakValueDictionary

from interviewer.brains.protocol import Brain, Scene
from interviewer.case_files import Library, fingerprint, load_library
from interviewer.cases import Case, Framework, apply_variant
from interviewer.errors import (
    BrainError,
    InterviewEnded,
    KnowledgeError,
    SettingsError,
    TurnConflict,
)
from interviewer.exchange import StoredExchange
from interviewer.grading import GradedAnswer, grade_answer
from interviewer.messages import clean_message
from interviewer.moves import Progress, follow, new_progress, opening_move
from interviewer.report.result import Result, build_result
from interviewer.scorecard import EndReason
from interviewer.settings import InterviewSettings, Places, StepId
from interviewer.store import InterviewRow, Store, StoredInterview, open_store
from interviewer.transcript import Intent, MoveKind, Turn
from interviewer.viewing import view_of
from interviewer.views import InterviewSummary, InterviewView

if TYPE_CHECKING:
    from interviewer.checkpoints import WaitingGraph
    from interviewer.knowledge.index import Hit, PassageIndex
    from interviewer.knowledge.notes import Note, Notes

Clock = Callable[[], float]


@asynccontextmanager
async def open_interviews(
    places: Places,
    *,
    clock: Clock = time.time,
    new_id: Callable[[], str] = lambda: uuid4().hex,
    brain: Brain | None = None,
) -> AsyncIterator[Interviews]:
    """Opens the store (migrating it) and closes everything at the end.

    Args:
        places: where data lives.
        clock: seconds since the epoch.
        new_id: makes the id of a new interview.
        brain: judges and speaks in place of the brains that can be chosen by name.

    Raises:
        StoreError: the database cannot be opened.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(places.database))
        yield Interviews(places, store, stack, clock, new_id, brain)


class Interviews:
    """All interviews of one home folder."""

    def __init__(
        self,
        places: Places,
        store: Store,
        stack: AsyncExitStack,
        clock: Clock,
        new_id: Callable[[], str],
        brain: Brain | None = None,
    ) -> None:
        self._places = places
        self._store = store
        self._stack = stack
        self._clock = clock
        self._new_id = new_id
        self._given_brain = brain
        self._variants: dict[tuple[str, str | None], Case] = {}
        self._busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @cached_property
    def library(self) -> Library:
        """Cases and frameworks, ours and the user's."""
        return load_library(self._places.knowledge)

    @cached_property
    def _brain(self) -> Brain:
        """The embedded brain, unless one was given; its model is loaded at the first use."""
        if self._given_brain is not None:
            return self._given_brain
        from interviewer.brains.embedded.brain import EmbeddedBrain
        from interviewer.judge.embedded import EmbeddedJudge
        from interviewer.knowledge.embeddings import MODEL_ID, shared_model

        # A folder of the model's own: vectors of another one cannot be compared with them.
        cache = self._places.cache / MODEL_ID
        judge = EmbeddedJudge(lambda texts: shared_model().encode(texts), cache)
        return EmbeddedBrain(judge)

    async def warm(self) -> None:
        """Loads model, graph and the vectors of every case, off the event loop."""
        # In a thread, because the import takes most of a second.
        await asyncio.to_thread(importlib.import_module, "interviewer.checkpoints")
        await self._graph.open()
        for case_id in self.library.cases:
            await asyncio.to_thread(self._warm_case, self._case(case_id, None))

    def _warm_case(self, case: Case) -> None:
        from interviewer.brains.embedded.brain import EmbeddedBrain

        if isinstance(self._brain, EmbeddedBrain):
            self._brain.prepare(case)

    # Starting and looking

    async def start(
        self, case_id: str, settings: InterviewSettings, brain: str = "auto"
    ) -> InterviewView:
        """Starts an interview; its opening turn is stored.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: no such framework, variant or brain.
        """
        _check_brain(brain)
        case = self._case(case_id, settings.variant)
        framework = self.library.framework(settings.framework)
        now = self._clock()
        row = InterviewRow(
            id=self._new_id(),
            case_id=case_id,
            settings=settings,
            brain=self._brain.name,
            case_hash=fingerprint(case),
            created_at=now,
        )
        opening = await self._opening_turn(case, framework, settings, now)
        await self._store.create_interview(row, opening)
        return await self.view(row.id)

    async def _opening_turn(
        self, case: Case, framework: Framework, settings: InterviewSettings, now: float
    ) -> Turn:
        progress = new_progress(case, framework, settings)
        move = opening_move(progress)
        scene = Scene(case, framework, settings, move.step, ())
        words = [sentence async for sentence in self._brain.say(scene, move)]
        text = " ".join(words)
        return Turn(number=1, role="interviewer", step=move.step, text=text, at=now, move=move)

    async def view(self, interview_id: str) -> InterviewView:
        """The interview as it stands.

        Raises:
            InterviewNotFound: there is none of that id.
        """
        return self._view(await self._store.load(interview_id))

    def _view(self, stored: StoredInterview) -> InterviewView:
        return view_of(stored, self._progress(stored))

    async def summaries(self) -> list[InterviewSummary]:
        """Every interview, newest first."""
        return [
            InterviewSummary(
                interview_id=row.id,
                case_id=row.case_id,
                case_title=self._title(row.case_id),
                created_at=row.created_at,
                settings=row.settings,
                brain=row.brain,
                turns=row.turns,
                end_reason=row.end_reason,
                overall=row.overall,
                recommendation=row.recommendation,
            )
            for row in await self._store.list_interviews()
        ]

    async def result(self, interview_id: str) -> Result:
        """The result file of an interview, ended or not."""
        return self._result(await self._store.load(interview_id))

    def _result(self, stored: StoredInterview) -> Result:
        row = stored.row
        return build_result(self._view(stored), self._case(row.case_id, row.settings.variant))

    def _title(self, case_id: str) -> str:
        case = self.library.cases.get(case_id)
        return case.title if case else case_id

    # One exchange

    async def submit(
        self,
        interview_id: str,
        text: str,
        *,
        after: int | None = None,
        intent: Intent | None = None,
    ) -> AsyncIterator[str]:
        """Stores a candidate message, then yields the reply sentence by sentence.

        Args:
            interview_id: the interview.
            text: the message.
            after: number of the last turn its author saw.
            intent: what a button says the message is.

        Raises:
            MessageRejected: empty or too long; nothing was stored.
            InterviewEnded: the interview is over.
            TurnConflict: something newer than `after` is stored, or a reply is under way.
            StoreError: the database cannot be written.
        """
        message = clean_message(text)
        lock = self._lock(interview_id)
        if lock.locked():
            raise _conflict()
        async with lock:
            stored = await self._store.load(interview_id)
            await self._admit(stored, after)
            turn = Turn(
                number=stored.turns[-1].number + 1,
                role="candidate",
                step=self._progress(stored).step,
                text=message,
                at=self._clock(),
                intents=(intent,) if intent else (),
            )
            await self._store.add_candidate_turn(interview_id, turn)
            stored = stored.model_copy(update={"turns": (*stored.turns, turn)})
            async with aclosing(self._reply(stored)) as reply:
                async for sentence in reply:
                    yield sentence

    async def _admit(self, stored: StoredInterview, after: int | None) -> None:
        """Refuses a message that cannot follow what is stored."""
        last = stored.turns[-1]
        if stored.row.end_reason is not None or await self._close_if_wrapped_up(stored):
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
        async with self._lock(interview_id):
            stored = await self._store.load(interview_id)
            if stored.row.end_reason is not None or await self._close_if_wrapped_up(stored):
                return
            if stored.unanswered:
                async with aclosing(self._reply(stored)) as reply:
                    async for sentence in reply:
                        yield sentence

    async def end(self, interview_id: str) -> InterviewView:
        """Ends an interview for the candidate; ending it again changes nothing.

        What was said last and is still unanswered is answered first, so that it counts.
        """
        async with self._lock(interview_id):
            stored = await self._store.load(interview_id)
            if stored.row.end_reason is None and stored.unanswered:
                with suppress(BrainError, KnowledgeError):  # it stays unassessed
                    async for _ in self._reply(stored):
                        pass
                stored = await self._store.load(interview_id)
            if stored.row.end_reason is None:
                await self._finish(stored, "candidate")
        return await self.view(interview_id)

    def _lock(self, interview_id: str) -> asyncio.Lock:
        """Held while something is added to an interview; gone when nobody holds it."""
        return self._busy.setdefault(interview_id, asyncio.Lock())

    async def _reply(self, stored: StoredInterview) -> AsyncGenerator[str, None]:
        """Answers the last turn of an interview, which is a candidate's."""
        interview_id, exchange = stored.row.id, self._exchange(stored)
        running = self._graph.run(interview_id, exchange, stored.turns[-1].number)
        async with aclosing(running) as reply:
            async for sentence in reply:
                yield sentence
        if exchange.move is not None and exchange.move.kind is MoveKind.WRAP_UP:
            await self._close_if_wrapped_up(await self._store.load(interview_id))

    def _exchange(self, stored: StoredInterview) -> StoredExchange:
        settings = stored.row.settings
        given = stored.turns[-1].intents
        return StoredExchange(
            stored=stored,
            case=self._case(stored.row.case_id, settings.variant),
            framework=self.library.framework(settings.framework),
            settings=settings,
            brain=self._brain,
            store=self._store,
            clock=self._clock,
            given=given[0] if given else None,
        )

    @cached_property
    def _graph(self) -> WaitingGraph:
        from interviewer.checkpoints import WaitingGraph

        graph = WaitingGraph(self._places.checkpoints)
        self._stack.push_async_callback(graph.close)
        return graph

    # Ending

    async def _close_if_wrapped_up(self, stored: StoredInterview) -> bool:
        """Ends an interview whose last words have been said; whether they have."""
        reason = self._progress(stored).end_reason
        if reason is None:
            return False
        await self._finish(stored, reason)
        return True

    async def _finish(self, stored: StoredInterview, reason: EndReason) -> None:
        now = self._clock()
        row = stored.row.model_copy(update={"end_reason": reason, "ended_at": now})
        result = self._result(stored.model_copy(update={"row": row}))
        # In this order, because what a crash leaves in between can still be ended.
        await self._store.save_result(row.id, result.model_dump(mode="json"))
        await self._store.end_interview(row.id, reason, now)

    # Judging one answer, reading notes

    async def grade(self, case_id: str, step: str, answer: str) -> GradedAnswer:
        """Judges one answer against one step: senior, balanced.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: there is no such step.
        """
        if step not in set(StepId):
            raise SettingsError(f"There is no step {step!r}.", f"Choose {', '.join(StepId)}.")
        return await grade_answer(self._brain, self._case(case_id, None), StepId(step), answer)

    async def search(self, query: str, k: int = 5) -> list[Hit]:
        """The passages nearest in meaning to a query, best first.

        Raises:
            KnowledgeError: there is no index yet.
        """
        return await asyncio.to_thread(self._index.search, query, k)

    def note(self, concept: str) -> Note | None:
        """A concept's study note, or None when there is none."""
        return self._notes.concepts.get(concept)

    @cached_property
    def _index(self) -> PassageIndex:
        from interviewer.knowledge.index import PassageIndex

        index = PassageIndex(self._places.index)
        self._stack.callback(index.close)
        return index

    @cached_property
    def _notes(self) -> Notes:
        from interviewer.knowledge.notes import load_notes, note_roots

        return load_notes(note_roots(self._places))

    # Shared

    def _case(self, case_id: str, variant: str | None) -> Case:
        key = (case_id, variant)
        if key not in self._variants:
            case = self.library.case(case_id)
            try:
                self._variants[key] = apply_variant(case, variant)
            except KeyError:
                known = ", ".join(v.id for v in case.variants) or "none"
                raise SettingsError(
                    f"{case_id} has no variant {variant!r}.", f"It has: {known}."
                ) from None
        return self._variants[key]

    def _progress(self, stored: StoredInterview) -> Progress:
        settings = stored.row.settings
        case = self._case(stored.row.case_id, settings.variant)
        framework = self.library.framework(settings.framework)
        return follow(case, framework, settings, stored.turns, stored.assessments)


def _check_brain(brain: str) -> None:
    if brain not in ("auto", "embedded"):
        raise SettingsError(
            f"The brain {brain!r} is not available in this version.",
            "Use embedded, which needs no key and no network.",
        )


def _conflict() -> TurnConflict:
    return TurnConflict(
        "This interview went on in another window.", "Reload the page; your draft is kept."
    )
