"""The embedded brain: the whole interview offline, from the authored case.

It never pretends: what it cannot tell is unassessed, and the policy then asks why that choice was
made over the alternative.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from interviewer.brains.embedded.feedback import summarize
from interviewer.brains.embedded.phrases import fact_of, meaning_of, read_wording, time_left
from interviewer.brains.embedded.questions import (
    Asked,
    is_about_the_system,
    look_up_in,
    thing_asked,
)
from interviewer.brains.embedded.red_flags import (
    credible_flags,
    granted_flag,
    retracted_flags,
    withdrawn_items,
    without_retracted,
)
from interviewer.brains.embedded.talk import gist_of, with_talk
from interviewer.brains.embedded.wording import room_for, word
from interviewer.brains.protocol import FACTS_AT_ONCE, Answer, Brain, Draft, Readers, Scene
from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import Assessment, Judgement, RedFlagHit, TurnAssessment, Verdict
from interviewer.core.case import Case
from interviewer.core.debrief import Debrief
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.scoring import Scorecard
from interviewer.text import cues
from interviewer.text.injection import detect_injection
from interviewer.text.intents import read, read_moving, step_wanted
from interviewer.text.message import (
    SAYS_MORE,
    Message,
    cut,
    decisions_in,
    is_english,
    sketch_claims,
)
from interviewer.text.quantities import stated_numbers
from interviewer.text.sentences import find_quote, shorten_quote, split_sentences

ANSWER_WORDS = 6  # from which a message that is nothing else is about something else
SHORTEST_ANSWER = 3  # words from which a message about the system counts as an answer
_YES_MEANS = {MoveKind.OFFER_HINT: Intent.HINT_REQUEST, MoveKind.OFFER_DRILL: Intent.END}
"""What a bare "yes" asks for after what the interviewer last said."""

Found = TypeVar("Found", Assessment, RedFlagHit)


class EmbeddedBrain(Brain):
    """Judges with an embedded judge and speaks the case's own sentences."""

    def __init__(self, judge: EmbeddedJudge) -> None:
        self._judge = judge
        self.readers = Readers()

    @property
    def name(self) -> str:
        """Name and version, stored with every result."""
        return self._judge.name

    @property
    def judge(self) -> EmbeddedJudge:
        """Who decides its verdicts."""
        return self._judge

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """Reads the last turn of the scene; see `Brain.assess`."""
        size = len(scene.turns[-1].whole)
        return await self.readers.run(size, self._assess, scene, given)

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """The interviewer's words, sentence by sentence."""
        for sentence in word(scene, move):
            yield sentence

    def draft(self, scene: Scene, move: Move) -> Draft:
        """The same words for a model that may put them better."""
        sentences = tuple(word(scene, move))
        return Draft(sentences, _owed(scene, sentences, move.facts), room_for(move.facts))

    def complete(self, scene: Scene, assessment: TurnAssessment) -> TurnAssessment:
        """A model's assessment with what needs no model (blocking).

        That is talk about the talk, and questions that the model passed over.
        """
        return with_talk(_with_questions(assessment, scene, self._judge), scene, self._judge)

    async def grade(
        self,
        case: Case,
        step: StepId,
        said: Sequence[Answer],
        standing: Sequence[RedFlagHit] = (),
    ) -> Judgement:
        """Judges what was said against one step only; what was asked changes nothing."""
        answer = "\n\n".join(one.text for one in said)
        return await self.readers.run(len(answer), self._grade, case, step, answer)

    async def debrief(self, scene: Scene, scorecard: Scorecard) -> Debrief:
        """Only a summary, from the computed scorecard."""
        return Debrief(summary=summarize(scene.case, scorecard))

    def prepare(self, case: Case) -> None:
        """Reads all words, and makes a case's vectors, now and not at a first turn (blocking)."""
        for read_words in (cues.read_cues, read_moving, read_wording):
            read_words()
        gist_of(self._judge, self._judge.prepare(case), case.title)

    def _grade(self, case: Case, step: StepId, answer: str) -> Judgement:
        if not is_english(answer):
            return _unjudgeable(case, step)
        sentences = split_sentences(answer)
        injected = detect_injection(sentences, self._judge.encode).sentences
        asides = read(sentences).asides | injected
        claims = [claim for at, claim in enumerate(sentences) if at not in asides]
        judgement = self._judge.judge(case, step, claims, elsewhere=False)
        judgement = self._believed(case, judgement)
        return _in_words_of(answer, without_retracted(judgement, claims))

    def _assess(self, scene: Scene, given: Intent | None) -> TurnAssessment:
        turn = scene.turns[-1]
        if given is not None:
            return TurnAssessment(intents=(given,))
        if not is_english(turn.text):
            found = _unjudgeable(scene.case, scene.step)
            return TurnAssessment(intents=(Intent.UNJUDGEABLE,), verdicts=found.items)
        message = self._read(scene)
        asked = look_up_in(self._judge, scene, message)
        drawn = sketch_claims(turn.sketch) if turn.sketch else ()
        whole = message._replace(claims=(*message.claims, *drawn))
        found = self._judge.judge(
            scene.case, scene.step, whole.claims, elsewhere=True, turn=turn.number
        )
        if found.red_flags:
            found = self._believed(scene.case, found, scene.assessments)
            granted = granted_flag(scene, message, found)
            found = without_retracted(found, whole.claims, granted=granted)
        found = _in_words_of(turn.whole, found)
        answers = self._answers(scene.case, whole, found)
        assessment = self._compose(scene, message, asked, found, answers)
        noted = {
            "numbers": stated_numbers(scene.case, whole.claims),
            "decisions": tuple(map(shorten_quote, decisions_in(message.claims))),
            "words": whole.words,
        }
        heard = with_talk(assessment.model_copy(update=noted), scene, self._judge)
        if StepId.SUMMARY in (scene.step, heard.move_on_to):
            return heard
        # A summary is earned by summing up, not by what it would have repeated.
        kept = tuple(one for one in heard.verdicts if one.step is not StepId.SUMMARY)
        return heard.model_copy(update={"verdicts": kept})

    def _believed(
        self, case: Case, found: Judgement, before: Sequence[Assessment] = ()
    ) -> Judgement:
        """A judgement without red flags that earned points speak against."""
        met = {one.item for one in found.items if one.verdict is Verdict.MET}
        met |= {one.item for one in before if one.verdict is Verdict.MET}
        flags = credible_flags(found.red_flags, met, self._judge.prepare(case))
        return found.model_copy(update={"red_flags": flags})

    def _read(self, scene: Scene) -> Message:
        vectors = self._judge.prepare(scene.case)
        turn = scene.turns[-1]
        if turn.sketch and not turn.text.strip():
            return Message(turn.text, (), (), frozenset())  # who draws has not fallen silent
        last = scene.last_move
        no_hint = last is not None and Act.NO_HINT in last.acts
        offered = _YES_MEANS.get(last.kind) if last is not None else None
        return cut(
            turn.text,
            yes_means=Intent.MOVE_ON if no_hint else offered,
            guess=lambda sentence: gist_of(self._judge, vectors, sentence),
            detect=lambda sentences: detect_injection(sentences, self._judge.encode),
        )

    def _answers(self, case: Case, message: Message, found: Judgement) -> bool:
        """Whether a message answers, well or badly."""
        earned = any(item.verdict in (Verdict.MET, Verdict.PARTIAL) for item in found.items)
        if earned or found.red_flags:
            return True
        enough = message.words >= SHORTEST_ANSWER
        return enough and is_about_the_system(self._judge, case, message.claims)

    def _compose(
        self, scene: Scene, message: Message, asked: Asked, found: Judgement, answers: bool
    ) -> TurnAssessment:
        kinds = _kinds(scene, message, asked, answers)
        back = Intent.GO_BACK in kinds
        given_up = {c: part for c in message.claims if (part := cues.given_up(c)) is not None}
        return TurnAssessment(
            intents=tuple(intent for intent in Intent if intent in kinds),
            verdicts=found.items if answers else (),
            red_flags=found.red_flags,
            retracted=(
                retracted_flags(self._judge, scene, message, found) if scene.open_flags else ()
            ),
            withdrawn=withdrawn_items(self._judge, scene, given_up, found) if given_up else (),
            facts=asked.facts,
            unanswered=tuple(shorten_quote(question) for question in asked.unanswered),
            assumed=asked.assumed,
            assumptions=tuple(shorten_quote(s) for s in message.claims if cues.is_assumption(s)),
            go_back_to=step_wanted(message.text, Intent.GO_BACK) if back else None,
        )


