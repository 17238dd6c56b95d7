"""What the model says, checked and released sentence by sentence; shown words are never taken back.

The draft of the embedded brain says what has to reach the candidate. The model may put it better;
it may not add figures, give the rubric away, praise, ask twice or repeat itself. A sentence that
does is left out, and what the model did not say of the draft is said in the draft's own words.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from dataclasses import dataclass

from interviewer.brains.protocol import SPOKEN_WORDS
from interviewer.cases.leaks import Phrases, leaks_in
from interviewer.text.sentences import content_stems, split_stream, words_of

TELLING = 4  # words that carry meaning, from which a sentence says something of its own
CONVEYED = 0.4  # share of them that has to be in what was told
OWED = 0.6  # the same for a fact: half of it is not told
ALIKE = 0.75  # share of the words of two questions that makes them the same one
FEWEST = 4  # words that carry meaning, under which two questions are only alike as a whole
OPENER = 3  # words that make two sentences begin alike

_WHOLE = re.compile(r"[.!?][\"'\u201d\u2019)]*$")
_FIGURE = re.compile(r"\d[\d,.]*")
_MARKUP = re.compile(
    r"[<>{}`|]|\*\*|^#|^[^\S\n]*[-*\u2022]\s|https?:|www\.|\]\(|&\w+;", re.MULTILINE
)
_VERDICT = re.compile(
    r"\b(?:great|good|nice|well done|excellent|perfect(?:ly)?|exactly|correct(?:ly)?|incorrect"
    r"|right|wrong|brilliant|awesome|impressive|fantastic|amazing|wonderful|mistaken?|weak|strong"
    r"|solid|interesting|love|spot on|makes sense|thank you|thanks|rubric"
    r"|points? (?:you|that) (?:missed|earned)|out of (?:five|ten|5|10)"
    r"|instructions?|prompts?|(?:as|am|i'm) an? (?:ai|language model)"
    r"|(?:you\w*|i|i'll|i'd|this|that|answers?|step|interview)\b[^.?!]{0,20}\bscore[sd]?"
    r"|score[sd]?\b[^.?!]{0,12}\b(?:\d+|one|two|three|four|five|full|high|low|top|perfect))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:minutes?|time|seconds?) (?:is |are |we have |we've got )?"
    r"(?:left|remaining|short|up|over)\b"
    r"|\b(?:out of|short (?:of|on)|running out of|running low on) time\b"
    r"|\b(?:close to|near) the end of (?:our|the) (?:time|interview|session)\b"
    r"|\b(?:have|got|for) (?:only |just )?(?:a few|a couple of|some|two|three|four|five|ten) "
    r"(?:more )?minutes\b",
    re.IGNORECASE,
)
"""What is left of the time: only the draft knows."""
_CHANGE = re.compile(
    r"\bchange your mind\b|\bdecide (?:otherwise|differently)\b"
    r"|\bmake you (?:decide|choose|reconsider)\b"
)
"""A question that fits everything; asked twice, it digs nowhere."""
_TERM = re.compile(r"\b(?:score[sd]?|language model)\b", re.IGNORECASE)
"""Words of the subject that could be about the interview: nobody says them before the candidate or
the draft has."""
_NAME = re.compile(r"^\s*(?:interviewer|assistant|you|me)\s*:\s*", re.IGNORECASE)
_QUOTES = "\"'\u201c\u201d\u2018\u2019 "


async def sentences_of(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """The sentences of a stream, each as soon as it is whole; half a last one is left out."""
    left = ""
    async for piece in pieces:
        left += piece
        whole, left = split_stream(left)
        for sentence in whole:
            yield sentence
    if _WHOLE.search(left.rstrip()):
        yield left.strip()


@dataclass(frozen=True)
class Bounds:
    """What may be said in one reply.

    Attributes:
        draft: the sentences of the embedded brain for this move.
        said: sentences that the interviewer has said before.
        openers: first words that are used up.
        candidate: what the candidate has said.
        known: other texts whose figures may be told.
        secrets: runs of the rubric's words.
        owed: sentences of the draft that have to reach the candidate: facts and what stays open.
        room: how many words there may be.
    """

    draft: Sequence[str]
    said: Collection[str] = ()
    openers: Collection[tuple[str, ...]] = ()
    candidate: str = ""
    known: str = ""
    secrets: Phrases = frozenset()
    owed: Collection[str] = ()
    room: int = SPOKEN_WORDS

    @property
    def question(self) -> str:
        """The question of the draft; empty when it asks nothing."""
        return next((s for s in reversed(self.draft) if s.rstrip(_QUOTES).endswith("?")), "")

    def statements(self, *, after: bool) -> list[str]:
        """The draft's sentences before its question, or those after it."""
        at = self.draft.index(self.question) if self.question else len(self.draft)
        return list(self.draft[at + 1 :] if after else self.draft[:at])


