"""The agenda: what the policy allows and wants of the interviewer's next reply."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from interviewer.core.act import Move, MoveKind
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
    """Whether a question has tested it already, after which it was said again."""


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
        at_once: it may not even wait for a wrong claim to be tested.
        step: the step in hand.
        following: the step that comes next; None at the end.
        minutes: used and planned.
        part_minutes: used and planned for the step in hand.
        part_ends: the minute of the interview at which that step should end.
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
    at_once: bool = False
    step: StepId
    following: StepId | None = None
    minutes: tuple[float, float] = (0.0, 0.0)
    part_minutes: tuple[float, float] = (0.0, 0.0)
    part_ends: float = 0.0
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


_ASKING = (MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.CHECK_NUMBERS)
_DETOURS = (MoveKind.DEEP_DIVE, MoveKind.CHANGE_CONSTRAINT, MoveKind.PUSH_BACK)


def spoken_move(
    agenda: Agenda, kind: MoveKind, about: str, flags: Collection[str] = ()
) -> Move | None:
    """The move of a reply that names its act and its topic; None where the agenda forbids it.

    Args:
        agenda: what was allowed.
        kind: the act.
        about: a topic's label or id, or the id of a claim, of material or of a step; or anything
            else where the question is about none of them.
        flags: ids of wrong claims that the case knows, whether or not one was heard.
    """
    if kind not in agenda.acts:
        return None
    topic = agenda.topic(about)
    move = Move(
        kind=kind,
        step=agenda.step,
        item=topic.item if topic else None,
        follow_up=topic.asked if topic else 0,
    )
    if kind is MoveKind.OPEN_STEP:
        step = _step_opened(agenda, about, topic)
        return move.model_copy(update={"step": step, "closes": agenda.step}) if step else None
    if topic and topic.step is agenda.following and kind in _ASKING:
        # A question about the next part opens it.
        return move.model_copy(
            update={"kind": MoveKind.OPEN_STEP, "step": topic.step, "closes": agenda.step}
        )
    if kind in _DETOURS:
        return _detour(agenda, move, about)
    if kind is MoveKind.CHALLENGE:
        known = {claim.id for claim in agenda.claims}.union(flags)
        return move.model_copy(update={"red_flag": about if about in known else None})
    if kind is MoveKind.HINT:
        hint = agenda.hint
        update = {"item": hint.item, "hint": hint.number} if hint else {}
        return move.model_copy(update=update) if hint and hint.cost_told else None
    if kind is MoveKind.WRAP_UP:
        return move.model_copy(update={"ends": "completed", "closes": agenda.step})
    return move


def _step_opened(agenda: Agenda, about: str, topic: Topic | None) -> StepId | None:
    """The step that is named, or that of the topic that is; else the one that follows."""
    named = next((step for step in StepId if step.value == about.lower()), None)
    step = named or (topic.step if topic else None)
    known = {topic.step for topic in agenda.topics}
    return step if step in known and step is not agenda.step else agenda.following


def _detour(agenda: Agenda, move: Move, about: str) -> Move | None:
    """A detour into prepared material, or where that is not named, a question like any other."""
    known = {one.id for one in agenda.material if one.kind is move.kind}
    if about in known:
        return move.model_copy(update={"about": about})
    return move.model_copy(update={"kind": MoveKind.PROBE})
