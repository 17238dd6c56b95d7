"""One reply that the model finds by itself: its act, its words as they pass, one repair, an end.

A sentence is heard only once it has passed the guards. Where one does not, the model is told why,
once; where that fails as well, what was heard ends with a question of the case, and a reply of
which nothing was heard is left to the policy.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Iterator
from contextlib import aclosing

from interviewer.brains.llm.briefing import MOST_TOKENS, repair_request, reply_request
from interviewer.brains.llm.guards import (
    MARKUP,
    QUOTES,
    Broken,
    Rule,
    asked_before,
    asks,
    bare,
    broken_rule,
    clean,
    sentences_of,
)
from interviewer.brains.llm.limits import Limits, Secrets, limits_of
from interviewer.brains.llm.told import facts_told
from interviewer.brains.protocol import SPOKEN_WORDS, Scene, Speech
from interviewer.core.act import Move, MoveKind
from interviewer.core.agenda import Agenda, spoken_move
from interviewer.core.case import Case
from interviewer.core.errors import EndpointError
from interviewer.core.settings import StepId
from interviewer.llm.call import Request
from interviewer.llm.failures import Failure, failed
from interviewer.llm.prompts import load_prompt
from interviewer.llm.usage import Kind
from interviewer.text.sentences import content_stems, split_sentences

SHORTEST = 4  # words of a question that is one
HEADER = 160  # characters within which a first line has to end to be one
PREMISE = 0.5  # share of a scenario's words from which it has been told
_ALIASES = {
    "ask": MoveKind.PROBE,
    "question": MoveKind.PROBE,
    "follow_up": MoveKind.DEEPEN,
    "test": MoveKind.CHALLENGE,
    "next_part": MoveKind.OPEN_STEP,
    "next": MoveKind.OPEN_STEP,
    "open": MoveKind.OPEN_STEP,
    "move_on": MoveKind.OPEN_STEP,
    "clarify": MoveKind.ANSWER,
}
"""What models call acts."""
_KINDS = _ALIASES | {kind.value: kind for kind in MoveKind}
_ACT = re.compile(
    r"^\W*act\b[\W_]*(?P<kind>"
    + "|".join(name.replace("_", "[ _-]?") for name in sorted(_KINDS, key=len, reverse=True))
    + r"|\w+)\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_MARKS = " .:;,|()<>*_`\"'[]-\u2014"
_ASKING = (
    MoveKind.PROBE,
    MoveKind.DEEPEN,
    MoveKind.CHALLENGE,
    MoveKind.CHECK_NUMBERS,
    MoveKind.OPEN_STEP,
    MoveKind.PUSH_BACK,
    MoveKind.CHANGE_CONSTRAINT,
    MoveKind.DEEP_DIVE,
)

Ask = Callable[[Request], AsyncGenerator[str, None]]
"""Streams a model's words."""


