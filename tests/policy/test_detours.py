"""Deep dives and changed constraints: when they come, what they ask, how they end."""

from __future__ import annotations

import pytest

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Verdict
from interviewer.core.settings import STEPS, StepId
from interviewer.core.transcript import Intent
from tests.builders import a_case
from tests.policy.talk import (
    REQ,
    SUMMARY,
    I,
    Talk,
    all_items,
    earned,
    nearly_all,
    talk_through,
)


@pytest.mark.parametrize(
    ("minutes", "dives", "changes"), [(45, 1, 1), (20, 0, 0)], ids=["long", "short"]
)
def test_a_long_interview_has_a_deep_dive_and_a_changed_constraint(
    minutes: int, dives: int, changes: int
) -> None:
    talk = Talk(a_case(push_backs=()), minutes=minutes)
    kinds: list[MoveKind] = []
    while talk.state.end_reason is None and len(kinds) < 60:
        step = talk.state.step
        kinds.append(talk.say(seconds=5, verdicts=nearly_all(*all_items(step))).kind)
    assert kinds.count(MoveKind.DEEP_DIVE) >= dives
    assert kinds.count(MoveKind.CHANGE_CONSTRAINT) >= changes
    if not dives:
        assert MoveKind.DEEP_DIVE not in kinds and MoveKind.CHANGE_CONSTRAINT not in kinds


def about(moves: list[Move], kind: MoveKind) -> list[str]:
    return [move.about or "" for move in moves if move.kind is kind and move.follow_up == 0]


DETOURS = (MoveKind.DEEP_DIVE, MoveKind.CHANGE_CONSTRAINT)


@pytest.mark.parametrize(
    ("intents", "minutes", "drill", "dives", "changes"),
    [
        pytest.param((I.ANSWER,), 45, None, 2, 1, id="unused_minutes_go_to_a_second_dive"),
        pytest.param((I.ANSWER,), 30, None, 2, 1, id="thirty_minutes"),
        pytest.param((I.ANSWER,), 20, None, 0, 0, id="too_short"),
        pytest.param((I.ANSWER,), 45, "serving", 0, 0, id="a_drill"),
        pytest.param((I.ANSWER, I.MOVE_ON), 45, None, 1, 1, id="asked_to_move_on_at_each_step"),
        pytest.param((I.MOVE_ON,), 45, None, 0, 0, id="nothing_was_answered"),
    ],
)
def test_long_interviews_have_detours(
    intents: tuple[Intent, ...], minutes: int, drill: str | None, dives: int, changes: int
) -> None:
    talk = Talk(a_case(push_backs=()), minutes=minutes, drill=drill)
    moves = talk_through(talk, *intents)
    assert len(about(moves, MoveKind.DEEP_DIVE)) == dives
    assert len(about(moves, MoveKind.CHANGE_CONSTRAINT)) == changes
    assert talk.state.end_reason == "completed"


def test_who_asks_to_move_on_is_let_go_until_the_summary() -> None:
    talk = Talk(a_case(push_backs=()))
    moves = talk_through(talk, I.ANSWER, I.MOVE_ON)
    kinds = [move.kind for move in moves]
    assert kinds[:5] == [MoveKind.OPEN_STEP] * 5
    assert set(kinds[5:7]) == set(DETOURS)
    assert moves[5].closes is StepId.MONITORING
    assert [kinds[7], moves[7].step] == [MoveKind.OPEN_STEP, SUMMARY]


def test_a_detour_of_an_earlier_step_leads_on_where_the_interview_was() -> None:
    talk = Talk(a_case(push_backs=()))
    talk_through_until(talk, MoveKind.DEEP_DIVE)
    assert talk.state.steps[StepId.MONITORING].closed
    while talk.state.step is not SUMMARY:
        talk.say()
    assert not any(talk.state.steps[step].probes for step in STEPS[:-1])


def talk_through_until(talk: Talk, kind: MoveKind) -> Move:
    """Covers steps and moves on each time until the interviewer makes such a move."""
    while True:
        items = nearly_all(*all_items(talk.state.step))
        move = talk.say(I.ANSWER, I.MOVE_ON, seconds=20, verdicts=items)
        if move.kind is kind:
            return move
        assert talk.state.end_reason is None


@pytest.mark.parametrize(
    ("weak", "expected"),
    [
        pytest.param((StepId.MODELING,), "dive_shelves", id="serving_was_stronger"),
        pytest.param((StepId.SERVING,), "dive_learning", id="modeling_was_stronger"),
    ],
)
def test_the_dive_is_where_the_candidate_was_strongest(
    weak: tuple[StepId, ...], expected: str
) -> None:
    moves = talk_through(Talk(a_case(push_backs=())), I.ANSWER, I.MOVE_ON, weak=weak)
    assert about(moves, MoveKind.DEEP_DIVE) == [expected]


def test_no_second_dive_when_the_time_is_used() -> None:
    talk = Talk(a_case(push_backs=(), constraint_changes=()))
    talk.say(seconds=1, verdicts=earned(*all_items(REQ)))
    talk.state.steps[REQ].seconds = 36 * 60
    moves = talk_through(talk)
    assert len(about(moves, MoveKind.DEEP_DIVE)) == 1


def dive(**case: object) -> Talk:
    """An interview that has just opened its deep dive into serving."""
    talk = Talk(a_case(push_backs=(), constraint_changes=(), **case))
    while talk.state.step is not StepId.SERVING:
        talk.say(I.MOVE_ON)
    core = [item for item in all_items(StepId.SERVING) if item != "ser_zinc"]
    half = earned("ser_zinc", verdict=Verdict.PARTIAL)
    assert talk.say(verdicts=(*earned(*core), *half)).kind is MoveKind.DEEP_DIVE
    return talk


WITH_QUESTIONS = (
    a_case().deep_dives[0].model_copy(update={"follow_ups": ("And at night?", "Why so?")})
)


def test_probes_in_a_dive_are_about_its_items() -> None:
    talk = dive(deep_dives=(WITH_QUESTIONS,))
    asked = [talk.say(verdicts=earned("ser_slate")) for _ in range(4)]
    assert [move.item for move in asked[:3]] == ["ser_zinc"] * 3
    assert asked[3].kind not in (MoveKind.PROBE, MoveKind.DEEP_DIVE)


def test_a_dive_whose_items_are_earned_asks_its_own_questions() -> None:
    talk = dive(deep_dives=(WITH_QUESTIONS,))
    asked = [talk.say(verdicts=earned("ser_zinc")) for _ in range(3)]
    assert [(move.kind, move.follow_up) for move in asked[:2]] == [
        (MoveKind.DEEP_DIVE, 1),
        (MoveKind.DEEP_DIVE, 2),
    ]
    assert asked[2].kind not in (MoveKind.PROBE, MoveKind.DEEP_DIVE)


def test_a_dive_ends_where_nothing_comes() -> None:
    talk = dive()
    kinds = [talk.say().kind for _ in range(2)]
    assert kinds[0] is MoveKind.DEEPEN and kinds[1] not in (MoveKind.PROBE, MoveKind.DEEPEN)


def test_a_dont_know_in_a_closed_step_leads_on() -> None:
    talk = Talk(a_case(push_backs=()))
    talk_through_until(talk, MoveKind.DEEP_DIVE)
    move = talk.say(I.DONT_KNOW)
    assert move.kind in (MoveKind.OPEN_STEP, MoveKind.CHANGE_CONSTRAINT)
