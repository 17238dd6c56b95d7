"""What a step judged as a whole, and a verdict judged again, change in an interview."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.core.assessment import (
    Assessment,
    Evidence,
    RaisedBy,
    RedFlagHit,
    Rejudgement,
    StepGrade,
    TurnAssessment,
    Verdict,
)
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Intent, Turn
from interviewer.policy import apply_candidate, apply_rejudgements, fold_interview, standing_flags
from interviewer.policy.state import InterviewState, apply_grade
from tests.builders import a_framework
from tests.policy.talk import QUIET, REQ, Talk, all_items, earned, wrong

FLAG = f"{REQ.value[:3]}_flag"
ITEM = all_items(REQ)[0]
DOUBT = RedFlagHit(
    red_flag="doubt_2_1",
    step=REQ,
    evidence=Evidence(quote="as said", turn=2),
    statement="It is not so.",
    damage=2,
)


def graded(**found: Any) -> InterviewState:
    """An interview in which a point was earned and two claims were heard, and its grade."""
    talk = Talk()
    claims = (*wrong()["red_flags"], DOUBT)
    talk.say(Intent.ANSWER, verdicts=earned(ITEM), red_flags=claims)
    grade = StepGrade(step=REQ, turn=3, **{"verdicts": (), **found})
    settings = InterviewSettings()
    return fold_interview(QUIET, a_framework(), settings, talk.turns, talk.assessments, [grade])


@pytest.mark.parametrize(
    ("found", "standing", "recovered"),
    [
        pytest.param({}, {FLAG, "doubt_2_1"}, set(), id="nothing_said_of_them"),
        pytest.param({"recovered": ("doubt_2_1",)}, {FLAG}, {"doubt_2_1"}, id="taken_back"),
        pytest.param({"upheld": ("doubt_2_1",)}, {FLAG, "doubt_2_1"}, set(), id="upheld"),
        pytest.param({"dropped": ("doubt_2_1", FLAG)}, set(), set(), id="right_after_all"),
        pytest.param(
            {"recovered": ("gone",), "upheld": ("gone",), "dropped": ("gone",)},
            {FLAG, "doubt_2_1"},
            set(),
            id="unknown",
        ),
    ],
)
def test_a_grade_says_what_became_of_wrong_claims(
    found: dict[str, Any], standing: set[str], recovered: set[str]
) -> None:
    state = graded(**found)
    assert {flag.red_flag for flag in standing_flags(state)} == standing
    assert {id_ for id_, flag in state.flags.items() if flag.recovered} == recovered


@pytest.mark.parametrize("stands", [True, False])
def test_a_claim_that_was_taken_back_stands_where_a_later_grade_upholds_it(stands: bool) -> None:
    state = graded(recovered=("doubt_2_1",))
    upheld = ("doubt_2_1",) if stands else ()
    apply_grade(state, StepGrade(step=REQ, turn=5, verdicts=(), upheld=upheld))
    assert state.flags["doubt_2_1"].recovered is not stands


def test_a_later_grade_counts_in_place_of_an_earlier_one_and_of_the_turns() -> None:
    (lower,) = earned(ITEM, verdict=Verdict.PARTIAL)
    assert graded(verdicts=(lower,)).assessments[ITEM].verdict is Verdict.PARTIAL
    absent = Assessment(item=ITEM, step=REQ, verdict=Verdict.ABSENT)
    assert graded(verdicts=(absent,)).assessments[ITEM].verdict is Verdict.ABSENT


@pytest.mark.parametrize(
    ("by", "counts"),
    [
        (RaisedBy.CANDIDATE, RaisedBy.CANDIDATE),
        (RaisedBy.OPEN_PROBE, RaisedBy.OPEN_PROBE),
        (RaisedBy.CHALLENGE, RaisedBy.CHALLENGE),
    ],
)
def test_what_a_grade_says_was_led_to_stays_so_when_it_is_said_again(
    by: RaisedBy, counts: RaisedBy
) -> None:
    (verdict,) = earned(ITEM)
    state = graded(verdicts=(verdict.model_copy(update={"raised_by": by}),))
    again = Turn(number=4, role="candidate", step=REQ, text="as said", at=99.0)
    heard = TurnAssessment(intents=(Intent.ANSWER,), verdicts=earned(ITEM, turn=4))
    apply_candidate(state, again, heard)
    assert state.assessments[ITEM].raised_by is counts


@pytest.mark.parametrize("hint", [RaisedBy.HINT2, RaisedBy.TOLD])
def test_what_was_given_outweighs_what_a_grade_says_was_led_to(hint: RaisedBy) -> None:
    state = graded()
    state.help_given[ITEM] = hint
    (verdict,) = earned(ITEM)
    led = verdict.model_copy(update={"raised_by": RaisedBy.CHALLENGE})
    apply_grade(state, StepGrade(step=REQ, turn=5, verdicts=(led,)))
    assert state.help_given[ITEM] is hint


def test_claims_that_no_case_lists_outlive_a_case_that_was_edited() -> None:
    state = graded()
    assert state.flags["doubt_2_1"].statement == "It is not so."


@pytest.mark.parametrize(
    ("heard", "met", "stands"),
    [
        pytest.param({}, True, True, id="upheld"),
        pytest.param({"withdrawn": (ITEM,)}, False, True, id="the_point_is_given_up"),
        pytest.param({"retracted": ("doubt_2_1",)}, True, False, id="the_claim_is_taken_back"),
    ],
)
def test_who_takes_something_back_loses_what_it_earned_or_cost(
    heard: dict[str, Any], met: bool, stands: bool
) -> None:
    talk = Talk()
    talk.say(Intent.ANSWER, verdicts=earned(ITEM), red_flags=(DOUBT,))
    talk.say(Intent.ANSWER, **heard)
    assert (ITEM in talk.state.met) is met
    assert ("doubt_2_1" in {flag.red_flag for flag in standing_flags(talk.state)}) is stands


@pytest.mark.parametrize(
    ("kind", "before", "after", "counts"),
    [
        ("said", Verdict.ABSENT, Verdict.MET, Verdict.MET),
        ("said", Verdict.MET, Verdict.PARTIAL, Verdict.MET),
        ("not_earned", Verdict.MET, Verdict.PARTIAL, Verdict.PARTIAL),
        ("not_earned", Verdict.MET, Verdict.ABSENT, Verdict.ABSENT),
        ("not_earned", Verdict.PARTIAL, Verdict.MET, Verdict.PARTIAL),
        ("not_earned", Verdict.MET, Verdict.UNASSESSED, Verdict.MET),
    ],
)
def test_disputes_raise_what_was_said_and_lower_what_was_not_earned(
    kind: Any, before: Verdict, after: Verdict, counts: Verdict
) -> None:
    state = Talk().state
    state.assessments = {ITEM: earned(ITEM, verdict=before)[0]}
    made = Rejudgement(
        kind=kind, item=ITEM, step=REQ, turn=2, quote="as said", before=before, after=after
    )
    apply_rejudgements(state, [made])
    assert state.assessments[ITEM].verdict is counts


def test_rows_of_earlier_versions_are_still_read() -> None:
    rejudged = {"item": "i", "step": "data", "turn": 2, "quote": "q", "before": "absent"}
    assert Rejudgement.model_validate({**rejudged, "after": "met"}).kind == "said"
    grade = StepGrade.model_validate({"step": "data", "turn": 3, "verdicts": []})
    assert (grade.red_flags, grade.recovered, grade.upheld, grade.dropped) == ((), (), (), ())
    heard = TurnAssessment.model_validate({"intents": ["answer"]})
    assert (heard.design, heard.beyond) == ((), ())
