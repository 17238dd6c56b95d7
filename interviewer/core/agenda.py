"""The agenda: what the policy allows and wants of the interviewer's next reply."""

from __future__ import annotations

from enum import StrEnum

from interviewer.core.act import MoveKind
from interviewer.core.design import DesignEntry
from interviewer.core.settings import StepId
from interviewer.core.value import Value


class TopicState(StrEnum):
    """How far a topic has been talked about."""

    OPEN = "open"
    TOUCHED = "touched"
    COVERED = "covered"


class Topic(Value):
    """What an item is about, as the interviewer may know it."""

    item: str
    label: str
    step: StepId
    core: bool
    state: TopicState
    asked: int = 0
    """Questions about it so far."""


class Claim(Value):
    """A wrong or doubtful claim that stands."""

    id: str
    statement: str
    """What is claimed, or what is wrong with it."""
    quote: str
    turn: int
    question: str = ""
    """The case's challenge; empty where it has none."""
    challenged: bool = False


class Material(Value):
    """A prepared scenario whose premise fits the design."""

    id: str
    kind: MoveKind
    """`deep_dive`, `change_constraint` or `push_back`."""
    text: str
    follow_ups: tuple[str, ...] = ()


class HintDue(Value):
    """The hint that may be given if the candidate asks for one."""

    item: str
    label: str
    number: int
    """1-3."""
    text: str
    cost_told: bool
    """Whether the candidate knows what hints cost; until then it is only offered."""


class Agenda(Value):
    """What the next reply may do, and what it should.

    Attributes:
        acts: what is allowed.
        demanded: what has to come now; None where the interviewer chooses.
        step: the step in hand.
        following: the step that comes next; None at the end.
        minutes: used and planned.
        exchange: number of this exchange, and about how many there will be.
        topics: all of the level, in the order of the steps.
        wanted: ids of the items most worth asking about, best first.
        claims: wrong claims that stand, the most damaging first.
        owed: ids of facts that were asked for and not told.
        threads: claims worth testing.
        in_a_row: questions asked in a row on the thread in hand.
        parked: labels of what the candidate wants to come back to.
    """

    acts: tuple[MoveKind, ...]
    demanded: MoveKind | None = None
    step: StepId
    following: StepId | None = None
    minutes: tuple[float, float] = (0.0, 0.0)
    exchange: tuple[int, int] = (1, 1)
    topics: tuple[Topic, ...] = ()
    wanted: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    owed: tuple[str, ...] = ()
    threads: tuple[DesignEntry, ...] = ()
    in_a_row: int = 0
    material: tuple[Material, ...] = ()
    hint: HintDue | None = None
    parked: tuple[str, ...] = ()

    def topic(self, label: str) -> Topic | None:
        """The topic of that label or item id, however it is spelt; None when there is none."""
        wanted = _plain(label)
        found = (t for t in self.topics if wanted in (_plain(t.label), _plain(t.item)))
        return next(found, None)


def _plain(label: str) -> str:
    return " ".join(label.lower().replace("_", " ").replace("-", " ").split())
