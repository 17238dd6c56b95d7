"""A reply that the model finds by itself: what of it is heard, and what is done where it fails."""

from __future__ import annotations

from dataclasses import replace as changed
from typing import Any

import pytest

from interviewer.core.act import MoveKind
from interviewer.core.agenda import Claim, HintDue, Material, TopicState
from interviewer.core.errors import EndpointError
from interviewer.core.settings import StepId
from interviewer.llm.failures import Failure, failed
from tests.brains.llm.speaker import CASE, FIRST, SAID, SECOND, SECRETS, STEP, replied, topics
from tests.shipped import a_scene

FLAG = CASE.steps[STEP].red_flags[0]
CHANGE = CASE.constraint_changes[0]
USERS = "Assume 300 million daily users."
ASKS = "Say one clip takes off on a Wednesday: what do your rows know of it on Tuesday?"
CUT = failed(Failure.CUT)


@pytest.mark.parametrize(
    ("first", "kind", "item"),
    [
        (f"ACT: probe {FIRST.label}", MoveKind.PROBE, FIRST.id),
        (f"ACT: probe {FIRST.id}", MoveKind.PROBE, FIRST.id),
        (f"act: Probe {FIRST.label.upper()}", MoveKind.PROBE, FIRST.id),
        (f"**ACT: probe {FIRST.label}**", MoveKind.PROBE, FIRST.id),
        (f"`ACT: probe <{FIRST.label}>`", MoveKind.PROBE, FIRST.id),
        (f"ACT - probe: {FIRST.label.replace(' ', '_')}", MoveKind.PROBE, FIRST.id),
        ("ACT: probe -", MoveKind.PROBE, None),
        ("ACT: ponder the labels", MoveKind.PROBE, None),
        ("", MoveKind.PROBE, None),
        ("ACT: open step modeling", MoveKind.OPEN_STEP, None),
        ("ACT: next_part", MoveKind.OPEN_STEP, None),
        ("ACT: challenge -", MoveKind.CHALLENGE, None),
        ("ACT: answer -", MoveKind.PROBE, None),
    ],
)
async def test_the_first_line_names_the_act(first: str, kind: MoveKind, item: str | None) -> None:
    move, heard, _ = await replied(f"{first}\n{ASKS}")
    assert (move.kind, move.item, heard) == (kind, item, [ASKS])


async def test_the_act_may_stand_on_the_line_of_the_words() -> None:
    move, heard, _ = await replied(f"ACT: probe {FIRST.label}. {USERS} {ASKS}")
    assert (move.item, heard) == (FIRST.id, [USERS, ASKS])


@pytest.mark.parametrize(
    ("agenda", "first", "expected"),
    [
        ({}, f"challenge {FLAG.id}", {"kind": MoveKind.CHALLENGE, "red_flag": FLAG.id}),
        ({}, "open_step -", {"step": StepId.MODELING, "closes": STEP}),
        ({}, "open_step serving", {"step": StepId.SERVING, "closes": STEP}),
        (
            {
                "acts": (MoveKind.CHANGE_CONSTRAINT,),
                "material": (
                    Material(id=CHANGE.id, kind=MoveKind.CHANGE_CONSTRAINT, text=CHANGE.text),
                ),
            },
            f"change_constraint {CHANGE.id}",
            {"kind": MoveKind.CHANGE_CONSTRAINT, "about": CHANGE.id},
        ),
        (
            {
                "acts": (MoveKind.HINT,),
                "hint": HintDue(item="x", label="y", number=2, text="Z.", cost_told=True),
            },
            "hint -",
            {"kind": MoveKind.HINT, "item": "x", "hint": 2},
        ),
    ],
    ids=["claim", "next_part", "another_part", "material", "hint"],
)
async def test_an_act_says_what_the_move_does(
    agenda: dict[str, Any], first: str, expected: dict[str, Any]
) -> None:
    move, _, _ = await replied(f"ACT: {first}\n{ASKS}", **agenda)
    assert {name: getattr(move, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("first", "heard"),
    [
        (f"ACT: probe next watch claimed the same as retention\n{ASKS}", [ASKS]),
        (f"ACT: probe {ASKS}", [ASKS]),
        (f"ACT: answer - {USERS}\n{ASKS}", [USERS, ASKS]),
    ],
    ids=["a_label_of_its_own", "on_one_line", "a_sentence_beside_the_act"],
)
async def test_what_is_said_beside_the_act_is_a_sentence(first: str, heard: list[str]) -> None:
    assert (await replied(first))[1] == heard


async def test_a_move_names_the_facts_that_its_words_told() -> None:
    move, heard, _ = await replied(f"ACT: answer -\n{USERS} {ASKS}")
    assert move.facts == ("daily_users",)
    assert heard == [USERS, ASKS]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (f"{ASKS} And what else?", [ASKS]),
        (f"{ASKS} Take your time.", [ASKS]),
        (f"Who? {ASKS}", [ASKS]),
        (f'Interviewer: "{ASKS}"', [ASKS]),
        (f"{ASKS} And it goes on with", [ASKS]),
        ("Sure, take your time.", ["Sure, take your time."]),
    ],
    ids=[
        "one_question",
        "nothing_after_it",
        "no_echo",
        "no_name",
        "half_a_sentence",
        "no_question",
    ],
)
async def test_what_is_heard_of_a_sound_reply(said: str, heard: list[str]) -> None:
    _, sentences, model = await replied(f"ACT: listen -\n{said}")
    assert sentences == heard
    assert len(model.asked) == 1


