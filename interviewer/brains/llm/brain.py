"""The LLM brain: the model reads, judges and speaks; everything it claims is checked.

It raises `EndpointError` when the endpoint fails; `FallbackBrain` then lets the embedded brain take
over. What needs no model (buttons, other languages, empty messages) the embedded brain does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Protocol

from interviewer.brains.llm.assessing import (
    CheckedAssessment,
    PreparedMessage,
    assess_request,
    find_injections,
    is_plain_wish,
    prepare_message,
)
from interviewer.brains.llm.evidence import certainly_absent, is_believed
from interviewer.brains.llm.grading import CheckedGrade, grade_request
from interviewer.brains.llm.guards import sentences_of
from interviewer.brains.llm.narrating import believed, narrate_request
from interviewer.brains.llm.replying import Reply, Secrets, secrets_of
from interviewer.brains.llm.schemas import GradeReply, HeardReply
from interviewer.brains.llm.speaking import GuardedReply, bounds_of, say_request
from interviewer.brains.protocol import Brain, Draft, Readers, Scene, Speech
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Judgement, TurnAssessment, Verdict
from interviewer.core.case import Case
from interviewer.core.errors import EndpointError
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.call import Request
from interviewer.llm.configuration import Style
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.failures import Failure, failed
from interviewer.llm.prompts import load_prompt
from interviewer.llm.usage import Meter
from interviewer.scoring import Scorecard
from interviewer.text.message import is_english

GROUNDED = frozenset((MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.CHALLENGE, MoveKind.PUSH_BACK))
"""Moves about the candidate's own words, for which it helps to know what they are about."""
PROMPTS = ("reply", "assess", "say", "grade", "narrate")
BROKEN_REPLIES = 2  # of an interview, after which the model only words what was decided
UNFIT = failed(Failure.UNFIT).what
"""Why a reply was not the model's, where it broke the rules twice."""

WHY = "Why interviewers ask"
"""The section of a study note that grounds a question. All the others hold answers, which whoever
speaks must not know: a candidate who is told can no longer earn it."""

Lookup = Callable[[str, str], Sequence[str]]
"""The passage nearest to a text, with its note; under a heading, or anywhere with an empty one."""


def look_up_nothing(query: str, heading: str) -> Sequence[str]:
    """Where no passages can be had."""
    return ()


class Understudy(Brain, Protocol):
    """The embedded brain as the model's brain needs it."""

    @property
    def judge(self) -> EmbeddedJudge:
        """Shortlists and cross-examines."""
        ...

    @property
    def readers(self) -> Readers:
        """The threads that texts are read in."""
        ...

    def draft(self, scene: Scene, move: Move) -> Draft:
        """What the reply has to say."""
        ...

    def complete(self, scene: Scene, assessment: TurnAssessment) -> TurnAssessment:
        """An assessment with what needs no model (blocking)."""
        ...


