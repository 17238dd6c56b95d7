"""Which wrong claims of a message count as challenged by a reply that was found beside it."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Evidence, RaisedBy, RedFlagHit, TurnAssessment
from interviewer.core.transcript import Intent, Turn
from interviewer.policy import apply_candidate, apply_interviewer, helped_now
from tests.policy.talk import REQ, Talk, earned


def hears(*ids: str, turn: int, quote: str = "q") -> TurnAssessment:
    flags = (RedFlagHit.heard(red_flag=id_, step=REQ, quote=quote, turn=turn) for id_ in ids)
    return TurnAssessment(intents=(Intent.ANSWER,), red_flags=tuple(flags))


@pytest.mark.parametrize(
    ("kind", "named", "challenged"),
    [
        (MoveKind.CHALLENGE, None, {"doubt_4_1", "doubt_4_2"}),
        (MoveKind.CHALLENGE, "unheard", {"doubt_4_1", "doubt_4_2"}),
        (MoveKind.CHALLENGE, "doubt_4_2", {"doubt_4_2"}),
        (MoveKind.CHALLENGE, "doubt_2_1", {"doubt_2_1"}),
        (MoveKind.CHECK_NUMBERS, None, {"doubt_4_1", "doubt_4_2"}),
        (MoveKind.PROBE, None, set()),
        (MoveKind.ANSWER, None, set()),
    ],
)
def test_a_challenge_without_a_claim_tests_those_of_the_message_before_it(
    kind: MoveKind, named: str | None, challenged: Collection[str]
) -> None:
    state = Talk().state
    for number, ids in ((2, ("doubt_2_1",)), (4, ("doubt_4_1", "doubt_4_2"))):
        said = Turn(number=number, role="candidate", step=REQ, text="q", at=float(number))
        apply_candidate(state, said, hears(*ids, turn=number))
    move = Move(kind=kind, step=REQ, red_flag=named)
    asked = Turn(number=5, role="interviewer", step=REQ, text="?", at=5.0, move=move)
    apply_interviewer(state, asked)
    assert {id_ for id_, hit in state.flags.items() if hit.challenged} == challenged


STATED, HELD, ONCE_MORE = "A hundred beat ten.", "I'd say a hundred is fine.", "As I said."


@pytest.mark.parametrize(
    ("said", "last"),
    [
        pytest.param((STATED,), None, id="once"),
        pytest.param((STATED, HELD), Evidence(quote=HELD, turn=4), id="twice"),
        pytest.param((STATED, HELD, ONCE_MORE), Evidence(quote=ONCE_MORE, turn=6), id="thrice"),
    ],
)
@pytest.mark.parametrize("challenged", [True, False])
def test_a_claim_keeps_the_words_that_state_it_and_those_that_said_it_last(
    said: tuple[str, ...], last: Evidence | None, challenged: bool
) -> None:
    state = Talk().state
    for number, quote in zip((2, 4, 6), said, strict=False):
        turn = Turn(number=number, role="candidate", step=REQ, text=quote, at=9.0)
        apply_candidate(state, turn, hears("doubt_2_1", turn=number, quote=quote))
        move = (
            Move(kind=MoveKind.CHALLENGE, step=REQ, red_flag="doubt_2_1") if challenged else PROBE
        )
        asked = Turn(number=number + 1, role="interviewer", step=REQ, text="?", at=9.0, move=move)
        apply_interviewer(state, asked)
    hit = state.flags["doubt_2_1"]
    assert (hit.quote, hit.turn, hit.again) == (STATED, 2, last)
    assert (hit.challenged, hit.defended) == (challenged, challenged and last is not None)


def test_a_challenge_tests_what_was_said_again_in_the_message_before_it() -> None:
    state = Talk().state
    for number in (2, 4):
        said = Turn(number=number, role="candidate", step=REQ, text="q", at=9.0)
        apply_candidate(state, said, hears("doubt_2_1", turn=number))
    move = Move(kind=MoveKind.CHALLENGE, step=REQ)
    apply_interviewer(
        state, Turn(number=5, role="interviewer", step=REQ, text="?", at=9.0, move=move)
    )
    assert state.flags["doubt_2_1"].challenged


def test_a_claim_that_is_said_again_after_it_was_taken_back_stands_again() -> None:
    state = challenged().state
    back = TurnAssessment(intents=(Intent.REVISION,), retracted=("doubt_2_1",))
    for number, heard in ((4, back), (6, hears("doubt_2_1", turn=6, quote=HELD))):
        said = Turn(number=number, role="candidate", step=REQ, text="q", at=9.0)
        apply_candidate(state, said, heard)
        assert state.flags["doubt_2_1"].recovered is (heard is back)
    assert state.flags["doubt_2_1"].challenged
    assert state.flags["doubt_2_1"].again == Evidence(quote=HELD, turn=6)


GIVES_IN, STANDS_BY = ("doubt_2_1",), ()


@pytest.mark.parametrize(
    ("answers", "defended", "recovered"),
    [
        ((GIVES_IN,), False, True),
        ((STANDS_BY,), True, False),
        ((STANDS_BY, GIVES_IN), True, True),
        ((STANDS_BY, STANDS_BY), True, False),
    ],
)
def test_a_claim_that_was_stood_by_stays_so_whatever_comes_later(
    answers: tuple[tuple[str, ...], ...], defended: bool, recovered: bool
) -> None:
    state = challenged().state
    for at, retracted in enumerate(answers):
        said = Turn(number=4 + 2 * at, role="candidate", step=REQ, text="q", at=9.0)
        heard = TurnAssessment(intents=(Intent.ANSWER,), retracted=retracted)
        apply_candidate(state, said, heard)
    hit = state.flags["doubt_2_1"]
    assert (hit.defended, hit.recovered) == (defended, recovered)


@pytest.mark.parametrize(
    ("item", "led", "raised_by"),
    [
        ("req_copper", None, RaisedBy.CHALLENGE),  # of the claim's own step, where nobody read more
        ("fra_cobalt", None, RaisedBy.CANDIDATE),
        ("req_copper", (), RaisedBy.CANDIDATE),
        ("fra_cobalt", ("fra_cobalt",), RaisedBy.CHALLENGE),
    ],
)
def test_what_a_challenge_led_to_counts_with_help_also_when_it_is_said_again(
    item: str, led: tuple[str, ...] | None, raised_by: RaisedBy
) -> None:
    state = challenged().state
    for number in (4, 6):
        said = Turn(number=number, role="candidate", step=REQ, text="as said", at=9.0)
        heard = TurnAssessment(
            intents=(Intent.ANSWER,), led=led, verdicts=earned(item, turn=number)
        )
        apply_candidate(state, said, heard)
        asked = Turn(number=number + 1, role="interviewer", step=REQ, text="?", at=9.0, move=PROBE)
        apply_interviewer(state, asked)
        assert state.assessments[item].raised_by is raised_by


@pytest.mark.parametrize(
    ("item", "retracted", "raised_by"),
    [
        ("req_copper", ("doubt_2_1",), RaisedBy.CHALLENGE),  # whatever else was read in it
        ("fra_cobalt", ("doubt_2_1",), None),
        ("req_copper", (), RaisedBy.CHALLENGE),  # led to, and nobody has read that it was not
        ("req_copper", ("doubt_9_9",), RaisedBy.CHALLENGE),
    ],
)
def test_what_takes_a_claim_back_was_led_to_by_the_question_about_it(
    item: str, retracted: tuple[str, ...], raised_by: RaisedBy | None
) -> None:
    heard = TurnAssessment(intents=(Intent.ANSWER,), led=(), retracted=retracted)
    assert helped_now(challenged().state, heard).get(item) is raised_by
    quiet = Talk()
    apply_candidate(
        quiet.state,
        Turn(number=2, role="candidate", step=REQ, text="q", at=2.0),
        hears("doubt_2_1", turn=2),
    )
    unasked = RaisedBy.CHALLENGE if "doubt_2_1" in retracted and item == "req_copper" else None
    assert helped_now(quiet.state, heard).get(item) is unasked


PROBE = Move(kind=MoveKind.PROBE, step=REQ)


def challenged() -> Talk:
    """A talk in which a claim has just been challenged."""
    talk = Talk()
    said = Turn(number=2, role="candidate", step=REQ, text="q", at=2.0)
    apply_candidate(talk.state, said, hears("doubt_2_1", turn=2))
    move = Move(kind=MoveKind.CHALLENGE, step=REQ, red_flag="doubt_2_1")
    asked = Turn(number=3, role="interviewer", step=REQ, text="?", at=3.0, move=move)
    apply_interviewer(talk.state, asked)
    return talk
