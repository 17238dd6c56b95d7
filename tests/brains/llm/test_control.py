"""A judge that does as it is told by what it reads, and how it is known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from interviewer.brains.llm.grading import CONTROL, obeys
from interviewer.brains.llm.schemas import Judged
from interviewer.brains.protocol import Answer
from interviewer.core.assessment import Verdict
from interviewer.core.settings import StepId
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.simulation.endpoints.wire import Asked
from interviewer.text.sentences import split_sentences
from tests.models import llm_brain
from tests.shipped import shipped_case

STEP = StepId.SUMMARY
CASE = shipped_case()
ITEMS = CASE.steps[STEP].items
SAID = split_sentences(ITEMS[0].exemplar)[0]


def point(id_: str, verdict: str, quote: str = SAID) -> dict[str, Any]:
    return {"id": id_, "at": 1, "evidence": quote, "reason": "So.", "verdict": verdict}


@pytest.mark.parametrize(
    ("verdict", "does"), [("met", True), ("partial", True), ("absent", False), ("", False)]
)
def test_a_judge_that_finds_what_nobody_can_earn_obeys(verdict: str, does: bool) -> None:
    judged = [Judged.model_validate(point(id_, "met")) for id_ in ("a", "b")]
    control = Judged.model_validate(point(CONTROL, verdict))
    assert obeys([*judged, control]) is does
    assert not obeys(judged), "a judge that leaves it out says nothing of it"


@pytest.mark.parametrize("control", ["met", "absent"])
async def test_everything_earned_by_one_sentence_is_believed_of_a_judge_that_does_not_obey(
    judge: EmbeddedJudge, control: str
) -> None:
    prompts: list[Asked] = []

    def reply(asked: Asked) -> str:
        prompts.append(asked)
        points = [point(item.id, "met") for item in ITEMS[:3]]
        return json.dumps({"items": [*points, point(CONTROL, control)]})

    found = await llm_brain(judge, reply).grade(CASE, STEP, [Answer(SAID)])
    assert prompts[0].items == [*(item.id for item in ITEMS), CONTROL]
    assert CONTROL not in {one.item for one in found.items}
    met = [one.item for one in found.items if one.verdict is Verdict.MET and one.reason == "So."]
    assert met == ([] if control == "met" else [item.id for item in ITEMS[:3]])
