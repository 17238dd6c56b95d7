"""Whether a judge's quotes have to do with the points that they stand under."""

from __future__ import annotations

import json

import pytest

from interviewer.brains.llm import evidence
from interviewer.brains.llm.evidence import is_dealt_out, margin
from interviewer.core.settings import STEPS, StepId
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.text.sentences import split_sentences
from tests.models import llm_brain
from tests.shipped import shipped_case

CASE = shipped_case()


def own_quotes(step: StepId) -> dict[str, str]:
    """Each point with words that earn it."""
    return {item.id: split_sentences(item.exemplar)[0] for item in CASE.steps[step].items}


def dealt_out(step: StepId) -> dict[str, str]:
    """The same words, each under the next point."""
    quotes = own_quotes(step)
    words = [*quotes.values()]
    return dict(zip(quotes, [*words[1:], words[0]], strict=True))


@pytest.mark.parametrize("step", STEPS)
def test_words_are_nearer_to_the_points_that_they_earn(judge: EmbeddedJudge, step: StepId) -> None:
    assert margin(judge, CASE, own_quotes(step)) > 0.15
    assert margin(judge, CASE, dealt_out(step)) < evidence.OWN_MARGIN


@pytest.mark.parametrize(
    ("points", "asked", "by", "dealt"),
    [
        pytest.param(4, 4, 0.0799, True, id="everything_by_words_of_others"),
        pytest.param(4, 4, 0.08, False, id="by_words_that_are_near_enough"),
        pytest.param(3, 3, -0.2, False, id="too_few_to_tell"),
        pytest.param(6, 7, -0.2, True, id="six_of_seven"),
        pytest.param(5, 6, -0.2, False, id="five_of_six"),
    ],
)
def test_only_a_judge_that_finds_nearly_everything_earned_is_doubted(
    judge: EmbeddedJudge,
    monkeypatch: pytest.MonkeyPatch,
    points: int,
    asked: int,
    by: float,
    dealt: bool,
) -> None:
    monkeypatch.setattr(evidence, "margin", lambda *_: by)
    quotes = {f"i{n}": "words of somebody" for n in range(points)}
    assert is_dealt_out(judge, CASE, asked, quotes) is dealt


@pytest.mark.parametrize("honest", [True, False], ids=["own_words", "dealt_out"])
async def test_a_grade_whose_quotes_are_dealt_out_is_not_believed(
    judge: EmbeddedJudge, honest: bool
) -> None:
    step = StepId.MONITORING
    said = [*own_quotes(step).values()]
    answer = "\n\n".join(said)
    quotes = own_quotes(step) if honest else dealt_out(step)
    items = [
        {"id": id_, "at": said.index(q) + 1, "evidence": q, "reason": "So.", "verdict": "met"}
        for id_, q in quotes.items()
    ]
    reply = json.dumps({"items": items})
    found = await llm_brain(judge, lambda asked: reply).grade(CASE, step, answer)
    assert all((one.reason == "So.") is honest for one in found.items)
    assert all(one.quote in answer for one in found.items)
