"""One reply that the model finds by itself: its act, its words as they pass, one repair, an end.

A sentence is heard only once it has passed the guards. Where one does not, the model is told why,
once; where that fails as well, what was heard ends with a question of the case, and a reply of
which nothing was heard is left to the policy.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing
from typing import NamedTuple

from interviewer.brains.llm.briefing import repair_request, reply_request
from interviewer.brains.llm.guards import (
    QUOTES,
    Broken,
    Limits,
    Rule,
    asked_before,
    bare,
    broken_rule,
    clean,
    sentences_of,
)
from interviewer.brains.llm.told import facts_told, figures_told, values_of
from interviewer.brains.protocol import Scene, Speech
from interviewer.cases.leaks import Phrases, Terms, distinctive_terms, leaks_in, rubric_phrases
from interviewer.core.act import Move, MoveKind
from interviewer.core.agenda import Agenda, TopicState, spoken_move
from interviewer.core.case import Case
from interviewer.core.errors import EndpointError
from interviewer.core.settings import StepId
from interviewer.llm.call import Request
from interviewer.llm.failures import Failure, failed
from interviewer.llm.prompts import load_prompt
from interviewer.text.quantities.figures import read_figures
from interviewer.text.sentences import content_stems, split_sentences

SHORTEST = 4  # words of a question that is one
HEADER = 160  # characters within which a first line has to end to be one
IN_A_ROW = 2  # questions on one thread, after which what is due comes all the same
POINT = 4  # words of its own from which a text of the rubric can be given away
_ACT = re.compile(r"^\W*act\b[\W_]*([a-z_]+)[^\S\n]*[:,|-]*[^\S\n]*(.*)$", re.IGNORECASE)
_ALIASES = {
    "ask": MoveKind.PROBE,
    "question": MoveKind.PROBE,
    "follow_up": MoveKind.DEEPEN,
    "next_part": MoveKind.OPEN_STEP,
    "next": MoveKind.OPEN_STEP,
    "move_on": MoveKind.OPEN_STEP,
    "clarify": MoveKind.ANSWER,
}
"""What models call acts."""
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


class Secrets(NamedTuple):
    """What the interviewer may not say of a case before the candidate has.

    Attributes:
        phrases: runs of the rubric's words.
        terms: words that tell an item from the others.
        points: words of each item's texts that nothing sayable has.
    """

    phrases: Phrases
    terms: dict[str, Terms]
    points: dict[str, tuple[frozenset[str], ...]]
    sayable: frozenset[str]


def secrets_of(case: Case) -> Secrets:
    """Reads them once for a case."""
    sayable = frozenset(stem for text in _sayable(case) for stem in content_stems(text))
    points = {
        item.id: tuple(
            frozenset(content_stems(text)) - sayable
            for text in (item.statement, item.met_when, item.exemplar)
        )
        for _, item in case.items()
    }
    return Secrets(rubric_phrases(case), dict(distinctive_terms(case)), points, sayable)


def _sayable(case: Case) -> Iterator[str]:
    """Texts of a case that the candidate may be told."""
    yield case.opening
    yield from (fact.answer for fact in case.facts)
    yield from (step.question for step in case.steps.values())
    yield from (flag.challenge for _, flag in case.red_flags())
    yield from (change.text for change in case.constraint_changes)
    yield from (doubt.text for doubt in case.push_backs)
    for dive in case.deep_dives:
        yield from (dive.question, *dive.follow_ups)


def limits_of(scene: Scene, agenda: Agenda, secrets: Secrets) -> Limits:
    """What may be said in the next reply."""
    heard = " ".join(turn.whole for turn in scene.turns if turn.role == "candidate")
    spoken = [turn.text for turn in scene.turns if turn.role == "interviewer"]
    hint = agenda.hint.text if agenda.hint else ""
    stems = secrets.sayable.union(content_stems(heard), content_stems(hint))
    closed = {topic.item for topic in agenda.topics if topic.state is TopicState.OPEN}
    known = " ".join((*_sayable(scene.case), *spoken, heard, hint))
    used, planned = agenda.minutes
    return Limits(
        said={sentence for text in spoken for sentence in split_sentences(text)},
        heard=heard,
        stems=stems,
        values=tuple(
            dict.fromkeys(v for s in split_sentences(known) for v in values_of(read_figures(s)))
        ),
        facts=tuple(f for fact in scene.case.facts for f in figures_told(fact.answer)),
        secrets=secrets.phrases - {tuple(r.split()) for r in leaks_in(heard, secrets.phrases)},
        terms={
            item: {term: share for term, share in terms.items() if term not in stems}
            for item, terms in secrets.terms.items()
            if item in closed
        },
        points=[
            left
            for item, points in secrets.points.items()
            for point in points
            if item in closed and len(left := point - stems) >= POINT
        ],
        minutes_left=planned - used,
    )


class Reply:
    """One reply under way.

    Args:
        ask: streams the model's words.
        scene: the interview up to the candidate's turn.
        agenda: what the reply may do.
        secrets: what may not be said of the case.
    """

    def __init__(self, ask: Ask, scene: Scene, agenda: Agenda, secrets: Secrets) -> None:
        self._ask, self._scene, self._agenda = ask, scene, agenda
        self._limits = limits_of(scene, agenda, secrets)
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
        assert self._move is not None
        facts = facts_told(self._scene.case, " ".join(self._told))
        self._speech.move = self._move.model_copy(update={"facts": facts})

    async def _sentences(self) -> AsyncGenerator[str, None]:
        """What may be heard of the reply, of its repair, and at last the case's own question."""
        request = reply_request(self._scene, self._agenda)
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
        if self._told and not self._asked and (question := self._own_question()):
            self._told.append(question)
            yield question

    def _again(self, request: Request, broken: Broken) -> Request:
        reason = load_prompt("reply").render(f"rule {broken.rule.value}", what=broken.what)
        return repair_request(request, self._written, reason, " ".join(self._told))

    async def _passed(self, request: Request) -> AsyncGenerator[str | Broken, None]:
        """Sentences of one stream as they pass, up to the question or the first that does not."""
        self._written, self._named = "", ""
        if not self._told:
            self._move = None
        async with aclosing(self._ask(request)) as pieces:
            async for sentence in sentences_of(self._spoken(pieces)):
                if self._move is None and (forbidden := self._begin()):
                    yield forbidden
                    return
                text = clean(sentence)
                if bare(text) in map(bare, self._told):
                    continue  # said again so that it can go on
                asks = text.rstrip(QUOTES).endswith("?")
                if not text or (asks and len(text.split()) < SHORTEST):
                    continue
                facts = len(facts_told(self._scene.case, " ".join((*self._told, text))))
                if broken := broken_rule(self._limits, self._told, text, facts=facts):
                    yield broken
                    return
                self._told.append(text)
                self._asked = asks
                yield text
                if asks:
                    return  # one question, and nothing after it

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
                yield self._without_act(line) + (f"\n{rest}" if rest else "")
        if head:
            yield self._without_act(head.strip())

    def _without_act(self, line: str) -> str:
        """What a first line says beside the act, which is kept; all of it where it names none."""
        found = _ACT.match(line)
        if found is None:
            return line
        self._named, rest = found[1].lower(), found[2].strip(" *_`>[]()\"'")
        known = (about for about in self._abouts() if rest.lower().startswith(about.lower()))
        self._about = max(known, key=len, default="")
        said = rest[len(self._about) :].lstrip(" .:;,|)>*_`-\u2014")
        return said if len(said.split()) >= SHORTEST else ""

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
        tests = kind is MoveKind.CHALLENGE and agenda.in_a_row < IN_A_ROW
        late = agenda.demanded not in (None, kind) and not tests
        self._move = None if late else spoken_move(agenda, kind, self._about, self._flags)
        return Broken(Rule.ACT, self._named) if self._move is None else None

    def _own_question(self) -> str:
        """A question of the case that fits what was said, where the model finds no fitting one."""
        move, agenda = self._move, self._agenda
        if move is None or move.kind not in _ASKING:
            return ""
        for question, item in self._own_questions(move):
            if not asked_before(question, self._limits.said):
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
        yield from ((one.text, move.item) for one in self._agenda.material if one.id == move.about)
        for item in dict.fromkeys(filter(None, (move.item, *self._agenda.wanted))):
            topic = self._agenda.topic(item)
            for question in case.item(item).follow_ups[topic.asked if topic else 0 :]:
                yield question, item


def _kind(named: str) -> MoveKind | None:
    """The act that a model means; None where it means none of ours."""
    word = named.strip("_")
    known = {kind.value: kind for kind in MoveKind}
    return known.get(word) or _ALIASES.get(word)
