"""The policy as tables: what was heard, what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from interviewer.cases.variants import narrow_to
from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import RaisedBy, Verdict
from interviewer.core.settings import STEPS, StepId
from interviewer.core.transcript import Intent
from interviewer.policy import (
    fold_interview,
)
from interviewer.policy.coverage import COVERED
from interviewer.policy.state import TURN_CAP_SECONDS, planned_seconds
from tests.builders import a_case, a_framework
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
    wrong,
)


@pytest.mark.parametrize(
    ("intents", "heard", "kind", "notice"),
    [
        pytest.param((), {}, MoveKind.PROBE, None, id="an_answer_with_gaps_is_probed"),
        pytest.param(
            (I.HINT_REQUEST,), {}, MoveKind.OFFER_HINT, "hint_cost", id="the_cost_of_a_hint_first"
        ),
        pytest.param((I.DONT_KNOW,), {}, MoveKind.PROBE, "free", id="first_dont_know_narrower"),
        pytest.param((I.REPEAT,), {}, MoveKind.LISTEN, "repeat", id="repeat"),
        pytest.param((I.THINK,), {}, MoveKind.LISTEN, "think", id="think"),
        pytest.param((I.OFF_TOPIC,), {}, MoveKind.REDIRECT, "off_topic", id="off_topic"),
        pytest.param((I.SMALL_TALK,), {}, MoveKind.LISTEN, "small_talk", id="small_talk"),
        pytest.param((I.SMALL_TALK, I.OFF_TOPIC), {}, MoveKind.REDIRECT, "off_topic", id="chatter"),
        pytest.param(
            (I.FOCUS_QUESTION,), {}, MoveKind.ANSWER, "focus", id="where_to_spend_the_time"
        ),
        pytest.param(
            (I.ANSWER, I.THINK), {}, MoveKind.PROBE, None, id="an_answer_with_a_think_aloud"
        ),
        pytest.param((I.REVISION, I.ANSWER), {}, MoveKind.PROBE, "revised", id="a_revision"),
        pytest.param(
            (),
            {
                "verdicts": (
                    *earned("req_copper"),
                    *earned("req_granite", verdict=Verdict.PARTIAL),
                )
            },
            MoveKind.DEEPEN,
            None,
            id="what_was_named_without_a_reason_is_asked_why",
        ),
        pytest.param((I.MOVE_ON,), {}, MoveKind.OPEN_STEP, "skipped", id="skip"),
        pytest.param((I.END,), {}, MoveKind.WRAP_UP, "candidate", id="end"),
        pytest.param((I.GO_BACK,), {}, MoveKind.LISTEN, "nothing_before", id="back_at_the_start"),
        pytest.param(
            (I.QUESTION,), {"facts": ("visitors",)}, MoveKind.ANSWER, None, id="a_known_fact"
        ),
        pytest.param(
            (I.QUESTION,), {"unanswered": ("why?",)}, MoveKind.ANSWER, "no_number", id="unknown"
        ),
        pytest.param((), wrong(), MoveKind.CHALLENGE, None, id="a_red_flag_is_challenged"),
        pytest.param((I.MANIPULATION,), {}, MoveKind.PROBE, "manipulation", id="manipulation"),
        pytest.param((I.UNJUDGEABLE,), {}, MoveKind.PROBE, "unjudgeable", id="another_language"),
        pytest.param(
            (I.UNJUDGEABLE,),
            {"verdicts": unread("req_granite", "req_copper")},
            MoveKind.PROBE,
            "unjudgeable",
            id="what_could_not_be_read_is_not_asked_why",
        ),
        pytest.param(
            (),
            {"verdicts": earned("dat_quartz", "dat_nickel")},
            MoveKind.REDIRECT,
            "jumped_ahead",
            id="jumping_ahead_of_empty_requirements",
        ),
        pytest.param(
            (),
            {"verdicts": earned("req_granite", verdict=Verdict.UNASSESSED)},
            MoveKind.DEEPEN,
            None,
            id="what_cannot_be_judged_is_asked_why",
        ),
        pytest.param(
            (), {"verdicts": earned(*all_items(REQ))}, MoveKind.OPEN_STEP, None, id="covered"
        ),
    ],
)
def test_the_move_that_follows(
    intents: tuple[Intent, ...], heard: dict[str, Any], kind: MoveKind, notice: str | None
) -> None:
    move = Talk().say(*intents, **heard)
    assert move.kind is kind
    assert notice is None or notice in move.notices


@pytest.mark.parametrize(
    ("intents", "heard", "facts"),
    [
        pytest.param(
            (I.QUESTION, I.ANSWER), {"verdicts": earned("req_granite")}, True, id="answer"
        ),
        pytest.param((I.QUESTION, I.HINT_REQUEST), {}, True, id="hint"),
        pytest.param((I.QUESTION, I.MOVE_ON), {}, True, id="move_on"),
    ],
)
def test_a_question_is_served_whatever_else_the_message_does(
    intents: tuple[Intent, ...], heard: dict[str, Any], facts: bool
) -> None:
    assert Talk().say(*intents, facts=("visitors",), **heard).facts == ("visitors",)


def test_at_most_two_probes_a_step_then_the_next_step() -> None:
    talk = Talk()
    kinds = [talk.say().kind for _ in range(3)]
    assert kinds == [MoveKind.PROBE, MoveKind.PROBE, MoveKind.OPEN_STEP]
    assert talk.state.step is FRAMING


def test_probes_ask_for_the_heaviest_gap_first_and_never_for_what_was_said() -> None:
    talk = Talk()
    first = talk.say(verdicts=earned("req_granite"))
    second = talk.say()
    assert first.item == "req_copper"
    assert second.item not in (None, "req_granite", "req_copper")


def test_a_touched_item_is_asked_about_before_an_untouched_one() -> None:
    move = Talk().say(verdicts=earned("req_velvet", verdict=Verdict.PARTIAL))
    untouched = Talk().say()
    assert untouched.item == "req_granite"
    assert move.item in ("req_velvet", "req_granite")


def test_the_dont_know_ladder_narrows_offers_and_tells() -> None:
    talk = Talk()
    moves = [talk.say(I.DONT_KNOW) for _ in range(3)]
    assert [move.kind for move in moves] == [MoveKind.PROBE, MoveKind.OFFER_HINT, MoveKind.TELL]
    assert moves[0].follow_up >= 1 and moves[0].free
    assert moves[2].closes is REQ and talk.state.step is FRAMING


def test_a_hint_may_be_asked_for_what_was_half_said() -> None:
    talk = Talk()
    core = ("req_granite", "req_copper", "req_velvet")
    talk.say(verdicts=earned(*core, verdict=Verdict.PARTIAL))
    offer, move = talk.say(I.HINT_REQUEST), talk.say(I.HINT_REQUEST)
    assert move.kind is MoveKind.HINT and move.item in core and offer.item == move.item


def test_hints_climb_and_end_in_telling() -> None:
    talk = Talk()
    moves = [talk.say(I.HINT_REQUEST) for _ in range(5)]
    assert [(move.kind, move.hint) for move in moves] == [
        (MoveKind.OFFER_HINT, 0),
        (MoveKind.HINT, 1),
        (MoveKind.HINT, 2),
        (MoveKind.HINT, 3),
        (MoveKind.TELL, 0),
    ]
    assert len({move.item for move in moves}) == 1


def test_the_cost_of_hints_is_explained_once() -> None:
    talk = Talk()
    explained = [Act.HINT_COST in talk.say(I.HINT_REQUEST).acts for _ in range(3)]
    assert explained == [True, False, False]


@pytest.mark.parametrize(
    ("before", "raised_by"),
    [
        pytest.param([], RaisedBy.CANDIDATE, id="unasked"),
        pytest.param([(I.HINT_REQUEST,)] * 2, RaisedBy.HINT1, id="after_a_hint"),
        pytest.param([(I.HINT_REQUEST,)] * 3, RaisedBy.HINT2, id="after_two"),
        pytest.param([(I.ANSWER,)], RaisedBy.OPEN_PROBE, id="after_an_open_probe"),
        pytest.param([(I.DONT_KNOW,)], RaisedBy.NARROW_PROBE, id="after_a_narrow_question"),
        pytest.param([(I.HINT_REQUEST,)] * 5, RaisedBy.TOLD, id="after_it_was_told"),
    ],
)
def test_help_is_remembered_with_the_item(
    before: list[tuple[Intent, ...]], raised_by: RaisedBy
) -> None:
    talk = Talk()
    for intents in before:
        talk.say(*intents)
    talk.say(verdicts=earned("req_granite"))
    assert talk.state.assessments["req_granite"].raised_by is raised_by


def test_at_most_two_challenges_a_step_and_none_twice() -> None:
    talk = Talk()
    kinds = [talk.say(**wrong()).kind for _ in range(2)]
    assert kinds == [MoveKind.CHALLENGE, MoveKind.PROBE]


@pytest.mark.parametrize(
    ("heard", "recovered"),
    [
        pytest.param({"retracted": ("req_flag",)}, True, id="taken_back"),
        pytest.param({}, False, id="upheld"),
    ],
)
def test_a_challenged_claim_can_be_taken_back(heard: dict[str, Any], recovered: bool) -> None:
    talk = Talk()
    talk.say(**wrong())
    talk.say(**heard)
    flag = talk.state.flags["req_flag"]
    assert (flag.challenged, flag.recovered) == (True, recovered)


def test_at_most_two_redirects() -> None:
    talk = Talk()
    kinds = [talk.say(I.OFF_TOPIC).kind for _ in range(3)]
    assert kinds.count(MoveKind.REDIRECT) == 2


def test_going_back_reopens_a_step_and_forward_continues_after_it() -> None:
    talk = Talk()
    talk.say(I.MOVE_ON)
    back = talk.say(I.GO_BACK, go_back_to=REQ)
    assert (back.kind, back.step) == (MoveKind.OPEN_STEP, REQ)
    assert talk.say(I.MOVE_ON).step is FRAMING


def test_an_item_earned_early_is_not_asked_for_when_its_step_opens() -> None:
    talk = Talk()
    talk.say(verdicts=(*earned(*all_items(REQ)), *earned("fra_cobalt", "fra_linen", "fra_marble")))
    assert talk.state.step is FRAMING
    opening = talk.turns[-1].move
    assert opening is not None and opening.item in ("fra_bronze", "fra_cedar")


@pytest.mark.parametrize(
    ("seconds", "counted"),
    [(30.0, 30.0), (1000.0, TURN_CAP_SECONDS), (-5.0, 0.0)],
    ids=["as_it_was", "capped_at_five_minutes", "a_clock_set_back"],
)
def test_the_clock_counts_candidate_time(seconds: float, counted: float) -> None:
    talk = Talk()
    talk.say(seconds=seconds)
    assert talk.state.seconds == counted


def test_time_runs_out_after_one_reminder() -> None:
    talk = Talk(minutes=20)
    moves = [talk.say(seconds=290) for _ in range(5)]
    assert [move.kind for move in moves][-1] is MoveKind.WRAP_UP
    assert sum(Act.TIME_SHORT in move.acts for move in moves) == 1
    assert talk.state.end_reason == "time"


def test_a_step_that_overruns_is_left() -> None:
    talk = Talk(minutes=30)
    talk.say(seconds=300)
    assert talk.say(seconds=300).kind is MoveKind.OPEN_STEP


def test_two_empty_steps_in_a_row_bring_the_offer_of_a_drill() -> None:
    talk = Talk()
    first = talk.say(I.MOVE_ON)
    second = talk.say(I.MOVE_ON)
    third = talk.say(I.MOVE_ON)
    offers = [Act.OFFER_DRILL in move.acts for move in (first, second, third)]
    assert offers == [False, True, False]


def test_the_last_step_ends_the_interview() -> None:
    talk = Talk()
    kinds = [talk.say(I.MOVE_ON).kind for _ in STEPS]
    assert kinds[-1] is MoveKind.WRAP_UP
    assert talk.state.end_reason == "completed"


def test_a_drill_has_one_step() -> None:
    talk = Talk(drill="data")
    assert talk.state.step is DATA
    assert talk.say(I.MOVE_ON).kind is MoveKind.WRAP_UP


def test_a_drill_asks_about_what_stands_open_while_there_is_time() -> None:
    last, *most = all_items(DATA)
    talk = Talk(drill="data", minutes=45)
    move = talk.say(verdicts=(*earned(*most), *earned(last, verdict=Verdict.PARTIAL)))
    assert talk.state.share(DATA) >= COVERED
    assert (move.kind, move.item) == (MoveKind.DEEPEN, last)
    assert talk.say(verdicts=earned(last)).kind is MoveKind.WRAP_UP


def test_a_drill_asks_more_often_than_a_step_of_an_interview() -> None:
    kinds = [(talk := Talk(drill="data")).say().kind, *(talk.say().kind for _ in range(3))]
    assert kinds == [MoveKind.PROBE] * 4
    late = Talk(drill="data")
    assert late.say(seconds=300).kind is MoveKind.PROBE
    while late.state.seconds < planned_seconds(late.state):
        last = late.say(seconds=300)
    assert last.kind is MoveKind.WRAP_UP


# Offers, time, and the floor


def test_the_drill_is_offered_by_itself_where_nothing_else_is_to_say() -> None:
    talk = Talk()
    moves = [talk.say() for _ in range(6)]
    assert [move.kind for move in moves].count(MoveKind.OFFER_DRILL) == 1
    assert moves[-1].kind is MoveKind.OFFER_DRILL and moves[-1].closes is FRAMING
    declined = talk.say(I.SMALL_TALK)
    assert (declined.kind, declined.step) == (MoveKind.OPEN_STEP, DATA)
    assert Act.OFFER_DRILL not in declined.acts


def test_an_accepted_drill_ends_the_interview() -> None:
    talk = Talk()
    while talk.say().kind is not MoveKind.OFFER_DRILL:
        pass
    assert talk.say(I.END).kind is MoveKind.WRAP_UP


def test_in_the_last_step_the_time_is_a_move_of_its_own() -> None:
    talk = Talk(minutes=20)
    while talk.state.step is not SUMMARY:
        talk.say(I.MOVE_ON, seconds=150)
    moves = [talk.say(seconds=120, verdicts=earned("sum_chalk")) for _ in range(2)]
    assert [move.kind for move in moves] == [MoveKind.REMIND_TIME, MoveKind.WRAP_UP]
    assert not any(Act.TIME_SHORT in move.acts for move in moves)


@pytest.mark.parametrize(
    ("items", "kind"),
    [
        pytest.param(("req_granite", "req_copper", "req_velvet"), MoveKind.LISTEN, id="well"),
        pytest.param(("req_walnut",), MoveKind.PROBE, id="poorly"),
    ],
)
def test_who_does_well_is_asked_for_more_before_the_step_ends(
    items: tuple[str, ...], kind: MoveKind
) -> None:
    talk = Talk()
    move = talk.say(verdicts=earned(*items))
    assert move.kind is kind
    assert (Act.ANYTHING_ELSE in move.acts) is (kind is MoveKind.LISTEN)
    if kind is MoveKind.LISTEN:  # and only once
        assert talk.say(verdicts=earned("req_walnut")).kind is MoveKind.OPEN_STEP


@pytest.mark.parametrize(
    ("intents", "heard", "kind"),
    [
        pytest.param((I.SMALL_TALK,), {}, MoveKind.OPEN_STEP, id="no_thanks"),
        pytest.param((I.OFF_TOPIC,), {}, MoveKind.OPEN_STEP, id="that_was_it"),
        pytest.param((I.DONT_KNOW,), {}, MoveKind.OPEN_STEP, id="i_have_no_more"),
        pytest.param((I.QUESTION,), {"facts": ("visitors",)}, MoveKind.ANSWER, id="a_question"),
        pytest.param((), wrong(), MoveKind.CHALLENGE, id="a_wrong_claim"),
        pytest.param((I.HINT_REQUEST,), {}, MoveKind.LISTEN, id="help_where_there_is_none"),
    ],
)
def test_what_follows_the_question_for_more(
    intents: tuple[Intent, ...], heard: dict[str, Any], kind: MoveKind
) -> None:
    talk = Talk()
    first = talk.say(verdicts=earned("req_granite", "req_copper", "req_velvet"))
    assert Act.ANYTHING_ELSE in first.acts
    assert talk.say(*intents, **heard).kind is kind


def test_a_drill_of_a_concept_opens_with_its_first_point() -> None:
    concept = "shelf_life"
    step = a_case().steps[DATA]
    items = tuple(
        item.model_copy(update={"concept": concept})
        if item.id in ("dat_quartz", "dat_ivory")
        else item
        for item in step.items
    )
    case = a_case(steps={**a_case().steps, DATA: step.model_copy(update={"items": items})})
    talk = Talk(narrow_to(case, concept), concept=concept)
    opening = talk.turns[0].move
    assert opening is not None and (opening.step, opening.item) == (DATA, "dat_quartz")
    talk.say(verdicts=earned("dat_quartz"))
    assert talk.state.assessments["dat_quartz"].raised_by is RaisedBy.OPEN_PROBE
    last = talk.turns[-1].move
    assert last is not None and last.item == "dat_ivory"
    assert talk.say(verdicts=earned("dat_ivory")).kind is MoveKind.WRAP_UP


# Doubts


@pytest.mark.parametrize(
    "heard",
    [
        pytest.param({"verdicts": earned("ser_slate", verdict=Verdict.PARTIAL)}, id="half_said"),
        pytest.param(
            {"verdicts": earned("ser_slate"), "withdrawn": ("ser_slate",)}, id="taken_back"
        ),
        pytest.param(
            {"verdicts": earned("ser_slate"), **wrong(StepId.SERVING)}, id="with_an_error"
        ),
    ],
)
def test_only_a_correct_choice_is_doubted(heard: dict[str, Any]) -> None:
    case = a_case(deep_dives=(), constraint_changes=())
    talk = Talk(case, persona="tough")
    while talk.state.step is not StepId.SERVING:
        talk.say(I.MOVE_ON)
    assert talk.say(**heard).kind is not MoveKind.PUSH_BACK


def test_a_claim_that_was_taken_back_is_neither_challenged_nor_doubted_again() -> None:
    talk = Talk()
    talk.say(**wrong())
    move = talk.say(I.REVISION, I.ANSWER, retracted=("req_flag",))
    assert move.kind is MoveKind.PROBE and Act.REVISED in move.acts
    again = talk.say(**wrong())
    assert again.kind is not MoveKind.CHALLENGE


@pytest.mark.parametrize(
    ("persona", "pushed"), [("neutral", True), ("tough", True), ("supportive", False)]
)
def test_a_correct_choice_is_doubted_unless_the_interviewer_is_supportive(
    persona: str, pushed: bool
) -> None:
    case = a_case(deep_dives=(), constraint_changes=())
    push = case.push_backs[0]
    talk = Talk(case, persona=persona)
    while talk.state.step is not push.step:
        talk.say(I.MOVE_ON)
    kind = talk.say(verdicts=earned(push.item)).kind
    assert (kind is MoveKind.PUSH_BACK) is pushed


def test_following_the_stored_turns_gives_the_same_state() -> None:
    talk = Talk()
    script: list[Callable[[], Move]] = [
        lambda: talk.say(verdicts=earned("req_granite")),
        lambda: talk.say(I.HINT_REQUEST),
        lambda: talk.say(**wrong()),
        lambda: talk.say(I.MOVE_ON),
        lambda: talk.say(I.DONT_KNOW),
        lambda: talk.say(I.GO_BACK, go_back_to=REQ),
    ]
    for turn in script:
        turn()
    again = fold_interview(QUIET, a_framework(), talk.settings, talk.turns, talk.assessments)
    assert again == talk.state


def test_what_an_author_removes_is_forgotten_and_doubts_about_figures_are_not() -> None:
    talk = Talk()
    for move in (
        Move(kind=MoveKind.PROBE, step=REQ, item="req_gone"),
        Move(kind=MoveKind.CHECK_NUMBERS, step=REQ, about="stage-budget"),
    ):
        talk._speak(move)
    state = fold_interview(QUIET, a_framework(), talk.settings, talk.turns, talk.assessments)
    assert state.asked == {} and state.about == ["stage-budget"]


def test_a_turn_without_assessment_is_left_out() -> None:
    talk = Talk()
    talk.say(verdicts=earned("req_granite"))
    unanswered = talk.turns[:2]
    state = fold_interview(QUIET, a_framework(), talk.settings, unanswered, {})
    assert state.assessments == {}
