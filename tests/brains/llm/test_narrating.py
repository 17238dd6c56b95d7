"""What of a model's feedback is believed, and what it is told of the scorecard and the notes."""

from __future__ import annotations

import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.llm.brain import WHY, LLMBrain, Shared
from interviewer.brains.llm.narrating import believed, narrate_request
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, Verdict
from interviewer.core.settings import STEPS, InterviewSettings, StepId
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.usage import Kind, Meter
from interviewer.scoring import InterviewRecord, Scorecard, StepRecord, score_interview
from interviewer.simulation.endpoints.wire import Asked, ScriptedModel
from tests.models import SETTINGS, at_once
from tests.shipped import a_scene, shipped_case

CASE = shipped_case()
STEP = StepId.DATA
SAID = "We log every impression with its position and the time that it was watched"
NOTE = "Position bias: What stands on top is clicked."
LONG = " ".join(["word"] * 24)


def card() -> Scorecard:
    """A scorecard with every point of a step earned in a long quote, and a wrong claim."""
    items, flag = CASE.steps[STEP].items, CASE.steps[STEP].red_flags[0]
    quote = Evidence(quote=f"{SAID} {LONG}", turn=12)
    met = tuple(
        Assessment(item=item.id, step=STEP, verdict=Verdict.MET, evidence=quote) for item in items
    )
    wrong = RedFlagHit(red_flag=flag.id, step=STEP, evidence=quote)
    steps = [StepRecord(step=step, reached=True) for step in STEPS if step is not STEP]
    told = StepRecord(step=STEP, reached=True, assessments=met, red_flags=(wrong,))
    return score_interview(InterviewRecord(steps=(*steps, told)), CASE, InterviewSettings())


REQUEST = narrate_request(CASE, card(), [NOTE])
TOLD = (
    f'What carried the interview was the data, where in turn 12 you said "{SAID}". What cost most '
    "most is what you left open. Practise saying why you decide as you do, with the note "
    "on position bias."
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(TOLD, TOLD, id="as_the_scorecard_says"),
        pytest.param(f"{TOLD} And then", TOLD, id="half_a_sentence_is_cut"),
        pytest.param(f"{TOLD} You didn't log the slot.", TOLD, id="an_accusation_is_left_out"),
        pytest.param(f"You never logged the slot. {TOLD}", TOLD, id="wherever_it_stands"),
        pytest.param(f"You did not log it, {TOLD[:150]}", None, id="nothing_else_is_said"),
        pytest.param(TOLD.replace("12", "14"), None, id="another_turn"),
        pytest.param(f"{TOLD} You are in the top 7 of all.", None, id="a_new_figure"),
        pytest.param(TOLD.replace("every impression", "all"), None, id="a_repaired_quote"),
        pytest.param(f"{TOLD} See `dat_logging`.", None, id="markup"),
        pytest.param(f"{TOLD} See position_bias.", None, id="an_id"),
        pytest.param("Well done.", None, id="too_little"),
        pytest.param(f"{TOLD} {LONG * 8}.", None, id="too_much"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_feedback_says_what_the_scorecard_says(text: str, told: str | None) -> None:
    assert believed(text, REQUEST) == told


def test_what_matters_most_is_not_cut_off_a_long_scorecard() -> None:
    shown = REQUEST.messages[-1][1]
    assert shown.count("Practise: ") == 3
    assert "Wrong claim (turn 12" in shown
    assert LONG not in shown  # quotes are shortened
    assert shown.index("Practise: ") < shown.index("Wrong claim") < shown.index("earned: ")
    assert NOTE in shown


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
