"""Which questions are grounded in study notes, and in what of them."""

from __future__ import annotations

import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.llm.brain import WHY, LLMBrain, Shared
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Assessment, Evidence, Verdict
from interviewer.core.settings import StepId
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.usage import Kind, Meter
from interviewer.simulation.endpoints.wire import Asked, ScriptedModel
from tests.models import SETTINGS, at_once
from tests.shipped import a_scene, shipped_case

CASE = shipped_case()
STEP = StepId.DATA
SAID = "We log every impression with its position and the time that it was watched"
NOTE = "Position bias: What stands on top is clicked."


@pytest.mark.parametrize(
    ("kind", "quote", "looked_up"),
    [
        pytest.param(MoveKind.PROBE, SAID, [(SAID, WHY)], id="a_probe_into_what_was_said"),
        pytest.param(MoveKind.PROBE, None, [], id="nothing_was_said_of_it"),
        pytest.param(MoveKind.HINT, SAID, [], id="a_hint"),
    ],
)
async def test_questions_are_grounded_in_why_they_are_asked(
    judge: EmbeddedJudge, kind: MoveKind, quote: str | None, looked_up: list[tuple[str, str]]
) -> None:
    asked: list[tuple[str, str]] = []
    prompts: list[Asked] = []

    def look_up(query: str, heading: str) -> list[str]:
        asked.append((query, heading))
        return [NOTE]

    def reply(request: Asked) -> str:
        prompts.append(request)
        return "Why?"

    item = CASE.steps[STEP].items[0].id
    earned = Assessment(
        item=item,
        step=STEP,
        verdict=Verdict.PARTIAL,
        evidence=Evidence(quote=quote, turn=2) if quote else None,
    )
    endpoint = Endpoint(SETTINGS, transport=ScriptedModel(reply), pause=at_once)
    brain = LLMBrain(Shared(endpoint, EmbeddedBrain(judge), look_up), Meter())
    scene = a_scene(SAID, STEP, assessments=(earned,))
    move = Move(kind=kind, step=STEP, item=item, hint=1 if kind is MoveKind.HINT else 0)
    assert [sentence async for sentence in brain.say(scene, move)]
    assert asked == looked_up
    assert [NOTE in request.user for request in prompts if request.kind is Kind.SAY] == [
        bool(looked_up)
    ]
