"""What is said: messages as they come in and are stored, turns, the intents read in them."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Literal

from interviewer.core.act import Move
from interviewer.core.errors import MessageRejected
from interviewer.core.settings import MESSAGE_LIMIT, SKETCH_LIMIT, StepId
from interviewer.core.value import Value

_UNSAID = re.compile(  # controls but tab and line break, surrogates, bidirectional overrides
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
SPARE = 4  # times what fits; a text beyond that is refused before it is cleaned


def clean_message(text: str, *, alone: bool = True) -> str:
    """A candidate message as it is stored: no control or bidirectional override characters.

    Args:
        text: as it came.
        alone: no sketch comes with it, so it may not be empty.

    Raises:
        MessageRejected: nothing is left, or it is too long.
    """
    text = text.strip()
    if len(text) <= SPARE * MESSAGE_LIMIT:
        text = _cleaned(text).strip()
    if alone and not text:
        raise nothing_said()
    if len(text) > MESSAGE_LIMIT:
        raise MessageRejected(
            f"The message has {len(text):,} characters; {MESSAGE_LIMIT:,} fit.",
            "Shorten it or send it in parts; your draft is kept.",
        )
    return text


def nothing_said() -> MessageRejected:
    """The refusal of a message without words and without a new sketch."""
    return MessageRejected("The message is empty.", "Type an answer, or press Hint or Skip.")


def clean_sketch(text: str) -> str:
    """A sketch as it is stored, cleaned like a message but with its spaces; may be empty.

    Raises:
        MessageRejected: it is too long.
    """
    if len(text) <= SPARE * SKETCH_LIMIT:
        lines = _cleaned(text).split("\n")
        text = "\n".join(line.rstrip() for line in lines).strip("\n")
    if len(text) > SKETCH_LIMIT:
        raise MessageRejected(
            f"The sketch has {len(text):,} characters; {SKETCH_LIMIT:,} fit.",
            "Shorten it; nothing was sent and your draft is kept.",
        )
    return text


def _cleaned(text: str) -> str:
    return _UNSAID.sub("", text.replace("\r\n", "\n"))


Role = Literal["interviewer", "candidate"]


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
    """A prompt injection: it tries to steer the judge. Stored rows know it by this word."""
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
