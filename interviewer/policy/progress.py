"""Where an interview stands, folded from its turns and assessments (see `following`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from interviewer.cases.variants import heaviest_step
from interviewer.core.act import Move
from interviewer.core.assessment import Assessment, RaisedBy, StatedNumber
from interviewer.core.case import Case, Framework, RubricItem
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.scoring import EndReason, FlagRecord, credit

TURN_CAP_SECONDS = 300.0  # the clock never counts more than this for one candidate turn


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
    step: StepId
    steps: dict[StepId, StepState]
    assessments: dict[str, Assessment] = field(default_factory=dict)
    """Item id to its best assessment so far."""
    help_given: dict[str, RaisedBy] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    """Item id to the number of its follow-ups already asked."""
    hints: dict[str, int] = field(default_factory=dict)
    flags: dict[str, FlagRecord] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    numbers: list[StatedNumber] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    sketch: str = ""
    notices: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    """Deep dives, constraint changes and push-backs already used; a dive once per question."""
    dive: str | None = None
    """The deep dive under way."""
    dive_probes: int = 0
    """Questions asked in it after its first one."""
    redirects: int = 0
    said: set[str] = field(default_factory=set)
    """Items that the candidate says were given already; they are not asked about again."""
    wanted: StepId | None = None
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

    @property
    def plan(self) -> tuple[StepId, ...]:
        """The steps of this interview in their order."""
        return _plan(self.case, self.framework, self.settings)

    def expected(self, step: StepId) -> list[RubricItem]:
        """Items of a step expected at the chosen level."""
        rank = self.settings.level.rank
        return [item for item in self.case.steps[step].items if item.level.rank <= rank]

    def earned(self, item_id: str) -> float:
        """Credit of an item so far, 0 when it is absent or unassessed."""
        assessment = self.assessments.get(item_id)
        return (credit(assessment) or 0.0) if assessment else 0.0

    def share(self, step: StepId) -> float:
        """Earned share of a step's expected weight, 0-1."""
        items = self.expected(step)
        total = sum(item.weight for item in items)
        return sum(item.weight * self.earned(item.id) for item in items) / total if total else 1.0


def new_state(case: Case, framework: Framework, settings: InterviewSettings) -> InterviewState:
    """The progress before the first turn."""
    steps = {step: StepState() for step in framework.steps}
    first = _plan(case, framework, settings)[0]
    return InterviewState(case, framework, settings, first, steps)


def _plan(case: Case, framework: Framework, settings: InterviewSettings) -> tuple[StepId, ...]:
    if settings.concept is not None:
        return (heaviest_step(case),)
    return framework.steps if settings.drill is None else (settings.drill,)
