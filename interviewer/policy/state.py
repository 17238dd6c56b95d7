"""The state of an interview: what is in it, the reducer that folds it, what it tells, its clock.

Events are the interviewer's turns with their moves, the candidate's turns with their assessments,
and steps graded as a whole; points judged again after the end are applied on top
(`record.apply_rejudgements`). The state itself is not stored: folding the same events gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from interviewer.cases.variants import heaviest_step
from interviewer.core.act import Act, EndReason, Move, MoveKind
from interviewer.core.assessment import (
    Assessment,
    Notebook,
    RaisedBy,
    RedFlagHit,
    StatedNumber,
    StepGrade,
    TurnAssessment,
    Verdict,
)
from interviewer.core.case import Case, Framework, RubricItem
from interviewer.core.design import DesignRecord
from interviewer.core.settings import InterviewSettings, StepId, step_minutes
from interviewer.core.transcript import Intent, Turn
from interviewer.policy.edited import still_there
from interviewer.scoring import credit, merge_turn
from interviewer.text.quantities import newest
from interviewer.text.sentences import spoken_words

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
    is_drill: bool
    """Whether it is one step alone."""
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
    design: DesignRecord = DesignRecord()
    owed: list[str] = field(default_factory=list)
    """Facts that were asked for and not told yet."""
    thread: tuple[str, int] = ("", 0)
    """What the last questions were about, and how many in a row were."""
    led_to: frozenset[str] = frozenset()
    """Items that the last question led to: earned in its answer, they count with help."""
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
    graded: set[StepId] = field(default_factory=set)

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
        return {id_: max(0.0, credit(one) or 0.0) for id_, one in self.assessments.items()}

    def share(self, step: StepId) -> float:
        """Earned share of a step's expected weight, 0-1."""
        items, earned = self.expected(step), self.earned
        total = sum(item.weight for item in items)
        got = sum(item.weight * earned.get(item.id, 0.0) for item in items)
        return got / total if total else 1.0

    @property
    def met(self) -> set[str]:
        """Items of which nothing is left to ask about: earned with whatever help, or no problem."""
        return {i for i, a in self.assessments.items() if a.verdict is Verdict.MET or not a.applies}

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
    return InterviewState(
        case, framework, settings, plan, step_minutes(settings), plan is not every, plan[0], steps
    )


def planned_seconds(state: InterviewState) -> float:
    """Seconds planned for the whole interview."""
    return sum(state.minutes[step] for step in state.plan) * 60


def seconds_of(state: InterviewState, turn: Turn) -> float:
    """Interview time that a candidate turn takes."""
    waited = turn.at - state.asked_at - turn.paused
    return min(TURN_CAP_SECONDS, max(0.0, waited))


def time_is_short(state: InterviewState) -> bool:
    """True once: when the time is nearly used up and nobody has said so."""
    if Act.TIME_SHORT in state.acts or state.seconds < REMIND_AT * planned_seconds(state):
        return False
    return not state.is_drill


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


_ASIDES = frozenset(
    (Act.REPEAT, Act.DEFINE, Act.EXAMPLE, Act.THINK, Act.OPINION, Act.WALK_THROUGH, Act.CLOCK)
)
"""Replies after which the question before them is still the one in hand."""
_ANSWERS = frozenset((Intent.ANSWER, Intent.UNJUDGEABLE))
"""Whoever gave an answer that cannot be judged has not skipped the step."""
_HINTS = {1: RaisedBy.HINT1, 2: RaisedBy.HINT2, 3: RaisedBy.HINT3}
_HELP_ORDER = list(RaisedBy)
_ABOUT_ITEMS = (MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.REDIRECT, MoveKind.OPEN_STEP)
"""Moves that ask about an item when they name one."""
_DIVE_ENDS = (MoveKind.OPEN_STEP, MoveKind.CHANGE_CONSTRAINT, MoveKind.WRAP_UP)
_SAID_ALONE = {MoveKind.REMIND_TIME: Act.TIME_SHORT, MoveKind.OFFER_DRILL: Act.OFFER_DRILL}
"""Moves that do as a whole what else is an act beside another one."""
_LEADING = (MoveKind.CHALLENGE, MoveKind.DEEP_DIVE, MoveKind.CHANGE_CONSTRAINT)
"""Moves that lead to what the answer to them earns."""
_POSTPONABLE = frozenset(
    {
        MoveKind.OPEN_STEP,
        MoveKind.PROBE,
        MoveKind.DEEPEN,
        MoveKind.CHALLENGE,
        MoveKind.PUSH_BACK,
        MoveKind.CHANGE_CONSTRAINT,
        MoveKind.DEEP_DIVE,
    }
)
"""Questions that can be come back to."""


