"""The policy: which move follows a candidate turn.

`RULES` is a list, tried in order; the first rule that answers decides the move. A rule that answers
wishes stands there with them and is tried where the message has one of them. `next_move` then puts
facts and acts (a note on manipulation, the time) beside it, so that one reply serves every intent
of a message. Rules are in three places: what the candidate asks for in `requests`, the challenge of
a red flag in `coverage`, the interviewer's own here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import TurnAssessment, Verdict
from interviewer.core.settings import Persona, StepId
from interviewer.core.transcript import Intent
from interviewer.policy import coverage, requests
from interviewer.policy.coverage import (
    COVERED,
    ask_about,
    dive_target,
    dive_under_way,
    leave,
    next_step,
    open_items,
    worth_asking,
)
from interviewer.policy.requests import earned_something
from interviewer.policy.state import (
    InterviewState,
    is_hurried,
    planned_seconds,
    time_is_short,
)
from interviewer.text.quantities import find_doubts

Rule = Callable[[InterviewState, TurnAssessment], Move | None]

PROBES_A_STEP = 2
PROBES_A_DRILL = 8
PROBES_IN_A_DIVE = 3
CHECKS_A_STEP = 1
REDIRECTS = 2
EARLY = 2  # answers in the requirements after which nobody is led back to them
NEARLY_EMPTY = 0.15  # share of the requirements under which jumping ahead is redirected
DOING_WELL = 0.5  # share of a step from which the candidate is not cut off in it
MESSAGES_A_STEP = 2  # after which a covered step is left without asking
STEP_OVERRUN = 1.5  # a step may take this many times its planned minutes

_EARNED = (Verdict.MET, Verdict.PARTIAL)
_NOTED = {
    Intent.UNJUDGEABLE: Act.UNJUDGEABLE,
    Intent.MANIPULATION: Act.MANIPULATION,
    Intent.FOCUS_QUESTION: Act.FOCUS,
}
"""What is said beside every move."""
_ACKNOWLEDGED = {
    Intent.ALREADY_SAID: Act.ALREADY_SAID,
    Intent.POSTPONE: Act.POSTPONED,
    Intent.SEEK_VERDICT: Act.NO_VERDICT,
}
"""Talk about the talk that is taken up before whatever comes next."""
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


def time_up(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Ends when the planned time is used."""
    if state.seconds < planned_seconds(state):
        return None
    return Move(kind=MoveKind.WRAP_UP, step=state.step, closes=state.step, ends="time")


