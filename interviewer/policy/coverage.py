"""Coverage: what is open and worth asking, and where the interview goes when a step ends."""

from __future__ import annotations

from collections.abc import Mapping

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import RaisedBy, TurnAssessment, Verdict
from interviewer.core.case import DeepDive, RubricItem
from interviewer.core.settings import STEPS, Persona, StepId
from interviewer.policy.detours import due_detour
from interviewer.policy.state import InterviewState

CLOSE_TO_LAST = 1.6  # an item that the candidate has just touched is the natural thing to ask
CORE = 1.3
MINOR = 1  # weight under which a supportive interviewer lets a gap pass
CHALLENGES_A_STEP = 2
HALF_COVERED = 0.5  # share of a step from which it opens with what is still open
COVERED = 0.75  # share of a step's weight from which it is not probed


# What to ask about


def open_items(state: InterviewState, step: StepId) -> list[RubricItem]:
    """Items of a step that still lack something and can still be asked about, best first."""
    met, earned = state.met, state.earned
    parked = {question.item for question in state.parked}
    lacking = [
        item
        for item in state.expected(step)
        if item.id not in met
        and state.asked.get(item.id, 0) < len(item.follow_ups)
        and item.id not in state.already_given
        and item.id not in parked
        and state.help_given.get(item.id) is not RaisedBy.TOLD
    ]
    return sorted(lacking, key=lambda item: -_urgency(state, item, earned))


def worth_asking(state: InterviewState, step: StepId) -> RubricItem | None:
    """The item of a step to ask about next, or None when nothing is worth a question."""
    lenient = state.settings.persona is Persona.SUPPORTIVE
    items = open_items(state, step)
    return next((item for item in items if not (lenient and item.weight <= MINOR)), None)


def ask_about(state: InterviewState, item: RubricItem) -> Move:
    """A question about an item: why that choice, where it was named without a reason.

    The reason is asked for with the candidate's own words, so nothing already said is asked again.
    """
    known = state.assessments.get(item.id)
    open_ = (Verdict.PARTIAL, Verdict.UNASSESSED)
    named = known is not None and known.verdict in open_ and known.evidence is not None
    asked = state.asked.get(item.id, 0)
    return Move(
        kind=MoveKind.DEEPEN if named and not asked else MoveKind.PROBE,
        step=state.step,
        item=item.id,
        follow_up=asked,
    )


