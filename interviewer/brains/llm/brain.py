"""The LLM brain: the model reads, judges and speaks; everything it claims is checked.

It raises `EndpointError` when the endpoint fails; `FallbackBrain` then lets the embedded brain take
over. What needs no model (buttons, other languages, empty messages) the embedded brain does.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing

from interviewer.brains.llm.assessing import find_injections
from interviewer.brains.llm.guards import sentences_of
from interviewer.brains.llm.judging import ModelJudge, Propose, Understudy, propose_nothing
from interviewer.brains.llm.limits import Secrets, secrets_of
from interviewer.brains.llm.replying import Reply
from interviewer.brains.llm.speaking import GuardedReply, bounds_of, say_request
from interviewer.brains.protocol import Answer, Brain, Heard, Scene, Speech
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Judgement, RedFlagHit, Rejudgement, TurnAssessment
from interviewer.core.case import Case
from interviewer.core.debrief import Debrief
from interviewer.core.errors import EndpointError
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
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
PROMPTS = ("reply", "notes", "say", "grade", "sweep", "closing", "debrief")
BROKEN_REPLIES = 2  # of an interview, after which the model only words what was decided
UNFIT = frozenset(failed(why).what for why in (Failure.UNFIT, Failure.TOO_LONG))
"""Why replies were not the model's, where it cannot keep the rules or hold the prompt."""

WHY = "Why interviewers ask"
"""The section of a study note that grounds a question. All the others hold answers, which whoever
speaks must not know: a candidate who is told can no longer earn it."""

Lookup = Callable[[str, str], Sequence[str]]
"""The passage nearest to a text, with its note; under a heading, or anywhere with an empty one."""


def look_up_nothing(query: str, heading: str) -> Sequence[str]:
    """Where no passages can be had."""
    return ()


class Shared:
    """What all interviews of a process share: the endpoint, the embedded brain, the passages.

    Args:
        endpoint: where the models are.
        embedded: the embedded brain, which shortlists, cross-examines and drafts.
        look_up: finds passages.
        name: by which model and place are chosen, where they are not those of the environment.
        propose: finds study notes.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        embedded: Understudy,
        look_up: Lookup = look_up_nothing,
        name: str = "",
        propose: Propose = propose_nothing,
    ) -> None:
        self.endpoint, self.embedded, self.look_up, self.name = endpoint, embedded, look_up, name
        self.propose = propose
        self._secrets: dict[str, Secrets] = {}

    def secrets(self, case: Case) -> Secrets:
        """What nobody may say of a case; of one narrowed to a concept that is less."""
        if case.fingerprint not in self._secrets:
            self._secrets[case.fingerprint] = secrets_of(case)
        return self._secrets[case.fingerprint]


class LLMBrain(Brain):
    """Judges and speaks with a language model, on one interview's account.

    Args:
        shared: what it works with.
        meter: the account of the interview.
    """

    grades_steps = True

    def __init__(self, shared: Shared, meter: Meter) -> None:
        self._shared, self._endpoint, self._meter = shared, shared.endpoint, meter
        self._judge = shared.embedded.judge
        self._judging = ModelJudge(shared.endpoint, shared.embedded, shared.propose, meter)
        self._unseen_in: tuple[int, tuple[str, ...]] = (0, ())
        self._asked: asyncio.Event | None = None

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
        self._asked = asyncio.Event()
        try:
            readable = is_english(scene.turns[-1].text)
            if scene.agenda is None or not readable or self._is_guided(scene.turns):
                return None
            return await Reply(self._ask, scene, scene.agenda, self._shared.secrets).speech()
        finally:
            self._asked.set()

    def _ask(self, request: Request) -> AsyncGenerator[str, None]:
        if self._asked is not None:  # the next turn of the loop is when the request is on its way
            asyncio.get_running_loop().call_soon(self._asked.set)
        return self._endpoint.stream(request, self._meter)

    def _is_guided(self, turns: Sequence[Turn]) -> bool:
        """Whether its own words have broken the rules too often in this interview."""
        broke = sum(turn.stand_in in UNFIT for turn in turns)
        return self._endpoint.settings.style is Style.AUTO and broke >= BROKEN_REPLIES

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """Reads the last turn of the scene, once its reply has been asked for."""
        if self._asked is not None:  # what is read for the notes would keep the reply waiting
            await self._asked.wait()
        return await self._judging.assess(scene, given)

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
        self,
        case: Case,
        step: StepId,
        said: Sequence[Answer],
        standing: Sequence[RedFlagHit] = (),
    ) -> Judgement:
        """Judges what was said against one step only; see `Brain.grade`."""
        return await self._judging.grade(case, step, said, standing)

    async def look_back(self, scene: Scene, absent: Sequence[str]) -> Heard:
        """Looks at a whole interview; see `Brain.look_back`."""
        return await self._judging.look_back(scene, absent)

    async def reread(self, scene: Scene, claim: Rejudgement) -> Judgement | None:
        """Reads a whole interview again for one point; see `Brain.reread`."""
        return await self._judging.reread(scene, claim)

    async def debrief(self, scene: Scene, scorecard: Scorecard) -> Debrief:
        """What the candidate is told afterwards; see `Brain.debrief`."""
        told = await self._judging.debrief(scene, scorecard)
        if told.summary:
            return told
        plain = await self._shared.embedded.debrief(scene, scorecard)
        return told.model_copy(update={"summary": plain.summary})