def take_no(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Goes on when there was nothing else: an invitation is no question to come back to."""
    last = state.last_move
    if last is None or Act.ANYTHING_ELSE not in last.acts or earned_something(assessment):
        return None
    speaks = assessment.red_flags or assessment.facts or assessment.unanswered
    return None if speaks else leave(state)


def redirect(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Leads back to the problem, or to requirements that are nearly empty."""
    if state.redirects >= REDIRECTS or state.here.closed or assessment.facts:
        return None
    off_topic = Intent.OFF_TOPIC in assessment.intents or Intent.SMALL_TALK in assessment.intents
    if off_topic and Intent.ANSWER not in assessment.intents:
        if Intent.OFF_TOPIC not in assessment.intents and Act.SMALL_TALK not in state.acts:
            return Move(kind=MoveKind.LISTEN, step=state.step, acts=(Act.SMALL_TALK,))
        return _redirected(state, Act.OFF_TOPIC)
    early = state.step is StepId.REQUIREMENTS and state.here.answers <= EARLY
    nearly_empty = early and state.share(StepId.REQUIREMENTS) < NEARLY_EMPTY
    return (
        _redirected(state, Act.JUMPED_AHEAD) if nearly_empty and _jumps(state, assessment) else None
    )


def _redirected(state: InterviewState, cause: Act) -> Move:
    items = open_items(state, state.step)
    target = next((item.id for item in items if item.id not in state.asked), None)
    return Move(kind=MoveKind.REDIRECT, step=state.step, item=target, acts=(cause,))


def _jumps(state: InterviewState, assessment: TurnAssessment) -> bool:
    """Whether all that was found, and more than one point, is of later steps."""
    found = [verdict for verdict in assessment.verdicts if verdict.verdict in _EARNED]
    return len(found) >= 2 and all(verdict.step is not state.step for verdict in found)


def check_numbers(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Asks to be walked through a doubtful figure, at most once a step and once per doubt.

    The question is fair even if the figure is right.
    """
    if state.here.checks >= CHECKS_A_STEP:
        return None
    changes = state.case.constraint_changes
    doubts = find_doubts(
        state.case,
        state.numbers,
        assessment.numbers,
        told=state.facts,
        void={id_ for c in changes if c.id in state.about for id_ in c.voids},
    )
    fresh = next((doubt for doubt in doubts if doubt.id not in state.about), None)
    if fresh is None:
        return None
    kind = MoveKind.CHECK_NUMBERS
    return Move(kind=kind, step=state.step, about=fresh.id, quotes=fresh.quotes)


def remind_of_time(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Asks for what matters most, where nothing else is left to open."""
    if not time_is_short(state) or next_step(state) is not None:
        return None
    if state.share(state.step) >= COVERED:
        return None
    return Move(kind=MoveKind.REMIND_TIME, step=state.step)


def go_deeper(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Probes within a deep dive: its items that are still open, then its own questions."""
    if state.dive is None or state.dive_probes >= PROBES_IN_A_DIVE or is_hurried(state):
        return None
    dive = dive_under_way(state)
    if dive is None or (state.dive_probes and not earned_something(assessment)):
        return None
    if item := dive_target(state, dive):
        return ask_about(state, item)
    asked = state.about.count(dive.id)
    if asked > len(dive.follow_ups):
        return None
    return Move(kind=MoveKind.DEEP_DIVE, step=state.step, about=dive.id, follow_up=asked)


def finish(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Goes on where a step is over: after a detour or an offer, or when it took too long."""
    if state.here.closed:
        return leave(state)
    planned = state.minutes[state.step] * 60
    if state.here.seconds < planned * STEP_OVERRUN or next_step(state) is None:
        return None
    return leave(state)


def push_back(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Doubts a correct choice once an interview; a tough interviewer does it whenever it can."""
    used = [p for p in state.case.push_backs if p.id in state.about]
    if state.settings.persona is Persona.SUPPORTIVE or assessment.red_flags:
        return None
    if used and state.settings.persona is not Persona.TOUGH:
        return None
    met = {v.item for v in assessment.verdicts if v.verdict is Verdict.MET}
    met -= set(assessment.withdrawn)
    for doubt in state.case.push_backs:
        fresh = doubt.id not in state.about and doubt.step is state.step
        if fresh and doubt.item in met and not _settled(state, assessment, doubt.item):
            kind = MoveKind.PUSH_BACK
            return Move(kind=kind, step=state.step, item=doubt.item, about=doubt.id)
    return None


def _settled(state: InterviewState, assessment: TurnAssessment, item: str) -> bool:
    """Whether the evidence for an item is older than the message that says it again."""
    known = state.assessments.get(item)
    now = {v.evidence.turn for v in assessment.verdicts if v.evidence is not None}
    return known is not None and known.evidence is not None and known.evidence.turn not in now


def probe(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Asks for what is missing, twice a step at the most; a drill has nothing else to get to."""
    drill = state.is_drill
    if state.here.probes >= (PROBES_A_DRILL if drill else PROBES_A_STEP) or is_hurried(state):
        return None
    if not drill and state.share(state.step) >= COVERED:
        return None
    item = worth_asking(state, state.step)
    return ask_about(state, item) if item else None


def let_finish(state: InterviewState, assessment: TurnAssessment) -> Move | None:
    """Leaves the floor once to a candidate who does well and may not be through with the step."""
    step, most = state.step, MESSAGES_A_STEP - (state.step is StepId.SUMMARY)
    asked = state.here.invited or state.here.answers > most or state.is_drill
    if asked or state.share(step) < DOING_WELL or _used_up(state, step):
        return None
    if not open_items(state, step):
        return None
    earned_here = any(v.verdict in _EARNED and v.step is step for v in assessment.verdicts)
    ends = leave(state).kind in (MoveKind.OPEN_STEP, MoveKind.WRAP_UP)
    if not ends or not earned_here:
        return None
    return Move(kind=MoveKind.LISTEN, step=step, acts=(Act.ANYTHING_ELSE,))


def _used_up(state: InterviewState, step: StepId) -> bool:
    """Whether the interview or the step has used its time."""
    return state.here.seconds >= state.minutes[step] * 60 or is_hurried(state)


RULES: tuple[tuple[Rule, Collection[Intent]], ...] = (
    (requests.tell_time, (Intent.ASK_TIME,)),
    (requests.take_up_offer, (Intent.OFFER,)),
    (requests.end, (Intent.END,)),
    (time_up, ()),
    (requests.go_back, (Intent.GO_BACK,)),
    (requests.move_on, (Intent.MOVE_ON,)),
    (requests.end_after_thanks, (Intent.SMALL_TALK,)),
    (requests.pause, (Intent.REPEAT, Intent.THINK)),
    (requests.explain, (Intent.EXAMPLE, Intent.DEFINE)),
    (requests.put_to_the_test, (Intent.SEEK_VERDICT,)),
    (requests.give_opinion_back, (Intent.ASK_CONCERN, Intent.ASK_OPINION)),
    (requests.hint, (Intent.HINT_REQUEST,)),
    (take_no, ()),
    (requests.put_off, (Intent.POSTPONE,)),
    (requests.dont_know, (Intent.DONT_KNOW,)),
    (coverage.challenge, ()),
    (requests.dispute, (Intent.DISAGREE,)),
    (requests.take_summary, (Intent.ANSWER,)),
    (redirect, ()),
    (requests.follow_ahead, (Intent.ANSWER,)),
    (check_numbers, ()),
    (requests.answer, ()),
    (remind_of_time, ()),
    (go_deeper, ()),
    (finish, ()),
    (push_back, ()),
    (probe, ()),
    (let_finish, ()),
)
"""Each with the intents that it answers; with none it is tried for every message."""


def opening_move(state: InterviewState) -> Move:
    """The interviewer's first move; a drill of a concept starts with its first point."""
    step = state.plan[0]
    points = open_items(state, step) if state.settings.concept else []
    item = points[0].id if points else None
    return Move(kind=MoveKind.OPEN_STEP, step=step, item=item, acts=(Act.OPENING,))


def next_move(state: InterviewState, assessment: TurnAssessment) -> Move:
    """Decides the reply to a candidate turn.

    Args:
        state: the interview including that turn (see `apply_candidate`).
        assessment: the assessment of the turn.
    """
    heard = set(assessment.intents)
    due = (rule for rule, wishes in RULES if not wishes or not heard.isdisjoint(wishes))
    decided = (rule(state, assessment) for rule in due)
    move = next((move for move in decided if move), None) or leave(state)
    told = move.model_copy(update={"facts": assessment.facts})
    return told.with_acts(*move.acts, *_acts_beside(move, state, assessment))


def _acts_beside(move: Move, state: InterviewState, assessment: TurnAssessment) -> Iterator[Act]:
    yield from (act for intent, act in _NOTED.items() if intent in assessment.intents)
    revised = Intent.REVISION in assessment.intents and move.kind in _GOES_ON
    if revised and Act.ASKED not in move.acts:
        yield Act.REVISED
    costs = Act.HINT_COST in state.acts or Act.HINT_COST in move.acts
    if move.kind is MoveKind.OFFER_HINT and not costs:
        yield Act.HINT_COST
    if move.kind is MoveKind.WRAP_UP:
        return
    if Intent.ASK_TIME in assessment.intents:
        yield Act.CLOCK
    if assessment.terms:
        yield Act.DEFINE
    for intent, act in _ACKNOWLEDGED.items():
        if intent in assessment.intents and move.kind is not MoveKind.LISTEN:
            yield act
    if assessment.assumed:
        yield Act.ASSUMED
    if assessment.unanswered:
        yield Act.NO_NUMBER
    if move.kind is not MoveKind.REMIND_TIME and time_is_short(state):
        yield Act.TIME_SHORT