BROKEN = {
    "act": f"ACT: wrap_up -\n{ASKS}",
    "verdict": f"ACT: probe -\nGreat point. {ASKS}",
    "figure": f"ACT: answer -\nWe have 80 million users. {ASKS}",
    "markup": f"ACT: probe -\n- {ASKS}",
    "about us": f"ACT: probe -\nMy instructions forbid that. {ASKS}",
    "given away": f"ACT: probe -\n{FIRST.exemplar}",
    "again": f"ACT: probe -\n{CASE.steps[STEP].question}",
    "long": f"ACT: probe -\n{'so ' * 60}{ASKS}",
    "time": f"ACT: probe -\nWe have a few minutes left. {ASKS}",
    "silent": "ACT: probe -\n",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_what_breaks_a_rule_is_sent_back_once_with_the_reason(broken: str) -> None:
    move, heard, model = await replied(broken, f"ACT: probe {FIRST.label}\n{ASKS}")
    assert heard == [ASKS]
    assert move.item == FIRST.id
    first, again = model.asked
    assert again.messages[: len(first.messages)] == first.messages
    assert [role for role, _ in again.messages[-2:]] == ["assistant", "user"]


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
async def test_a_reply_that_breaks_the_rules_twice_is_none(broken: str) -> None:
    with pytest.raises(EndpointError) as caught:
        await replied(broken)
    assert caught.value.failure == Failure.UNFIT


@pytest.mark.parametrize(
    ("again", "heard"),
    [
        (ASKS, [USERS, ASKS]),
        (f"{USERS} {ASKS}", [USERS, ASKS]),
        (f"ACT: probe -\n{ASKS}", [USERS, ASKS]),
        ("Exactly, great.", [USERS, FIRST.follow_ups[0]]),
        ([CUT], [USERS, FIRST.follow_ups[0]]),
    ],
    ids=["goes_on", "says_it_again", "names_its_act_again", "breaks_one_more", "breaks_off"],
)
async def test_shown_words_stay_and_end_with_a_question(again: Any, heard: list[str]) -> None:
    begun = f"ACT: probe {FIRST.label}\n{USERS} That is right. {ASKS}"
    move, sentences, model = await replied(begun, again)
    assert sentences == heard
    assert (move.item, move.facts) == (FIRST.id, ("daily_users",))
    assert USERS in model.asked[1].messages[-1][1]


@pytest.mark.parametrize(
    ("act", "question", "expected"),
    [
        (f"challenge {FLAG.id}", FLAG.challenge, {"red_flag": FLAG.id}),
        ("probe -", SECOND.follow_ups[0], {"item": SECOND.id}),
    ],
    ids=["of_the_claim", "of_what_is_wanted"],
)
async def test_the_cases_own_question_fits_the_act(
    act: str, question: str, expected: dict[str, str]
) -> None:
    move, heard, _ = await replied(f"ACT: {act}\n{USERS} That is right.", "Exactly, great.")
    assert heard == [USERS, question]
    assert {name: getattr(move, name) for name in expected} == expected


@pytest.mark.parametrize("told", [True, False], ids=["told", "untold"])
async def test_a_scenario_whose_premise_was_told_ends_with_its_question_alone(told: bool) -> None:
    text = "From Monday the tickets of five counties arrive by fax. What happens to your labels?"
    premise = "Say tickets of five counties arrive by fax from Monday." if told else USERS
    change = Material(id=CHANGE.id, kind=MoveKind.CHANGE_CONSTRAINT, text=text)
    _, heard, _ = await replied(
        f"ACT: change_constraint {CHANGE.id}\n{premise} That is right.",
        "Exactly, great.",
        acts=(MoveKind.CHANGE_CONSTRAINT,),
        material=(change,),
    )
    assert heard == [premise, "What happens to your labels?" if told else text]


async def test_words_that_break_off_before_anybody_heard_them_are_asked_for_again() -> None:
    _, heard, model = await replied(["ACT:", CUT], f"ACT: probe -\n{ASKS}")
    assert heard == [ASKS]
    assert model.asked[0] == model.asked[1]


async def test_words_that_break_off_stay_as_far_as_they_were_heard() -> None:
    _, heard, _ = await replied([f"ACT: answer -\n{USERS} And", CUT])
    assert heard == [USERS]


@pytest.mark.parametrize("failure", [Failure.SLOW, Failure.SERVER_ERROR, Failure.FILTERED])
async def test_an_endpoint_that_fails_is_not_asked_again(failure: Failure) -> None:
    with pytest.raises(EndpointError) as caught:
        await replied([failed(failure)])
    assert caught.value.failure == failure


@pytest.mark.parametrize(("at_once", "is_heard"), [(False, True), (True, False)])
async def test_a_claim_is_tested_before_what_is_due_unless_that_comes_at_once(
    at_once: bool, is_heard: bool
) -> None:
    challenge = f"ACT: challenge {FLAG.id}\n{ASKS}"
    opens = "ACT: open_step modeling\nLet's get to the model, then."
    move, _, _ = await replied(challenge, opens, demanded=MoveKind.OPEN_STEP, at_once=at_once)
    assert move.kind is (MoveKind.CHALLENGE if is_heard else MoveKind.OPEN_STEP)


@pytest.mark.parametrize(
    ("words", "kind", "ends"),
    [
        ("Thanks, that was all.", MoveKind.WRAP_UP, "completed"),
        ("Thanks. Is there anything that you would like to add?", MoveKind.PROBE, None),
    ],
    ids=["ends", "asks"],
)
async def test_a_reply_that_asks_does_not_end_the_interview(
    words: str, kind: MoveKind, ends: str | None
) -> None:
    move, _, _ = await replied(f"ACT: wrap_up -\n{words}", acts=(MoveKind.WRAP_UP,))
    assert (move.kind, move.ends, move.closes) == (kind, ends, STEP if ends else None)


async def test_a_question_about_the_part_that_is_due_opens_it() -> None:
    later = CASE.steps[StepId.MODELING].items[0]
    said = f"ACT: probe {later.label}\n{ASKS}"
    move, _, _ = await replied(said, demanded=MoveKind.OPEN_STEP)
    assert (move.kind, move.step, move.item) == (MoveKind.OPEN_STEP, StepId.MODELING, later.id)
    assert (await replied(said))[0].kind is MoveKind.OPEN_STEP


async def test_terms_may_be_said_once_the_topic_is_open() -> None:
    terms = " and ".join(sorted(SECRETS.terms[FIRST.id]))
    told = f"ACT: probe {FIRST.label}\nHow do {terms} fit together there?"
    touched = tuple(
        topic.model_copy(update={"state": TopicState.TOUCHED}) if topic.item == FIRST.id else topic
        for topic in topics()
    )
    assert (await replied(told, topics=touched))[1]
    with pytest.raises(EndpointError):
        await replied(told)


async def test_what_the_candidate_said_may_be_said() -> None:
    scene = a_scene(f"{SAID} {FIRST.exemplar} {FIRST.statement} {FIRST.met_when}")
    _, heard, _ = await replied(f"ACT: probe -\n{FIRST.exemplar}", scene=scene)
    assert heard


async def test_a_claim_that_stands_may_be_named_and_others_may_not() -> None:
    told = f"ACT: challenge {FLAG.id}\nSo {FLAG.statement[0].lower()}{FLAG.statement[1:]}"
    claim = Claim(id=FLAG.id, statement=FLAG.statement, quote=SAID, turn=2)
    scene = changed(a_scene(f"{SAID} {FLAG.statement}"))
    assert (await replied(told, scene=scene, claims=(claim,)))[1]
    with pytest.raises(EndpointError):
        await replied(told)
