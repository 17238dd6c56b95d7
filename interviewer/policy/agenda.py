"""The agenda of a reply that the interviewer finds by itself.

The reply is found while its message is still being read, so the agenda rests on what was read
before it and on the plain wishes that its own words show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.agenda import Agenda, Claim, HintDue, Material, Topic, TopicState
from interviewer.core.assessment import TurnAssessment, Verdict
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
from interviewer.text.sentences import content_stems, words_of

WANTED = 8  # topics that are named as worth asking
THREADS = 4  # claims worth testing that are named, the newest
CHALLENGES = 2  # questions about one wrong claim, while it is being said again
NEARLY_OVER = 0.86  # share of the time from which the summary is due
LATEST = 0.92  # share of the time from which it comes at once
LEAST = 0.5  # of a step's minutes that it gets, however late it was opened
LATE = 0.6  # of a step's minutes beyond its end, from which the next comes whatever was claimed
WISH_WORDS = 20  # of a message that says no more than what it wishes
LAST_MINUTES = 1.5  # left, in which nothing more is asked once everything was summed up
MINUTES_AN_EXCHANGE = 1.9
_FREE = (
    MoveKind.ANSWER,
    MoveKind.PROBE,
    MoveKind.DEEPEN,
    MoveKind.CHALLENGE,
    MoveKind.CHECK_NUMBERS,
    MoveKind.LISTEN,
)
"""What is always allowed: what a message claims is tested before anybody else has read it."""
_LEFT_TO_THE_POLICY = frozenset({Intent.THINK, Intent.ASK_TIME, Intent.END})
"""Wishes that need no words of the interviewer's own, where a message has no other."""


def agenda_of(state: InterviewState, turns: Sequence[Turn]) -> Agenda | None:
    """What the reply to the last turn may do; None where it is left to the policy.

    Left to it are the end, pauses, the clock, the question again, and the offer of a hint, which
    has to name its cost. Where there is none to give, a smaller question helps.

    Args:
        state: the interview up to that turn, without it.
        turns: everything said, that turn last.
    """
    turn = turns[-1]
    intents = _intents(state, turn)
    used, planned = state.seconds + seconds_of(state, turn), planned_seconds(state)
    hint = _hint_due(state) if Intent.HINT_REQUEST in intents else None
    if (
        used >= planned
        or _is_left_to_the_policy(turn, intents)
        or Intent.REPEAT in turn.intents
        or (hint is not None and not hint.cost_told)
    ):
        return None
    agenda = _agenda(state, turns, hint)
    demanded = _demanded(agenda, intents, state.is_drill)
    at_once = _is_late(agenda) or _has_tested(state)
    return agenda.model_copy(update={"demanded": demanded, "at_once": at_once})


def _is_left_to_the_policy(turn: Turn, intents: Collection[Intent]) -> bool:
    """Whether all that a turn wishes is the end, a pause or the clock.

    Who thinks aloud for a moment and then answers has answered.
    """
    brief = len(words_of(turn.text)) <= WISH_WORDS
    only = bool(intents) and _LEFT_TO_THE_POLICY.issuperset(intents)
    return only and (brief or bool(turn.intents) or Intent.END in intents)


def _agenda(state: InterviewState, turns: Sequence[Turn], hint: HintDue | None) -> Agenda:
    """What is allowed and wanted, whatever the turn wishes."""
    time = seconds_of(state, turns[-1])
    used, planned = (state.seconds + time) / 60, planned_seconds(state) / 60
    following, material = next_step(state), tuple(_material(state, turns))
    exchange = sum(one.role == "candidate" for one in turns)
    pace = max(MINUTES_AN_EXCHANGE, used / exchange)
    return Agenda(
        acts=tuple(dict.fromkeys((*_FREE, *_beside(state, following, material, hint)))),
        step=state.step,
        following=following,
        minutes=(used, planned),
        part_minutes=(state.here.seconds / 60 + time / 60, state.minutes[state.step]),
        part_ends=_part_ends(state),
        exchange=(exchange, max(exchange, round(planned / pace))),
        topics=tuple(_topics(state)),
        wanted=tuple(_wanted(state)),
        claims=tuple(_claims(state, turns)),
        owed=tuple(state.owed),
        threads=state.design.of(EntryKind.THREAD)[-THREADS:],
        in_a_row=state.thread[1],
        material=material,
        hint=hint,
        parked=tuple(_parked(state)),
    )


def _part_ends(state: InterviewState) -> float:
    """The minute at which the step in hand ends, if every step takes its own time."""
    until = state.plan[: state.plan.index(state.step) + 1]
    return sum(state.minutes[step] for step in until)


def _beside(
    state: InterviewState,
    following: StepId | None,
    material: Sequence[Material],
    hint: HintDue | None,
) -> Iterator[MoveKind]:
    """Acts that are allowed beside those that always are."""
    yield from (one.kind for one in material)
    if hint is not None:
        yield MoveKind.HINT
    if following is not None:
        yield MoveKind.OPEN_STEP
    elif state.here.answers:
        yield MoveKind.WRAP_UP


def _intents(state: InterviewState, turn: Turn) -> frozenset[Intent]:
    """What the turn wishes: its button, or what its words show."""
    offered = state.last_move is not None and state.last_move.kind is MoveKind.OFFER_HINT
    yes = Intent.HINT_REQUEST if offered else None
    return frozenset(turn.intents) or read_intents(turn.text, yes_means=yes)