def fold_interview(
    case: Case,
    framework: Framework,
    settings: InterviewSettings,
    turns: Sequence[Turn],
    assessments: Mapping[int, TurnAssessment],
    grades: Sequence[StepGrade] = (),
    *,
    edited: bool = True,
) -> InterviewState:
    """Folds a stored interview.

    Steps that were judged as a whole count with that judgement from the moment they ended.
    Candidate turns without an assessment (unanswered) are left out, and so is what the case no
    longer has because its author edited it meanwhile, unless it is known to be as it was.
    """
    state = new_state(case, framework, settings)
    if edited:
        turns, assessments = still_there(case, turns, assessments)
    for turn in turns:
        if turn.role == "interviewer":
            apply_interviewer(state, turn)
            for grade in grades:
                if grade.turn == turn.number:
                    apply_grade(state, grade)
        elif turn.number in assessments:
            apply_candidate(state, turn, assessments[turn.number])
    return state


# The candidate's turns


def apply_candidate(state: InterviewState, turn: Turn, assessment: TurnAssessment) -> None:
    """Takes an assessed candidate turn into account."""
    here = state.steps[state.step]
    here.seconds += seconds_of(state, turn)
    here.answers += bool(_ANSWERS.intersection(assessment.intents))
    here.dont_knows += Intent.DONT_KNOW in assessment.intents
    here.words += assessment.words
    if Intent.UNJUDGEABLE in assessment.intents:
        here.unread += max(0, spoken_words(turn.text) - assessment.words)
    state.assumptions += [a for a in assessment.assumptions if a not in state.assumptions]
    state.numbers = newest(state.numbers, assessment.numbers)
    state.decisions += [d for d in assessment.decisions if d not in state.decisions]
    if assessment.design:
        state.design = state.design.joined(assessment.design)
    state.owed += [f for f in assessment.facts if f not in state.owed and f not in state.facts]
    state.sketch = turn.sketch or state.sketch
    led = helped_now(state, assessment)
    helped = [verdict.with_help(led) for verdict in assessment.verdicts]
    for one in helped:
        earned = one.raised_by is RaisedBy.CHALLENGE and (credit(one) or 0.0) > 0
        if earned and one.item not in state.earned:
            state.help_given[one.item] = one.raised_by  # it stays so when they say it again
    state.assessments = merge_turn(state.assessments, helped, assessment.withdrawn)
    state.last_items = tuple(v.item for v in assessment.verdicts if v.verdict is not Verdict.ABSENT)
    _apply_flags(state, assessment)
    _apply_wishes(state, assessment)


def _apply_flags(state: InterviewState, assessment: TurnAssessment) -> None:
    for id_, flag in state.flags.items():
        if flag.challenged and not flag.recovered and id_ not in assessment.retracted:
            state.flags[id_] = flag.model_copy(update={"defended": True})
    for hit in assessment.red_flags:
        known = state.flags.get(hit.red_flag)
        said_again = {"again": hit.evidence, "recovered": False}
        state.flags[hit.red_flag] = known.model_copy(update=said_again) if known else hit
    if assessment.retracted:
        _settle(state, assessment.retracted, recovered=True)


def _settle(state: InterviewState, claims: Iterable[str], *, recovered: bool) -> None:
    for flag in state.flags.keys() & {*claims}:
        state.flags[flag] = state.flags[flag].model_copy(update={"recovered": recovered})


