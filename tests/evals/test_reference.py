"""Answers that bring their reference along."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from evals.reference import NOTHING, reference_case, rescaled
from evals.subjects import Embedded
from evals.suites import Row
from evals.suites.scoring import run as grade_row
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.protocol import Answer, Brain
from interviewer.core.case import Case
from interviewer.core.settings import STEPS, StepId
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.retrieval.embedding import shared_model
from interviewer.service.loose_answer import score_answer

QUESTION = "What is a cache, and what goes wrong with it?"
SENTENCES = (
    "A cache keeps the results of recent requests in memory, so the work is not done again.",
    "It must be emptied when the data behind it changes, or people are shown stale results.",
)
REFERENCE = " ".join(SENTENCES)
UNRELATED = "On Sundays I ride my bicycle along the river, because the weather is warm by then."


@pytest.mark.parametrize(
    ("row", "rating"),
    [
        pytest.param({"score": 1}, 1.0, id="lowest_by_default"),
        pytest.param({"score": 5}, 5.0, id="highest_by_default"),
        pytest.param({"score": 3.5}, 3.5, id="between_by_default"),
        pytest.param({"score": 0, "score_min": 0}, 1.0, id="from_nought"),
        pytest.param({"score": 2.5, "score_min": 0}, 3.0, id="half_of_five"),
        pytest.param({"score": 10, "score_min": 0, "score_max": 10}, 5.0, id="ten_of_ten"),
        pytest.param({"score": 1, "score_min": 0, "score_max": 2}, 3.0, id="one_of_two"),
        pytest.param({"score": "75", "score_min": "0", "score_max": "100"}, 4.0, id="as_texts"),
    ],
)
def test_ratings_are_stretched_to_our_scale(row: dict[str, Any], rating: float) -> None:
    assert rescaled(row) == pytest.approx(rating)


def _items(case: Case) -> list[str]:
    return [item.statement for item in case.steps[StepId.FRAMING].items]


@pytest.mark.parametrize(
    ("reference", "items"),
    [
        pytest.param(SENTENCES[0], [SENTENCES[0]], id="one_sentence"),
        pytest.param(REFERENCE, list(SENTENCES), id="two_sentences"),
        pytest.param("\n\n".join(SENTENCES), list(SENTENCES), id="two_paragraphs"),
        pytest.param("to keep results", ["to keep results"], id="no_full_stop"),
        pytest.param("\u7f13\u5b58\u3002", ["\u7f13\u5b58\u3002"], id="no_word_that_we_know"),
    ],
)
def test_every_sentence_of_a_reference_becomes_an_item(reference: str, items: list[str]) -> None:
    assert _items(reference_case(QUESTION, reference, StepId.FRAMING)) == items


def test_items_are_told_apart_and_weigh_the_same() -> None:
    case = reference_case(QUESTION, REFERENCE, StepId.FRAMING)
    items = case.steps[StepId.FRAMING].items
    assert [item.id for item in items] == ["sentence_1", "sentence_2"]
    assert {(item.weight, item.near_misses) for item in items} == {(1, (NOTHING,))}
    assert [item.exemplar for item in items] == list(SENTENCES)
    assert case.steps[StepId.FRAMING].model_answer == REFERENCE
    assert case.steps[StepId.FRAMING].question == case.opening == QUESTION


@pytest.fixture(scope="module")
def brain() -> Brain:
    return EmbeddedBrain(EmbeddedJudge(shared_model().encode))


def _score(brain: Brain, answer: str, step: StepId = StepId.FRAMING) -> float:
    case = reference_case(QUESTION, REFERENCE, step)
    scored = asyncio.run(score_answer(brain, case, step, Answer(answer)))
    assert scored.score is not None
    return scored.score


def test_the_reference_itself_is_worth_more_than_something_else(brain: Brain) -> None:
    assert _score(brain, REFERENCE) >= 4 > 1.5 >= _score(brain, UNRELATED)


@pytest.mark.parametrize("step", STEPS)
def test_a_reference_is_met_in_whatever_step_it_stands(brain: Brain, step: StepId) -> None:
    assert _score(brain, REFERENCE, step) == 5.0


@pytest.mark.parametrize("answer", [UNRELATED, NOTHING, "I do not know."])
def test_what_says_nothing_of_the_reference_is_worth_nothing(brain: Brain, answer: str) -> None:
    assert _score(brain, answer) <= 1.5


async def test_the_suite_scores_a_row_that_brings_its_reference(tmp_path: Path) -> None:
    payload = {"question": QUESTION, "reference_answer": REFERENCE, "student_answer": REFERENCE}
    row = Row("one", payload, await grade_row(Embedded(tmp_path), payload))
    low, high = row.outcome["band"]
    assert low <= row.outcome["score"] <= high
    assert [line.split(" ")[:2] for line in row.outcome["evidence"]] == [
        ["sentence_1", "met"],
        ["sentence_2", "met"],
    ]