def challenge(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Asks for the consequences of a wrong claim, the most damaging first."""
    if state.here.challenges >= CHALLENGES_A_STEP:
        return None
    flags = (state.flags.get(hit.red_flag) for hit in assessment.red_flags)
    listed = (f for f in flags if f is not None and not f.statement)  # with a question of the case
    fresh = [f.red_flag for f in listed if not f.challenged | f.recovered]
    if not fresh:
        return None
    worst = max(fresh, key=lambda flag: state.case.red_flag(flag).damage)
    return Move(kind=MoveKind.CHALLENGE, step=state.step, red_flag=worst)


def dive_under_way(state: InterviewState) -> DeepDive | None:
    """The deep dive that the interview is in."""
    return next((dive for dive in state.case.deep_dives if dive.id == state.dive), None)


def dive_target(state: InterviewState, dive: DeepDive) -> RubricItem | None:
    """The item of a deep dive to probe, from whatever step, or None when none is open."""
    earned = state.earned
    dived = (item for step in STEPS for item in open_items(state, step) if item.id in dive.items)
    return max(dived, key=lambda item: _urgency(state, item, earned), default=None)


def hint_target(state: InterviewState, about: str | None = None) -> RubricItem | None:
    """The item to hint at: what was asked about if it is still open, else the best one.

    Args:
        state: the interview so far.
        about: id of the item that the wish for a hint names.
    """
    dive = dive_under_way(state)
    dived = () if dive is None else dive.items
    met, earned = state.met, state.earned
    items = [
        item
        for step, item in state.case.items()
        if (step is state.step or item.id in dived or item.id == about)
        and item.level.rank <= state.settings.level.rank
        and item.hints
        and item.id not in met
        and state.help_given.get(item.id) is not RaisedBy.TOLD
    ]
    if named := next((item for item in items if item.id == about), None):
        return named
    last = state.last_move
    for item in items:
        if last is not None and item.id == last.item:
            return item
    diving = [item for item in items if item.id in dived]
    started = [item for item in items if state.hints.get(item.id, 0) > 0]
    ranked = diving or started or items
    return max(ranked, key=lambda item: _urgency(state, item, earned), default=None)


def _urgency(state: InterviewState, item: RubricItem, earned: Mapping[str, float]) -> float:
    urgency = item.weight * (CORE if item.core else 1.0) * (1.0 - earned.get(item.id, 0.0))
    known = state.assessments.get(item.id)
    unsure = known is not None and known.verdict is Verdict.UNASSESSED
    if item.id in state.last_items or unsure:
        urgency *= CLOSE_TO_LAST
    # A second question about the same point is worth less than a first one about another.
    return urgency * 0.5 ** state.asked.get(item.id, 0)


# Where to go


def leave(
    state: InterviewState,
    *,
    skipped: bool = False,
    asked_for: bool = False,
    telling: bool = False,
) -> Move:
    """Ends the current step, unless something planned for its end is still due.

    Args:
        state: the interview at the end of a step.
        skipped: the candidate has said nothing about the step.
        asked_for: the candidate asked to move on.
        telling: something else is said at this point, so an offer is no move of its own.
    """
    following, covered = _following(state)
    if wanted := _wanted(state):
        return wanted
    if parked := due_parked(state, following):
        return parked
    if following is not None and (topic := _parked_for(state, following)):
        return topic
    if detour := due_detour(state, following, asked_for=asked_for):
        return detour
    acts: tuple[Act, ...] = (Act.ASKED,) if asked_for else ()
    if following and _two_empty_steps(state) and Act.OFFER_DRILL not in state.acts:
        if not (asked_for or telling):
            return Move(kind=MoveKind.OFFER_DRILL, step=state.step, closes=state.step)
        acts += (Act.OFFER_DRILL,)
    return Move(
        kind=MoveKind.OPEN_STEP if following else MoveKind.WRAP_UP,
        step=following or state.step,
        item=still_open(state, following) if following else None,
        acts=acts,
        closes=state.step,
        skips=skipped,
        passes_over=covered,
    )


def _wanted(state: InterviewState) -> Move | None:
    """The step that the candidate wanted next, where it has not been opened yet."""
    wanted = state.wanted_next
    if wanted not in state.plan or state.steps[wanted].entered:
        return None
    return Move(kind=MoveKind.OPEN_STEP, step=wanted, closes=state.step, acts=(Act.ASKED,))


def _following(state: InterviewState) -> tuple[StepId | None, bool]:
    """The step to open next, and whether steps with nothing left to ask are passed over."""
    ahead = _ahead(state)
    left = next((step for step in ahead if not _nothing_left(state, step)), None)
    return left, ahead[:1] != [left] and bool(ahead)


def _nothing_left(state: InterviewState, step: StepId) -> bool:
    """Whether a step was answered before it was opened; the summary never is."""
    return (
        step is not StepId.SUMMARY
        and not state.steps[step].entered
        and state.share(step) >= COVERED
        and worth_asking(state, step) is None
    )


def still_open(state: InterviewState, step: StepId) -> str | None:
    """The item to open an already half-covered step with; None opens it as usual."""
    usual = step is StepId.SUMMARY or state.steps[step].entered
    if usual or state.share(step) < HALF_COVERED:
        return None
    item = worth_asking(state, step)
    return item.id if item else None


def open_before_summary(state: InterviewState) -> StepId | None:
    """The first part before the summary that has not been opened and has something to ask."""
    at = state.plan.index(state.step)
    untouched = (
        step
        for step in (*state.plan[at:], *state.plan[:at])
        if not state.steps[step].entered and step is not StepId.SUMMARY
    )
    return next((step for step in untouched if not _nothing_left(state, step)), None)


def next_step(state: InterviewState) -> StepId | None:
    """The next step of the plan that is not closed, or None at the end."""
    return next(iter(_ahead(state)), None)


def _ahead(state: InterviewState) -> list[StepId]:
    """Steps still to come; those that were passed over come before the summary."""
    at = state.plan.index(state.step)
    after = [step for step in state.plan[at + 1 :] if not state.steps[step].closed]
    if state.step is StepId.SUMMARY or after[:1] not in ([], [StepId.SUMMARY]):
        return after
    return [s for s in state.plan[:at] if not state.steps[s].entered] + after


def previous_step(state: InterviewState) -> StepId | None:
    """The step before the current one, or None at the start."""
    index = state.plan.index(state.step)
    return state.plan[index - 1] if index else None


def _two_empty_steps(state: InterviewState) -> bool:
    index = state.plan.index(state.step)
    pair = state.plan[max(0, index - 1) : index + 1]
    return len(pair) == 2 and all(state.share(step) == 0 for step in pair)


# Questions that the candidate wanted to come back to


def due_parked(state: InterviewState, following: StepId | None) -> Move | None:
    """The parked question to take up before the summary or the end, or None."""
    if following not in (None, StepId.SUMMARY):
        return None
    left = (parked for parked in state.parked if not state.is_answered(parked))
    parked = next(left, None)
    return None if parked is None else _again(state, parked)


def _parked_for(state: InterviewState, step: StepId) -> Move | None:
    """The parked question that belongs to the step that comes next, to open it with."""
    own = {item.id for item in state.case.steps[step].items}
    for parked in state.parked:
        elsewhere = parked.step is not step and parked.item in own
        if elsewhere and not parked.about and not state.is_answered(parked):
            return _asked_again(parked, MoveKind.PROBE, step, closes=state.step)
    return None


def _again(state: InterviewState, parked: Move) -> Move:
    """A parked question in the step in hand; one that opened a step opens it again."""
    if parked.kind is MoveKind.OPEN_STEP and parked.item is None:
        return Move(
            kind=MoveKind.OPEN_STEP,
            step=parked.step,
            closes=None if parked.step is state.step else state.step,
            acts=(Act.BACK,),
            takes_up=True,
        )
    kind = MoveKind.PROBE if parked.item and not parked.about else parked.kind
    return _asked_again(parked, kind, state.step)


def _asked_again(parked: Move, kind: MoveKind, step: StepId, closes: StepId | None = None) -> Move:
    return Move(
        kind=kind,
        step=step,
        item=parked.item,
        red_flag=parked.red_flag,
        follow_up=parked.follow_up,
        about=parked.about,
        quotes=parked.quotes,
        closes=closes,
        takes_up=True,
    )
