"""The agenda of a reply that the interviewer finds by itself, and the move that it then makes.

The reply is found while its message is still being read, so the agenda rests on what was read
before it and on the plain wishes that its own words show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.agenda import Agenda, Claim, HintDue, Material, Topic, TopicState
from interviewer.core.assessment import Verdict
from interviewer.core.case import RubricItem
from interviewer.core.design import EntryKind
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.policy.coverage import (
    COVERED,
    hint_target,
    next_step,
    open_items,
)
from interviewer.policy.detours import DEEP_DIVES
from interviewer.policy.state import (
    InterviewState,
    planned_seconds,
    seconds_of,
)
from interviewer.text.intents import read_intents
from interviewer.text.sentences import content_stems

WANTED = 8  # topics that are named as worth asking
THREADS = 4  # claims worth testing that are named, the newest
IN_A_ROW = 2  # questions on one thread
NEARLY_OVER = 0.8  # share of the time from which the summary is due
MINUTES_AN_EXCHANGE = 1.9
_FREE = (
    MoveKind.ANSWER,
    MoveKind.PROBE,
    MoveKind.DEEPEN,
    MoveKind.CHECK_NUMBERS,
    MoveKind.LISTEN,
)
"""What is always allowed."""
_LEFT_TO_THE_POLICY = frozenset({Intent.THINK, Intent.END})
"""Wishes that need no words of the interviewer's own, where a message has no other."""
_DETOURS = (MoveKind.DEEP_DIVE, MoveKind.CHANGE_CONSTRAINT, MoveKind.PUSH_BACK)


def agenda_of(state: InterviewState, turns: Sequence[Turn]) -> Agenda | None:
    """What the reply to the last turn may do; None where it is left to the policy.

    Args:
        state: the interview up to that turn, without it.
        turns: everything said, that turn last.
    """
    turn = turns[-1]
    intents = frozenset(turn.intents) or read_intents(turn.text)
    used = state.seconds + seconds_of(state, turn)
    planned = planned_seconds(state)
    plain = intents <= _LEFT_TO_THE_POLICY and intents
    if used >= planned or plain or (turn.intents and Intent.REPEAT in turn.intents):
        return None
    following, claims = next_step(state), tuple(_claims(state))
    hint = _hint_due(state) if Intent.HINT_REQUEST in intents else None
    material = tuple(_material(state, turns))
    demanded = _demanded(state, intents, used / planned, hint)
    allowed = [
        *_FREE,
        *([MoveKind.CHALLENGE] if claims or state.design.of(EntryKind.THREAD) else []),
        *dict.fromkeys(one.kind for one in material),
        *([MoveKind.OPEN_STEP] if following else []),
        *([_hint_kind(hint)] if hint else []),
        *([MoveKind.WRAP_UP] if _may_end(state, following) else []),
    ]
    if MoveKind.CHALLENGE not in allowed:
        allowed.insert(3, MoveKind.CHALLENGE)  # what is wrong in the message itself
    exchange = sum(one.role == "candidate" for one in turns)
    pace = max(MINUTES_AN_EXCHANGE, used / 60 / exchange)
    return Agenda(
        acts=tuple(dict.fromkeys(allowed)),
        demanded=demanded,
        step=state.step,
        following=following,
        minutes=(used / 60, planned / 60),
        exchange=(exchange, max(exchange, round(planned / 60 / pace))),
        topics=tuple(_topics(state)),
        wanted=tuple(_wanted(state)),
        claims=claims,
        owed=tuple(state.owed),
        threads=state.design.of(EntryKind.THREAD)[-THREADS:],
        in_a_row=state.thread[1],
        material=material,
        hint=hint,
        parked=tuple(_parked(state)),
    )


def _demanded(
    state: InterviewState, intents: Collection[Intent], used: float, hint: HintDue | None
) -> MoveKind | None:
    """What has to come now, whatever else is said."""
    if hint is not None:
        return _hint_kind(hint)
    following = next_step(state)
    if Intent.MOVE_ON in intents and Intent.ANSWER not in intents and following:
        return MoveKind.OPEN_STEP
    last = following is StepId.SUMMARY
    return MoveKind.OPEN_STEP if last and used >= NEARLY_OVER and not state.is_drill else None


def _hint_kind(hint: HintDue) -> MoveKind:
    return MoveKind.HINT if hint.cost_told else MoveKind.OFFER_HINT


def _may_end(state: InterviewState, following: StepId | None) -> bool:
    return following is None and state.here.answers > 0


def _topics(state: InterviewState) -> Iterator[Topic]:
    for step in state.plan:
        for item in state.expected(step):
            yield Topic(
                item=item.id,
                label=item.topic or item.concept.replace("_", " "),
                step=step,
                core=item.core,
                state=_state_of(state, item),
                asked=state.asked.get(item.id, 0),
            )


def _state_of(state: InterviewState, item: RubricItem) -> TopicState:
    known = state.assessments.get(item.id)
    if item.id in state.already_given or (known and known.verdict is Verdict.MET):
        return TopicState.COVERED
    heard = known is not None and known.verdict is not Verdict.ABSENT
    return TopicState.TOUCHED if heard or state.asked.get(item.id) else TopicState.OPEN