def _owed(scene: Scene, sentences: Sequence[str], facts: Sequence[str]) -> frozenset[str]:
    """Sentences that tell facts, a word's meaning, the time, or what has no fact."""
    told = [way for fact in facts for way in fact_of(scene.case, fact)]
    told += [meaning_of(scene), time_left(scene)]
    things = (
        [thing_asked(question) for question in scene.assessment.unanswered]
        if scene.assessment
        else []
    )
    return frozenset(
        sentence
        for sentence in sentences
        if any(_untied(sentence) in text.lower() for text in told)
        or any(thing and thing in sentence for thing in things)
    )


def _untied(sentence: str) -> str:
    """A sentence without the words that tie it to an assumption."""
    return sentence.lower().removeprefix("on that: ").removeprefix("close enough: ")


def _with_questions(
    assessment: TurnAssessment, scene: Scene, judge: EmbeddedJudge
) -> TurnAssessment:
    """A model's reading with the questions that it passed over, each with its fact or open."""
    asked = look_up_in(judge, scene, cut(scene.turns[-1].text))
    facts = tuple(dict.fromkeys([*assessment.facts, *asked.facts]))[:FACTS_AT_ONCE]
    missed = () if assessment.unanswered or assessment.facts else asked.unanswered
    found = facts or missed or asked.assumed
    intents = {*assessment.intents, *({Intent.QUESTION} if found else ())}
    return assessment.model_copy(
        update={
            "intents": tuple(intent for intent in Intent if intent in intents),
            "facts": facts,
            "unanswered": (*assessment.unanswered, *map(shorten_quote, missed)),
            "assumed": asked.assumed,
        }
    )


