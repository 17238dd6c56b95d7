"""What a reply of the interviewer does: one main act, and small ones beside it."""

from __future__ import annotations

from enum import StrEnum

from interviewer.core.settings import StepId
from interviewer.core.value import Value


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