class Shared:
    """What all interviews of a process share: the endpoint, the embedded brain, the passages.

    Args:
        endpoint: where the models are.
        embedded: the embedded brain, which shortlists, cross-examines and drafts.
        look_up: finds passages.
        name: by which model and place are chosen, where they are not those of the environment.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        embedded: Understudy,
        look_up: Lookup = look_up_nothing,
        name: str = "",
    ) -> None:
        self.endpoint, self.embedded, self.look_up, self.name = endpoint, embedded, look_up, name
        self._secrets: dict[str, Secrets] = {}

    def secrets(self, case: Case) -> Secrets:
        """What nobody may say of a case."""
        if case.id not in self._secrets:
            self._secrets[case.id] = secrets_of(case)
        return self._secrets[case.id]


class LLMBrain(Brain):
    """Judges and speaks with a language model, on one interview's account.

    Args:
        shared: what it works with.
        meter: the account of the interview.
    """

    grades_steps = True

    def __init__(self, shared: Shared, meter: Meter) -> None:
        self._shared, self._endpoint, self._meter = shared, shared.endpoint, meter
        self._judge, self._readers = shared.embedded.judge, shared.embedded.readers
        self._unseen_in: tuple[int, tuple[str, ...]] = (0, ())

    @property
    def name(self) -> str:
        """Models and versions of the prompts, stored with every result."""
        settings = self._endpoint.settings
        model = settings.model or self._endpoint.named or "the endpoint's model"
        judge = f" judged by {settings.judge_model}" if settings.judge_model else ""
        chosen = self._shared.name or f"llm {model}{judge}"
        versions = ".".join(str(load_prompt(name).about.version) for name in PROMPTS)
        return f"{chosen}, prompts {versions}, {self._shared.embedded.name}"

    @property
    def interviews(self) -> bool:
        """Whether it asks its own questions."""
        return self._endpoint.settings.style is not Style.GUIDED

    async def reply(self, scene: Scene) -> Speech | None:
        """Its own reply to the last turn; None where it is guided, see `Brain.reply`."""
        readable = is_english(scene.turns[-1].text)
        if scene.agenda is None or not readable or self._is_guided(scene.turns):
            return None
        secrets = await asyncio.to_thread(self._shared.secrets, scene.case)
        reply = Reply(self._ask, scene, scene.agenda, secrets)
        return await reply.speech()

    def _ask(self, request: Request) -> AsyncGenerator[str, None]:
        return self._endpoint.stream(request, self._meter)

    def _is_guided(self, turns: Sequence[Turn]) -> bool:
        """Whether its own words have broken the rules too often in this interview."""
        broke = sum(turn.stand_in == UNFIT for turn in turns)
        return self._endpoint.settings.style is Style.AUTO and broke >= BROKEN_REPLIES

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """Reads the last turn of the scene; see `Brain.assess`."""
        turn = scene.turns[-1]
        if given is not None or not is_english(turn.text) or is_plain_wish(turn):
            return await self._shared.embedded.assess(scene, given)
        size = len(turn.whole)
        prepared = await self._readers.run(
            size, prepare_message, self._judge, scene.case, scene.step, turn
        )
        self._unseen_in = (turn.number, tuple(prepared.injections))
        if not prepared.claims:
            return await self._shared.embedded.assess(scene)
        # The second judge reads while the model does.
        judging = asyncio.create_task(self._judged(scene.case, scene.step, prepared))
        try:
            request = assess_request(scene, prepared)
            reply = await self._endpoint.ask(request, HeardReply, self._meter)
        except BaseException:
            judging.cancel()
            raise
        second = await judging
        met = [point.id for point in reply.items if point.verdict == Verdict.MET]
        if not is_believed(second, met):
            return await self._shared.embedded.assess(scene)
        absent = await asyncio.to_thread(self._absent, scene, prepared, reply, second)
        assessment = CheckedAssessment(scene, prepared, reply, absent).assessment()
        return await asyncio.to_thread(self._shared.embedded.complete, scene, assessment)

    async def _judged(self, case: Case, step: StepId, prepared: PreparedMessage) -> Judgement:
        """The embedded judge's reading of what the model sees."""
        judge = self._judge.judge
        size = sum(map(len, prepared.claims))
        return await self._readers.run(size, judge, case, step, prepared.claims, elsewhere=False)

    def _absent(
        self, scene: Scene, prepared: PreparedMessage, reply: HeardReply, here: Judgement
    ) -> set[str]:
        """Items called met that the embedded judge is certain to be absent."""
        steps = {item.id: step for step, item in scene.case.items()}
        judged = {scene.step: here}
        found: set[str] = set()
        for point in reply.items:
            step = steps.get(point.id)
            if step is None or point.verdict != Verdict.MET:
                continue
            if step not in judged:
                judged[step] = self._judge.judge(scene.case, step, prepared.claims, elsewhere=False)
            if certainly_absent(judged[step], point.id):
                found.add(point.id)
        return found

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """The interviewer's words for a move, sentence by sentence; see `Brain.say`."""
        draft = self._shared.embedded.draft(scene, move)
        if not scene.turns:  # the first words are the case's own
            for sentence in draft.sentences:
                yield sentence
            return
        speech = GuardedReply(bounds_of(scene, draft, self._shared.secrets(scene.case).phrases))
        sources = await asyncio.to_thread(self._sources, scene, move)
        request = say_request(scene, move, draft.sentences, sources, self._unseen(scene.turns[-1]))
        try:
            async with aclosing(self._endpoint.stream(request, self._meter)) as pieces:
                async for sentence in sentences_of(pieces):
                    if (told := speech.take(sentence)) is not None:
                        yield told
        except EndpointError:
            if not speech.begun:
                raise
            # What was shown stays; the draft says the rest.
        for sentence in speech.close():
            yield sentence

    def _unseen(self, turn: Turn) -> tuple[str, ...]:
        """Sentences of a turn that the model is not to see."""
        if self._unseen_in[0] != turn.number:
            self._unseen_in = (turn.number, find_injections(self._judge, turn.text))
        return self._unseen_in[1]

    def _sources(self, scene: Scene, move: Move) -> Sequence[str]:
        if move.kind not in GROUNDED:
            return ()
        quotes = [a.evidence.quote for a in scene.assessments if a.item == move.item and a.evidence]
        return self._shared.look_up(quotes[-1], WHY) if quotes else ()

    async def grade(
        self, case: Case, step: StepId, answer: str, asked: Sequence[str] = ()
    ) -> Judgement:
        """Judges a whole answer against one step only; see `Brain.grade`."""
        turn = Turn(number=1, role="candidate", step=step, text=answer, at=0.0)
        if not is_english(answer):
            return await self._shared.embedded.grade(case, step, answer)
        size = len(turn.whole)
        prepared = await self._readers.run(size, prepare_message, self._judge, case, step, turn)
        if not prepared.claims:
            return await self._shared.embedded.grade(case, step, answer)
        grading = CheckedGrade(
            case, step, answer, prepared, asked, await self._judged(case, step, prepared)
        )
        items = case.steps[step].items
        request = grade_request(case, step, prepared, asked, items)
        grading.take(await self._endpoint.ask(request, GradeReply, self._meter))
        if not grading.is_believed:
            return await self._shared.embedded.grade(case, step, answer)
        if disputed := grading.disputed:
            again = grade_request(case, step, prepared, asked, disputed)
            try:
                reply = await self._endpoint.ask(again, GradeReply, self._meter)
            except EndpointError:
                grading.give_up(disputed)
            else:
                grading.take_again(reply, disputed)
        return grading.judgement()

    async def narrate(self, case: Case, scorecard: Scorecard) -> str:
        """Feedback in a few sentences, from the computed scorecard; see `Brain.narrate`."""
        practice = [case.item(point.item) for point in scorecard.practice[:2]]
        notes = [
            note
            for item in practice
            for note in await asyncio.to_thread(self._shared.look_up, item.statement, "")
        ]
        request = narrate_request(case, scorecard, notes)
        async with aclosing(self._endpoint.stream(request, self._meter)) as pieces:
            text = "".join([piece async for piece in pieces])
        told = believed(text, request)
        if told is None:
            raise failed(Failure.WRONG_SHAPE, "the feedback says what the scorecard does not")
        return told
