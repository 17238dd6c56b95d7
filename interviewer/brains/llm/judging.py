"""What a language model judges: notes on a message, grades of a step, a look back at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from interviewer.brains.llm.assessing import (
    CheckedNotes,
    PreparedMessage,
    is_plain_wish,
    notes_request,
    prepare_message,
)
from interviewer.brains.llm.debriefing import (
    HEARD_TOKENS,
    ROOM_TOKENS,
    CheckedDebrief,
    debrief_request,
)
from interviewer.brains.llm.grading import (
    CheckedGrade,
    Dispute,
    again_request,
    grade_request,
    obeys,
)
from interviewer.brains.llm.schemas import (
    ClosingReply,
    DebriefReply,
    GradeReply,
    Judged,
    NotesReply,
    SweepReply,
)
from interviewer.brains.llm.sweeping import (
    EARNED,
    LookedBack,
    closing_request,
    found_in_part,
    sweep_request,
    wish_of,
)
from interviewer.brains.llm.transcript import (
    NumberedTranscript,
    cut_transcript,
    number_transcript,
)
from interviewer.brains.protocol import Answer, Brain, Draft, Heard, Readers, Scene
from interviewer.core.act import Move
from interviewer.core.assessment import (
    Assessment,
    Judgement,
    RedFlagHit,
    Rejudgement,
    TurnAssessment,
    Verdict,
)
from interviewer.core.case import Case
from interviewer.core.debrief import NOTHING_TOLD, Debrief
from interviewer.core.design import Closing, EntryKind
from interviewer.core.errors import EndpointError
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.failures import Failure, failed
from interviewer.llm.usage import Meter
from interviewer.retrieval.passages import Passage
from interviewer.scoring import Scorecard
from interviewer.text.injection import injection_odds
from interviewer.text.message import is_english
from interviewer.text.sentences import find_quote, shorten_quote

PROPOSED = 8  # study notes that are proposed for what to be ready for
FENCE = "```"
MAY_DIRECT = 1.75
"""Log-odds of an injection from which a sentence is left out of a second reading. Of the sentences
of scripts it is one in four hundred, and none of them loses a verdict unless it is its quote."""

Propose = Callable[[str], Sequence[Passage]]
"""The passages of concept notes nearest to a text, best first (blocking)."""


def propose_nothing(query: str) -> Sequence[Passage]:
    """Where no notes can be had."""
    return ()


class Understudy(Brain, Protocol):
    """The embedded brain as the model's brain needs it."""

    @property
    def judge(self) -> EmbeddedJudge:
        """Reads the same words in its own way."""
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