def _demanded(agenda: Agenda, intents: Collection[Intent], is_drill: bool) -> MoveKind | None:
    """What has to come now, whatever else is said."""
    if agenda.hint is not None:
        return MoveKind.HINT
    used, planned = agenda.minutes
    if agenda.following is None:
        over = planned - used < LAST_MINUTES or not agenda.wanted
        return MoveKind.WRAP_UP if over and MoveKind.WRAP_UP in agenda.acts else None
    wishes = Intent.MOVE_ON in intents and Intent.ANSWER not in intents
    used_here, planned_here = agenda.part_minutes
    to_sum_up = agenda.following is StepId.SUMMARY and used >= NEARLY_OVER * planned
    late = used >= agenda.part_ends and used_here >= LEAST * planned_here
    untested = any(not claim.challenged for claim in agenda.claims)
    due = (wishes and not untested) or ((to_sum_up or late) and not is_drill)
    return MoveKind.OPEN_STEP if due else None


def _is_late(agenda: Agenda) -> bool:
    """Whether the parts that are left would get no time if this one went on."""
    (used, planned), (used_here, planned_here) = agenda.minutes, agenda.part_minutes
    to_sum_up = agenda.following is StepId.SUMMARY and used >= LATEST * planned
    late = agenda.part_ends + LATE * planned_here
    return to_sum_up or (used >= late and used_here >= planned_here)


def _has_tested(state: InterviewState) -> bool:
    """Whether the last questions have tested a claim already, so that what is due need not wait."""
    last = state.last_move
    tested = last is not None and last.kind is MoveKind.CHALLENGE
    return tested and state.thread[1] >= CHALLENGES


def _topics(state: InterviewState) -> Iterator[Topic]:
    for step in state.plan:
        for item in state.expected(step):
            yield Topic(
                item=item.id,
                label=item.label,
                step=step,
                core=item.core,
                state=_state_of(state, item),
                asked=state.asked.get(item.id, 0),
            )


def _state_of(state: InterviewState, item: RubricItem) -> TopicState:
    known = state.assessments.get(item.id)
    if item.id in state.already_given | state.met:
        return TopicState.COVERED
    heard = known is not None and known.verdict is not Verdict.ABSENT
    return TopicState.TOUCHED if heard or state.asked.get(item.id) else TopicState.OPEN


def _wanted(state: InterviewState) -> Iterator[str]:
    """Items worth asking about: this step's, then core ones that a passed step has left open.

    In the last step everything that is still open is, so that no minute is left over.
    """
    here = open_items(state, state.step) if state.share(state.step) < COVERED else []
    passed = state.plan[: state.plan.index(state.step)]
    left = [item for step in passed for item in open_items(state, step)]
    missed = [item for item in left if item.core and not state.asked.get(item.id)]
    found = [*here[: WANTED - min(len(missed), WANTED // 2)], *missed]
    if next_step(state) is None:
        found += sorted(left, key=lambda item: not item.core)
    yield from list(dict.fromkeys(item.id for item in found))[:WANTED]


def _claims(state: InterviewState, turns: Sequence[Turn]) -> Iterator[Claim]:
    """Wrong claims that stand and are to be tested, the most damaging first.

    One that is said again after its question is asked about once more, then it is left for good.
    """
    listed = {flag.id: flag for _, flag in state.case.red_flags()}
    asked = Counter(t.move.red_flag for t in turns if t.move is not None)
    last = {t.move.red_flag: t.number for t in turns if t.move is not None}
    standing = [hit for hit in state.flags.values() if not hit.recovered]
    damage = {hit.red_flag: hit.damage or listed[hit.red_flag].damage for hit in standing}
    for hit in sorted(standing, key=lambda hit: -damage[hit.red_flag]):
        said = hit.again or hit.evidence
        since = said.turn - last.get(hit.red_flag, 0)
        tested = asked[hit.red_flag] or hit.challenged
        if tested and (since < 0 or asked[hit.red_flag] >= CHALLENGES):
            continue
        flag = listed.get(hit.red_flag)
        yield Claim(
            id=hit.red_flag,
            statement=hit.statement or (flag.statement if flag else ""),
            quote=said.quote,
            turn=said.turn,
            question=flag.challenge if flag and not tested else "",
            challenged=bool(tested),
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
        label=item.label,
        number=given + 1,
        text=item.hints[given],
        cost_told=Act.HINT_COST in state.acts,
    )


def _parked(state: InterviewState) -> Iterator[str]:
    known = {item.id: item for _, item in state.case.items()}
    for question in state.parked:
        item = known.get(question.item or "")
        if item is not None and not state.is_answered(question):
            yield item.label


def settled_move(state: InterviewState, move: Move, assessment: TurnAssessment) -> Move:
    """A spoken move with the claim that it tested, now that the message has been read.

    Args:
        state: the interview with the message that the move answers.
        move: what the reply did, found while the message was being read.
        assessment: what was read in the message.
    """
    heard = [hit.red_flag for hit in assessment.red_flags if hit.red_flag in state.flags]
    if move.kind is not MoveKind.CHALLENGE or move.red_flag in state.flags or not heard:
        return move
    return move.model_copy(update={"red_flag": heard[0]})
