"""Summaries that are offered or given, parts that a candidate opens, and topics put off."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.core.act import Act, MoveKind
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from tests.policy.talk import DATA, FRAMING, REQ, SUMMARY, Talk, all_items, earned

I = Intent  # noqa: E741 (the tables below read better)
OFFERED: dict[str, Any] = {"move_on_to": SUMMARY}


def at(step: StepId) -> Talk:
    """An interview in which one answer was given in each part before a step."""
    talk = Talk()
    while talk.state.step is not step:
        following = talk.state.plan[talk.state.plan.index(talk.state.step) + 1]
        talk.say(I.ANSWER, verdicts=earned(*all_items(talk.state.step)[:1]))
        talk.say(I.MOVE_ON, move_on_to=following)
    return talk


def test_an_offer_to_sum_up_early_names_what_stands_open_once() -> None:
    talk = at(DATA)
    first = talk.say(I.MOVE_ON, **OFFERED)
    assert (first.kind, first.step) == (MoveKind.OPEN_STEP, StepId.MODELING)
    assert Act.BEFORE_SUMMARY in first.acts and first.closes is DATA
    second = talk.say(I.MOVE_ON, **OFFERED)
    assert (second.kind, second.step, second.notices) == (MoveKind.OPEN_STEP, SUMMARY, ("sum_up",))


def test_an_offer_to_sum_up_in_the_last_part_is_taken() -> None:
    talk = at(StepId.MONITORING)
    assert talk.say(I.MOVE_ON, **OFFERED).notices == ("sum_up",)
    assert talk.say(I.MOVE_ON, **OFFERED).notices == ("sum_up",)  # not given yet


def test_a_summary_given_in_the_last_part_ends_the_interview() -> None:
    talk = at(StepId.MONITORING)
    move = talk.say(I.ANSWER, move_on_to=SUMMARY)
    assert (move.kind, move.step) == (MoveKind.WRAP_UP, SUMMARY)
    assert talk.state.steps[SUMMARY].entered and talk.state.end_reason == "completed"


def test_a_summary_given_early_is_kept_and_not_asked_for_again() -> None:
    talk = at(StepId.SERVING)
    move = talk.say(I.ANSWER, move_on_to=SUMMARY)
    assert move.step is StepId.MONITORING and Act.BEFORE_END in move.acts
    assert talk.say(I.END).kind is MoveKind.WRAP_UP
    assert talk.state.steps[SUMMARY].answers == 1


def test_thanks_after_the_summary_end_the_interview() -> None:
    talk = at(SUMMARY)
    talk.say(I.ANSWER, verdicts=earned(*all_items(SUMMARY)[:1]))
    assert talk.say(I.SMALL_TALK).kind is MoveKind.WRAP_UP


def test_thanks_before_the_summary_end_nothing() -> None:
    assert at(DATA).say(I.SMALL_TALK).kind is not MoveKind.WRAP_UP


@pytest.mark.parametrize("step", [DATA, StepId.SERVING])
def test_a_part_that_is_opened_by_answering_it_is_followed(step: StepId) -> None:
    talk = at(FRAMING)
    move = talk.say(I.ANSWER, move_on_to=step, verdicts=earned(*all_items(step)[:1]))
    assert move.step is step and move.closes is FRAMING and Act.FOLLOWED in move.acts
    assert move.kind is not MoveKind.OPEN_STEP
    assert talk.state.steps[step].answers == 1


def test_a_part_that_is_over_is_not_opened_again_in_passing() -> None:
    move = at(DATA).say(I.ANSWER, move_on_to=REQ)
    assert Act.FOLLOWED not in move.acts


def test_a_wish_to_go_back_to_what_comes_later_goes_on() -> None:
    move = Talk().say(I.GO_BACK, go_back_to=FRAMING)
    assert (move.kind, move.step) == (MoveKind.OPEN_STEP, FRAMING)


def test_what_a_hint_costs_is_said_as_often_as_it_is_asked() -> None:
    talk = at(DATA)
    talk.say(I.HINT_REQUEST)
    for _ in range(2):
        move = talk.say(I.REPEAT)
        assert move.kind is MoveKind.OFFER_HINT and Act.HINT_COST in move.acts
    assert talk.say(I.HINT_REQUEST).kind is MoveKind.HINT


def test_what_was_put_off_is_taken_up_before_the_summary() -> None:
    talk = at(StepId.MONITORING)
    talk.say(I.POSTPONE)
    move = talk.say(I.MOVE_ON, **OFFERED)
    assert move.takes_up
    assert talk.say(I.MOVE_ON, **OFFERED).notices == ("sum_up",)


def test_a_topic_put_off_is_taken_up_when_its_part_comes() -> None:
    talk = at(REQ)
    item = all_items(FRAMING)[0]
    talk.say(I.POSTPONE, about=item)
    move = talk.say(I.MOVE_ON)
    assert (move.step, move.item) == (FRAMING, item) and move.takes_up
    assert item not in [parked.item for parked in talk.state.parked]