class ModelJudge:
    """Judges with a language model, on one interview's account.

    Args:
        endpoint: where the models are.
        embedded: does what needs no model, and is the second reader.
        propose: finds study notes.
        meter: the account of the interview.
    """

    def __init__(
        self, endpoint: Endpoint, embedded: Understudy, propose: Propose, meter: Meter
    ) -> None:
        self._endpoint, self._embedded, self._propose = endpoint, embedded, propose
        self._meter, self._judge, self._readers = meter, embedded.judge, embedded.readers

    async def assess(self, scene: Scene, given: Intent | None) -> TurnAssessment:
        """Reads the last turn of the scene; see `Brain.assess`."""
        turn = scene.turns[-1]
        if given is not None or not is_english(turn.text) or is_plain_wish(turn):
            return await self._embedded.assess(scene, given)
        size = len(turn.whole)
        prepared = await self._readers.run(
            size, prepare_message, self._judge, turn.text, turn.sketch
        )
        if not prepared.claims:
            return await self._embedded.assess(scene)
        request = notes_request(scene, prepared)
        reply = await self._endpoint.ask(request, NotesReply, self._meter)
        assessment = CheckedNotes(scene, prepared, reply).assessment()
        return await asyncio.to_thread(self._embedded.complete, scene, assessment)

    async def grade(
        self,
        case: Case,
        step: StepId,
        said: Sequence[Answer],
        standing: Sequence[RedFlagHit],
    ) -> Judgement:
        """Judges what was said against one step only; see `Brain.grade`."""
        size = sum(len(one.text) for one in said)
        prepared = await self._readers.run(size, prepare_answers, self._judge, said)
        if not prepared.claims or not is_english(" ".join(prepared.claims)):
            return await self._embedded.grade(case, step, said)
        second = await self._readers.run(
            size, self._judge.judge, case, step, prepared.claims, elsewhere=False
        )
        grading = CheckedGrade(case, step, prepared, second, standing)
        request = grade_request(case, step, prepared, standing)
        reply = await self._endpoint.ask(request, GradeReply, self._meter)
        if obeys(reply.items):
            return _own_reading(second, prepared.text)
        grading.take(reply)
        if disputes := grading.disputes:
            unseen = prepared.left_out | await self._may_direct(prepared.sentences)
            try:
                again = await self._read_again(case, disputes, prepared.sentences, unseen)
                grading.take_again(again, disputes)
            except EndpointError:
                grading.give_up(disputes)
        return grading.judgement()

    async def _may_direct(self, sentences: Sequence[str]) -> frozenset[int]:
        """Indexes of sentences that a second reading does without: they may direct the judge."""
        odds = await asyncio.to_thread(injection_odds, sentences, self._judge.encode)
        return frozenset(at for at, odd in odds.items() if odd >= MAY_DIRECT)

    async def _read_again(
        self,
        case: Case,
        disputes: Sequence[Dispute],
        sentences: Sequence[str],
        unseen: frozenset[int],
    ) -> GradeReply:
        request = again_request(case, disputes, sentences, unseen)
        return await self._endpoint.ask(request, GradeReply, self._meter)

    async def look_back(self, scene: Scene, absent: Sequence[str]) -> Heard:
        """Looks at a whole interview; see `Brain.look_back`."""
        whole = await asyncio.to_thread(number_transcript, self._judge, scene.turns)
        if all(line.left_out for line in whole.lines):
            return Heard()
        swept, closing = await asyncio.gather(
            self._swept(scene, whole, absent), self._closed(scene, whole), return_exceptions=True
        )
        for found in (swept, closing):
            if isinstance(found, BaseException) and not isinstance(found, EndpointError):
                raise found
        if isinstance(swept, BaseException) and isinstance(closing, BaseException):
            raise swept
        heard = Heard() if isinstance(swept, BaseException) else swept
        return heard if isinstance(closing, BaseException) else heard._replace(closing=closing)

    async def _swept(self, scene: Scene, whole: NumberedTranscript, absent: Sequence[str]) -> Heard:
        partly = found_in_part(scene)
        if not (absent or partly or scene.standing or scene.taken_back):
            return Heard()
        open_ = [*absent, *(one.item for one in partly)]
        shown = await asyncio.to_thread(cut_transcript, self._judge, scene.case, whole, open_)
        back = LookedBack(scene, shown)
        request = sweep_request(scene, shown, absent, partly)
        reply = await self._endpoint.ask(request, SweepReply, self._meter)
        if obeys(reply.items):
            return Heard()
        back.take(reply)
        items = await self._confirmed(scene, back, shown, tuple(back.found(open_)))
        return Heard(
            items,
            recovered=back.claims("taken_back"),
            upheld=back.claims("upheld"),
            dropped=back.claims("sound"),
        )

    async def _confirmed(
        self,
        scene: Scene,
        back: LookedBack,
        shown: NumberedTranscript,
        found: tuple[Assessment, ...],
    ) -> tuple[Assessment, ...]:
        """Found points that a second reading confirms: somebody missed them at first."""
        disputes = back.disputes(found)
        if not disputes:
            return ()
        unseen = shown.left_out | await self._may_direct(shown.sentences)
        try:
            reply = await self._read_again(scene.case, disputes, shown.sentences, unseen)
        except EndpointError:
            return ()
        return tuple(back.confirmed(reply.items, disputes))

    async def _closed(self, scene: Scene, whole: NumberedTranscript) -> Closing:
        every = [item.id for _, item in scene.case.items()]
        shown = await asyncio.to_thread(cut_transcript, self._judge, scene.case, whole, every)
        notes = await asyncio.to_thread(self._proposed, scene)
        request = closing_request(scene, shown, notes)
        reply = await self._endpoint.ask(request, ClosingReply, self._meter)
        return LookedBack(scene, shown).closing(reply, notes)

    def _proposed(self, scene: Scene) -> Mapping[str, Passage]:
        """Passages of study notes near to what is open, by the id of their note."""
        threads = [entry.text for entry in reversed(scene.design.of(EntryKind.THREAD))]
        met = {a.item for a in scene.assessments if a.verdict is Verdict.MET}
        gaps = [item.statement for _, item in scene.case.items() if item.id not in met]
        found: dict[str, Passage] = {}
        for query in (*threads[:PROPOSED], *gaps):
            for passage in self._propose(query)[:1]:
                found.setdefault(passage.note, passage)
            if len(found) >= PROPOSED:
                break
        return found

    async def debrief(self, scene: Scene, scorecard: Scorecard) -> Debrief:
        """A page for the candidate; its summary is empty where it cannot be believed.

        Where nothing was said, or nothing that a model may see, there is nothing on it.

        Raises:
            EndpointError: there is none, or nothing in it can be believed.
        """
        whole = await asyncio.to_thread(number_transcript, self._judge, scene.turns, HEARD_TOKENS)
        if all(line.left_out for line in whole.lines):
            return NOTHING_TOLD
        every = [item.id for _, item in scene.case.items()]
        shown = await asyncio.to_thread(
            cut_transcript, self._judge, scene.case, whole, every, ROOM_TOKENS
        )
        request = debrief_request(scene, scorecard, shown)
        reply = await self._endpoint.ask(request, DebriefReply, self._meter)
        told = CheckedDebrief(scene, scorecard, shown).debrief(reply, request.messages[-1][1])
        if told == NOTHING_TOLD:
            raise failed(Failure.WRONG_SHAPE, "nothing in the debrief can be believed")
        return told

    async def reread(self, scene: Scene, claim: Rejudgement) -> Judgement | None:
        """Reads a whole interview again for one point; see `Brain.reread`."""
        whole = await asyncio.to_thread(number_transcript, self._judge, scene.turns)
        item = [claim.item]
        shown = await asyncio.to_thread(cut_transcript, self._judge, scene.case, whole, item)
        request = sweep_request(scene, shown, item, wish=wish_of(claim))
        reply = await self._endpoint.ask(request, SweepReply, self._meter)
        back = LookedBack(scene, shown)
        back.take(reply)
        judged: Judged | None = next((one for one in reply.items if one.id == claim.item), None)
        if judged is None:
            return None
        if obeys(reply.items):
            raise failed(Failure.WRONG_SHAPE, "the judge did as it was told by what it read")
        found = back.checked(judged)
        if judged.verdict in EARNED and found.verdict is Verdict.UNASSESSED:
            raise failed(Failure.WRONG_SHAPE, "its quote does not stand where it says")
        return Judgement(items=(found,))


