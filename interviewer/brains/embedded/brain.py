"""The embedded brain: the whole interview offline, from the authored case.

It never pretends: what it cannot tell is unassessed, and the policy then asks why that choice was
made over the alternative.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from interviewer.assessment import Assessment, RedFlagHit, TurnAssessment, Verdict
from interviewer.brains.embedded import intents as cues
from interviewer.brains.embedded.feedback import narrate
from interviewer.brains.embedded.wording import word
from interviewer.brains.protocol import Scene
from interviewer.cases import Case
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.protocol import ItemJudgement, Judgement
from interviewer.judge.segments import split_sentences
from interviewer.judge.vectors import CaseVectors
from interviewer.scorecard import Scorecard
from interviewer.settings import StepId
from interviewer.transcript import Evidence, Intent, Move, MoveKind
from interviewer.words import count_words

FACT_FOUND = 0.44  # cosine from which a question is one that a fact answers
PLAIN_QUESTION = 0.65  # the same for half a sentence
FACTS_AT_ONCE = 3
ASKS_ELSEWHERE = 0.72  # the same for a question inside a long answer, often rhetorical
ANSWER_WORDS = 6  # from which a message that is nothing else counts as an answer
QUOTE_LIMIT = 400  # characters of a quote kept as evidence
ON_TOPIC = 0.3  # cosine to anything authored under which a message is about something else
REVISED_WITHIN = 2  # sentences after a claim in which taking it back is about it
SAME_CLAIM = 0.6  # cosine from which a challenged claim is said again
CONTROL = (
    Intent.MOVE_ON,
    Intent.END,
    Intent.GO_BACK,
    Intent.HINT_REQUEST,
    Intent.REPEAT,
    Intent.THINK,
)


class _Message(NamedTuple):
    """A candidate message, cut up and sorted."""

    sentences: list[str]
    claims: list[str]
    """Sentences that could be an answer."""
    questions: list[str]
    turn: int


class EmbeddedBrain:
    """Judges with an embedded judge and speaks the case's own sentences."""

    def __init__(self, judge: EmbeddedJudge) -> None:
        self._judge = judge

    @property
    def name(self) -> str:
        """Name and version, stored with every result."""
        return self._judge.name

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """Reads the last turn of the scene; see `Brain.assess`."""
        return await asyncio.to_thread(self._assess, scene, given)

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """The interviewer's words, sentence by sentence."""
        for sentence in word(scene, move):
            yield sentence

    async def grade(self, case: Case, step: StepId, answer: str) -> Judgement:
        """Judges a whole answer against one step only."""
        return await asyncio.to_thread(self._grade, case, step, answer)

    async def narrate(self, case: Case, scorecard: Scorecard) -> str:
        """Feedback in a few sentences, from the computed scorecard."""
        return narrate(case, scorecard)

    def prepare(self, case: Case) -> None:
        """Makes the vectors of a case now instead of at its first turn (blocking)."""
        self._judge.prepare(case)

    def _grade(self, case: Case, step: StepId, answer: str) -> Judgement:
        if not cues.is_english(answer):
            return _unjudgeable(case, step)
        claims = [s for s in split_sentences(answer) if not cues.is_manipulation(s)]
        return self._without_retracted(
            self._judge.judge(case, step, claims, elsewhere=False), claims
        )

    def _assess(self, scene: Scene, given: Intent | None) -> TurnAssessment:
        turn = scene.turns[-1]
        if given is not None:
            return TurnAssessment(intents=(given,))
        if not cues.is_english(turn.text):
            found = _unjudgeable(scene.case, scene.step)
            verdicts = _assessments(found, turn.number)
            return TurnAssessment(intents=(Intent.UNJUDGEABLE,), verdicts=verdicts)
        message = _cut(turn.text, turn.number)
        intents = cues.read_intents(turn.text)
        facts, unanswered = self._look_up(scene.case, message)
        judgement = self._judge.judge(scene.case, scene.step, message.claims, elsewhere=True)
        judgement = self._without_retracted(judgement, message.claims)
        answers = self._answers(scene, message, intents, judgement)
        return self._compose(scene, message, intents, judgement, answers, (facts, unanswered))

    def _compose(
        self,
        scene: Scene,
        message: _Message,
        intents: set[Intent],
        judgement: Judgement,
        answers: bool,
        asked: tuple[list[str], list[str]],
    ) -> TurnAssessment:
        facts, unanswered = asked
        kinds = set(intents)
        if facts or unanswered:
            kinds.add(Intent.QUESTION)
        if answers:
            kinds = (kinds | {Intent.ANSWER}) - {Intent.SMALL_TALK, Intent.OFF_TOPIC}
        assumptions = tuple(s[:QUOTE_LIMIT] for s in message.claims if cues.is_assumption(s))
        return TurnAssessment(
            intents=tuple(intent for intent in Intent if intent in kinds),
            verdicts=_assessments(judgement, message.turn) if answers else (),
            red_flags=tuple(
                RedFlagHit(
                    red_flag=flag.red_flag,
                    step=flag.step,
                    evidence=Evidence(quote=flag.quote[:QUOTE_LIMIT], turn=message.turn),
                )
                for flag in judgement.red_flags
                if answers
            ),
            retracted=self._retracted(scene, message, intents, judgement),
            facts=tuple(facts),
            unanswered=tuple(unanswered),
            assumptions=assumptions,
            go_back_to=cues.step_named(scene.turns[-1].text) if Intent.GO_BACK in kinds else None,
            words=count_words(message.claims),
        )

    def _answers(
        self, scene: Scene, message: _Message, intents: set[Intent], judgement: Judgement
    ) -> bool:
        """Whether a message answers; adds OFF_TOPIC to `intents` where it is about nothing here."""
        earned = any(item.verdict in (Verdict.MET, Verdict.PARTIAL) for item in judgement.items)
        words = count_words(message.claims)
        if earned or judgement.red_flags:
            return True
        if words < ANSWER_WORDS or (intents & {*CONTROL, Intent.DONT_KNOW} and words < 25):
            return False
        if self._topicality(scene.case, message.claims) < ON_TOPIC:
            intents.add(Intent.OFF_TOPIC)
            return False
        return True

    def _topicality(self, case: Case, claims: Sequence[str]) -> float:
        vectors = self._judge.prepare(case)
        windows = self._judge.encode(list(claims)[:12])
        closest = [
            float(bank.closest(windows).max(initial=0.0))
            for bank in (vectors.earns, vectors.misses, vectors.flags, vectors.facts)
        ]
        return max(closest)

    def _look_up(self, case: Case, message: _Message) -> tuple[list[str], list[str]]:
        """Facts asked for, and questions that none answers."""
        if not message.questions:
            return [], []
        vectors = self._judge.prepare(case)
        cosines = vectors.facts.closest(self._judge.encode(message.questions))
        only_asks = len(message.claims) <= 2 * len(message.questions)
        limit = FACT_FOUND if only_asks else ASKS_ELSEWHERE
        facts: list[str] = []
        unanswered: list[str] = []
        for question, row in zip(message.questions, cosines, strict=True):
            best = int(row.argmax())
            if float(row[best]) >= limit:
                facts += [vectors.facts.owners[best], *self._second_fact(vectors, question)]
            elif only_asks:
                unanswered.append(question[:QUOTE_LIMIT])
        return list(dict.fromkeys(facts))[:FACTS_AT_ONCE], unanswered[:FACTS_AT_ONCE]

    def _second_fact(self, vectors: CaseVectors, question: str) -> list[str]:
        """What the second half of a double question asks for, when that is plain."""
        halves = re.split(r",?\s+and\s+", question, maxsplit=1)
        if len(halves) < 2:
            return []
        rows = vectors.facts.closest(self._judge.encode(halves))
        best = rows.argmax(axis=1)
        return [
            vectors.facts.owners[int(owner)]
            for row, owner in zip(rows, best, strict=True)
            if float(row[owner]) >= PLAIN_QUESTION
        ]

    def _without_retracted(self, judgement: Judgement, claims: Sequence[str]) -> Judgement:
        """Drops red flags that the same message takes back."""
        revised = [at for at, sentence in enumerate(claims) if cues.is_revision(sentence)]
        kept = tuple(
            flag
            for flag in judgement.red_flags
            if not any(0 <= at - _at(claims, flag.quote) <= REVISED_WITHIN for at in revised)
        )
        return judgement.model_copy(update={"red_flags": kept})

    def _retracted(
        self, scene: Scene, message: _Message, intents: set[Intent], judgement: Judgement
    ) -> tuple[str, ...]:
        """Open red flags that this message takes back."""
        again = {flag.red_flag for flag in judgement.red_flags}
        last = scene.last_move
        challenged = last.red_flag if last and last.kind is MoveKind.CHALLENGE else None
        earned = any(item.verdict is Verdict.MET for item in judgement.items)
        taken_back: list[str] = []
        for flag in scene.open_flags:
            if flag in again or self._says_again(scene.case, flag, message.claims):
                continue
            if Intent.REVISION in intents or (flag == challenged and earned):
                taken_back.append(flag)
        return tuple(taken_back)

    def _says_again(self, case: Case, flag: str, claims: Sequence[str]) -> bool:
        if not claims:
            return False
        vectors = self._judge.prepare(case)
        cosines = vectors.flags.closest(self._judge.encode(list(claims)))
        return float(cosines[:, vectors.flags.owners.index(flag)].max()) >= SAME_CLAIM


