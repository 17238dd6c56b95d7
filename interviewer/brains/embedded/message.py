"""A candidate message, cut up and sorted: what steers, what asks, what may answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from interviewer.brains.embedded import cues
from interviewer.brains.embedded.intents import LONG, read
from interviewer.judge.segments import split_sentences
from interviewer.transcript import Intent
from interviewer.words import count_words

BRIEF_WORDS = 30  # up to which a question needs no question mark

Guess = Callable[[str], Intent | None]
"""What a sentence that no pattern knows may do; see `gist_of`."""


class Question(NamedTuple):
    """A question of a message."""

    text: str
    rhetorical: bool
    """The candidate answers it in the next sentence."""


class Message(NamedTuple):
    """A candidate message, sorted."""

    text: str
    claims: tuple[str, ...]
    """Sentences that could be an answer, verbatim."""
    questions: tuple[Question, ...]
    intents: frozenset[Intent]
    """What the words themselves show."""

    @property
    def wishes(self) -> frozenset[Intent]:
        """What the message asks of the interviewer besides facts."""
        return self.intents & cues.CONTROL

    @property
    def words(self) -> int:
        """Words that could be an answer."""
        return count_words(self.claims)

    @property
    def only_asks(self) -> bool:
        """Whether the message is little more than its questions."""
        return bool(self.questions) and len(self.claims) <= 2 * len(self.questions)


def cut(text: str, *, yes_means: Intent | None = None, guess: Guess | None = None) -> Message:
    """Sorts a message.

    Args:
        text: the message, in English.
        yes_means: what a bare "yes" asks for after what the interviewer last said.
        guess: reads short sentences that no pattern knows; None leaves them as they are.
    """
    sentences = split_sentences(text)
    reading = read(sentences, yes_means=yes_means)
    intents, steering, wishes = set(reading.intents), set(reading.steering), set(reading.wishes)
    if guess is not None and not intents & (cues.CONTROL | {Intent.MANIPULATION}):
        guessed = dict(_guessed(sentences, guess))
        intents |= set(guessed.values())
        steering |= set(guessed)
    brief = count_words(sentences) <= BRIEF_WORDS
    asked = {
        at
        for at, sentence in enumerate(sentences)
        if at not in steering | wishes and cues.asks(sentence, brief=brief)
    }
    return Message(
        text=text,
        claims=tuple(s for at, s in enumerate(sentences) if at not in asked | steering),
        questions=tuple(_question(sentences, at, asked | steering) for at in sorted(asked)),
        intents=frozenset(intents),
    )


def _guessed(sentences: Sequence[str], guess: Guess) -> list[tuple[int, Intent]]:
    """Guesses about a short message; at length its sentences are an answer."""
    if count_words(sentences) > LONG:
        return []
    guesses = [(at, guess(sentence)) for at, sentence in enumerate(sentences)]
    return [(at, intent) for at, intent in guesses if intent is not None]


def _question(sentences: Sequence[str], at: int, no_answers: set[int]) -> Question:
    follows = at + 1 < len(sentences) and at + 1 not in no_answers
    return Question(sentences[at], follows and cues.answers_itself(sentences[at + 1]))
