"""Steps that are covered before they open, and words that nobody could judge."""

from __future__ import annotations

import pytest

from interviewer.core.act import MoveKind
from interviewer.core.assessment import RaisedBy, Verdict
from interviewer.core.settings import STEPS
from interviewer.policy import (
    interview_record,
)
from tests.policy.talk import (
    DATA,
    FRAMING,
    QUIET,
    REQ,
    SUMMARY,
    I,
    Talk,
    all_items,
    earned,
    unread,
)


def test_a_step_with_nothing_left_is_passed_over() -> None:
    talk = Talk()
    move = talk.say(I.ANSWER, I.MOVE_ON, verdicts=earned(*all_items(REQ), *all_items(FRAMING)))
    assert (move.kind, move.step) == (MoveKind.OPEN_STEP, DATA)
    assert move.passes_over
    passed = talk.state.steps[FRAMING]
    assert passed.entered and passed.closed and not passed.skipped
    reached = {s.step: s.reached for s in interview_record(talk.state, [], {}).steps}
    assert reached[FRAMING]


FOREIGN = "so viele Worte " * 20


@pytest.mark.parametrize(
    ("english", "foreign", "left_open"),
    [
        pytest.param(0, FOREIGN, None, id="nothing_else_was_said"),
        pytest.param(10, FOREIGN, None, id="hardly_anything_else_was_said"),
        pytest.param(90, FOREIGN, 2, id="beside_an_answer_as_much_as_they_can_say"),
        pytest.param(90, "so viele Worte", 0, id="too_few_to_say_anything"),
        pytest.param(10, "\u4eca\u65e5\u306f" * 2, 0, id="a_few_of_another_script"),
        pytest.param(90, "", 0, id="none"),
    ],
)
def test_words_that_cannot_be_judged_leave_open_what_they_can_say(
    english: int, foreign: str, left_open: int | None
) -> None:
    talk = Talk()
    items = all_items(REQ)
    if foreign:
        talk.say(I.UNJUDGEABLE, text=foreign, verdicts=unread(*items))
    absent = earned(*items[1:], verdict=Verdict.ABSENT)
    missing = tuple(one.model_copy(update={"evidence": None}) for one in absent)
    talk.say(verdicts=(*earned(items[0]), *missing) if english else (), words=english)
    record = interview_record(talk.state, [], {}).steps[0]
    open_ = [a.item for a in record.assessments if a.verdict is Verdict.UNASSESSED]
    weights = {item.id: item.weight for item in QUIET.steps[REQ].items}
    lightest = sorted(items[1 if english else 0 :], key=lambda item: weights[item])
    assert set(open_) == set(lightest[:left_open])
    assert {a.item for a in record.assessments} == set(items)


def test_the_summary_is_never_passed_over() -> None:
    talk = Talk()
    everything = [item for step in STEPS for item in all_items(step)]
    move = talk.say(I.ANSWER, I.MOVE_ON, verdicts=earned(*everything))
    assert move.step is SUMMARY


def test_what_a_covered_step_opened_with_is_not_asked_again() -> None:
    talk = Talk()
    ahead = earned("fra_cobalt", "fra_linen", "fra_marble")
    opening = talk.say(I.ANSWER, I.MOVE_ON, verdicts=(*earned(*all_items(REQ)), *ahead))
    assert opening.item == "fra_bronze"
    hinted = talk.state.help_given["fra_bronze"]
    assert hinted is RaisedBy.OPEN_PROBE
    following = [talk.say() for _ in range(2)]
    assert ("fra_bronze", 0) not in [(move.item, move.follow_up) for move in following]
