"""A candidate message, cut up: what is English, injects a prompt, asks, decides, may answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from interviewer.core.transcript import Intent
from interviewer.text import cues
from interviewer.text.injection import Injection
from interviewer.text.intents import LONG, Reading, has_summed_up, read
from interviewer.text.sentences import (
    STOP_WORDS,
    count_words,
    pieces,
    prose_of,
    split_sentences,
    words_of,
)

WHOLE_SENTENCE = 6  # words from which a sentence shows its own language
TELLING_WORDS = 3  # in shorter messages nothing tells languages apart
WHOLE_ANSWER = 20  # words of English that are an answer beside another language
OTHER_LETTERS = 0.3  # share of letters of another script from which a text is not English
ACCENTED = 0.15  # the same for words with letters that English does not have
LOAN_WORDS = frozenset({"naïve", "résumé", "café", "façade", "cliché", "déjà", "über"})
_LAST_LATIN = "\u024f"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")


@cache
def read_languages() -> Mapping[str, frozenset[str]]:
    """Reads the shipped function words once, by language code."""
    text = files("interviewer.text").joinpath("language.yaml").read_text("utf-8")
    data: dict[str, list[str]] = yaml.load(text, Loader=yaml.BaseLoader)
    return {code: frozenset(words) for code, words in data.items()}


@lru_cache(maxsize=64)
def is_english(text: str) -> bool:
    """Whether a text can be judged.

    Very short texts, lists of terms, code and numbers count as English: nothing in them says
    otherwise. Code and tables that are pasted into a text do not decide about it, as their
    keywords are English everywhere. In a text of several languages its English part is judged
    when it is long enough to be an answer.
    """
    prose = prose_of(text)
    return _reads_english(prose) or _holds_english(prose)


def _holds_english(prose: str) -> bool:
    english = " ".join(each for each in split_sentences(prose) if not is_foreign(each))
    return count_words([english]) >= WHOLE_ANSWER and _reads_english(english)


def is_foreign(sentence: str) -> bool:
    """Whether a sentence of an otherwise English text is plainly in another language."""
    return len(_WORD.findall(sentence)) >= WHOLE_SENTENCE and not _reads_english(sentence)


def _reads_english(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return True
    if sum(char > _LAST_LATIN for char in letters) > OTHER_LETTERS * len(letters):
        return False
    words = [word.replace("\u2019", "'") for word in _WORD.findall(text.lower())]
    if len(words) < TELLING_WORDS:
        return True
    # Function words of one other language outnumber ours, or accents are all over the text.
    kinds = set(words)
    english = len(kinds & STOP_WORDS)
    foreign = max(len((kinds & known) - STOP_WORDS) for known in read_languages().values())
    accented = {word for word in kinds - LOAN_WORDS if not word.isascii()}
    if foreign >= 2 and foreign > english:
        return False
    return len(accented) < max(2, ACCENTED * len(kinds)) or len(accented) <= english


BRIEF_WORDS = 30  # up to which a question needs no question mark

DECISIONS = 3  # of one message that are noted
FEWEST_WORDS, MOST_WORDS = 4, 45  # of a decision
SAYS_MORE = 8  # words beside a guessed wish from which the message is an answer
LEAVES = frozenset({Intent.MOVE_ON, Intent.END, Intent.DONT_KNOW})
"""What is not guessed beside an answer, as a wrong guess would cut it short."""
NOTHING_READ = Reading(frozenset(), frozenset(), frozenset())

Detect = Callable[[Sequence[str]], Injection]
"""Finds prompt injections in a message by their sense; see `detect_injection`."""
Guess = Callable[[str], Intent | None]
"""What a sentence that no pattern knows may do; see `gist_of`."""


class Question(NamedTuple):
    """A question of a message."""

    text: str
    rhetorical: bool
    """The candidate answers it in the next sentence."""
    addressed: bool = False
    """It is plainly put to the interviewer: by its words, or because the message ends with it."""


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


def cut(
    text: str,
    *,
    yes_means: Intent | None = None,
    guess: Guess | None = None,
    detect: Detect | None = None,
) -> Message:
    """Sorts a message; sentences in another language are left out and make it `unjudgeable`.

    Args:
        text: the message, in English.
        yes_means: what a bare "yes" asks for after what the interviewer last said.
        guess: reads short sentences that no pattern knows; None leaves them as they are.
        detect: finds prompt injections that no pattern knows; None finds none.
    """
    everything = pieces(text)
    found = [piece for piece in everything if piece.pasted or not is_foreign(piece.text)]
    sentences = [piece.text for piece in found]
    spoken = [at for at, piece in enumerate(found) if not piece.pasted]
    prose = [sentences[at] for at in spoken]
    attempts = cues.attempts(cues.normalised(" ".join(prose)))
    # Silence beside a pasted table is no silence.
    reading = read(tuple(prose), yes_means=yes_means) if prose or not found else NOTHING_READ
    if guess is not None and not attempts:
        reading = _with_guesses(reading, prose, guess)
    over = bool(prose) and has_summed_up(cues.normalised(prose[-1]))
    told = prose[:-1] if over else prose
    sensed = detect(told) if detect and told else Injection()
    asides = {spoken[at] for at in reading.asides | sensed.sentences}
    # What is pasted asks nothing, nor does an attempt at an answer.
    may_ask = set(spoken[:-1] if attempts else spoken)
    asked = {
        at
        for at in may_ask - asides - {spoken[at] for at in reading.wishes}
        if cues.asks(sentences[at], brief=count_words(sentences) <= BRIEF_WORDS)
    }
    foreign = {Intent.UNJUDGEABLE} if len(found) < len(everything) else set()
    return Message(
        text=text,
        claims=tuple(s for at, s in enumerate(sentences) if at not in asked | asides),
        questions=tuple(_question(sentences, at, asked | asides) for at in sorted(asked)),
        intents=reading.intents | foreign | ({Intent.MANIPULATION} if sensed.sentences else set()),
    )


def _with_guesses(reading: Reading, prose: Sequence[str], guess: Guess) -> Reading:
    """What the words show, with a guess where no pattern knows them; at length they answer."""
    if reading.intents & (cues.CONTROL | {Intent.MANIPULATION}) or count_words(prose) > LONG:
        return reading
    guessed = dict(_guessed(prose, guess))
    intents, asides = reading.intents | set(guessed.values()), reading.asides | set(guessed)
    return Reading(intents, asides, reading.wishes)


def _guessed(sentences: Sequence[str], guess: Guess) -> list[tuple[int, Intent]]:
    """Guesses about a short message."""
    telling = [
        (at, sentence)
        for at, sentence in enumerate(sentences)
        if len(sentences) == 1 or not cues.is_filler(sentence)
    ]
    guesses = [(at, guess(sentence)) for at, sentence in telling]
    return [
        (at, intent)
        for at, intent in guesses
        if intent is not None and not (intent in LEAVES and _says_more(sentences, at))
    ]


def _says_more(sentences: Sequence[str], at: int) -> bool:
    """Whether a message says enough beside one of its sentences to be an answer."""
    return count_words([*sentences[:at], *sentences[at + 1 :]]) >= SAYS_MORE


def _question(sentences: Sequence[str], at: int, no_answers: set[int]) -> Question:
    follows = at + 1 < len(sentences) and at + 1 not in no_answers
    asks_us = cues.asks_us(sentences[at])
    rhetorical = follows and not asks_us and _answered(sentences[at + 1])
    addressed = asks_us or at + 1 == len(sentences)
    return Question(sentences[at], rhetorical, addressed)


def _answered(following: str) -> bool:
    """Whether the sentence after a question answers it; an assumption waits for the fact."""
    return cues.answers_itself(following) and not cues.is_assumption(following)


# What else of it is kept


def sketch_claims(sketch: str) -> tuple[str, ...]:
    """Lines of a sketch that could be an answer, verbatim.

    A line that asks or directs is left out instead of being obeyed: who draws does not talk.
    """
    if not sketch or not is_english(sketch):
        return ()
    lines = split_sentences(sketch)
    asides = read(tuple(lines)).asides
    return tuple(line for at, line in enumerate(lines) if at not in asides and not cues.asks(line))


def decisions_in(sentences: Sequence[str]) -> tuple[str, ...]:
    """Up to three sentences that decide, verbatim and in their order; the short ones first."""
    cue = _decisive()
    found = [
        sentence.strip()
        for sentence in sentences
        if FEWEST_WORDS <= len(words_of(sentence)) <= MOST_WORDS
        and cue["said"].search(cues.normalised(sentence))
        and not cue["unless"].search(cues.normalised(sentence))
    ]
    short = sorted(dict.fromkeys(found), key=len)[:DECISIONS]
    return tuple(sentence for sentence in found if sentence in short)


def gives_reason(sentence: str) -> bool:
    """Whether a sentence says why, in so many words."""
    return bool(_decisive()["reason"].search(cues.normalised(sentence)))


@cache
def _decisive() -> Mapping[str, re.Pattern[str]]:
    text = files("interviewer.text").joinpath("decisions.yaml").read_text("utf-8")
    data: dict[str, list[str]] = yaml.safe_load(text)
    return {key: re.compile("|".join(f"(?:{cue})" for cue in data[key])) for key in data}
