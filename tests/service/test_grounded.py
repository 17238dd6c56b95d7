"""What a brain claims to have heard counts only where the candidate said it, word for word."""

from __future__ import annotations

import pytest

from interviewer.core.assessment import (
    Assessment,
    Evidence,
    RedFlagHit,
    StatedNumber,
    TurnAssessment,
    Verdict,
)
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.service.graph import grounded

TURN = Turn(
    number=2,
    role="candidate",
    step=StepId.SERVING,
    text="I would take about 50 ms for retrieval, because ranking needs the rest.",
    sketch="app -> retrieval -> ranking",
    at=1.0,
)


@pytest.mark.parametrize(
    ("quote", "kept"),
    [
        ("about 50 ms for retrieval", "about 50 ms for retrieval"),
        ("About 50 ms for retrieval", "about 50 ms for retrieval"),
        ("app -> retrieval -> ranking", "app -> retrieval -> ranking"),
        ("about 500 ms for retrieval", None),
        ("retrieval takes long", None),
    ],
)
def test_quotes_that_nobody_said_are_dropped(quote: str, kept: str | None) -> None:
    evidence = Evidence(quote=quote, turn=9)
    heard = TurnAssessment(
        intents=(Intent.ANSWER,),
        verdicts=(
            Assessment(item="i", step=StepId.SERVING, verdict=Verdict.MET, evidence=evidence),
        ),
        red_flags=(RedFlagHit(red_flag="f", step=StepId.SERVING, evidence=evidence),),
        numbers=(StatedNumber(value=50, unit="ms", quote=quote),),
        decisions=(quote,),
    )
    found = grounded(heard, TURN)
    (verdict,) = found.verdicts
    if kept is None:
        assert (verdict.verdict, verdict.evidence) == (Verdict.UNASSESSED, None)
        assert (found.red_flags, found.numbers, found.decisions) == ((), (), ())
    else:
        assert verdict.evidence == Evidence(quote=kept, turn=2)
        assert found.red_flags[0].evidence == verdict.evidence
        assert [number.quote for number in found.numbers] == [quote]
        assert found.decisions == (quote,)
