"""What a brain claims to have heard counts only where the candidate said it, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.brains.protocol import Scene
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
from interviewer.simulation.quick_brain import QuickBrain
from tests.service.sessions import (
    begin,
    quick,
    say,
)

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


@pytest.mark.parametrize(
    ("claimed", "counts"),
    [
        (Verdict.MET, Verdict.UNASSESSED),
        (Verdict.PARTIAL, Verdict.UNASSESSED),
        (Verdict.ABSENT, Verdict.ABSENT),
        (Verdict.UNASSESSED, Verdict.UNASSESSED),
    ],
)
def test_no_evidence_is_no_credit(claimed: Verdict, counts: Verdict) -> None:
    bare = Assessment(item="i", step=StepId.SERVING, verdict=claimed)
    (verdict,) = grounded(TurnAssessment(intents=(), verdicts=(bare,)), TURN).verdicts
    assert (verdict.verdict, verdict.evidence) == (counts, None)


class InventingBrain(QuickBrain):
    """Claims to have heard things."""

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        items = scene.case.steps[scene.step].items
        flags = scene.case.steps[scene.step].red_flags
        quotes = ("something nobody said", "it shows WHAT was really seen")
        return TurnAssessment(
            intents=(Intent.ANSWER,),
            verdicts=tuple(
                Assessment(
                    item=item.id,
                    step=scene.step,
                    verdict=Verdict.MET,
                    evidence=Evidence(quote=quote, turn=99),
                )
                for item, quote in zip(items, quotes, strict=False)
            ),
            red_flags=tuple(
                RedFlagHit(
                    red_flag=flag.id, step=scene.step, evidence=Evidence(quote=quote, turn=99)
                )
                for flag, quote in zip(flags, quotes, strict=False)
            ),
        )


async def test_what_nobody_said_is_no_evidence(tmp_path: Path) -> None:
    async with quick(tmp_path, brain=InventingBrain()) as interviews:
        mine = await begin(interviews)
        await say(interviews, mine, "I log it: it shows what was really seen.")
        card = (await interviews.end(mine)).scorecard
    assert card is not None
    judged = [(item.verdict, item.quote, item.turn) for item in card.steps[0].items]
    assert judged[:2] == [
        (Verdict.UNASSESSED, None, None),
        (Verdict.MET, "I log it: it shows what was really seen.", 2),
    ]
    heard = [(flag.quote, flag.turn) for flag in card.steps[0].red_flags]
    assert heard == [("I log it: it shows what was really seen.", 2)]
