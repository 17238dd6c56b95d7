"""The debrief: scorecard and transcript in, a page for the candidate out, its words checked.

The scores are computed before; nothing here can change them. Whatever a model says that quotes what
was not said, accuses, scores or shows workings of ours is left out, and the rest is kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from interviewer.brains.llm import evidence
from interviewer.brains.llm.context import delimited, plain, unnumbered
from interviewer.brains.llm.guards import MARKUP, figures_in
from interviewer.brains.llm.schemas import (
    ClaimSaid,
    DebriefReply,
    ExerciseSaid,
    MissingSaid,
    RemarkSaid,
    SlipSaid,
)
from interviewer.brains.llm.transcript import NumberedTranscript
from interviewer.brains.protocol import Scene
from interviewer.cases.leaks import runs_of
from interviewer.core.act import MoveKind
from interviewer.core.assessment import Evidence, RaisedBy, Verdict
from interviewer.core.case import Case
from interviewer.core.debrief import ClaimReview, Debrief, Exercise, Missing, Remark, Slip
from interviewer.core.settings import StepId
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.tokens import cut_to_tokens
from interviewer.llm.usage import Kind
from interviewer.scoring import (
    BANDS,
    OVERALL,
    FlagResult,
    ItemResult,
    Scorecard,
    StepResult,
    StepStatus,
)
from interviewer.text.sentences import find_quote, shorten_quote, split_prose

MOST_TOKENS = 2400
HEARD_TOKENS = 70  # of what the interviewer said between two messages
ROOM_TOKENS = 7000  # of the transcript: what a sum rests on is near to no item
FACT_TOKENS = 500
CARD_TOKENS = 1800
QUOTED_WORDS = 30  # of a claim
REMARKS, SLIPS, MISSED, EXERCISES = 4, 3, 6, 6  # remarks a step, all others in all
FEWEST_WORDS, MOST_WORDS = 25, 190  # of a summary
NAME_WORDS, TITLE_WORDS, MISSING_WORDS = 14, 14, 45
SAID_WORDS = 90  # of any other text
LABEL_WORDS = 3  # of the name of a thing, or of a label to write down
REACHED = (StepStatus.SCORED, StepStatus.UNASSESSED)
UNAIDED = (RaisedBy.CANDIDATE, RaisedBy.OPEN_PROBE)

_LEFT_OUT = re.compile(r"\[?(?:\.{3}|\u2026)\]?")
_SINGLE = re.compile(r"(?<!\w)'((?:[^']|'\w){2,300}?)'(?!\w)")
_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][\"'])\s+(?=[\"A-Z])")
_SPOKEN = 3  # words between single marks from which they are a quotation
_ACCUSES = re.compile(
    r"\byou\s+(?:did(?:n't|\s+not)|never|failed|forgot|missed|ignored|omitted|overlooked)\b",
    re.IGNORECASE,
)
_SCORES = re.compile(
    r"\byou(?: have|'ve)? (?:scored|earned|got|been given) (?:well|high|low|poorly|full|top|all"
    r"|points?|credit|[1-5]\b|(?:five|four|three|two|one)\b)"
    r"|\byour (?:overall |final |total )?(?:score|grade|marks?|rating)s?\b[^.]{0,30}"
    r"\b(?:[1-5](?:\.\d)?|five|four|perfect|full|highest|raised|lowered|deserved?)\b"
    r"|\boverall (?:score|grade|rating)\b"
    r"|\b[1-5](?:\.\d)? ?(?:of|out of|/) ?(?:5|five)\b"
    r"|\b(?:my|these|the|system) (?:instructions?|prompt)\b|\brubrics?\b|\bscorecard\b",
    re.IGNORECASE,
)
"""Scores of the interview, and our own workings; systems score, too, and that may be said."""
_WORD = r"(between (?:very )?\w+ and \w+|very weak|weak|adequate|good|excellent)"
_WHOLE = re.compile(
    r"\b(?:the whole|(?:the|this|your)(?: whole)? interview|overall,?(?: (?:it|this|that))?)"
    rf" (?:is|was|reads as|stands at|comes out as)(?: (?:an|a|just|only|about))? {_WORD}\b"
    rf"|\b(?:an|a|the) {_WORD} (?:interview|whole|performance)\b",
    re.IGNORECASE,
)
"""What a sentence calls the whole interview on the scale of the scores."""
_CALL = re.compile(r"\b(?:(?:strong|lean)[ -])?(?:no[ -])?hire\b", re.IGNORECASE)
_ID = re.compile(r"\b[a-z]{2,}_[a-z_]+\b|\bc\d{1,2}\b")


def debrief_request(scene: Scene, scorecard: Scorecard, transcript: NumberedTranscript) -> Request:
    """What the judge model is asked for when the scores are computed.

    Args:
        scene: the interview at its end.
        scorecard: what it is worth.
        transcript: what was said, as far as there is room.
    """
    prompt, case = load_prompt("debrief"), scene.case
    card = cut_to_tokens("\n".join(card_lines(scene, scorecard)), CARD_TOKENS)
    user = prompt.render(
        "user",
        title=case.title,
        opening=plain(case.opening),
        level=f"a {scene.settings.level.value} role",
        facts=cut_to_tokens(plain(" ".join(fact.answer for fact in case.facts)), FACT_TOKENS),
        card=delimited("card", card.split("\n")),
        notes=", ".join(notes_of(case)),
        transcript=transcript.text(),
    )
    messages = (("system", prompt.render("system")), ("user", user))
    return Request(Kind.DEBRIEF, messages, MOST_TOKENS)


def notes_of(case: Case) -> list[str]:
    """Ids of the study notes that a case is about."""
    return list(dict.fromkeys(item.concept for _, item in case.items()))


def claims_of(scorecard: Scorecard) -> dict[str, FlagResult]:
    """The wrong claims by the short ids that stand in the prompt, kept ones first."""
    flags = [flag for step in scorecard.steps for flag in step.red_flags]
    ordered = sorted(flags, key=lambda flag: (flag.recovered, not flag.challenged))
    return {f"c{at}": flag for at, flag in enumerate(ordered, 1)}


def card_lines(scene: Scene, scorecard: Scorecard) -> Iterator[str]:
    """The scorecard as text: claims first, as a long card loses its end."""
    call = (scorecard.recommendation or "none").replace("_", " ")
    yield f"Call: {call}. Overall: {overall_in_words(scorecard.overall)}."
    for id_, flag in claims_of(scorecard).items():
        said = plain(shorten_quote(flag.quote, QUOTED_WORDS))
        yield f'{id_} {_became(flag)}: "{said}" Wrong: {_statement(scene.case, flag)}'
    named, touched = named_items(scene), touched_items(scene, scorecard)
    for step in scorecard.steps:
        yield _step_line(scene, step, named, touched)
    told = [*(hole.question for hole in scorecard.holes), *(one.text for one in scorecard.beyond)]
    if told:
        yield f"Stands on the page already: {plain(' '.join(told))}"


def _first_and_last(flags: Sequence[FlagResult]) -> tuple[Evidence, Evidence]:
    """The words that state a claim, and those in which it was held last, often without it."""
    words = [Evidence(quote=flag.quote, turn=flag.turn) for flag in flags]
    words += [flag.again for flag in flags if flag.again]
    ordered = sorted(words, key=lambda said: said.turn)
    return ordered[0], ordered[-1]


def _in_words(score: float | None) -> str:
    return "not judged" if score is None else BANDS[min(5, max(1, int(score + 0.5)))]


def overall_in_words(score: float | None) -> str:
    """What the whole is called, which a summary must not call otherwise."""
    return "not judged" if score is None else next(word for below, word in OVERALL if score < below)


def named_items(scene: Scene) -> set[str]:
    """Items that a question or a scenario of the interview was about."""
    moves = [turn.move for turn in scene.turns if turn.move is not None]
    led_to = (scene.case.detours.get(move.about or "", ()) for move in moves)
    return {move.item for move in moves if move.item} | {item for items in led_to for item in items}


def touched_items(scene: Scene, scorecard: Scorecard) -> set[str]:
    """The same, and all of a step in which a claim was pressed: that may have led to them."""
    moves = [turn.move for turn in scene.turns if turn.move is not None]
    pressed = {move.step for move in moves if move.kind is MoveKind.CHALLENGE}
    pressed |= {s.step for s in scorecard.steps if any(flag.challenged for flag in s.red_flags)}
    return named_items(scene) | {item.id for step, item in scene.case.items() if step in pressed}


def _became(flag: FlagResult) -> str:
    if flag.recovered:
        return "TAKEN BACK"
    return "KEPT after a question" if flag.challenged else "KEPT, not pressed in these words"


def _statement(case: Case, flag: FlagResult) -> str:
    return plain(flag.statement or case.red_flag(flag.red_flag).statement)


def _step_line(
    scene: Scene, step: StepResult, named: Collection[str], touched: Collection[str]
) -> str:
    if step.status not in REACHED:
        return f"{step.step.value}: {step.status.value.replace('_', ' ')}"
    rank = scene.settings.level.rank
    groups: dict[str, list[str]] = {}
    for found in step.items:
        item = scene.case.item(found.item)
        if found.verdict is Verdict.ABSENT and item.level.rank > rank:
            continue
        name = _group(found)
        if found.verdict is Verdict.ABSENT:
            never = "" if item.id in touched else ", never asked"
            name += ", asked" if item.id in named else never
        groups.setdefault(name, []).append(item.label + (" (core)" if item.core else ""))
    told = "; ".join(f"{name}: {', '.join(labels)}" for name, labels in groups.items())
    return f"{step.step.value}, {_in_words(step.score)}. {told}"


def _group(found: ItemResult) -> str:
    if found.verdict is Verdict.MET:
        return "earned" if found.raised_by in UNAIDED else "earned once asked"
    if found.verdict is Verdict.PARTIAL:
        return "in part"
    if found.verdict is Verdict.ABSENT:
        return "not heard"
    return "not judged"


class Wording:
    """Which words of a model may be shown.

    Args:
        transcript: what was said.
        call: the recommendation, the only one that may be named.
        whole: what the whole interview may be called.
    """

    def __init__(self, transcript: NumberedTranscript, call: str | None, whole: str = "") -> None:
        shown = [line.text for line in transcript.lines if not line.left_out]
        self._said = " ".join(shown)
        self._asked = " ".join(transcript.questions.values())
        self._known = set(_ID.findall(self._said))
        hidden = (line.text for line in transcript.lines if line.left_out)
        self._hidden = {run for text in hidden for run in runs_of(text)} - runs_of(self._said)
        self._call, self._whole = (call or "").replace("_", " "), whole

    def prose(self, text: str, most: int, labels: int = 0) -> str:
        """A text without its unfair sentences, as far as there is room; or nothing.

        Nothing is left of a text that quotes what was not said or that carries markup: what else
        it says rests on that.

        Args:
            text: what the model says.
            most: words that there is room for.
            labels: words up to which what stands between quotation marks is no quotation.
        """
        told = _flat(text)
        if not self._is_clean(told) or not self._is_quoted(told, labels):
            return ""
        return _within((said for said in _sentences(told) if self._is_fair(said)), most)

    def name(self, text: str, most: int) -> str:
        """A title, whole or not at all."""
        told = _flat(text).rstrip(".")
        sound = self._is_clean(told) and self._is_quoted(told) and self._is_fair(told)
        return told if sound and len(told.split()) <= most else ""

    def summary(self, text: str, source: str) -> str:
        """A summary without sentences that say what its source does not.

        Nothing is left of one that is short then, or that calls the whole what the score does not.

        Args:
            text: the summary.
            source: all that the model was shown.
        """
        told = _flat(text)
        called = {found[1] or found[2] for found in _WHOLE.finditer(told.lower())}
        if not self._is_clean(told) or called - {self._whole}:
            return ""
        figures = figures_in(source)
        sound = (
            said
            for said in _sentences(told)
            if self._is_fair(said) and self._is_quoted(said) and not figures_in(said) - figures
        )
        kept = _within(sound, MOST_WORDS)
        return kept if len(kept.split()) >= FEWEST_WORDS else ""

    def _is_clean(self, text: str) -> bool:
        strange = MARKUP.search(text) or set(_ID.findall(text)) - self._known
        return bool(text) and not strange and not runs_of(text) & self._hidden

    def _is_quoted(self, text: str, labels: int = 0) -> bool:
        """Whether all that stands between quotation marks was said, but for labels."""
        quotes = quotations(text)
        return quotes is not None and all(
            self._was_said(said)
            for quote in quotes
            if len(quote.split()) > labels
            for part in _LEFT_OUT.split(quote)
            for said in split_prose(part)
            if said.strip(" ,;:.")
        )

    def _was_said(self, quote: str) -> bool:
        """Whether a candidate said it; what an interviewer calls a thing is nobody's claim."""
        named = len(quote.split()) <= LABEL_WORDS and find_quote(quote, self._asked)
        return bool(named or find_quote(quote, self._said))

    def _is_fair(self, sentence: str) -> bool:
        own = '"'.join(sentence.split('"')[::2])  # candidates may have said "you never know"
        calls = (found[0].lower().replace("-", " ") for found in _CALL.finditer(own))
        wrong = _ACCUSES.search(own) or _SCORES.search(own)
        return not wrong and all(call == self._call for call in calls)


