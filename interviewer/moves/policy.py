"""The policy: which move follows a candidate turn.

A list of rules, tried in order; the first that answers decides the main act. Facts and small
acts (a repeated question, a note on manipulation) are put before it, so that one reply serves
every intent of a message.
"""

from __future__ import annotations

from collections.abc import Callable

from interviewer.assessment import TurnAssessment, Verdict
from interviewer.moves.clock import planned_seconds, time_is_short, time_reminded
from interviewer.moves.leaving import leave, next_step, previous_step
from interviewer.moves.progress import Progress
from interviewer.moves.targets import hint_target, open_items, probe_target
from interviewer.scorecard import FlagRecord
from interviewer.settings import Persona, StepId, step_minutes
from interviewer.transcript import Intent, Move, MoveKind

PROBES_A_STEP = 2
PROBES_IN_A_DIVE = 3
CHALLENGES_A_STEP = 2
REDIRECTS = 2
NEARLY_EMPTY = 0.15  # share of the requirements under which jumping ahead is redirected
COVERED = 0.75  # share of a step's weight from which it is not probed
STEP_OVERRUN = 1.5  # a step may take this many times its planned minutes

Rule = Callable[[Progress, TurnAssessment], Move | None]


def opening_move(progress: Progress) -> Move:
    """The interviewer's first move."""
    return Move(kind=MoveKind.OPEN_STEP, step=progress.plan[0], notices=("opening",))


def next_move(progress: Progress, heard: TurnAssessment) -> Move:
    """Decides the reply to a candidate turn.

    Args:
        progress: the interview including that turn (see `hear`).
        heard: the assessment of the turn.
    """
    for rule in RULES:
        if move := rule(progress, heard):
            return _with_small_acts(move, progress, heard)
    return _with_small_acts(leave(progress), progress, heard)


def _with_small_acts(move: Move, progress: Progress, heard: TurnAssessment) -> Move:
    notices = [*move.notices]
    if Intent.MANIPULATION in heard.intents:
        notices.insert(0, "manipulation")
    if Intent.UNJUDGEABLE in heard.intents:
        notices.insert(0, "unjudgeable")
    if heard.unanswered and move.kind is not MoveKind.WRAP_UP:
        notices.append("no_number")
    if Intent.FOCUS_QUESTION in heard.intents:
        notices.append("focus")
    if move.kind is MoveKind.HINT and "hint_cost" not in progress.notices:
        notices.append("hint_cost")
    if time_is_short(progress) and move.kind is not MoveKind.WRAP_UP:
        notices.append("time_short")
    return move.model_copy(update={"facts": heard.facts, "notices": tuple(notices)})


# Flow the candidate asks for


def _end(progress: Progress, heard: TurnAssessment) -> Move | None:
    if Intent.END not in heard.intents:
        return None
    notices = ("candidate",) if next_step(progress) else ()
    return Move(kind=MoveKind.WRAP_UP, step=progress.step, closes=progress.step, notices=notices)


def _time_up(progress: Progress, heard: TurnAssessment) -> Move | None:
    if progress.seconds < planned_seconds(progress):
        return None
    return Move(
        kind=MoveKind.WRAP_UP, step=progress.step, closes=progress.step, notices=("time_up",)
    )


def _go_back(progress: Progress, heard: TurnAssessment) -> Move | None:
    if Intent.GO_BACK not in heard.intents:
        return None
    target = heard.go_back_to or previous_step(progress)
    if target is None or target not in progress.plan or target == progress.step:
        return Move(kind=MoveKind.LISTEN, step=progress.step, notices=("nothing_before",))
    return Move(kind=MoveKind.OPEN_STEP, step=target, notices=("back",))


def _move_on(progress: Progress, heard: TurnAssessment) -> Move | None:
    if Intent.MOVE_ON not in heard.intents:
        return None
    untouched = progress.share(progress.step) == 0 and progress.here.answers == 0
    return leave(progress, skipped=untouched, asked_for=True)


def _pause(progress: Progress, heard: TurnAssessment) -> Move | None:
    if Intent.ANSWER in heard.intents:
        return None
    for intent, notice in ((Intent.REPEAT, "repeat"), (Intent.THINK, "think")):
        if intent in heard.intents:
            return Move(kind=MoveKind.LISTEN, step=progress.step, notices=(notice,))
    return None


def _hint(progress: Progress, heard: TurnAssessment) -> Move | None:
    wants = Intent.HINT_REQUEST in heard.intents
    if not wants:
        return None
    return _give_hint(progress)


def _give_hint(progress: Progress) -> Move:
    item = hint_target(progress)
    if item is None:
        return Move(kind=MoveKind.LISTEN, step=progress.step, notices=("no_hint",))
    given = progress.hints.get(item.id, 0)
    if given >= len(item.hints):
        return Move(kind=MoveKind.TELL, step=progress.step, item=item.id)
    return Move(kind=MoveKind.HINT, step=progress.step, item=item.id, hint=given + 1)


