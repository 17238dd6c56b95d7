"""Where an interview stands: the state that the reducer folds, what it tells, and its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from interviewer.cases.variants import heaviest_step
from interviewer.core.act import Act, EndReason, Move
from interviewer.core.assessment import (
    Assessment,
    Notebook,
    RaisedBy,
    RedFlagHit,
    StatedNumber,
    Verdict,
)
from interviewer.core.case import Case, Framework, RubricItem
from interviewer.core.settings import InterviewSettings, StepId, step_minutes
from interviewer.scoring import credit

TURN_CAP_SECONDS = 300.0  # the clock never counts more than this for one candidate turn
REMIND_AT = 0.85  # share of the whole time from which it is short


@dataclass
class StepState:
    """Counters of one step."""

    entered: bool = False
    closed: bool = False
    skipped: bool = False
    seconds: float = 0.0
    answers: int = 0
    """Messages that answered, whether or not they could be judged."""
    probes: int = 0
    challenges: int = 0
    checks: int = 0
    """Questions about figures."""
    dont_knows: int = 0
    words: int = 0
    """Words that were judged."""
    unread: int = 0
    """Words that could not be, about."""
    invited: bool = False
    """Whether the candidate was asked for anything else."""


@dataclass
class InterviewState:
    """Where an interview stands."""

    case: Case
    framework: Framework
    settings: InterviewSettings
    plan: tuple[StepId, ...]
    """The steps of this interview in their order."""
    minutes: Mapping[StepId, float]
    """Planned for each of them."""
    step: StepId
    steps: dict[StepId, StepState]
    assessments: dict[str, Assessment] = field(default_factory=dict)
    """Item id to its best assessment so far."""
    help_given: dict[str, RaisedBy] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    """Item id to the number of its follow-ups already asked."""
    hints: dict[str, int] = field(default_factory=dict)
    flags: dict[str, RedFlagHit] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    numbers: list[StatedNumber] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    sketch: str = ""
    acts: set[Act] = field(default_factory=set)
    """What was done beside moves, or as one; some of it is done once an interview."""
    about: list[str] = field(default_factory=list)
    """Deep dives, constraint changes and push-backs already used; a dive once per question."""
    dive: str | None = None
    """The deep dive under way."""
    dive_probes: int = 0
    """Questions asked in it after its first one."""
    redirects: int = 0
    already_given: set[str] = field(default_factory=set)
    """Items that the candidate says were given already; they are not asked about again."""
    wanted_next: StepId | None = None
    """The step that the candidate wanted next when they offered to be questioned first."""
    parked: list[Move] = field(default_factory=list)
    """Questions that the candidate wants to come back to."""
    last_move: Move | None = None
    """What the interviewer last did, without the asides after which its question still stands."""
    last_items: tuple[str, ...] = ()
    """Items that the last candidate turn touched."""
    asked_at: float = 0.0
    end_reason: EndReason | None = None

    @property
    def here(self) -> StepState:
        """The current step's counters."""
        return self.steps[self.step]

    @property
    def seconds(self) -> float:
        """Interview time so far."""
        return sum(step.seconds for step in self.steps.values())

    def expected(self, step: StepId) -> list[RubricItem]:
        """Items of a step expected at the chosen level."""
        rank = self.settings.level.rank
        return [item for item in self.case.steps[step].items if item.level.rank <= rank]

    @property
    def earned(self) -> Mapping[str, float]:
        """Credit of each item so far, 0 where it could not be judged; absent items are left out."""
        return {item: credit(known) or 0.0 for item, known in self.assessments.items()}

    def share(self, step: StepId) -> float:
        """Earned share of a step's expected weight, 0-1."""
        items, earned = self.expected(step), self.earned
        total = sum(item.weight for item in items)
        got = sum(item.weight * earned.get(item.id, 0.0) for item in items)
        return got / total if total else 1.0

    @property
    def met(self) -> set[str]:
        """Items of which nothing is left to ask about, with however much help they were earned."""
        return {item for item, known in self.assessments.items() if known.verdict is Verdict.MET}

    def is_answered(self, question: Move) -> bool:
        """Whether a question has been answered meanwhile: its point met, its wrong claim gone."""
        flag = self.flags.get(question.red_flag or "")
        return question.item in self.met or (flag is not None and flag.recovered)


def new_state(case: Case, framework: Framework, settings: InterviewSettings) -> InterviewState:
    """The state before the first turn."""
    every = framework.steps
    plan = every if settings.drill is None else (settings.drill,)
    if settings.concept is not None:
        plan = (heaviest_step(case),)
    steps = {step: StepState() for step in every}
    return InterviewState(case, framework, settings, plan, step_minutes(settings), plan[0], steps)


def planned_seconds(state: InterviewState) -> float:
    """Seconds planned for the whole interview."""
    return sum(state.minutes[step] for step in state.plan) * 60


def time_is_short(state: InterviewState) -> bool:
    """True once: when the time is nearly used up and nobody has said so."""
    if Act.TIME_SHORT in state.acts or state.seconds < REMIND_AT * planned_seconds(state):
        return False
    return not state.settings.is_drill


def is_hurried(state: InterviewState) -> bool:
    """Whether the time is nearly used up, said or not."""
    return Act.TIME_SHORT in state.acts or time_is_short(state)


def notebook_of(state: InterviewState) -> Notebook:
    """What an interview has brought so far, as the notebook shows it."""
    return Notebook(
        facts=tuple(state.case.fact(fact).answer for fact in state.facts),
        assumptions=tuple(state.assumptions),
        numbers=tuple(dict.fromkeys(number.quote for number in state.numbers)),
        decisions=tuple(state.decisions),
        sketch=state.sketch,
    )
