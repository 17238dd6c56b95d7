"""Notes on one message: made ready for the model, asked about, the reply believed or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from interviewer.brains.llm import context
from interviewer.brains.llm.context import delimited, numbered, plain
from interviewer.brains.llm.evidence import Evidence, judges_words
from interviewer.brains.llm.guards import is_presentable
from interviewer.brains.llm.schemas import NotesReply, Shown, Touched
from interviewer.brains.protocol import FACTS_AT_ONCE, Scene
from interviewer.core.assessment import (
    NOT_FOUND,
    Assessment,
    RedFlagHit,
    StatedNumber,
    TurnAssessment,
    Verdict,
)
from interviewer.core.case import Case
from interviewer.core.design import DesignEntry, EntryKind, Idea
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.tokens import count_tokens
from interviewer.llm.usage import Kind
from interviewer.text.cues import CONTROL
from interviewer.text.injection import detect_injection
from interviewer.text.intents import BRIEF, injections_in, read, read_intents
from interviewer.text.message import decisions_in, is_foreign, sketch_claims
from interviewer.text.quantities import stated_numbers
from interviewer.text.sentences import count_words, overlaps, pieces, shorten_quote, words_of

MOST_TOKENS, A_SENTENCE, LONGEST = 700, 40, 2000
"""Tokens that notes may have: on an ordinary message, for each sentence, and at the most."""
LONG = 40  # words from which a message that is an answer too does not end the interview
MOST_DOUBTS = 2  # of one message
DAMAGE = 2  # of a claim that the case does not list, at the most
MOST_NOTED = 4  # entries of each kind that a message adds to the design record
MOST_IDEAS = 2  # beyond the rubric, of one message
NOTED_WORDS = 16  # of an entry of the design record
WRONG_WORDS = 26  # of what is wrong with a claim
WORTH_WORDS = 24  # of what an idea is worth
WHO = "The candidate "  # is what the rubric's sentences are about; said once for all of them
EARLIER_TOKENS = 300  # of earned points that a message may take back
CLAIM_WORDS = 8  # of each of them
STANDING_WORDS = 20  # of a standing claim
REASONS = {
    Verdict.MET: "Decided, with a reason that fits the case.",
    Verdict.PARTIAL: "Named, or decided without a reason that fits.",
}


@dataclass(frozen=True)
class PreparedMessage:
    """A text as the model will see it.

    Attributes:
        sentences: the text, verbatim; sentence n of the prompt is at n - 1.
        left_out: indexes of sentences that the model does not see: injections, or not in English.
        injected: those of them that are a prompt injection: they try to direct the judge.
        text: all of it as it was written, where quotes over several sentences are looked for.
        questions: what the interviewer had said before the sentences at these indexes.
    """

    sentences: tuple[str, ...]
    left_out: frozenset[int] = frozenset()
    injected: frozenset[int] = frozenset()
    text: str = ""
    questions: Mapping[int, str] = field(default_factory=dict)

    @property
    def claims(self) -> list[str]:
        """The sentences that the model sees."""
        return [s for at, s in enumerate(self.sentences) if at not in self.left_out]

    @property
    def injections(self) -> list[str]:
        """The sentences that are a prompt injection."""
        return [self.sentences[at] for at in sorted(self.injected)]


def prepare_message(judge: EmbeddedJudge, text: str, sketch: str = "") -> PreparedMessage:
    """Prepares a message, blocking (run it in a worker thread).

    Args:
        judge: whose vectors tell what a sentence is about.
        text: what the candidate wrote in one message.
        sketch: what they drew beside it.
    """
    sentences = [piece.text for piece in pieces(text)]
    injected = _injected(judge, sentences)
    foreign = {at for at, sentence in enumerate(sentences) if is_foreign(sentence)}
    drawn = sketch_claims(sketch) if sketch else ()
    return PreparedMessage((*sentences, *drawn), frozenset(injected | foreign), injected)


def is_plain_wish(turn: Turn) -> bool:
    """Whether a message only asks for something that its words show beyond doubt.

    "Let's move on" needs no model, and whoever says it is answered at once.
    """
    sentences = [piece.text for piece in pieces(turn.text)]
    if turn.sketch or not sentences or len(words_of(turn.text)) > BRIEF:
        return False
    reading = read(tuple(sentences))
    return bool(reading.intents & CONTROL) and len(reading.asides) == len(sentences)


def find_injections(judge: EmbeddedJudge, text: str) -> tuple[str, ...]:
    """The sentences of a message that are a prompt injection, blocking."""
    sentences = [piece.text for piece in pieces(text)]
    return tuple(sentences[at] for at in sorted(_injected(judge, sentences)))


def _injected(judge: EmbeddedJudge, sentences: Sequence[str]) -> frozenset[int]:
    """Indexes of injections, by their words or their sense."""
    return injections_in(sentences) | detect_injection(sentences, judge.encode).sentences


def notes_request(scene: Scene, prepared: PreparedMessage) -> Request:
    """What the model is asked about the last turn of a scene."""
    prompt, case = load_prompt("notes"), scene.case
    system = prompt.render(
        "system",
        title=case.title,
        facts=context.fact_lines(case),
        quantities=context.quantity_line(case),
        rubric="\n".join(
            f"- {item.id}: {item.met_when.removeprefix(WHO)}" for _, item in case.items()
        ),
        red_flags="\n".join(_flag_lines(case)) or context.NOTHING,
    )
    user = prompt.render(
        "user",
        step=context.step_line(scene),
        standing=standing_lines(case, scene.standing),
        earlier=_earned_earlier(scene),
        asked=context.last_asked(scene),
        message=delimited("message", numbered(prepared.sentences, prepared.left_out)),
    )
    most = min(LONGEST, max(MOST_TOKENS, A_SENTENCE * len(prepared.sentences)))
    return Request(Kind.NOTES, (("system", system), ("user", user)), most)


def _flag_lines(case: Case) -> Iterator[str]:
    for _, flag in case.red_flags():
        right = f" Right after all: {flag.accepts}" if flag.accepts else ""
        yield f"- {flag.id}: {flag.statement}{right}"


def standing_lines(case: Case, standing: Iterable[RedFlagHit]) -> str:
    """Wrong claims that nobody took back, with the words that made them."""
    known = {flag.id: flag.statement for _, flag in case.red_flags()}
    lines = [
        f"- {hit.red_flag}: {hit.statement or known.get(hit.red_flag, '')} "
        f'They said: "{plain(shorten_quote(hit.quote, STANDING_WORDS))}"'
        for hit in standing
    ]
    return "\n".join(lines) or context.NOTHING


def _earned_earlier(scene: Scene) -> str:
    """What the candidate has earned and a message could take back, the newest that fit."""
    earned = [a for a in scene.assessments if a.evidence is not None and a.verdict in REASONS]
    kept: list[str] = []
    left = EARLIER_TOKENS
    for known in sorted(earned, key=lambda a: -(a.turn or 0)):
        told = f'{known.item} "{plain(shorten_quote(known.quote, CLAIM_WORDS))}"'
        left -= count_tokens(told) + 2
        if left < 0:
            break
        kept.append(told)
    return ", ".join(kept) or context.NOTHING


class CheckedNotes:
    """What is believed of a reply.

    Args:
        scene: the interview up to the turn.
        prepared: the turn as the model saw it.
        reply: what the model says of it.
    """

    def __init__(self, scene: Scene, prepared: PreparedMessage, reply: NotesReply) -> None:
        self._scene, self._prepared, self._reply = scene, prepared, reply
        self._turn = scene.turns[-1].number
        spoken = [turn.text for turn in scene.turns if turn.role == "interviewer"]
        foreign = [*spoken, *judges_words(scene.case)]
        self._evidence = Evidence(scene.turns[-1].whole, prepared.injections, foreign)

    def assessment(self) -> TurnAssessment:
        """The assessment of the turn, every claim checked."""
        scene, reply, claims = self._scene, self._reply, self._prepared.claims
        flags = (*self._flags(), *self._doubts())
        touched = tuple(self._touched({flag.quote for flag in flags}))
        facts, unanswered = self._asked()
        intents = self._intents(answers=bool(touched or flags), asks=bool(facts or unanswered))
        back = reply.go_back_to if Intent.GO_BACK in intents else ""
        standing = {hit.red_flag for hit in scene.standing} - {flag.red_flag for flag in flags}
        return TurnAssessment(
            intents=tuple(intent for intent in Intent if intent in intents),
            verdicts=self._with_absent(touched) if Intent.ANSWER in intents else (),
            red_flags=flags,
            retracted=tuple(id_ for id_ in dict.fromkeys(reply.retracted) if id_ in standing),
            withdrawn=self._withdrawn(touched),
            facts=facts,
            unanswered=unanswered,
            assumptions=tuple(self._sentences(reply.assumptions)),
            numbers=tuple(linked(scene.case, stated_numbers(scene.case, claims), self._named())),
            decisions=tuple(map(shorten_quote, decisions_in(claims))),
            go_back_to=StepId(back) if back in set(StepId) else None,
            design=tuple(self._design()),
            beyond=tuple(self._beyond()),
            led=tuple(dict.fromkeys(point.id for point in reply.items if point.led)),
            words=count_words(claims),
        )

    def _intents(self, *, answers: bool, asks: bool) -> set[Intent]:
        known = set(Intent)
        found = {Intent(name) for name in self._reply.intents if name in known}
        if answers:
            found = (found | {Intent.ANSWER}) - {Intent.SMALL_TALK, Intent.OFF_TOPIC}
        if asks:
            found.add(Intent.QUESTION)
        else:
            found.discard(Intent.QUESTION)
        if Intent.ANSWER in found and count_words(self._prepared.claims) > LONG:
            found.discard(Intent.END)  # nobody ends an interview in passing
        silent = found and not found & {Intent.ANSWER, Intent.QUESTION}
        if silent and not read_intents(" ".join(self._prepared.claims)):
            found.add(Intent.ANSWER)  # words without any wish say something of the design
        if self._prepared.injected:
            found.add(Intent.MANIPULATION)
        if self._prepared.left_out - self._prepared.injected:
            found.add(Intent.UNJUDGEABLE)
        return found or {Intent.ANSWER}

    def _touched(self, challenged: set[str]) -> Iterator[Assessment]:
        """Verdicts on items of any step, each once, with words that are not challenged."""
        allowed = {item.id for _, item in self._scene.case.items()}
        for point in self._reply.items:
            if point.id not in allowed or point.verdict not in (Verdict.MET, Verdict.PARTIAL):
                continue
            quote = self._quote(point)
            if quote is not None and not overlaps(quote, challenged):
                allowed.discard(point.id)
                verdict = Verdict(point.verdict)
                yield Assessment.judged(
                    item=point.id,
                    step=self._scene.case.step_of(point.id),
                    verdict=verdict,
                    quote=quote,
                    turn=self._turn,
                    reason=REASONS[verdict],
                )

    def _quote(self, shown: Touched | Shown) -> str | None:
        if shown.at - 1 in self._prepared.left_out:
            return None
        quote = self._evidence.sentence(self._prepared.sentences, shown.at)
        return None if quote is None else shorten_quote(quote)

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
        """Red flags of any step, and doubts said once more; one costs where the case lists it."""
        steps = {hit.red_flag: hit.step for hit in self._scene.standing}
        doubts = {hit.red_flag: hit for hit in self._scene.standing if hit.statement}
        steps |= {flag.id: step for step, flag in self._scene.case.red_flags()}
        for shown in self._reply.red_flags:
            if shown.id not in steps or shown.id in self._reply.retracted:
                continue
            if (quote := self._claim(shown.at)) is not None:
                step, known = steps.pop(shown.id), doubts.get(shown.id)
                hit = RedFlagHit.heard(red_flag=shown.id, step=step, quote=quote, turn=self._turn)
                again = {"statement": known.statement, "damage": known.damage} if known else {}
                yield hit.model_copy(update=again)

    def _doubts(self) -> Iterator[RedFlagHit]:
        """Wrong claims that the case does not list; they cost in the step that they are about."""
        named = {self._claim(shown.at) for shown in self._reply.red_flags}
        said = [(self._claim(doubt.at), doubt) for doubt in self._reply.doubts]
        fresh = [(quote, doubt) for quote, doubt in said if quote and quote not in named]
        steps = {step.value: step for step in self._scene.case.steps}
        for number, (quote, doubt) in enumerate(fresh[:MOST_DOUBTS], start=1):
            wrong = shorten_quote(plain(doubt.wrong), WRONG_WORDS)
            if is_presentable(wrong):
                hit = RedFlagHit.heard(
                    red_flag=f"doubt_{self._turn}_{number}",
                    step=steps.get(doubt.part, self._scene.step),
                    quote=quote,
                    turn=self._turn,
                )
                damage = max(1, min(DAMAGE, doubt.damage))
                yield hit.model_copy(update={"statement": wrong, "damage": damage})

    def _claim(self, at: int) -> str | None:
        """The sentence of that number, whatever points it may back besides."""
        said = self._prepared.sentences
        if not 0 < at <= len(said) or at - 1 in self._prepared.left_out:
            return None
        return shorten_quote(said[at - 1])

    def _asked(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The facts that were asked for, and the sentences that ask what no fact answers."""
        known = {fact.id for fact in self._scene.case.facts}
        facts = dict.fromkeys(one.fact for one in self._reply.asks if one.fact in known)
        open_ = (one.at for one in self._reply.asks if one.fact not in known)
        return tuple(facts)[:FACTS_AT_ONCE], tuple(self._sentences(open_))[:FACTS_AT_ONCE]

    def _withdrawn(self, touched: tuple[Assessment, ...]) -> tuple[str, ...]:
        """Points whose earlier claim is gone; what is said again at once is not."""
        earned = {one.item for one in self._scene.assessments if one.evidence is not None}
        again = {one.item for one in touched}
        return tuple(id_ for id_ in self._reply.withdrawn if id_ in earned - again)

    def _sentences(self, numbers: Iterable[int]) -> Iterator[str]:
        for at in dict.fromkeys(numbers):
            if (said := self._claim(at)) is not None:
                yield said

    def _named(self) -> Iterator[tuple[str, str]]:
        """Quantities that the model finds in a sentence."""
        for shown in self._reply.numbers:
            if 0 < shown.at <= len(self._prepared.sentences):
                yield shown.id, self._prepared.sentences[shown.at - 1]

    def _design(self) -> Iterator[DesignEntry]:
        reply = self._reply
        lists = (reply.components, reply.decisions, reply.rejected, reply.threads)
        for kind, texts in zip(EntryKind, lists, strict=True):
            for text in texts[:MOST_NOTED]:
                if noted := shorten_quote(plain(text), NOTED_WORDS):
                    yield DesignEntry(kind=kind, text=noted, turn=self._turn)

    def _beyond(self) -> Iterator[Idea]:
        for idea in self._reply.beyond[:MOST_IDEAS]:
            quote, worth = self._claim(idea.at), shorten_quote(plain(idea.worth), WORTH_WORDS)
            if quote and is_presentable(worth):
                step = self._scene.step
                yield Idea(step=step, text=worth, quote=quote, turn=self._turn)


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
