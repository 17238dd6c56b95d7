"""Assessing one message: made ready for the model, asked about, the reply believed or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from interviewer.brains.llm import context
from interviewer.brains.llm.context import delimited, numbered
from interviewer.brains.llm.evidence import Evidence, judges_words
from interviewer.brains.llm.schemas import HeardReply, Shown, Touched
from interviewer.brains.protocol import FACTS_AT_ONCE, Scene
from interviewer.core.assessment import (
    Assessment,
    RedFlagHit,
    StatedNumber,
    TurnAssessment,
    Verdict,
)
from interviewer.core.assessment import Evidence as Quoted
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.judge.embedded import SHORTLIST, EmbeddedJudge
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.usage import Kind
from interviewer.text.cues import CONTROL
from interviewer.text.injection import detect_injection
from interviewer.text.intents import BRIEF, injections_in, read
from interviewer.text.message import decisions_in, is_foreign, sketch_claims
from interviewer.text.quantities import stated_numbers
from interviewer.text.sentences import count_words, pieces, shorten_quote, words_of

NEAR = 0.35  # cosine from which a message may be about an item of another step
MOST_TOKENS = 150
LONG = 40  # words from which a message that is an answer too does not end the interview
NOT_FOUND = "Not found in what was said."
REASONS = {
    Verdict.MET: "Decided, with a reason that fits the case.",
    Verdict.PARTIAL: "Named, or decided without a reason that fits.",
}
UNSURE = "Two judges disagree about these words; they are judged again when the step ends."


@dataclass(frozen=True)
class PreparedMessage:
    """A message as the model will see it.

    Attributes:
        sentences: the message, verbatim; sentence n of the prompt is at n - 1.
        left_out: indexes of sentences that the model does not see: injections, or not in English.
        injected: those of them that are a prompt injection: they try to direct the judge.
        suspicious: whether it may hold one, so that one judge is not enough.
        elsewhere: items of other steps that it may touch.
    """

    sentences: tuple[str, ...]
    left_out: frozenset[int]
    injected: frozenset[int]
    suspicious: bool
    elsewhere: tuple[RubricItem, ...]

    @property
    def claims(self) -> list[str]:
        """The sentences that the model sees."""
        return [s for at, s in enumerate(self.sentences) if at not in self.left_out]

    @property
    def injections(self) -> list[str]:
        """The sentences that are a prompt injection."""
        return [self.sentences[at] for at in sorted(self.injected)]


def prepare_message(judge: EmbeddedJudge, case: Case, step: StepId, turn: Turn) -> PreparedMessage:
    """Prepares a message, blocking (run it in a worker thread)."""
    sentences = [piece.text for piece in pieces(turn.text)]
    spoken = len(sentences)
    injected, suspicious = _injected(judge, sentences)
    foreign = {at for at, sentence in enumerate(sentences[:spoken]) if is_foreign(sentence)}
    sentences += sketch_claims(turn.sketch)
    left_out = frozenset(injected | foreign)
    claims = [s for at, s in enumerate(sentences) if at not in left_out]
    return PreparedMessage(
        sentences=tuple(sentences),
        left_out=left_out,
        injected=injected,
        suspicious=bool(left_out) or suspicious,
        elsewhere=tuple(shortlist(judge, case, step, claims)),
    )


def shortlist(
    judge: EmbeddedJudge, case: Case, step: StepId, claims: Sequence[str]
) -> list[RubricItem]:
    """Items of other steps that a text may touch, nearest first."""
    if not claims:
        return []
    vectors = judge.prepare(case)
    nearness = vectors.earns.closest(judge.encode(list(claims))).max(axis=0)
    nearness[np.array([own is step for own in vectors.steps])] = 0.0
    nearest = np.argsort(-nearness)[:SHORTLIST]
    return [vectors.items[at] for at in nearest if nearness[at] >= NEAR]


def is_plain_wish(turn: Turn) -> bool:
    """Whether a message only asks for something that its words show beyond doubt.

    "Let's move on" needs no model, and whoever says it is answered at once.
    """
    sentences = [piece.text for piece in pieces(turn.text)]
    if turn.sketch or not sentences or len(words_of(turn.text)) > BRIEF:
        return False
    reading = read(sentences)
    return bool(reading.intents & CONTROL) and len(reading.asides) == len(sentences)


def find_injections(judge: EmbeddedJudge, text: str) -> tuple[str, ...]:
    """The sentences of a message that are a prompt injection, blocking."""
    sentences = [piece.text for piece in pieces(text)]
    found, _ = _injected(judge, sentences)
    return tuple(sentences[at] for at in sorted(found))


def _injected(judge: EmbeddedJudge, sentences: Sequence[str]) -> tuple[frozenset[int], bool]:
    """Indexes of injections, by their words or sense, and whether other sentences may be one."""
    sensed = detect_injection(sentences, judge.encode)
    return injections_in(sentences) | sensed.sentences, sensed.suspicious


def assess_request(scene: Scene, prepared: PreparedMessage) -> Request:
    """What the model is asked about the last turn of a scene."""
    prompt, case = load_prompt("assess"), scene.case
    step = case.steps[scene.step]
    system = prompt.render(
        "system",
        title=case.title,
        facts=context.fact_lines(case),
        quantities=context.quantity_line(case),
    )
    user = prompt.render(
        "user",
        step=context.step_line(scene),
        rubric=context.rubric_lines(step.items),
        red_flags=context.flag_lines(step.red_flags),
        elsewhere=context.elsewhere_lines(prepared.elsewhere),
        earlier=context.earlier_claims(scene),
        asked=context.last_asked(scene),
        message=delimited("message", numbered(prepared.sentences, prepared.left_out)),
    )
    return Request(Kind.ASSESS, (("system", system), ("user", user)), MOST_TOKENS)


class CheckedAssessment:
    """What is believed of a reply.

    Args:
        scene: the interview up to the turn.
        prepared: the turn as the model saw it.
        reply: what the model says of it.
        absent: items that the embedded judge is certain to be absent.
    """

    def __init__(
        self, scene: Scene, prepared: PreparedMessage, reply: HeardReply, absent: Collection[str]
    ) -> None:
        self._scene, self._prepared, self._reply = scene, prepared, reply
        self._absent = absent
        spoken = [turn.text for turn in scene.turns if turn.role == "interviewer"]
        foreign = [*spoken, *judges_words(scene.case, scene.step)]
        injections = prepared.injections
        self._evidence = Evidence(scene.turns[-1].whole, injections, foreign)

    def assessment(self) -> TurnAssessment:
        """The assessment of the turn, every claim checked."""
        scene, reply, claims = self._scene, self._reply, self._prepared.claims
        touched = tuple(self._touched())
        flags = tuple(self._flags())
        facts = self._facts()
        intents = self._intents(answers=bool(touched or flags), asks=bool(facts))
        back = reply.go_back_to if Intent.GO_BACK in intents else ""
        return TurnAssessment(
            intents=tuple(intent for intent in Intent if intent in intents),
            verdicts=self._with_absent(touched) if Intent.ANSWER in intents else (),
            red_flags=flags,
            retracted=tuple(id_ for id_ in reply.retracted if id_ in scene.open_flags),
            withdrawn=self._withdrawn(touched),
            facts=facts,
            unanswered=tuple(self._sentences(reply.unanswered))[:FACTS_AT_ONCE],
            assumptions=tuple(self._sentences(reply.assumptions)),
            numbers=tuple(linked(scene.case, stated_numbers(scene.case, claims), self._named())),
            decisions=tuple(map(shorten_quote, decisions_in(claims))),
            go_back_to=StepId(back) if back in set(StepId) else None,
            words=count_words(claims),
        )

    def _intents(self, *, answers: bool, asks: bool) -> set[Intent]:
        known = set(Intent)
        found = {Intent(name) for name in self._reply.intents if name in known}
        if answers:
            found = (found | {Intent.ANSWER}) - {Intent.SMALL_TALK, Intent.OFF_TOPIC}
        if asks or (Intent.QUESTION in found and self._reply.unanswered):
            found.add(Intent.QUESTION)
        else:
            found.discard(Intent.QUESTION)
        if Intent.ANSWER in found and count_words(self._prepared.claims) > LONG:
            found.discard(Intent.END)  # nobody ends an interview in passing
        if self._prepared.injected:
            found.add(Intent.MANIPULATION)
        if self._prepared.left_out - self._prepared.injected:
            found.add(Intent.UNJUDGEABLE)
        return found or {Intent.ANSWER}

    def _touched(self) -> Iterator[Assessment]:
        """Verdicts on items of this step and of the shortlist, each once, with its words."""
        allowed = {item.id for item in self._scene.case.steps[self._scene.step].items}
        allowed |= {item.id for item in self._prepared.elsewhere}
        for point in self._reply.items:
            if point.id not in allowed or point.verdict not in (Verdict.MET, Verdict.PARTIAL):
                continue
            quote = self._quote(point)
            if quote is not None:
                allowed.discard(point.id)
                yield self._verdict(point, quote)

    def _quote(self, shown: Touched | Shown) -> str | None:
        if shown.at - 1 in self._prepared.left_out:
            return None
        return self._evidence.sentence(self._prepared.sentences, shown.at)

    def _verdict(self, point: Touched, quote: str) -> Assessment:
        step = self._scene.case.step_of(point.id)
        verdict, reason = Verdict(point.verdict), REASONS[Verdict(point.verdict)]
        if verdict is Verdict.MET and point.id in self._absent:
            verdict, reason = Verdict.UNASSESSED, UNSURE
        return Assessment(
            item=point.id,
            step=step,
            verdict=verdict,
            evidence=Quoted(quote=shorten_quote(quote), turn=self._scene.turns[-1].number),
            reason=reason,
            confidence=0.0 if verdict is Verdict.UNASSESSED else 1.0,
        )

    def _with_absent(self, touched: tuple[Assessment, ...]) -> tuple[Assessment, ...]:
        """The verdicts on this step's items in their order, absent ones too, then the others."""
        found = {one.item: one for one in touched}
        step = self._scene.step
        own: list[Assessment] = []
        for item in self._scene.case.steps[step].items:
            absent = Assessment(item=item.id, step=step, verdict=Verdict.ABSENT, reason=NOT_FOUND)
            own.append(found.pop(item.id, absent))
        return (*own, *found.values())

    def _flags(self) -> Iterator[RedFlagHit]:
        own = {flag.id for flag in self._scene.case.steps[self._scene.step].red_flags}
        for shown in self._reply.red_flags:
            if shown.id not in own or shown.id in self._reply.retracted:
                continue
            if (quote := self._quote(shown)) is not None:
                own.discard(shown.id)
                evidence = Quoted(quote=shorten_quote(quote), turn=self._scene.turns[-1].number)
                yield RedFlagHit(red_flag=shown.id, step=self._scene.step, evidence=evidence)

    def _facts(self) -> tuple[str, ...]:
        known = {fact.id for fact in self._scene.case.facts}
        asked = (fact for fact in dict.fromkeys(self._reply.facts) if fact in known)
        return tuple(asked)[:FACTS_AT_ONCE]

    def _withdrawn(self, touched: tuple[Assessment, ...]) -> tuple[str, ...]:
        """Points whose earlier claim is gone; what is said again at once is not."""
        earned = {one.item for one in self._scene.assessments if one.evidence is not None}
        again = {one.item for one in touched}
        return tuple(id_ for id_ in self._reply.withdrawn if id_ in earned - again)

    def _sentences(self, numbers: Iterable[int]) -> Iterator[str]:
        seen = [at - 1 for at in dict.fromkeys(numbers)]
        for at in seen:
            if 0 <= at < len(self._prepared.sentences) and at not in self._prepared.left_out:
                yield shorten_quote(self._prepared.sentences[at])

    def _named(self) -> Iterator[tuple[str, str]]:
        """Quantities that the model finds in a sentence."""
        for shown in self._reply.numbers:
            if 0 < shown.at <= len(self._prepared.sentences):
                yield shown.id, self._prepared.sentences[shown.at - 1]


def linked(
    case: Case, figures: Iterable[StatedNumber], named: Iterable[tuple[str, str]]
) -> Iterator[StatedNumber]:
    """Figures with the quantities that the model finds them to be.

    Values come from our own reading alone; the model only says which quantity a figure is, and is
    believed where the sentence has a single figure in that quantity's unit.
    """
    units = {quantity.id: quantity.unit for quantity in case.numbers}
    known = list(figures)
    for id_, sentence in named:
        free = [
            at
            for at, figure in enumerate(known)
            if figure.quantity is None
            and figure.quote in sentence
            and figure.unit == units.get(id_)
        ]
        if len(free) == 1:
            known[free[0]] = known[free[0]].model_copy(update={"quantity": id_})
    yield from known