def _kinds(scene: Scene, message: Message, asked: Asked, answers: bool) -> set[Intent]:
    kinds = set(message.intents)
    if asked.facts or asked.unanswered or asked.assumed:
        kinds.add(Intent.QUESTION)
        kinds.discard(Intent.THINK)
    if asked.facts or asked.assumed:
        kinds.discard(Intent.SEEK_VERDICT)  # "is that fair?" was about an assumption
    going = Intent.MOVE_ON in kinds and scene.step is not StepId.SUMMARY
    if going and step_wanted(message.text, Intent.MOVE_ON) is scene.step:
        kinds.discard(Intent.MOVE_ON)  # "let's go to the data" is where we are
    turn = scene.turns[-1]
    if answers or Intent.DISAGREE in kinds or (turn.sketch and not turn.text.strip()):
        kinds = (kinds | {Intent.ANSWER}) - {Intent.SMALL_TALK, Intent.OFF_TOPIC}
        # Not to know one thing and to answer another is an answer.
        return kinds - ({Intent.DONT_KNOW} if message.words >= SAYS_MORE else set())
    wishes = message.wishes | (kinds & {Intent.QUESTION, Intent.MANIPULATION})
    if asked.off_topic or (message.words >= ANSWER_WORDS and not wishes):
        kinds.add(Intent.OFF_TOPIC)
    return kinds


def _in_words_of(text: str, judgement: Judgement) -> Judgement:
    """A judgement whose quotes stand in the text word for word.

    The judge looks at sentences side by side; what stood between them may have been left out.
    """
    return judgement.model_copy(
        update={
            "items": tuple(_quoted(item, text) for item in judgement.items),
            "red_flags": tuple(_quoted(flag, text) for flag in judgement.red_flags),
        }
    )


def _quoted(found: Found, text: str) -> Found:
    if found.evidence is None:
        return found
    exact = shorten_quote(find_quote(found.evidence.quote, text) or "")
    return found if exact == found.evidence.quote else found.quoting(exact)


def _unjudgeable(case: Case, step: StepId) -> Judgement:
    reason = "Not in English, so it could not be judged."
    return Judgement(
        items=tuple(
            Assessment.judged(
                item=item.id,
                step=step,
                verdict=Verdict.UNASSESSED,
                reason=reason,
                confidence=0.0,
            )
            for item in case.steps[step].items
        )
    )
