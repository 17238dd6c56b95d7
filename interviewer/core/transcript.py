"""What was said: turns and the intents read in them."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from interviewer.core.act import Move
from interviewer.core.settings import StepId
from interviewer.core.value import Value

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