def _apply_wishes(state: InterviewState, assessment: TurnAssessment) -> None:
    """What was given already and what is put off is not asked about now."""
    last, intents = state.last_move, assessment.intents
    if Intent.ALREADY_SAID in intents and last is not None and last.item:
        state.already_given.add(last.item)
    target = assessment.move_on_to
    if target is not None and Intent.OFFER in intents:
        state.wanted_next = target
    elif target in state.plan and Intent.ANSWER in intents and Intent.MOVE_ON not in intents:
        _answer_ahead(state, target)
    if Intent.POSTPONE in intents and last is not None:
        _park(state, last, assessment.about)


def _answer_ahead(state: InterviewState, target: StepId) -> None:
    """An answer to a part that comes later counts as one of that part; a summary ends its own."""
    ahead = state.steps[target]
    ahead.answers += 1
    if target is StepId.SUMMARY:
        ahead.entered = ahead.closed = True


def _park(state: InterviewState, last: Move, about: str | None) -> None:
    """Keeps the question in hand where the candidate puts it off, or the topic they put off."""
    kept: Move | None = None
    if last.kind in _POSTPONABLE and Act.OPENING not in last.acts:
        kept = last
    elif about in {item.id for _, item in state.case.items()}:
        kept = Move(kind=MoveKind.PROBE, step=state.step, item=about)
    if kept is not None and kept not in state.parked:
        state.parked.append(kept)


# The interviewer's turns


def apply_interviewer(state: InterviewState, turn: Turn) -> None:
    """Takes an interviewer turn into account."""
    state.asked_at = turn.at
    move = turn.move
    if move is None:
        return
    aside = move.kind is MoveKind.LISTEN and not _ASIDES.isdisjoint(move.acts)
    if state.last_move is None or not (aside or move.kind is MoveKind.ANSWER):
        state.last_move = move
    if move.takes_up:
        _take_up(state, move)
    state.facts += [fact for fact in move.facts if fact not in state.facts]
    state.owed = [fact for fact in state.owed if fact not in state.facts]
    if move.kind in _POSTPONABLE:
        about = move.item or move.red_flag or move.about or move.step.value
        state.thread = (about, state.thread[1] + 1 if about == state.thread[0] else 1)
    state.led_to = _leads_to(state, move) if move.kind in _LEADING else frozenset()
    state.acts.update(move.acts)
    if move.kind in _SAID_ALONE:
        state.acts.add(_SAID_ALONE[move.kind])
    _count(state, move, turn.number - 1)
    if move.item is not None:
        _note_help(state, move, move.item)
    if move.closes is not None:
        _close(state, move, move.closes)
    state.step = move.step
    here = state.steps[move.step]
    here.entered = True
    here.closed = here.closed and move.kind is not MoveKind.OPEN_STEP
    if state.wanted_next is move.step:
        state.wanted_next = None
    if move.ends is not None:
        state.end_reason = move.ends


def _leads_to(state: InterviewState, move: Move) -> frozenset[str]:
    """Items that the candidate had not earned and that a move brings them to."""
    if move.kind is not MoveKind.CHALLENGE:
        return frozenset(state.case.detours.get(move.about or "", ())) - state.met
    flag = state.flags.get(move.red_flag or "")
    near = state.case.steps[flag.step if flag else move.step].items
    return frozenset(item.id for item in near) - state.met


def _take_up(state: InterviewState, move: Move) -> None:
    """Forgets a parked question that has been taken up, and what was answered before it."""
    same = (move.item, move.red_flag, move.about, move.follow_up)
    state.parked = [
        one
        for one in state.parked
        if (one.item, one.red_flag, one.about, one.follow_up) != same and not state.is_answered(one)
    ]


def _count(state: InterviewState, move: Move, answered: int) -> None:
    here = state.steps[state.step]
    probes = move.kind in (MoveKind.PROBE, MoveKind.DEEPEN) and not move.free
    here.probes += probes and state.dive is None
    here.challenges += move.kind is MoveKind.CHALLENGE
    here.invited = here.invited or Act.ANYTHING_ELSE in move.acts
    here.checks += move.kind is MoveKind.CHECK_NUMBERS
    if move.kind is MoveKind.DEEP_DIVE or state.dive is not None:
        _count_in_dive(state, move, probes)
    state.redirects += move.kind is MoveKind.REDIRECT
    if move.about:
        state.about.append(move.about)
    tested = {id_ for id_ in state.flags if id_ == move.red_flag}
    if not tested and move.kind in (MoveKind.CHALLENGE, MoveKind.CHECK_NUMBERS):
        # It was asked while the message was being read, so it names no claim of that message.
        known = state.flags.items()
        tested = {id_ for id_, hit in known if (hit.again or hit.evidence).turn == answered}
    for id_ in tested:
        state.flags[id_] = state.flags[id_].model_copy(update={"challenged": True})