def _wanted(state: InterviewState) -> Iterator[str]:
    """Items worth asking about: this step's, then core ones that a passed step has left open."""
    here = open_items(state, state.step) if state.share(state.step) < COVERED else []
    passed = state.plan[: state.plan.index(state.step)]
    missed = [
        item
        for step in passed
        for item in open_items(state, step)
        if item.core and not state.asked.get(item.id)
    ]
    found = [*here[: WANTED - min(len(missed), WANTED // 2)], *missed]
    yield from dict.fromkeys(item.id for item in found[:WANTED])


def _claims(state: InterviewState) -> Iterator[Claim]:
    """Wrong claims that were neither challenged nor taken back, the most damaging first."""
    listed = {flag.id: flag for _, flag in state.case.red_flags()}
    standing = [hit for hit in state.flags.values() if not hit.recovered and not hit.challenged]
    damage = {hit.red_flag: hit.damage or listed[hit.red_flag].damage for hit in standing}
    for hit in sorted(standing, key=lambda hit: -damage[hit.red_flag]):
        flag = listed.get(hit.red_flag)
        yield Claim(
            id=hit.red_flag,
            statement=hit.statement or (flag.statement if flag else ""),
            quote=hit.quote,
            turn=hit.turn,
            question=flag.challenge if flag else "",
        )


def _material(state: InterviewState, turns: Sequence[Turn]) -> Iterator[Material]:
    """Prepared scenarios that are not used up, belong here, and fit what was said of the design."""
    case, used = state.case, set(state.about)
    said = [set(content_stems(t.text)) for t in turns if t.role == "candidate"]
    at = state.plan.index(state.step)
    reached = set(state.plan[: at + 1])
    dived = sum(dive.id in used for dive in case.deep_dives)
    if dived < DEEP_DIVES:
        for dive in case.deep_dives:
            if dive.id not in used and dive.step in reached and _fits(dive.needs, said):
                kind = MoveKind.DEEP_DIVE
                yield Material(
                    id=dive.id, kind=kind, text=dive.question, follow_ups=dive.follow_ups
                )
    for change in case.constraint_changes:
        if change.id not in used and change.after in reached and _fits(change.needs, said):
            yield Material(id=change.id, kind=MoveKind.CHANGE_CONSTRAINT, text=change.text)
    for doubt in case.push_backs:
        fits = doubt.item in state.met and _fits(doubt.needs, said)
        if doubt.id not in used and doubt.step in reached and fits:
            yield Material(id=doubt.id, kind=MoveKind.PUSH_BACK, text=doubt.text)


def _fits(needs: Iterable[str], said: Sequence[Collection[str]]) -> bool:
    """Whether the design has what a scenario needs: one of these, in words of the candidate."""
    wanted = [set(content_stems(need)) for need in needs]
    return not wanted or any(need <= set(turn) for need in wanted for turn in said)


def _hint_due(state: InterviewState) -> HintDue | None:
    item = hint_target(state)
    if item is None or state.hints.get(item.id, 0) >= len(item.hints):
        return None
    given = state.hints.get(item.id, 0)
    return HintDue(
        item=item.id,
        label=item.topic or item.concept.replace("_", " "),
        number=given + 1,
        text=item.hints[given],
        cost_told=Act.HINT_COST in state.acts,
    )


def _parked(state: InterviewState) -> Iterator[str]:
    known = {item.id: item for _, item in state.case.items()}
    for question in state.parked:
        item = known.get(question.item or "")
        if item is not None and not state.is_answered(question):
            yield item.topic or item.concept.replace("_", " ")


def spoken_move(
    agenda: Agenda, kind: MoveKind, about: str, facts: Sequence[str] = ()
) -> Move | None:
    """The move of a reply that names its act and its topic; None where the agenda forbids it.

    Args:
        agenda: what was allowed.
        kind: the act.
        about: a topic's label or id, or the id of a claim, of material or of a step; or anything
            else where the question is about none of them.
        facts: ids of the facts that it tells.
    """
    if kind not in agenda.acts:
        return None
    topic = agenda.topic(about)
    move = Move(
        kind=kind,
        step=agenda.step,
        item=topic.item if topic else None,
        follow_up=topic.asked if topic else 0,
        facts=tuple(facts),
    )
    if kind is MoveKind.OPEN_STEP:
        step = topic.step if topic and topic.step is not agenda.step else agenda.following
        return move.model_copy(update={"step": step, "closes": agenda.step}) if step else None
    if kind in _DETOURS:
        return _detour(agenda, move, about)
    if kind is MoveKind.CHALLENGE:
        claim = next((claim for claim in agenda.claims if claim.id == about), None)
        return move.model_copy(update={"red_flag": claim.id if claim else None})
    if kind in (MoveKind.HINT, MoveKind.OFFER_HINT):
        return _hinting(agenda, move)
    if kind is MoveKind.WRAP_UP:
        return move.model_copy(update={"ends": "completed", "closes": agenda.step})
    return move


def _detour(agenda: Agenda, move: Move, about: str) -> Move | None:
    """A detour into prepared material, or where that is not named, a question like any other."""
    known = {one.id for one in agenda.material if one.kind is move.kind}
    if about in known:
        return move.model_copy(update={"about": about})
    return move.model_copy(update={"kind": MoveKind.PROBE})


def _hinting(agenda: Agenda, move: Move) -> Move | None:
    hint = agenda.hint
    if hint is None:
        return None
    if move.kind is MoveKind.HINT:
        return move.model_copy(update={"item": hint.item, "hint": hint.number})
    offered = move.model_copy(update={"item": hint.item})
    return offered.with_acts(Act.HINT_ASKED, Act.HINT_COST)
