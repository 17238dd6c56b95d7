"""Rules for what the candidate asks for: the end, another step, a pause, help, facts."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment, Verdict
from interviewer.core.case import RubricItem
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.policy.leaving import leave, next_step, previous_step
from interviewer.policy.progress import InterviewState
from interviewer.policy.summing import offered
from interviewer.policy.targets import ask_about, hint_target, open_items, worth_asking

_TO_GO_ON = {"intents": (Intent.MOVE_ON,)}


def end(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Stops when the candidate wants to."""
    if Intent.END not in heard.intents:
        return None
    notices = ("candidate",) if next_step(progress) else ()
    return Move(kind=MoveKind.WRAP_UP, step=progress.step, closes=progress.step, notices=notices)


def go_back(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Opens an earlier step again."""
    if Intent.GO_BACK not in heard.intents:
        return None
    target = heard.go_back_to or previous_step(progress)
    if target is not None and _comes_later(progress, target):
        return move_on(progress, heard.model_copy(update=_TO_GO_ON | {"move_on_to": target}))
    if target is None or target not in progress.plan or target == progress.step:
        return Move(kind=MoveKind.LISTEN, step=progress.step, notices=("nothing_before",))
    return Move(kind=MoveKind.OPEN_STEP, step=target, notices=("back",))


def _comes_later(progress: InterviewState, target: StepId) -> bool:
    plan = progress.plan
    return target in plan and plan.index(target) > plan.index(progress.step)


def move_on(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Leaves the step at once."""
    if Intent.MOVE_ON not in heard.intents:
        return None
    if heard.move_on_to is StepId.SUMMARY:
        return offered(progress)
    if named := _named(progress, heard.move_on_to):
        return named
    untouched = progress.share(progress.step) == 0 and progress.here.answers == 0
    return leave(progress, skipped=untouched, asked_for=True)


def _named(progress: InterviewState, target: StepId | None) -> Move | None:
    """Opens the step that was named, unless it is the next one anyway."""
    if (
        target is None
        or target not in progress.plan
        or target in (progress.step, next_step(progress))
    ):
        return None
    state = progress.steps[target]
    if state.entered or progress.plan.index(target) < progress.plan.index(progress.step):
        return Move(kind=MoveKind.OPEN_STEP, step=target, notices=("back",))
    return Move(kind=MoveKind.OPEN_STEP, step=target, closes=progress.step, notices=("asked",))


def opened(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Follows a candidate who opens a later part by answering it: its question is not asked."""
    target = heard.move_on_to
    going = {Intent.MOVE_ON, Intent.OFFER}.intersection(heard.intents)
    if going or target is None or Intent.ANSWER not in heard.intents:
        return None
    if not _comes_later(progress, target) or progress.steps[target].closed:
        return None
    item = worth_asking(progress, target)
    asking = ask_about(progress, item) if item else None
    return Move(
        kind=asking.kind if asking else MoveKind.LISTEN,
        step=target,
        item=asking.item if asking else None,
        follow_up=asking.follow_up if asking else 0,
        closes=progress.step,
        notices=("followed",) if asking else ("followed", "anything_else"),
    )


def pause(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Repeats the question, or waits."""
    if Intent.ANSWER in heard.intents:
        return None
    for intent, notice in ((Intent.REPEAT, "repeat"), (Intent.THINK, "think")):
        if intent in heard.intents:
            return Move(kind=MoveKind.LISTEN, step=progress.step, notices=(notice,))
    return None


def hint(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """Gives the next hint, and the point itself after the last one; first says what it costs."""
    if Intent.HINT_REQUEST not in heard.intents:
        return None
    item = hint_target(progress, heard.about)
    if item is None:
        return Move(kind=MoveKind.LISTEN, step=progress.step, notices=("no_hint",))
    if "hint_cost" not in progress.notices:
        notices = ("hint_asked",)
        return Move(kind=MoveKind.OFFER_HINT, step=progress.step, item=item.id, notices=notices)
    given = progress.hints.get(item.id, 0)
    if given >= len(item.hints):
        return Move(kind=MoveKind.TELL, step=progress.step, item=item.id)
    return Move(kind=MoveKind.HINT, step=progress.step, item=item.id, hint=given + 1)


def dont_know(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """First a narrower free question, then the offer of a hint, then tell and move on."""
    if Intent.DONT_KNOW not in heard.intents or earned_something(heard):
        return None
    if progress.here.closed:  # an excursion; the step itself is over
        return leave(progress)
    count = progress.here.dont_knows
    items = open_items(progress, progress.step)
    last = progress.last_move
    asked = [item for item in items if last is not None and item.id == last.item]
    target = next(iter(asked or _of_the_dive(progress, items) or items), None)
    if target is None or count >= 3:
        return _tell_and_leave(progress)
    if count == 1:
        follow_up = max(1, progress.asked.get(target.id, 0))
        return Move(
            kind=MoveKind.PROBE,
            step=progress.step,
            item=target.id,
            follow_up=min(follow_up, len(target.follow_ups) - 1),
            notices=("free",),
        )
    return Move(kind=MoveKind.OFFER_HINT, step=progress.step, item=target.id)


def _of_the_dive(progress: InterviewState, items: list[RubricItem]) -> list[RubricItem]:
    dives = (dive for dive in progress.case.deep_dives if dive.id == progress.dive)
    return [item for dive in dives for item in items if item.id in dive.items]


def _tell_and_leave(progress: InterviewState) -> Move:
    leaving = leave(progress, telling=True)
    items = open_items(progress, progress.step)
    told = next((item for item in items if progress.earned(item.id) == 0), None)
    opens = leaving.kind is MoveKind.OPEN_STEP and leaving.item is None
    if told is None or not opens:
        return leaving
    return leaving.model_copy(update={"kind": MoveKind.TELL, "item": told.id})


def answer(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    """A message that only asks gets its answer and the floor back."""
    asked = bool(heard.facts or heard.unanswered or heard.assumed)
    asks = asked or Intent.FOCUS_QUESTION in heard.intents
    if not asks or earned_something(heard):
        return None
    return Move(kind=MoveKind.ANSWER, step=progress.step)


def earned_something(heard: TurnAssessment) -> bool:
    """Whether the turn earned anything anywhere."""
    return any(v.verdict in (Verdict.MET, Verdict.PARTIAL) for v in heard.verdicts)