def _count_in_dive(state: InterviewState, move: Move, probes: bool) -> None:
    """A deep dive starts with its question and lasts until the interview goes on."""
    if move.kind is MoveKind.DEEP_DIVE and move.follow_up == 0:
        state.dive, state.dive_probes = move.about, 0
    elif move.kind in _DIVE_ENDS or move.closes is not None:
        state.dive = None
    elif state.dive is not None:
        state.dive_probes += probes or move.kind is MoveKind.DEEP_DIVE


def _note_help(state: InterviewState, move: Move, item: str) -> None:
    if move.kind is MoveKind.HINT:
        state.hints[item] = max(move.hint, state.hints.get(item, 0))
        given = _HINTS[move.hint]
    elif move.kind is MoveKind.TELL:
        given = RaisedBy.TOLD
    elif move.kind in _ABOUT_ITEMS:
        state.asked[item] = max(move.follow_up + 1, state.asked.get(item, 0))
        given = RaisedBy.OPEN_PROBE if move.follow_up == 0 else RaisedBy.NARROW_PROBE
    else:
        return
    known = state.help_given.get(item, RaisedBy.CANDIDATE)
    state.help_given[item] = max(given, known, key=_HELP_ORDER.index)


def _close(state: InterviewState, move: Move, step: StepId) -> None:
    """Closes the step that the move ends, and those it passes over because they are covered."""
    ended = state.steps[step]
    ended.closed = True
    ended.skipped = ended.skipped or move.skips
    if not move.passes_over:
        return
    first = state.plan.index(step)
    last = None if move.kind is MoveKind.WRAP_UP else state.plan.index(move.step)
    for passed in state.plan[first:last]:
        state.steps[passed].entered = state.steps[passed].closed = True


# Later judgements


def apply_grade(state: InterviewState, grade: StepGrade) -> None:
    """Lets the verdicts of a grade count from the moment the step ended.

    What it has no words for keeps the verdict of its turn; what the case no longer has is left out.
    """
    state.graded.add(grade.step)
    for verdict in grade.verdicts:
        silent = verdict.verdict is Verdict.UNASSESSED and verdict.evidence is None
        if verdict.item in state.case.ids and not silent:
            state.assessments[verdict.item] = verdict
            if verdict.raised_by is RaisedBy.CHALLENGE:  # it stays so when they say it again
                both = (verdict.raised_by, state.help_given.get(verdict.item, verdict.raised_by))
                state.help_given[verdict.item] = max(both, key=_HELP_ORDER.index)
    for hit in grade.red_flags:
        if hit.red_flag in state.case.ids:
            state.flags.setdefault(hit.red_flag, hit)
    _settle(state, grade.recovered, recovered=True)
    _settle(state, grade.upheld, recovered=False)
    for claim in grade.dropped:
        state.flags.pop(claim, None)


def standing_flags(state: InterviewState) -> tuple[RedFlagHit, ...]:
    """Wrong claims that were heard and not taken back, listed by the case or not."""
    return tuple(flag for flag in state.flags.values() if not flag.recovered)


def helped_now(state: InterviewState, heard: TurnAssessment | None) -> dict[str, RaisedBy]:
    """Who has brought each point up; where no brain says more, a challenge led to its step.

    What comes in the very message that takes a claim back was led to by the question about it.
    """
    led = set(state.led_to)
    if heard is not None:
        if led and heard.led is not None:
            led = {*heard.led, *led.difference(one.item for one in heard.verdicts)}
        steps = {state.flags[claim].step for claim in heard.retracted if claim in state.flags}
        led.update(item.id for step in steps for item in state.case.steps[step].items)
    return dict.fromkeys(led - state.met, RaisedBy.CHALLENGE) | state.help_given
