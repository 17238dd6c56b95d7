"""What was said: turns, the intents read in them, and the interviewer's moves."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from interviewer.settings import StepId

QUOTE_LIMIT = 400  # characters of a quote kept as evidence
LONGEST_QUOTE = 20_000  # characters that are looked for; no turn and sketch together have more
TEXTS_KEPT = 32  # texts whose words stay in memory: one is asked about many quotes

Role = Literal["interviewer", "candidate"]


class Value(BaseModel):
    """A pure value: immutable, equal by content, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Intent(StrEnum):
    """What a candidate message does; one message may do several things."""

    ANSWER = "answer"
    QUESTION = "question"
    HINT_REQUEST = "hint_request"
    DONT_KNOW = "dont_know"
    MOVE_ON = "move_on"
    GO_BACK = "go_back"
    REPEAT = "repeat"
    THINK = "think"
    FOCUS_QUESTION = "focus_question"
    ASSUMPTION = "assumption"
    REVISION = "revision"
    SMALL_TALK = "small_talk"
    OFF_TOPIC = "off_topic"
    MANIPULATION = "manipulation"
    DEFINE = "define"
    """A word is not known."""
    EXAMPLE = "example"
    """The question is too abstract."""
    SEEK_VERDICT = "seek_verdict"
    """Was that right?"""
    ASK_OPINION = "ask_opinion"
    ASK_CONCERN = "ask_concern"
    ALREADY_SAID = "already_said"
    POSTPONE = "postpone"
    DISAGREE = "disagree"
    OFFER = "offer"
    """Ready to go on, or to be questioned further."""
    ASK_TIME = "ask_time"
    """How much time is left."""
    END = "end"
    UNJUDGEABLE = "unjudgeable"
    """Text in a language or form that this brain cannot judge."""


class MoveKind(StrEnum):
    """What the interviewer does next; the main act of one reply."""

    OPEN_STEP = "open_step"
    ANSWER = "answer"
    PROBE = "probe"
    DEEPEN = "deepen"
    CHALLENGE = "challenge"
    CHECK_NUMBERS = "check_numbers"
    """Ask to be walked through a figure that cannot be right, or a budget that does not add up."""
    PUSH_BACK = "push_back"
    CHANGE_CONSTRAINT = "change_constraint"
    DEEP_DIVE = "deep_dive"
    HINT = "hint"
    OFFER_HINT = "offer_hint"
    TELL = "tell"
    REDIRECT = "redirect"
    REMIND_TIME = "remind_time"
    OFFER_DRILL = "offer_drill"
    LISTEN = "listen"
    """Leave the floor to the candidate (a think-pause, small talk, a repeated question)."""
    WRAP_UP = "wrap_up"


class Move(Value):
    """One reply of the interviewer, as decided by the policy; brains put it into words."""

    kind: MoveKind
    step: StepId
    """The step the interview is in after this move."""
    item: str | None = None
    red_flag: str | None = None
    follow_up: int = 0
    """Which of the item's follow-ups: 0 open, 1 and above narrower."""
    hint: int = 0
    """Which hint, 1-3; 0 for none."""
    about: str | None = None
    """Id of the deep dive, constraint change or push-back, or of the doubt about numbers."""
    quotes: tuple[str, ...] = ()
    """The candidate's own words that the reply refers to, verbatim."""
    facts: tuple[str, ...] = ()
    """Facts told before the main act."""
    notices: tuple[str, ...] = ()
    """Small acts before the main one: `no_number`, `repeat`, `think`, `manipulation`, ..."""
    closes: StepId | None = None
    """The step that this move ends, if it ends one."""


class Turn(Value):
    """One message, numbered from 1; odd numbers are the interviewer's."""

    number: int
    role: Role
    step: StepId
    text: str
    at: float
    """Seconds since the epoch."""
    intents: tuple[Intent, ...] = ()
    move: Move | None = None
    sketch: str = ""
    """The candidate's sketch as it was sent with this turn; empty when it had not changed."""
    paused: float = 0.0
    """Seconds before this turn for which the interview was paused."""
    stand_in: str = ""
    """Why the embedded brain took this exchange over; empty when it did not."""

    @property
    def whole(self) -> str:
        """Text and sketch together: what is judged and may be quoted."""
        return "\n\n".join(part for part in (self.text, self.sketch) if part)


class Evidence(Value):
    """A verbatim quote of the candidate with the number of its turn."""

    quote: str
    turn: int


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")


def find_quote(quote: str, text: str) -> str | None:
    """What a text really says where it is quoted; None when it does not say so.

    Marks between the words may differ. Where words were left out in between, it is the longest
    sentence of the quote that the text has.
    """
    if len(quote) > LONGEST_QUOTE:
        return None
    sentences = sorted(_SENTENCE_END.split(quote), key=len, reverse=True)
    for part in (quote, *sentences):
        if part and part in text:
            return part
        if (found := _find_words(part, text)) is not None:
            return found
    return None


def _find_words(quote: str, text: str) -> str | None:
    """Where a text has the words of a quote in a row, whatever stands between them.

    The words are looked for as one string: an expression that allows marks between them would
    begin anew at each word of the text.
    """
    wanted = " ".join(_WORD.findall(quote.lower()))
    spans, words = _spoken(text)
    at = f" {words} ".find(f" {wanted} ") if wanted else -1
    if at < 0:
        return None
    first = words.count(" ", 0, at)
    start, end = spans[first][0], spans[first + wanted.count(" ")][1]
    return text[start : end + (text[end : end + 1] in (".", "!", "?"))]


@lru_cache(maxsize=TEXTS_KEPT)
def _spoken(text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Where each word of a text stands, and the words in lower case with spaces between them."""
    found = list(_WORD.finditer(text))
    return tuple(word.span() for word in found), " ".join(word[0].lower() for word in found)


def shorten_quote(quote: str, words: int | None = None) -> str:
    """The beginning of a quote, at most `QUOTE_LIMIT` characters, cut between words.

    Args:
        quote: what was said.
        words: how many of its words at most; None for any number.
    """
    if words is not None:
        quote = " ".join(quote.split()[:words])
    if len(quote) <= QUOTE_LIMIT:
        return quote
    return quote[: quote.rfind(" ", 0, QUOTE_LIMIT + 1)] if " " in quote[:QUOTE_LIMIT] else quote
