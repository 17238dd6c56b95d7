"""Rules for what the candidate asks for: the end, another step, help, facts, to sum up, a word.

Which intents each one answers is said in `rules.RULES`; it is called where one of them was read.

Talk about the talk (a question not understood, an opinion, an offer, a doubt) costs the candidate
nothing, and the question in hand stays in hand.
"""

from __future__ import annotations

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import TurnAssessment, Verdict
from interviewer.core.case import RubricItem
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.policy.coverage import (
    ask_about,
    challenge,
    dive_under_way,
    due_parked,
    hint_target,
    leave,
    next_step,
    open_before_summary,
    open_items,
    previous_step,
    still_open,
    worth_asking,
)
from interviewer.policy.state import InterviewState, standing_flags, time_is_short

_ASKED_FOR_FIRST = frozenset({Act.BEFORE_SUMMARY, Act.BEFORE_END})
"""Said once an interview; whoever offers to sum up again is let do so."""


# Where to go


def end(state: InterviewState, assessment: TurnAssessment) -> Move:
    """Stops when the candidate wants to."""
    return Move(
        kind=MoveKind.WRAP_UP,
        step=state.step,
        closes=state.step,
        ends="candidate" if next_step(state) else "completed",
    )


def go_back(state: InterviewState, assessment: TurnAssessment) -> Move:
    """Opens an earlier step again."""
    target = assessment.go_back_to or previous_step(state)
    if target is not None and _comes_later(state, target):
        return move_on(state, assessment.model_copy(update={"move_on_to": target}))
    if target is None or target not in state.plan or target == state.step:
        return _listen(state, Act.NOTHING_BEFORE)
    return Move(kind=MoveKind.OPEN_STEP, step=target, acts=(Act.BACK,))


def _comes_later(state: InterviewState, target: StepId) -> bool:
    plan = state.plan
    return target in plan and plan.index(target) > plan.index(state.step)


def move_on(state: InterviewState, assessment: TurnAssessment) -> Move:
    """Leaves the step at once."""
    if assessment.move_on_to is StepId.SUMMARY:
        return _sum_up(state)
    if named := _named(state, assessment.move_on_to):
        return named
    untouched = state.share(state.step) == 0 and state.here.answers == 0
    return leave(state, skipped=untouched, asked_for=True)


def _named(state: InterviewState, target: StepId | None) -> Move | None:
    """Opens the step that was named, unless it is the next one anyway."""
    if target is None or target not in state.plan or target in (state.step, next_step(state)):
        return None
    if state.steps[target].entered or not _comes_later(state, target):
        return Move(kind=MoveKind.OPEN_STEP, step=target, acts=(Act.BACK,))
    return Move(kind=MoveKind.OPEN_STEP, step=target, closes=state.step, acts=(Act.ASKED,))


