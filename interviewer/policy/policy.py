"""The policy: which move follows a candidate turn.

A list of rules, tried in order; the first that answers decides the main act. Facts and small
acts (a repeated question, a note on manipulation) are put before it, so that one reply serves
every intent of a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.transcript import Intent
from interviewer.policy import asked, summing, talk, wanted
from interviewer.policy.clock import planned_seconds, time_is_short
from interviewer.policy.figures import check_numbers
from interviewer.policy.leaving import leave
from interviewer.policy.progress import InterviewState
from interviewer.policy.targets import open_items

Rule = Callable[[InterviewState, TurnAssessment], Move | None]

_GOES_ON = frozenset(
    {
        MoveKind.OPEN_STEP,
        MoveKind.PROBE,
        MoveKind.DEEPEN,
        MoveKind.PUSH_BACK,
        MoveKind.CHANGE_CONSTRAINT,
        MoveKind.DEEP_DIVE,
    }
)
"""Moves that take a revision as it stands and go on."""


def opening_move(progress: InterviewState) -> Move:
    """The interviewer's first move; a drill of a concept starts with its first point."""
    step = progress.plan[0]
    points = open_items(progress, step) if progress.settings.concept else []
    item = points[0].id if points else None
    return Move(kind=MoveKind.OPEN_STEP, step=step, item=item, notices=("opening",))


def next_move(progress: InterviewState, heard: TurnAssessment) -> Move:
    """Decides the reply to a candidate turn.

    Args:
        progress: the interview including that turn (see `hear`).
        heard: the assessment of the turn.
    """
    for rule in RULES:
        if move := rule(progress, heard):
            return _with_small_acts(move, progress, heard)
    return _with_small_acts(leave(progress), progress, heard)


def _with_small_acts(move: Move, progress: InterviewState, heard: TurnAssessment) -> Move:
    before = _acts_before(move, heard)
    after = _acts_after(move, progress, heard)
    return move.model_copy(
        update={"facts": heard.facts, "notices": (*before, *move.notices, *after)}
    )


def _acts_before(move: Move, heard: TurnAssessment) -> Iterator[str]:
    if Intent.UNJUDGEABLE in heard.intents:
        yield "unjudgeable"
    if Intent.MANIPULATION in heard.intents:
        yield "manipulation"
    if Intent.REVISION in heard.intents and move.kind in _GOES_ON and "asked" not in move.notices:
        yield "revised"
    yield from talk.acknowledged(move, heard)


def _acts_after(move: Move, progress: InterviewState, heard: TurnAssessment) -> Iterator[str]:
    if heard.unanswered and move.kind is not MoveKind.WRAP_UP:
        yield "no_number"
    if Intent.FOCUS_QUESTION in heard.intents:
        yield "focus"
    costs = "hint_cost" in progress.notices or "hint_cost" in move.notices
    if move.kind is MoveKind.OFFER_HINT and not costs:
        yield "hint_cost"
    if time_is_short(progress) and move.kind not in (MoveKind.WRAP_UP, MoveKind.REMIND_TIME):
        yield "time_short"


def _time_up(progress: InterviewState, heard: TurnAssessment) -> Move | None:
    if progress.seconds < planned_seconds(progress):
        return None
    return Move(
        kind=MoveKind.WRAP_UP, step=progress.step, closes=progress.step, notices=("time_up",)
    )


RULES: tuple[Rule, ...] = (
    talk.tell_time,
    talk.take_up_offer,
    asked.end,
    _time_up,
    asked.go_back,
    asked.move_on,
    summing.thanked,
    talk.tell_cost_again,
    asked.pause,
    talk.explain,
    talk.put_to_the_test,
    talk.give_back,
    asked.hint,
    wanted.take_no,
    talk.put_off,
    asked.dont_know,
    wanted.challenge,
    talk.dispute,
    summing.given,
    wanted.redirect,
    asked.opened,
    check_numbers,
    asked.answer,
    wanted.remind_of_time,
    wanted.go_deeper,
    wanted.finish,
    wanted.push_back,
    wanted.probe,
    wanted.let_finish,
)
