"""Where an interview stands, folded from its turns and assessments.

Nothing here is stored: the transcript and the assessments are the truth, and following them
again gives the same progress.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from interviewer.assessment import Assessment, RaisedBy, TurnAssessment, Verdict
from interviewer.cases import Case, Framework, RubricItem
from interviewer.moves.edited import named_in, still_heard, still_there
from interviewer.scorecard import EndReason, FlagRecord, credit, merge_turn
from interviewer.settings import InterviewSettings, StepId
from interviewer.transcript import Intent, Move, MoveKind, Turn

TURN_CAP_SECONDS = 300.0  # the clock never counts more than this for one candidate turn
_HINTS = {1: RaisedBy.HINT1, 2: RaisedBy.HINT2, 3: RaisedBy.HINT3}
_HELP_ORDER = list(RaisedBy)
_ANSWERS = frozenset((Intent.ANSWER, Intent.UNJUDGEABLE))
"""Whoever gave an answer that cannot be judged has not skipped the step."""


@dataclass
class StepProgress:
    """Counters of one step."""

    entered: bool = False
    closed: bool = False
    skipped: bool = False
    seconds: float = 0.0
    answers: int = 0
    """Messages that answered, whether or not they could be judged."""
    probes: int = 0
    challenges: int = 0
    dont_knows: int = 0
    dived: bool = False


@dataclass
class Progress:
    """Where an interview stands."""

    case: Case
    framework: Framework
    settings: InterviewSettings
    step: StepId
    steps: dict[StepId, StepProgress]
    assessments: dict[str, Assessment] = field(default_factory=dict)
    """Item id to its best assessment so far."""
    help_given: dict[str, RaisedBy] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    """Item id to the number of its follow-ups already asked."""
    hints: dict[str, int] = field(default_factory=dict)
    flags: dict[str, FlagRecord] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    """Deep dives, constraint changes and push-backs already used."""
    redirects: int = 0
    last_move: Move | None = None
    last_items: tuple[str, ...] = ()
    """Items that the last candidate turn touched."""
    asked_at: float = 0.0
    end_reason: EndReason | None = None

    @property
    def here(self) -> StepProgress:
        """The current step's counters."""
        return self.steps[self.step]

    @property
    def seconds(self) -> float:
        """Interview time so far."""
        return sum(step.seconds for step in self.steps.values())

    @property
    def plan(self) -> tuple[StepId, ...]:
        """The steps of this interview in their order."""
        drill = self.settings.drill
        return self.framework.steps if drill is None else (drill,)

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


def new_progress(case: Case, framework: Framework, settings: InterviewSettings) -> Progress:
    """The progress before the first turn."""
    steps = {step: StepProgress() for step in framework.steps}
    first = settings.drill or framework.steps[0]
    return Progress(case, framework, settings, first, steps)


def follow(
    case: Case,
    framework: Framework,
    settings: InterviewSettings,
    turns: Sequence[Turn],
    assessments: Mapping[int, TurnAssessment],
) -> Progress:
    """Folds a stored interview.

    Candidate turns without an assessment (unanswered) are left out, and so is what the case no
    longer has because its author edited it meanwhile.
    """
    progress = new_progress(case, framework, settings)
    known = named_in(case)
    for turn in turns:
        if turn.role == "interviewer":
            speak(progress, still_there(turn, known))
        elif turn.number in assessments:
            hear(progress, turn, still_heard(assessments[turn.number], known))
    return progress


def speak(progress: Progress, turn: Turn) -> None:
    """Takes an interviewer turn into account."""
    progress.asked_at = turn.at
    move = turn.move
    if move is None:
        return
    progress.last_move = move
    progress.facts += [fact for fact in move.facts if fact not in progress.facts]
    progress.notices += move.notices
    _count(progress, move)
    _note_help(progress, move)
    if move.closes is not None:
        progress.steps[move.closes].closed = True
    progress.step = move.step
    progress.here.entered = True
    if move.kind is MoveKind.OPEN_STEP:
        progress.here.closed = False
    if move.kind is MoveKind.WRAP_UP:
        progress.end_reason = _end_reason(move)


def _end_reason(move: Move) -> EndReason:
    if "candidate" in move.notices:
        return "candidate"
    return "time" if "time_up" in move.notices else "completed"


def _count(progress: Progress, move: Move) -> None:
    here = progress.here
    # The narrower question after a first "don't know" is free.
    free = "free" in move.notices
    here.probes += move.kind in (MoveKind.PROBE, MoveKind.DEEPEN) and not free
    here.challenges += move.kind is MoveKind.CHALLENGE
    here.dived = here.dived or move.kind is MoveKind.DEEP_DIVE
    progress.redirects += move.kind is MoveKind.REDIRECT
    if move.about:
        progress.about.append(move.about)
    if move.red_flag and move.red_flag in progress.flags:
        flag = progress.flags[move.red_flag]
        progress.flags[move.red_flag] = flag.model_copy(update={"challenged": True})
    if move.closes is not None and "skipped" in move.notices:
        progress.steps[move.closes].skipped = True


def _note_help(progress: Progress, move: Move) -> None:
    if move.item is None:
        return
    if move.kind is MoveKind.HINT:
        progress.hints[move.item] = max(move.hint, progress.hints.get(move.item, 0))
        given = _HINTS[move.hint]
    elif move.kind is MoveKind.TELL:
        given = RaisedBy.TOLD
    elif move.kind in (MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.REDIRECT):
        progress.asked[move.item] = max(move.follow_up + 1, progress.asked.get(move.item, 0))
        given = RaisedBy.OPEN_PROBE if move.follow_up == 0 else RaisedBy.NARROW_PROBE
    else:
        return
    known = progress.help_given.get(move.item, RaisedBy.CANDIDATE)
    progress.help_given[move.item] = max(given, known, key=_HELP_ORDER.index)


def hear(progress: Progress, turn: Turn, assessment: TurnAssessment) -> None:
    """Takes an assessed candidate turn into account."""
    here = progress.here
    here.seconds += min(TURN_CAP_SECONDS, max(0.0, turn.at - progress.asked_at))
    here.answers += bool(_ANSWERS.intersection(assessment.intents))
    here.dont_knows += Intent.DONT_KNOW in assessment.intents
    progress.assumptions += [a for a in assessment.assumptions if a not in progress.assumptions]
    heard = [_with_help(progress, verdict) for verdict in assessment.verdicts]
    progress.assessments = merge_turn(progress.assessments, heard, assessment.withdrawn)
    progress.last_items = tuple(
        verdict.item for verdict in assessment.verdicts if verdict.verdict is not Verdict.ABSENT
    )
    _hear_flags(progress, assessment)


def _with_help(progress: Progress, verdict: Assessment) -> Assessment:
    """The verdict with whoever brought its item up."""
    raised_by = progress.help_given.get(verdict.item, RaisedBy.CANDIDATE)
    return verdict.model_copy(update={"raised_by": raised_by})


def _hear_flags(progress: Progress, assessment: TurnAssessment) -> None:
    for hit in assessment.red_flags:
        known = progress.flags.get(hit.red_flag)
        progress.flags[hit.red_flag] = FlagRecord(
            red_flag=hit.red_flag,
            step=hit.step,
            evidence=hit.evidence,
            challenged=known.challenged if known else False,
        )
    for flag in assessment.retracted:
        if flag in progress.flags:
            record = progress.flags[flag]
            progress.flags[flag] = record.model_copy(update={"recovered": True})
