"""Which wrong claims of a message count as challenged by a reply that was found beside it."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import RedFlagHit, TurnAssessment
from interviewer.core.transcript import Intent, Turn
from interviewer.policy import apply_candidate, apply_interviewer
from tests.policy.talk import REQ, Talk


def hears(*ids: str, turn: int) -> TurnAssessment:
    flags = (RedFlagHit.heard(red_flag=id_, step=REQ, quote="q", turn=turn) for id_ in ids)
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