class GuardedReply:
    """One reply under way.

    Args:
        bounds: what may be said in it.
    """

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._told: list[str] = []
        self._question = ""
        spoken = " ".join((*bounds.draft, bounds.candidate))
        self._terms = {term.lower() for term in _TERM.findall(spoken)}
        self._figures = figures_in(" ".join((*bounds.draft, bounds.candidate, bounds.known)))
        self._allowed = words_in_runs(spoken, bounds.secrets)

    def take(self, sentence: str) -> str | None:
        """A sentence of the model as it may be shown now, or None.

        A question waits for `close`, because it comes last.
        """
        text = clean(sentence)
        if not text or self._question or not self._is_fit(text):
            return None
        if text.rstrip(_QUOTES).endswith("?"):
            if self._bounds.question:
                self._question = text
            return None
        if not self._fits(text):
            return None
        self._told.append(text)
        return text

    def close(self) -> Iterator[str]:
        """What is still to be said: what the model left out of the draft, and the question."""
        question = self._question or self._bounds.question
        yield from self._left_out(self._bounds.statements(after=False))
        if question and len(question.split()) + self._words > self._bounds.room:
            question = self._bounds.question
        if question:
            self._told.append(question)
            yield question
            yield from self._left_out(self._bounds.statements(after=True))
        elif not self._told:
            yield from self._bounds.draft

    @property
    def begun(self) -> bool:
        """Whether anything has been shown."""
        return bool(self._told)

    @property
    def _words(self) -> int:
        return sum(len(text.split()) for text in self._told)

    def _left_out(self, statements: Sequence[str]) -> Iterator[str]:
        """Statements of the draft that the model has not conveyed in its own words."""
        for sentence in statements:
            owed = sentence in self._bounds.owed
            if not self._conveys(sentence) and (owed or self._fits(sentence)):
                self._told.append(sentence)
                yield sentence

    def _conveys(self, sentence: str) -> bool:
        """Whether a statement was told: all its figures, and enough of what it is about.

        Bridges say little of their own, and so do the candidate's words said back; the model may
        leave them out.
        """
        told = " ".join((*self._told, self._question))
        if figures_in(sentence) - figures_in(told):
            return False
        stems = set(content_stems(sentence))
        owed = sentence in self._bounds.owed
        if not owed and (len(stems) < TELLING or '"' in sentence):
            return bool(told)
        enough = OWED if owed else CONVEYED
        return len(stems & set(content_stems(told))) >= enough * len(stems)

    def _fits(self, text: str) -> bool:
        """Whether there is room for a sentence before the question."""
        question = self._question or self._bounds.question
        asks = 0 if question in self._told else len(question.split())
        return self._words + len(text.split()) + asks <= self._bounds.room

    def _is_fit(self, text: str) -> bool:
        first = not self._told
        return not (
            _MARKUP.search(text)
            or _VERDICT.search(own := _without_quotes(text, self._bounds))
            or {term.lower() for term in _TERM.findall(own)} - self._terms
            or text.count("?") > 1
            or asked_before(text, self._bounds.said)
            or (_TIME.search(text) and not any(map(_TIME.search, self._bounds.draft)))
            or (first and tuple(words_of(text)[:OPENER]) in self._bounds.openers)
            or figures_in(text) - self._figures
            or set(leaks_in(text, self._bounds.secrets)) - self._allowed
        )


def clean(sentence: str) -> str:
    """A sentence without a name before it and quotation marks around it."""
    text = " ".join(_NAME.sub("", sentence).split())
    if len(text) > 1 and text[0] in '"\u201c' and text[-1] in '"\u201d' and text.count('"') <= 2:
        text = text[1:-1].strip()
    return text


def figures_in(text: str) -> set[str]:
    """The figures of a text, however they are written with commas and points."""
    return {figure.replace(",", "").rstrip(".") for figure in _FIGURE.findall(text)}


def words_in_runs(text: str, secrets: Phrases) -> set[str]:
    """Secrets that are none here, because the draft or the candidate says them."""
    return set(leaks_in(text, secrets))


def bare(sentence: str) -> str:
    """A sentence without marks and case, to find it said twice."""
    return " ".join(words_of(sentence))


def asked_before(text: str, said: Collection[str]) -> bool:
    """Whether a sentence was said before, or a question nearly so."""
    own = bare(text)
    if own in {bare(sentence) for sentence in said}:
        return True
    if not text.rstrip(_QUOTES).endswith("?"):
        return False
    return any(_alike(own, bare(other)) for other in said if other.rstrip(_QUOTES).endswith("?"))


def _alike(one: str, other: str) -> bool:
    """Whether two questions use the same words, but for the thing that they are about."""
    if _CHANGE.search(one) and _CHANGE.search(other):
        return True
    mine, theirs = set(content_stems(one)), set(content_stems(other))
    if min(len(mine), len(theirs)) < FEWEST:
        return False
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


def _without_quotes(text: str, bounds: Bounds) -> str:
    """A text without the draft's own sentences and the candidate's quoted words."""
    for sentence in bounds.draft:
        text = text.replace(sentence, "")
    kept = re.sub(r"[\"\u201c][^\"\u201d]*[\"\u201d]", "", text)
    return kept
