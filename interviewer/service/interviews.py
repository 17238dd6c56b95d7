"""The facade: start, submit, resume, end, look. Everything a face needs, and nothing it must know.

A candidate turn is stored before anything else happens to it. The reply and what was read in the
turn are stored together, so a turn is either unanswered or answered once; `resume` answers it
after a crash. Checkpoints only remember where the graph waits and are rebuilt from the store.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from interviewer.brains.factory import Brains
from interviewer.brains.protocol import Answer, Brain
from interviewer.cases.library import Library
from interviewer.core.assessment import Rejudgement
from interviewer.core.errors import (
    BrainError,
    InterviewEnded,
    KnowledgeError,
    ReplyPending,
    SettingsError,
    TurnConflict,
)
from interviewer.core.paths import Places
from interviewer.core.private_files import protect_home
from interviewer.core.settings import InterviewSettings, Mode, StepId
from interviewer.core.telemetry import switch_off_telemetry
from interviewer.core.transcript import Intent, Turn, clean_message, clean_sketch, nothing_said
from interviewer.llm.configuration import LLMSettings
from interviewer.policy import InterviewState
from interviewer.practice import Drill
from interviewer.results.result import Result
from interviewer.results.view import (
    EndedInterview,
    InterviewSummary,
    InterviewView,
    Keeping,
    Reply,
    view_of,
)
from interviewer.service.archive import Archive, Deletion, Practice
from interviewer.service.lifecycle import Lifecycle
from interviewer.service.loose_answer import GradedAnswer, grade_answer
from interviewer.service.resources import Clock, Resources
from interviewer.store import Store, StoredInterview, open_store

if TYPE_CHECKING:
    import httpx2

    from interviewer.brains.embedded.brain import EmbeddedBrain
    from interviewer.retrieval.index import Hit
    from interviewer.retrieval.notes import Note, Notes
    from interviewer.service.graph import Context


@asynccontextmanager
async def open_interviews(
    places: Places,
    *,
    clock: Clock = time.time,
    new_id: Callable[[], str] = lambda: uuid4().hex,
    brain: Brain | None = None,
    embedded: EmbeddedBrain | None = None,
    llm: LLMSettings | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncIterator[Interviews]:
    """Opens the store (migrating it) and closes everything at the end.

    Args:
        places: where data lives.
        clock: seconds since the epoch.
        new_id: makes the id of a new interview.
        brain: judges and speaks in place of the brains that can be chosen by name.
        embedded: the embedded brain in place of the shipped one.
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
        resources = Resources(places, stack, clock, new_id, brain, embedded, llm, transport)
        interviews = Interviews(resources, store)
        stack.push_async_callback(interviews.settle)
        stack.callback(gc.unfreeze)
        yield interviews