def _own_reading(second: Judgement, answer: str) -> Judgement:
    """The embedded judge's verdicts in place of a model's, quotes as they stand in the answer."""
    quotes = (shorten_quote(find_quote(one.quote, answer) or "") for one in second.items)
    items = (one.quoting(quote) for one, quote in zip(second.items, quotes, strict=True))
    return Judgement(items=tuple(items))


def prepare_answers(judge: EmbeddedJudge, said: Sequence[Answer]) -> PreparedMessage:
    """Prepares what was said in several messages, each part of each read on its own (blocking).

    Args:
        judge: whose vectors tell what a sentence is about.
        said: the messages, with what the interviewer had said before them.
    """
    sentences: list[str] = []
    left_out: set[int] = set()
    injected: set[int] = set()
    questions: dict[int, str] = {}
    for answer in said:
        if answer.question:
            questions[len(sentences)] = answer.question
        parts = [answer.text] if FENCE in answer.text else answer.text.split("\n\n")
        for prepared in (prepare_message(judge, part) for part in parts):
            left_out |= {len(sentences) + at for at in prepared.left_out}
            injected |= {len(sentences) + at for at in prepared.injected}
            sentences += prepared.sentences
    text = "\n\n".join(one.text for one in said)
    return PreparedMessage(
        tuple(sentences), frozenset(left_out), frozenset(injected), text, questions
    )