def follow_ahead(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Follows a candidate who opens a later part by answering it: its question is not asked."""
    target = assessment.move_on_to
    going = {Intent.MOVE_ON, Intent.OFFER}.intersection(assessment.intents)
    if going or target is None:
        return None
    if not _comes_later(state, target) or state.steps[target].closed:
        return None
    item = worth_asking(state, target)
    asking = ask_about(state, item) if item else None
    return Move(
        kind=asking.kind if asking else MoveKind.LISTEN,
        step=target,
        item=asking.item if asking else None,
        follow_up=asking.follow_up if asking else 0,
        closes=state.step,
        acts=(Act.FOLLOWED,) if asking else (Act.FOLLOWED, Act.ANYTHING_ELSE),
    )


def take_up_offer(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Pokes where the candidate offers it and something is open; else goes on as offered."""
    if doubted := challenge(state, assessment):
        return doubted
    going = Intent.MOVE_ON in assessment.intents or Intent.END in assessment.intents
    item = worth_asking(state, state.step)
    if item is not None and Act.POKE not in _last_acts(state):
        return ask_about(state, item).with_acts(Act.POKE)
    return (
        leave(state, asked_for=True) if going or Intent.ANSWER not in assessment.intents else None
    )


def put_off(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Leaves a question for later and goes on with another one."""
    if Intent.ANSWER in assessment.intents:
        return None
    item = worth_asking(state, state.step)
    return ask_about(state, item) if item is not None else leave(state)


# The summary: one that is offered, one that is given, and what stands open before it


def _sum_up(state: InterviewState) -> Move:
    """Takes the offer to sum up; what no part has touched yet comes first, once."""
    if StepId.SUMMARY not in state.plan or state.steps[StepId.SUMMARY].answers:
        return leave(state, asked_for=True)
    if state.step is StepId.SUMMARY:
        return _listen(state, Act.SUM_UP)
    if first := _comes_first(state, Act.BEFORE_SUMMARY):
        return first
    opens = MoveKind.OPEN_STEP
    return Move(kind=opens, step=StepId.SUMMARY, closes=state.step, acts=(Act.SUM_UP,))


def take_summary(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Takes a summary as one: the interview ends, or asks what it has left to ask first."""
    given = assessment.move_on_to is StepId.SUMMARY and Intent.MOVE_ON not in assessment.intents
    if not given or StepId.SUMMARY not in state.plan:
        return None
    if first := _comes_first(state, Act.BEFORE_END):
        return first
    return Move(
        kind=MoveKind.WRAP_UP,
        step=StepId.SUMMARY,
        closes=state.step,
        ends="candidate" if open_before_summary(state) else "completed",
    )


def end_after_thanks(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Ends after the summary when the candidate only says thanks."""
    over = state.steps[StepId.SUMMARY].answers > 0 and state.step is StepId.SUMMARY
    if not over or Intent.ANSWER in assessment.intents:
        return None
    return Move(kind=MoveKind.WRAP_UP, step=state.step, closes=state.step, ends="completed")


def _comes_first(state: InterviewState, act: Act) -> Move | None:
    if parked := due_parked(state, StepId.SUMMARY):
        return parked
    step = open_before_summary(state)
    if step is None or time_is_short(state) or _ASKED_FOR_FIRST.intersection(state.acts):
        return None
    return Move(
        kind=MoveKind.OPEN_STEP,
        step=step,
        item=still_open(state, step),
        closes=state.step,
        acts=(act,),
    )


# Help and facts


def hint(state: InterviewState, assessment: TurnAssessment) -> Move:
    """Gives the next hint, and the point itself after the last one; first says what it costs."""
    item = hint_target(state, assessment.about)
    if item is None:
        return _listen(state, Act.NO_HINT)
    if Act.HINT_COST not in state.acts:
        kind, acts = MoveKind.OFFER_HINT, (Act.HINT_ASKED,)
        return Move(kind=kind, step=state.step, item=item.id, acts=acts)
    given = state.hints.get(item.id, 0)
    if given >= len(item.hints):
        return Move(kind=MoveKind.TELL, step=state.step, item=item.id)
    return Move(kind=MoveKind.HINT, step=state.step, item=item.id, hint=given + 1)


def dont_know(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """First a narrower free question, then the offer of a hint, then tell and move on."""
    if earned_something(assessment):
        return None
    if state.here.closed:  # a detour; the step itself is over
        return leave(state)
    target = _unknown_item(state)
    count = state.here.dont_knows
    if target is None or count >= 3:
        return _tell_and_leave(state)
    if count == 1:
        follow_up = max(1, state.asked.get(target.id, 0))
        return Move(
            kind=MoveKind.PROBE,
            step=state.step,
            item=target.id,
            follow_up=min(follow_up, len(target.follow_ups) - 1),
            free=True,
        )
    return Move(kind=MoveKind.OFFER_HINT, step=state.step, item=target.id)


def _unknown_item(state: InterviewState) -> RubricItem | None:
    """The item that a "don't know" is about: the one asked about, or the best of the dive."""
    items = open_items(state, state.step)
    last, dive = state.last_move, dive_under_way(state)
    asked = (item for item in items if last is not None and item.id == last.item)
    dived = (item for item in items if dive is not None and item.id in dive.items)
    return next((item for group in (asked, dived, items) for item in group), None)


def _tell_and_leave(state: InterviewState) -> Move:
    leaving = leave(state, telling=True)
    items, earned = open_items(state, state.step), state.earned
    told = next((item for item in items if earned.get(item.id, 0.0) == 0), None)
    opens = leaving.kind is MoveKind.OPEN_STEP and leaving.item is None
    if told is None or not opens:
        return leaving
    return leaving.model_copy(update={"kind": MoveKind.TELL, "item": told.id})


def answer(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """A message that only asks gets its answer and the floor back."""
    asked = bool(assessment.facts or assessment.unanswered or assessment.assumed)
    asks = asked or Intent.FOCUS_QUESTION in assessment.intents
    if not asks or earned_something(assessment):
        return None
    return Move(kind=MoveKind.ANSWER, step=state.step)


def earned_something(assessment: TurnAssessment) -> bool:
    """Whether the turn earned anything anywhere."""
    return any(v.verdict in (Verdict.MET, Verdict.PARTIAL) for v in assessment.verdicts)


# Talk about the talk


def tell_time(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Says how much time is left to somebody who asks for nothing else."""
    others = set(assessment.intents) - {Intent.ASK_TIME, Intent.FOCUS_QUESTION, Intent.OFF_TOPIC}
    return None if others else _listen(state, Act.CLOCK)


def pause(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Repeats the question, of the offer of a hint what it costs; or waits."""
    if Intent.ANSWER in assessment.intents:
        return None
    if Intent.REPEAT in assessment.intents:
        if state.last_move and state.last_move.kind is MoveKind.OFFER_HINT:
            return state.last_move.with_acts(Act.HINT_ASKED, Act.HINT_COST)
        return _listen(state, Act.REPEAT)
    return _listen(state, Act.THINK)


def explain(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Says what a word means, or puts the question so that it can be grasped."""
    if Intent.ANSWER in assessment.intents:
        return None
    if Intent.EXAMPLE in assessment.intents:
        return _listen(state, Act.EXAMPLE)
    if assessment.terms:
        return _listen(state, Act.DEFINE)
    return None if assessment.facts else _listen(state, Act.REPEAT)


def put_to_the_test(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Answers "was that right?" with a question that tests it and tells nothing."""
    if assessment.red_flags:
        return None
    named = state.flags.get(assessment.about or "")
    listed = (flag for flag in standing_flags(state) if not flag.statement)
    open_ = [flag for flag in listed if not flag.challenged]
    doubted = next((flag for flag in open_ if named is None or flag is named), None)
    if doubted is not None:
        return Move(kind=MoveKind.CHALLENGE, step=state.step, red_flag=doubted.red_flag)
    return _listen(state, Act.WALK_THROUGH)


def give_opinion_back(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Turns a request for an opinion back, or names what stands open as a question."""
    if assessment.red_flags:
        return None
    if Intent.ASK_CONCERN in assessment.intents:
        item = worth_asking(state, state.step)
        if item is not None:
            asking = ask_about(state, item).model_copy(update={"kind": MoveKind.PROBE})
            return asking.with_acts(Act.CONCERN)
    return _listen(state, Act.OPINION)


def dispute(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Takes up a disagreement; what is wrong in it is challenged before."""
    if Act.DISAGREED in _last_acts(state):
        return None
    return Move(kind=MoveKind.DEEPEN, step=state.step, acts=(Act.DISAGREED,))


def _last_acts(state: InterviewState) -> tuple[Act, ...]:
    return state.last_move.acts if state.last_move else ()


def _listen(state: InterviewState, act: Act) -> Move:
    return Move(kind=MoveKind.LISTEN, step=state.step, acts=(act,))
