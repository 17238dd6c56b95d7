"""What a script expects, held against exchanges that are made up here."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, TurnAssessment, Verdict
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Intent
from interviewer.reports import Result
from interviewer.scoring import StepResult, StepStatus
from interviewer.simulation.expectations import (
    Exchange,
    Expectation,
    Expectations,
    Final,
    Said,
    exchanges,
    unmet,
)
from tests.builders import a_case, a_turn, an_assessment

SAID = Said(step=StepId.REQUIREMENTS, message=1)
HEARD = TurnAssessment(
    intents=(Intent.ANSWER, Intent.QUESTION),
    verdicts=tuple(
        Assessment(item=f"req_{word}", step=StepId.REQUIREMENTS, verdict=verdict)
        for word, verdict in (
            ("granite", Verdict.MET),
            ("copper", Verdict.PARTIAL),
            ("velvet", Verdict.ABSENT),
            ("amber", Verdict.UNASSESSED),
        )
    ),
    red_flags=(
        RedFlagHit(
            red_flag="req_flag",
            step=StepId.REQUIREMENTS,
            evidence=Evidence(quote="one box", turn=2),
        ),
    ),
    retracted=("fra_flag",),
    withdrawn=("req_walnut",),
)
REPLY = Move(
    kind=MoveKind.PROBE,
    step=StepId.REQUIREMENTS,
    facts=("visitors",),
    acts=(Act.TIME_SHORT, Act.OFFER_DRILL, Act.HINT_COST),
)


EXCHANGE = Exchange(said=SAID, assessment=HEARD, move=REPLY)


def found(expected: dict[str, Any], exchange: Exchange = EXCHANGE) -> list[str]:
    """The checks of one expectation that were not met."""
    expectation = Expectation.model_validate({"after": SAID, **expected})
    expectations = Expectations(exchanges=(expectation,))
    return [one.check for one in unmet(expectations, [exchange], a_result(), a_case())]


def a_result(**overrides: Any) -> Result:
    step = StepResult(
        step=StepId.DATA,
        score=3.2,
        unaided=3.0,
        band=None,
        status=StepStatus.SCORED,
        items=(),
        red_flags=(),
        seconds=60,
    )
    empty = dict.fromkeys(("unaided", "band", "recommendation", "confidence", "reads_as"))
    values: dict[str, Any] = {
        **empty,
        "interview_id": "i",
        "case_id": "warehouse",
        "settings": InterviewSettings(),
        "brain": "b",
        "end_reason": "completed",
        "overall": 3.0,
        "steps": (step,),
        "dimensions": {},
        "observations": (),
        "practice": (),
        "transcript": (
            {
                "turn": 1,
                "role": "interviewer",
                "step": "data",
                "text": "Go on.",
                "move": REPLY.model_dump(mode="json", exclude_defaults=True),
            },
        ),
    }
    return Result.model_validate({**values, **overrides})


@pytest.mark.parametrize(
    ("check", "met", "not_met"),
    [
        ("move", "probe", "deepen"),
        ("move", ["hint", "probe"], ["hint", "tell"]),
        ("move", "remind_time", "redirect"),
        ("move", "offer_drill", "wrap_up"),
        ("not_move", ["hint", "tell"], ["hint", "probe"]),
        ("item", ["req_granite", "req_copper"], ["req_granite", "req_velvet"]),
        ("item", "req_copper", "req_amber"),
        ("not_item", ["req_velvet", "req_amber"], ["req_velvet", "req_copper"]),
        ("fact", "visitors", ["visitors", "patience"]),
        ("red_flag", "req_flag", "dat_flag"),
        ("not_red_flag", "dat_flag", "req_flag"),
        ("recovered", "fra_flag", "req_flag"),
        ("withdrawn", "req_walnut", "req_granite"),
        ("intent", ["answer", "question"], ["answer", "revision"]),
        ("notice", "hint_cost", "repeat"),
    ],
)
def test_each_check_tells_met_from_not_met(check: str, met: object, not_met: object) -> None:
    assert found({check: met}) == []
    assert found({check: not_met}) == [check]


def test_checks_of_one_expectation_are_independent() -> None:
    assert found({"move": "hint", "item": "req_granite", "fact": "patience"}) == ["move", "fact"]


@pytest.mark.parametrize("check", ["not_item", "not_red_flag"])
def test_a_name_that_the_case_does_not_have_is_never_met(check: str) -> None:
    assert found({check: "req_marzipan"}) == ["names"]


def test_an_unanswered_message_has_no_reply_to_look_at() -> None:
    silent = Exchange(said=SAID, assessment=HEARD, move=None)
    expected = {"move": "probe", "fact": "visitors", "item": "req_granite"}
    assert found(expected, silent) == ["move", "fact"]


def test_a_message_that_was_never_said() -> None:
    after = Said(step=StepId.DATA, message=2)
    expectations = Expectations(exchanges=(Expectation(after=after, move=("probe",)),))
    (one,) = unmet(expectations, [], a_result(), a_case())
    assert str(one) == "after data 2: after said, found never said"


@pytest.mark.parametrize(
    ("final", "checks"),
    [
        ({"overall_min": 3.0, "overall_max": 3.0}, []),
        ({"overall_min": 3.1}, ["overall_min"]),
        ({"overall_max": 2.9}, ["overall_max"]),
        ({"step_scores": {"data": [3, 3.5]}}, []),
        ({"step_scores": {"data": [3.3, 5]}}, ["step_scores data"]),
        ({"step_scores": {"data": 3.9}}, []),
        ({"step_scores": {"data": 4.0}}, ["step_scores data"]),
        ({"step_scores": {"summary": [1, 5]}}, ["step_scores summary"]),
        ({"moves": ["probe", "offer_drill"]}, []),
        ({"moves": ["probe", "deep_dive"]}, ["moves"]),
        ({"unused_max": 2}, []),
        ({"unused_max": 1}, ["unused_max"]),
    ],
)
def test_the_end_is_checked(final: dict[str, Any], checks: list[str]) -> None:
    expectations = Expectations(final=Final.model_validate(final))
    result = a_result(unused_messages=2)
    assert [one.check for one in unmet(expectations, [], result, a_case())] == checks


def test_a_result_without_scores_meets_no_score() -> None:
    expectations = Expectations(final=Final(overall_min=1.0, overall_max=5.0))
    result = a_result(overall=None)
    found = [one.check for one in unmet(expectations, [], result, a_case())]
    assert found == ["overall_min", "overall_max"]


def test_exchanges_are_those_of_the_scripts_own_messages() -> None:
    turns = [a_turn(number) for number in range(1, 8)]
    heard = {2: an_assessment(), 4: an_assessment("req_copper", 4), 6: an_assessment(turn=6)}
    said = {2: SAID, 6: Said(step=StepId.DATA, message=1), 8: Said(step=StepId.DATA, message=2)}
    found = exchanges(said, turns, heard)
    assert [str(exchange.said) for exchange in found] == ["requirements 1", "data 1"]
    assert [exchange.move for exchange in found] == [turns[2].move, turns[6].move]
    assert [exchange.earned for exchange in found] == [{"req_granite"}, {"req_granite"}]