def _dont_know(progress: Progress, heard: TurnAssessment) -> Move | None:
    """First a narrower free question, then the offer of a hint, then tell and move on."""
    if Intent.DONT_KNOW not in heard.intents or _earned_something(heard):
        return None
    count = progress.here.dont_knows
    items = open_items(progress, progress.step)
    last = progress.last_move
    asked = [item for item in items if last is not None and item.id == last.item]
    target = next(iter(asked or items), None)
    if target is None or count >= 3:
        return _tell_andleave(progress)
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


def _tell_andleave(progress: Progress) -> Move:
    leaving = leave(progress)
    told = next(
        (i for i in open_items(progress, progress.step) if progress.earned(i.id) == 0), None
    )
    if told is None or leaving.closes is None:
        return leaving
    return leaving.model_copy(update={"kind": MoveKind.TELL, "item": told.id})


# What the interviewer wants


def _challenge(progress: Progress, heard: TurnAssessment) -> Move | None:
    if progress.here.challenges >= CHALLENGES_A_STEP:
        return None
    fresh = [hit.red_flag for hit in heard.red_flags if _unchallenged(progress, hit.red_flag)]
    if not fresh:
        return None
    worst = max(fresh, key=lambda flag: progress.case.red_flag(flag).damage)
    return Move(kind=MoveKind.CHALLENGE, step=progress.step, red_flag=worst)


def _unchallenged(progress: Progress, flag_id: str) -> bool:
    flag: FlagRecord | None = progress.flags.get(flag_id)
    return flag is not None and not flag.challenged and not flag.recovered


def _answer(progress: Progress, heard: TurnAssessment) -> Move | None:
    """A message that only asks gets its answer and the floor back."""
    asks = heard.facts or heard.unanswered or Intent.FOCUS_QUESTION in heard.intents
    if not asks or _earned_something(heard):
        return None
    return Move(kind=MoveKind.ANSWER, step=progress.step)


def _redirect(progress: Progress, heard: TurnAssessment) -> Move | None:
    if progress.redirects >= REDIRECTS:
        return None
    off_topic = Intent.OFF_TOPIC in heard.intents or Intent.SMALL_TALK in heard.intents
    if off_topic and Intent.ANSWER not in heard.intents:
        return _redirected(progress, "off_topic")
    nearly_empty = progress.share(StepId.REQUIREMENTS) < NEARLY_EMPTY
    if progress.step is StepId.REQUIREMENTS and nearly_empty and _jumps_ahead(progress, heard):
        return _redirected(progress, "jumped_ahead")
    return None


def _redirected(progress: Progress, notice: str) -> Move:
    items = open_items(progress, progress.step)
    target = next((item for item in items if item.id not in progress.asked), None)
    return Move(
        kind=MoveKind.REDIRECT,
        step=progress.step,
        item=target.id if target else None,
        notices=(notice,),
    )


def _jumps_ahead(progress: Progress, heard: TurnAssessment) -> bool:
    found = [v for v in heard.verdicts if v.verdict in (Verdict.MET, Verdict.PARTIAL)]
    ahead = [verdict for verdict in found if verdict.step is not progress.step]
    return len(ahead) >= 2 and len(ahead) == len(found)


def _overrun(progress: Progress, heard: TurnAssessment) -> Move | None:
    planned = step_minutes(progress.settings)[progress.step] * 60
    if progress.here.seconds < planned * STEP_OVERRUN or next_step(progress) is None:
        return None
    return leave(progress)


def _probe(progress: Progress, heard: TurnAssessment) -> Move | None:
    budget = PROBES_IN_A_DIVE if progress.here.dived else PROBES_A_STEP
    if progress.here.probes >= budget or progress.share(progress.step) >= COVERED:
        return None
    if time_is_short(progress) or time_reminded(progress):
        return None
    item = probe_target(progress)
    if item is None:
        return None
    known = progress.assessments.get(item.id)
    unsure = known is not None and known.verdict is Verdict.UNASSESSED
    asked = progress.asked.get(item.id, 0)
    return Move(
        kind=MoveKind.DEEPEN if unsure and not asked else MoveKind.PROBE,
        step=progress.step,
        item=item.id,
        follow_up=asked,
    )


def _push_back(progress: Progress, heard: TurnAssessment) -> Move | None:
    """Doubts a correct choice once an interview; a tough interviewer does it whenever it can."""
    used = [p for p in progress.case.push_backs if p.id in progress.about]
    if progress.settings.persona is Persona.SUPPORTIVE:
        return None
    if used and progress.settings.persona is not Persona.TOUGH:
        return None
    met = {v.item for v in heard.verdicts if v.verdict is Verdict.MET}
    for push_back in progress.case.push_backs:
        fresh = push_back.id not in progress.about and push_back.step is progress.step
        if fresh and push_back.item in met:
            return Move(
                kind=MoveKind.PUSH_BACK,
                step=progress.step,
                item=push_back.item,
                about=push_back.id,
            )
    return None


RULES: tuple[Rule, ...] = (
    _end,
    _time_up,
    _go_back,
    _move_on,
    _pause,
    _hint,
    _dont_know,
    _challenge,
    _redirect,
    _answer,
    _overrun,
    _push_back,
    _probe,
)


def _earned_something(heard: TurnAssessment) -> bool:
    return any(v.verdict in (Verdict.MET, Verdict.PARTIAL) for v in heard.verdicts)