class Reply:
    """One reply under way.

    Args:
        ask: streams the model's words.
        scene: the interview up to the candidate's turn.
        agenda: what the reply may do.
        secrets: works out what may not be said of a case (blocking at its first time).
    """

    def __init__(
        self, ask: Ask, scene: Scene, agenda: Agenda, secrets: Callable[[Case], Secrets]
    ) -> None:
        self._ask, self._scene, self._agenda = ask, scene, agenda
        self._secrets = secrets
        self._flags = {flag.id for _, flag in scene.case.red_flags()}
        self._told: list[str] = []
        self._written = self._named = self._about = ""
        self._move: Move | None = None
        self._asked = False

    async def speech(self) -> Speech:
        """The reply, as soon as its first sentence may be heard.

        Raises:
            EndpointError: the model said nothing that may be heard.
        """
        sentences = self._sentences()
        first = await anext(sentences, None)
        if first is None or self._move is None:
            raise failed(Failure.UNFIT)
        speech = Speech(self._move, self._following(first, sentences))
        self._speech = speech
        return speech

    async def _following(self, first: str, rest: AsyncGenerator[str, None]) -> AsyncIterator[str]:
        async with aclosing(rest):
            yield first
            async for sentence in rest:
                yield sentence
        self._speech.move = self._whole_move(self._speech.move)

    def _whole_move(self, begun: Move) -> Move:
        """The move with what its words have turned out to do."""
        move = self._move or begun
        facts = facts_told(self._scene.case, " ".join(self._told))
        whole = move.model_copy(update={"facts": facts})
        if not self._asked or move.kind not in (MoveKind.ANSWER, MoveKind.LISTEN, MoveKind.WRAP_UP):
            return whole
        # Who asks has neither left the floor nor ended the interview.
        return whole.model_copy(update={"kind": MoveKind.PROBE, "ends": None, "closes": None})

    async def _sentences(self) -> AsyncGenerator[str, None]:
        """What may be heard of the reply, of its repair, and at last the case's own question."""
        request = reply_request(self._scene, self._agenda)
        # What may be said is worked out while the model begins.
        self._limits = asyncio.create_task(asyncio.to_thread(self._known_limits))
        for last in (False, True):
            broken: Broken | None = None
            try:
                async with aclosing(self._passed(request)) as passed:
                    async for one in passed:
                        if isinstance(one, Broken):
                            broken = one
                            break
                        yield one
            except EndpointError as error:
                if self._told:
                    break  # what was heard stays
                if last or error.failure is not Failure.CUT:
                    raise
                continue  # nobody has heard any of it
            if broken is None and self._told:
                return
            if last:
                break
            request = self._again(request, broken or Broken(Rule.SILENT))
        said = (await self._limits).said
        if self._told and not self._asked and (question := self._own_question(said)):
            self._told.append(question)
            yield question

    def _known_limits(self) -> Limits:
        return limits_of(self._scene, self._agenda, self._secrets(self._scene.case))

    def _again(self, request: Request, broken: Broken) -> Request:
        reason = load_prompt("reply").render(f"rule {broken.rule.value}", what=broken.what)
        return repair_request(request, self._written, reason, " ".join(self._told))

    async def _passed(self, request: Request) -> AsyncGenerator[str | Broken, None]:
        """Sentences of one stream as they pass, up to the question or the first that does not."""
        self._written, self._named = "", ""
        if not (continued := bool(self._told)):
            self._move = None
        broken: Broken | None = None
        async with aclosing(self._ask(request)) as pieces:
            # It is read to its end, a few words away, so that what it cost is told.
            async for sentence in sentences_of(self._spoken(pieces)):
                if self._asked or broken is not None:
                    continue  # one question, and nothing after it
                if self._move is None and (broken := self._begin()):
                    continue
                text = clean(sentence)
                if bare(text) in map(bare, self._told):
                    continue  # said again so that it can go on
                if not text or (asks(text) and len(text.split()) < SHORTEST):
                    continue
                facts = len(facts_told(self._scene.case, " ".join((*self._told, text))))
                limits = await self._limits
                closing = self._move is not None and self._move.kind is MoveKind.WRAP_UP
                broken = broken_rule(
                    limits, self._told, text, facts=facts, closing=closing, continued=continued
                )
                if broken is not None:
                    continue
                self._told.append(text)
                self._asked = asks(text)
                yield text
        if broken is not None:
            yield broken

    async def _spoken(self, pieces: AsyncIterator[str]) -> AsyncIterator[str]:
        """A stream without its first line, which says what the reply does."""
        head: str | None = ""
        async for piece in pieces:
            self._written += piece
            if head is None:
                yield piece
                continue
            head += piece
            line, ended, rest = head.lstrip().partition("\n")
            if ended or len(head) > HEADER:
                head = None
                yield self._without_act(line, alone=bool(ended)) + (f"\n{rest}" if rest else "")
        if head:
            yield self._without_act(head.strip())

    def _without_act(self, line: str, *, alone: bool = False) -> str:
        """What a first line says beside the act, which is kept; all of it where it names none.

        On a line that stands alone, a label of the model's own is none of its words: only a whole
        sentence is said.
        """
        found = _ACT.match(line)
        if found is None:
            return line
        self._named, rest = found["kind"].lower(), found["rest"].lstrip(_MARKS)
        known = (about for about in self._abouts() if rest.lower().startswith(about.lower()))
        self._about = max(known, key=len, default="")
        said = rest[len(self._about) :].lstrip(_MARKS)
        labels = alone and not said.rstrip(QUOTES).endswith((".", "?", "!"))
        return said if len(said.split()) >= SHORTEST and not labels else ""

    def _abouts(self) -> Iterator[str]:
        """Everything that an act can be about, as a model may name it."""
        agenda = self._agenda
        for topic in agenda.topics:
            yield from (topic.label, topic.item, topic.label.replace(" ", "_"))
        yield from (one.id for one in agenda.material)
        yield from (claim.id for claim in agenda.claims)
        yield from (*self._flags, *(step.value for step in StepId))

    def _begin(self) -> Broken | None:
        """Takes the act that was named; says so where the agenda does not allow it."""
        agenda = self._agenda
        kind = _kind(self._named) or agenda.demanded or MoveKind.PROBE
        topic = agenda.topic(self._about)
        if agenda.demanded is MoveKind.OPEN_STEP and topic and topic.step is agenda.following:
            kind = MoveKind.OPEN_STEP  # it goes on, whatever it calls that
        tests = kind is MoveKind.CHALLENGE and not agenda.at_once
        late = agenda.demanded not in (None, kind) and not tests
        self._move = None if late else spoken_move(agenda, kind, self._about, self._flags)
        return Broken(Rule.ACT, self._named) if self._move is None else None

    def _own_question(self, said: Collection[str]) -> str:
        """A question of the case that fits what was said, where the model finds no fitting one."""
        move, agenda = self._move, self._agenda
        if move is None or move.kind not in _ASKING:
            return ""
        for question, item in self._own_questions(move):
            if not asked_before(question, said):
                if item != move.item:
                    probe = spoken_move(agenda, MoveKind.PROBE, item or "")
                    self._move = probe or move
                return question
        return ""

    def _own_questions(self, move: Move) -> Iterator[tuple[str, str | None]]:
        """Questions of the case with the item that they are about, the fitting ones first."""
        case = self._scene.case
        if move.kind is MoveKind.CHALLENGE and move.red_flag in self._flags:
            yield case.red_flag(move.red_flag).challenge, move.item
        for one in self._agenda.material:
            if one.id == move.about:
                yield self._untold(one.text), move.item
        for item in dict.fromkeys(filter(None, (move.item, *self._agenda.wanted))):
            topic = self._agenda.topic(item)
            for question in case.item(item).follow_ups[topic.asked if topic else 0 :]:
                yield question, item

    def _untold(self, text: str) -> str:
        """A scenario's question alone where its premise has been told in other words."""
        *premise, question = split_sentences(text)
        stems, told = set(content_stems(" ".join(premise))), content_stems(" ".join(self._told))
        return question if len(stems.intersection(told)) >= PREMISE * len(stems) else text


def _kind(named: str) -> MoveKind | None:
    """The act that a model means; None where it means none of ours."""
    flat = re.sub(r"[ _-]", "", named)
    known = {name.replace("_", ""): kind for name, kind in _KINDS.items()}
    return known.get(flat)


def probe_request() -> Request:
    """A small interview, to see whether a model keeps the form of a reply."""
    prompt = load_prompt("probe")
    messages = (("system", prompt.render("system")), ("user", prompt.render("user")))
    return Request(Kind.REPLY, messages, MOST_TOKENS)


def keeps_form(reply: str) -> bool:
    """Whether a reply names an act and then asks one question in few plain words."""
    first, _, said = reply.strip().partition("\n")
    found = _ACT.match(first)
    named = found is not None and _kind(found["kind"].lower()) is not None
    brief = len(said.split()) <= SPOKEN_WORDS and said.count("?") == 1
    return named and brief and MARKUP.search(said.strip()) is None