def quotations(text: str) -> list[str] | None:
    """What stands between quotation marks; None where a mark has no other."""
    parts = text.split('"')
    if len(parts) % 2 == 0:
        return None
    single = (quote for own in parts[::2] for quote in _SINGLE.findall(own))
    return [*parts[1::2], *(quote for quote in single if len(quote.split()) >= _SPOKEN)]


def _flat(text: str) -> str:
    straight = re.sub("[\u201c\u201d\u201e]", '"', re.sub("[\u2018\u2019]", "'", text))
    return plain(unnumbered(straight))


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a text; a quotation is not cut at a full stop in it."""
    begun: list[str] = []
    marks = 0
    for part in _END.split(text):
        begun.append(part)
        marks += part.count('"')
        if marks % 2 == 0:
            yield " ".join(begun)
            begun = []
    if begun:
        yield " ".join(begun)


def _within(sentences: Iterable[str], most: int) -> str:
    """As many whole sentences as fit, from the first on."""
    kept: list[str] = []
    room = most
    for sentence in sentences:
        room -= len(sentence.split())
        if room < 0:
            break
        kept.append(sentence)
    return " ".join(kept).strip()


class CheckedDebrief:
    """What is believed of a debrief.

    Args:
        scene: the interview at its end.
        scorecard: what it is worth.
        transcript: what the model was shown of it.
    """

    def __init__(self, scene: Scene, scorecard: Scorecard, transcript: NumberedTranscript) -> None:
        self._transcript, self._notes = transcript, notes_of(scene.case)
        self._claims = claims_of(scorecard)
        self._reached = [step.step for step in scorecard.steps if step.status in REACHED]
        whole = overall_in_words(scorecard.overall)
        self._words = Wording(transcript, scorecard.recommendation, whole)
        touched = touched_items(scene, scorecard)
        self._unasked = {item.label for _, item in scene.case.items() if item.id not in touched}
        said = [turn.whole for turn in scene.turns if turn.role == "candidate"]
        self._evidence = evidence.Evidence("\n\n".join(said), transcript.injections)

    def debrief(self, reply: DebriefReply, source: str) -> Debrief:
        """What may be shown of a reply.

        Args:
            reply: what the model says.
            source: all that it was shown; figures of the summary stand there.
        """
        slips = [slip for one in reply.slips if (slip := self._slip(one))]
        missing = [lack for one in reply.missing if (lack := self._missing(one))]
        exercises = [task for one in reply.exercises if (task := self._exercise(one))]
        return Debrief(
            summary=self._words.summary(reply.summary, source),
            remarks=tuple(self._remarks(reply.remarks)),
            claims=tuple(self._reviews(reply.claims)),
            slips=tuple(slips[:SLIPS]),
            missing=tuple(missing[:MISSED]),
            exercises=tuple(exercises[:EXERCISES]),
        )

    def _remarks(self, told: Sequence[RemarkSaid]) -> Iterator[Remark]:
        """Remarks in the order of the steps."""
        for step in self._reached:
            ours = (one for one in told if one.step == step.value)
            texts = [
                Remark(step=StepId(step), text=text, strength=one.good)
                for one in ours
                if (text := self._words.prose(one.text, SAID_WORDS))
            ]
            yield from texts[:REMARKS]

    def _reviews(self, told: Sequence[ClaimSaid]) -> list[ClaimReview]:
        """Claims of the card, each at most once, kept ones first."""
        left = dict(self._claims)
        reviews: list[ClaimReview] = []
        for said in told:
            flags = [left[id_] for id_ in dict.fromkeys(said.ids) if id_ in left]
            review = self._review(said, flags) if flags else None
            if review is not None:
                reviews.append(review)
                left = {id_: flag for id_, flag in left.items() if flag not in flags}
        return sorted(reviews, key=lambda review: not review.kept)

    def _review(self, said: ClaimSaid, flags: Sequence[FlagResult]) -> ClaimReview | None:
        name = self._words.name(said.name, NAME_WORDS)
        why = self._words.prose(said.why, SAID_WORDS)
        better = self._words.prose(said.better, SAID_WORDS)
        kept = [flag for flag in flags if not flag.recovered]
        if not name or (kept and not (why and better)):
            return None
        first, last = _first_and_last(kept or flags)
        return ClaimReview(
            red_flags=tuple(flag.red_flag for flag in flags),
            name=name,
            quote=first.quote,
            turn=first.turn,
            kept=bool(kept),
            why=why,
            better=better,
            again=last if last.turn > first.turn else None,
        )

    def _slip(self, said: SlipSaid) -> Slip | None:
        at = said.at - 1
        if at not in self._transcript.shown or at in self._transcript.left_out:
            return None
        copied = unnumbered(said.evidence)
        quote = self._evidence.copied(copied, self._transcript.sentences, said.at)
        text = self._words.prose(said.text, SAID_WORDS)
        if quote is None or not text:
            return None
        return Slip(text=text, quote=shorten_quote(quote), turn=self._transcript.lines[at].turn)

    def _missing(self, said: MissingSaid) -> Missing | None:
        text = self._words.prose(said.text, MISSING_WORDS, LABEL_WORDS)
        asked = said.asked or said.point not in self._unasked
        return Missing(text=text, asked=asked) if text else None

    def _exercise(self, said: ExerciseSaid) -> Exercise | None:
        title = self._words.name(said.title, TITLE_WORDS)
        task = self._words.prose(said.task, SAID_WORDS, LABEL_WORDS)
        note = said.note if said.note in self._notes else ""
        return Exercise(title=title, task=task, note=note) if title and task else None
