"""What a reply of the interviewer does: a move, acts beside it, what it changes."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from interviewer.core.settings import StepId
from interviewer.core.value import Value

EndReason = Literal["completed", "candidate", "time"]
"""Why an interview ended: it was through, the candidate wanted to stop, or the time was used."""


class MoveKind(StrEnum):
    """What the interviewer does next; one reply is one move."""

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


class Act(StrEnum):
    """What is said beside a move, or the form that the move takes.

    In the order in which a move lists them.
    """

    # Before the move, about the message that it answers.
    UNJUDGEABLE = "unjudgeable"
    """The message, or a part of it, is in words that cannot be judged."""
    MANIPULATION = "manipulation"
    """What tries to direct the interviewer is noted, and nothing more."""
    REVISED = "revised"
    """The candidate changed their mind, which is taken as it stands."""
    CLOCK = "clock"
    """How much time is left."""
    DEFINE = "define"
    """What a word of the glossary means."""
    ALREADY_SAID = "already_said"
    """The candidate says that this was given already, and it is not asked again."""
    POSTPONED = "postponed"
    """The question is left for later."""
    NO_VERDICT = "no_verdict"
    """Nobody is told during the interview whether they were right."""
    ASSUMED = "assumed"
    """An assumption that no fact speaks about may be made."""

    # How a step is opened.
    OPENING = "opening"
    """The first words of the interview."""
    ASKED = "asked"
    """The candidate wanted to go on."""
    FOLLOWED = "followed"
    """The candidate opened a later part by answering it."""
    BACK = "back"
    """An earlier step is opened again."""
    BEFORE_SUMMARY = "before_summary"
    """What stands open comes before the summary that the candidate offers; once an interview."""
    BEFORE_END = "before_end"
    """The same where the candidate has given the summary."""
    SUM_UP = "sum_up"
    """The offer to sum up is taken."""

    # What a question is about.
    POKE = "poke"
    """The candidate offered to be questioned."""
    CONCERN = "concern"
    """The candidate asked what the interviewer is worried about."""
    DISAGREED = "disagreed"
    """The candidate disagrees and is asked why."""
    OFF_TOPIC = "off_topic"
    """The candidate left the subject."""
    JUMPED_AHEAD = "jumped_ahead"
    """The candidate began to design before anything was settled."""
    HINT_ASKED = "hint_asked"
    """The hint that is offered was asked for."""

    # How the floor is left to the candidate.
    NO_HINT = "no_hint"
    """There is nothing to give a hint about."""
    NOTHING_BEFORE = "nothing_before"
    """There is no earlier step to go back to."""
    SMALL_TALK = "small_talk"
    """A friendly word, once an interview."""
    REPEAT = "repeat"
    """The question again."""
    EXAMPLE = "example"
    """The question in a smaller form."""
    THINK = "think"
    """Time to think."""
    OPINION = "opinion"
    """The interviewer's opinion is not what counts."""
    WALK_THROUGH = "walk_through"
    """The candidate tests their own claim."""
    ANYTHING_ELSE = "anything_else"
    """Whether the candidate has more to say, before the step ends."""

    # Beside whatever comes.
    OFFER_DRILL = "offer_drill"
    """A drill of one step instead; once an interview."""
    NO_NUMBER = "no_number"
    """What was asked is known to nobody."""
    FOCUS = "focus"
    """What to spend the time on is the candidate's decision."""
    HINT_COST = "hint_cost"
    """What a hint costs."""
    TIME_SHORT = "time_short"
    """The time is nearly used up; once an interview."""


class _Change(NamedTuple):
    """A change of the interview's state that is stored as a word among the acts.

    Attributes:
        field: the field of `Move` that says it.
        value: what the field is then.
        before: the act that the word stands before.
    """

    field: str
    value: object
    before: Act


_CHANGES = {
    "skipped": _Change("skips", True, Act.ASKED),
    "covered": _Change("passes_over", True, Act.FOLLOWED),
    "taken_up": _Change("takes_up", True, Act.BACK),
    "free": _Change("free", True, Act.OFF_TOPIC),
    "candidate": _Change("ends", "candidate", Act.OFF_TOPIC),
    "time_up": _Change("ends", "time", Act.OFF_TOPIC),
}


def _words() -> tuple[str, ...]:
    words: list[str] = [act.value for act in Act]
    for word, change in _CHANGES.items():
        words.insert(words.index(change.before), word)
    return tuple(words)


NOTICES = _words()
"""What a reply may do beside its move, in the words of stored moves, results and scripts."""


def _in_order(acts: Collection[Act]) -> tuple[Act, ...]:
    return tuple(act for act in Act if act in acts)


class Move(Value):
    """One reply of the interviewer, as decided by the policy; brains put it into words.

    Stored moves and results write `acts` and the changes of the state as one list, `notices`.
    """

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
    """Facts told before the rest."""
    acts: Annotated[tuple[Act, ...], AfterValidator(_in_order)] = ()
    """What is said beside the move, and the form that it takes."""
    closes: StepId | None = None
    """The step that this move ends, if it ends one."""
    skips: bool = False
    """The step that it ends was not talked about."""
    passes_over: bool = False
    """Steps between the one that it ends and the one that it opens are covered, and over too."""
    takes_up: bool = False
    """It asks a question that the candidate wanted to come back to."""
    free: bool = False
    """Its question does not count, as after a first "don't know"."""
    ends: EndReason | None = None
    """Why the interview ends with it; None unless it is the last one."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        """Reads moves as they are stored."""
        if not isinstance(data, dict):
            return data
        read = dict(data)
        if read.get("kind") == MoveKind.WRAP_UP:
            read.setdefault("ends", "completed")
        if isinstance(notices := read.get("notices"), list | tuple):
            del read["notices"]
            changes = {word: change for word, change in _CHANGES.items() if word in notices}
            read |= {change.field: change.value for change in changes.values()}
            read["acts"] = tuple(word for word in notices if word not in list(changes))
        return read

    @model_serializer(mode="wrap")
    def _write(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        for field in ("acts", *(change.field for change in _CHANGES.values())):
            written.pop(field, None)
        closes = {key: written.pop(key) for key in ("closes",) if key in written}
        if self.notices or not info.exclude_defaults:
            written["notices"] = list(self.notices)
        return written | closes

    @property
    def notices(self) -> tuple[str, ...]:
        """All it does beside its kind, in the words of stored moves, results and scripts."""
        done = {
            word for word, (field, value, _) in _CHANGES.items() if getattr(self, field) == value
        }
        return tuple(word for word in NOTICES if word in done or word in self.acts)

    def with_acts(self, *acts: Act) -> Self:
        """The same move with other acts."""
        return self.model_copy(update={"acts": _in_order(acts)})