class Interviews:
    """The interviews of one owner, or of everybody.

    Args:
        resources: what all owners share.
        store: the interviews.
    """

    def __init__(self, resources: Resources, store: Store) -> None:
        self._resources, self._store = resources, store
        self._archive = Archive(resources, store)
        self._lifecycle = Lifecycle(resources, store)
        self._deletion = Deletion(resources, store)

    def owned_by(self, owner: str) -> Interviews:
        """The same interviews as one owner has them: others' do not exist.

        "" owns those of the person at this machine.
        """
        return Interviews(self._resources, self._store.owned_by(owner))

    async def warm(self) -> None:
        """Loads models, graph and the vectors of every case, off the event loop."""
        # In a thread, because the import takes most of a second.
        await asyncio.to_thread(importlib.import_module, "interviewer.service.graph")
        await self._resources.graph.open()
        await asyncio.to_thread(self.brains.prepare)
        for case_id in self.library.cases:
            case = self._resources.case(case_id, InterviewSettings())
            await asyncio.to_thread(self.brains.prepare_case, case)
        gc.freeze()  # all this stays; to look through it for garbage stops everybody for a while

    async def settle(self) -> None:
        """Waits for what is being judged behind the conversations."""
        await self._lifecycle.grader.settle()

    # Starting

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
        started = await self._lifecycle.start(case_id, settings, brain, follows)
        return await self.view(started)

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

    def submit(
        self,
        interview_id: str,
        text: str,
        *,
        sketch: str = "",
        after: int | None = None,
        intent: Intent | None = None,
    ) -> Reply:
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
            ReplyPending: the last message is not answered yet; `resume` answers it.
            StoreError: the database cannot be written.
        """
        return Reply(lambda reply: self._answer(reply, interview_id, text, sketch, after, intent))

    async def _answer(
        self,
        reply: Reply,
        interview_id: str,
        text: str,
        sketch: str,
        after: int | None,
        intent: Intent | None,
    ) -> AsyncGenerator[str, None]:
        drawn = clean_sketch(sketch)
        message = clean_message(text, alone=not drawn)
        lock = await self._resources.lock(self._store, interview_id)
        if lock.locked():
            raise _conflict()
        async with lock:
            graded = interview_id in self._resources.grading
            context = await self._admit(interview_id, message, drawn, after, intent)
            async with aclosing(self._resources.graph.answer(context)) as sentences:
                async for sentence in sentences:
                    yield sentence
            reply.view = await self._view_after(context, graded)

    async def _admit(
        self,
        interview_id: str,
        message: str,
        drawn: str,
        after: int | None,
        intent: Intent | None,
    ) -> Context:
        """Stores a message that can follow what is stored already."""
        stored = await self._store.load(interview_id)
        state = self._resources.fold(stored)
        ended = stored.row.end_reason is not None
        if not ended and state.end_reason is not None:  # its last words were said before a crash
            await self._lifecycle.finish(stored, state, state.end_reason)
        if ended or state.end_reason is not None:
            raise InterviewEnded("This interview has ended.", "Start a new one to continue.")
        if after is not None and after != stored.turns[-1].number:
            raise _conflict()
        if stored.unanswered:
            raise ReplyPending(
                "Your last message still waits for its reply.",
                "Ask for the reply first; your draft is kept.",
            )
        now = self._resources.clock()
        turn = Turn(
            number=stored.turns[-1].number + 1,
            role="candidate",
            step=state.step,
            text=message,
            sketch=drawn if drawn and drawn != await self._known_sketch(stored, state) else "",
            at=now,
            paused=stored.row.paused_for(now),
            intents=(intent,) if intent else (),
        )
        if not turn.whole:
            raise nothing_said()
        await self._store.add_candidate_turn(interview_id, turn)
        return self._context(stored.with_message(turn), state)

    async def _known_sketch(self, stored: StoredInterview, state: InterviewState) -> str:
        """The sketch as it was sent last.

        A step that is answered again begins with the sketch of the interview before it, which
        is no part of the new answer until it is changed.
        """
        if state.sketch or stored.row.follows is None:
            return state.sketch
        before = await self._archive.notebook_before(stored.row)
        return before.sketch if before is not None else ""

    def resume(self, interview_id: str) -> Reply:
        """Does what a crash left undone: answers an unanswered turn exactly once, closes an end.

        Yields nothing when every turn is answered.
        """
        return Reply(lambda reply: self._resume(reply, interview_id))

    async def _resume(self, reply: Reply, interview_id: str) -> AsyncGenerator[str, None]:
        async with await self._resources.lock(self._store, interview_id):
            graded = interview_id in self._resources.grading
            stored = await self._store.load(interview_id)
            state = self._resources.fold(stored)
            ended = stored.row.end_reason is not None
            if not ended and state.end_reason is not None:
                await self._lifecycle.finish(stored, state, state.end_reason)
            if ended or state.end_reason is not None or not stored.unanswered:
                reply.view = await self.view(interview_id)
                return
            context = self._context(stored, state)
            async with aclosing(self._resources.graph.answer(context)) as sentences:
                async for sentence in sentences:
                    yield sentence
            reply.view = await self._view_after(context, graded)

    def _context(self, stored: StoredInterview, state: InterviewState) -> Context:
        """What the graph works on: an interview whose last turn is unanswered, and its state."""
        from interviewer.service.graph import Context  # LangGraph takes most of a second

        chosen = self._resources.brain_of(stored)
        return Context(
            stored=stored,
            state=state,
            brain=chosen.brain,
            calls=chosen.calls,
            store=self._store,
            clock=self._resources.clock,
            grade_behind=self._lifecycle.grader.grade_behind,
            finish=self._lifecycle.finish,
        )

    async def _view_after(self, context: Context, graded: bool) -> InterviewView:
        """The interview as the exchange left it; loaded again only where others added to it.

        Args:
            context: what the nodes have carried on.
            graded: a step that ended before was being judged meanwhile.
        """
        row = context.stored.row
        if graded or context.state.end_reason is not None:
            return await self.view(row.id)
        before = await self._archive.notebook_before(row) if row.follows else None
        return view_of(context.stored, context.state, before)

    async def pause(self, interview_id: str) -> InterviewView:
        """Stops the clock until `unpause` or the next message; once paused it stays so.

        Raises:
            PauseRefused: in real mode, or when it has ended.
        """
        await self._lifecycle.pause(interview_id)
        return await self.view(interview_id)

    async def unpause(self, interview_id: str) -> InterviewView:
        """Lets the clock go on; nothing happens when it runs."""
        await self._lifecycle.unpause(interview_id)
        return await self.view(interview_id)

    async def end(self, interview_id: str) -> InterviewView:
        """Ends an interview for the candidate; ending it again changes nothing.

        What was said last and is still unanswered is answered first, so that it counts.
        """
        async with await self._resources.lock(self._store, interview_id):
            stored = await self._store.load(interview_id)
            if stored.row.end_reason is None and stored.unanswered:
                with suppress(BrainError, KnowledgeError):  # it stays unassessed
                    context = self._context(stored, self._resources.fold(stored))
                    async for _ in self._resources.graph.answer(context):
                        pass
                stored = await self._store.load(interview_id)
            if stored.row.end_reason is None:
                await self._lifecycle.finish(stored, self._resources.fold(stored), "candidate")
        return await self.view(interview_id)

    # Looking back: see `Archive`

    async def view(self, interview_id: str) -> InterviewView:
        """The interview as it stands."""
        return await self._archive.view(interview_id)

    @property
    def keeping(self) -> Keeping:
        """Where these interviews are kept, and for whom."""
        return self._archive.keeping

    async def exists(self, interview_id: str) -> bool:
        """Whether there is such an interview, readable or not."""
        return await self._archive.exists(interview_id)

    async def count(self) -> int:
        """How many interviews there are."""
        return await self._store.count()

    async def summaries(self, limit: int | None = None, offset: int = 0) -> list[InterviewSummary]:
        """Interviews, newest first."""
        return await self._archive.summaries(limit, offset)

    async def result(self, interview_id: str) -> Result:
        """The result file of an interview, ended or not."""
        return await self._archive.result(interview_id)

    async def report_name(self, interview_id: str) -> str:
        """What a file with its report is called, without an ending."""
        return await self._archive.report_name(interview_id)

    async def rejudge(self, interview_id: str, item: str, turn: int, quote: str) -> Rejudgement:
        """Judges one item again on words that the candidate points at."""
        return await self._archive.rejudge(interview_id, item, turn, quote)

    async def dispute(self, interview_id: str, item: str, turn: int, quote: str) -> Rejudgement:
        """Judges one item again because the candidate says that its credit is wrong."""
        return await self._archive.dispute(interview_id, item, turn, quote)

    async def make_link(self, interview_id: str) -> str:
        """A token under which the report can be read, in place of an earlier one."""
        return await self._archive.make_link(interview_id)

    async def revoke_link(self, interview_id: str) -> None:
        """Makes the link of an interview lead nowhere; fine when it has none."""
        await self._archive.revoke_link(interview_id)

    async def linked(self, token: str) -> Result:
        """The result that a link leads to, whoever has it and whosever interview it is."""
        return await self._archive.linked(token)

    async def before(self, interview_id: str) -> Result | None:
        """The result of the interview whose step this one answers again, if it does."""
        return await self._archive.before(interview_id)

    async def next_seed(self, case_id: str) -> int:
        """A seed whose wording this case was not yet asked in."""
        return await self._archive.next_seed(case_id)

    async def history(self) -> tuple[EndedInterview, ...]:
        """What the newest interviews that have ended say of their candidate, newest first."""
        return await self._archive.history()

    async def practice(self) -> Practice:
        """What is to be drilled and when, and how scores went."""
        return await self._archive.practice()

    async def practice_plan(self) -> tuple[Drill, ...]:
        """What is to be drilled and when."""
        return (await self._archive.practice()).drills

    # Deleting: see `Deletion`

    async def older_than(self, days: float) -> int:
        """How many interviews there are in which nothing was said for some days."""
        return await self._deletion.older_than(days)

    async def delete(self, interview_id: str) -> None:
        """Deletes an interview: what was said, judged and linked, and its checkpoints."""
        await self._deletion.delete(interview_id)

    async def delete_all(self) -> int:
        """Deletes all interviews; how many there were."""
        return await self._deletion.delete_all()

    async def delete_older_than(self, days: float) -> int:
        """Deletes the interviews in which nothing was said for some days; how many there were."""
        return await self._deletion.delete_older_than(days)

    # What needs no interview

    @property
    def library(self) -> Library:
        """Cases and frameworks, ours and the user's."""
        return self._resources.library

    async def refresh(self) -> None:
        """Takes over what authors have changed; interviews under way keep what they began with."""
        await self._resources.refresh()

    @property
    def brains(self) -> Brains:
        """The brains that can be chosen."""
        return self._resources.brains

    @property
    def notes(self) -> Notes:
        """Every concept note and case guide, ours and the user's."""
        return self._resources.lookup.notes

    def note(self, concept: str) -> Note | None:
        """A concept's study note, or None when there is none."""
        return self.notes.concepts.get(concept)

    async def search(self, query: str, k: int = 5) -> list[Hit]:
        """The passages nearest in meaning to a query, best first."""
        return await self._resources.lookup.search(query, k)

    async def grade(
        self, case_id: str, step: str, answer: str, brain: str = "auto", question: str = ""
    ) -> GradedAnswer:
        """Judges one answer, to a question where that is known, against one step: senior, balanced.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: there is no such step or brain.
            BrainError: it could not be judged.
        """
        if step not in set(StepId):
            raise SettingsError(f"There is no step {step!r}.", f"Choose {', '.join(StepId)}.")
        case = self._resources.case(case_id, InterviewSettings())
        chosen = self.brains.choose(brain).brain
        return await grade_answer(chosen, case, StepId(step), Answer(answer, question))


def _conflict() -> TurnConflict:
    return TurnConflict(
        "This interview went on in another window.", "Reload the page; your draft is kept."
    )