def _cut(text: str, turn: int) -> _Message:
    sentences = split_sentences(text)
    questions = [s for s in sentences if cues.asks(s) and not cues.is_manipulation(s)]
    claims = [s for s in sentences if s not in questions and not cues.is_manipulation(s)]
    return _Message(sentences, claims, questions, turn)


def _at(claims: Sequence[str], quote: str) -> int:
    return next((at for at, claim in enumerate(claims) if quote.startswith(claim[:40])), -10)


def _assessments(judgement: Judgement, turn: int) -> tuple[Assessment, ...]:
    return tuple(_assessment(item, turn) for item in judgement.items)


def _assessment(item: ItemJudgement, turn: int) -> Assessment:
    evidence = Evidence(quote=item.quote[:QUOTE_LIMIT], turn=turn) if item.quote else None
    return Assessment(
        item=item.item,
        step=item.step,
        verdict=item.verdict,
        evidence=evidence,
        reason=item.reason,
        confidence=item.confidence,
    )


def _unjudgeable(case: Case, step: StepId) -> Judgement:
    reason = "Not in English, so it could not be judged."
    return Judgement(
        items=tuple(
            ItemJudgement(
                item=item.id,
                step=step,
                verdict=Verdict.UNASSESSED,
                reason=reason,
                confidence=0.0,
            )
            for item in case.steps[step].items
        )
    )
