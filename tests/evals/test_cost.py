"""What an interview costs, with a language model and without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.language_models import SensibleModel
from evals.subjects import Embedded
from evals.suites import cost
from evals.suites.suite import Row
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.judge.embedded import EmbeddedJudge

TASK = {"script": "vr_silent"}


@pytest.fixture
def brain(judge: EmbeddedJudge) -> EmbeddedBrain:
    return EmbeddedBrain(judge)


async def figures(subject: Embedded) -> dict[str, float]:
    outcome = await cost.run(subject, TASK)
    report = cost.summarise([Row(key="vr_silent", payload=TASK, outcome=outcome)])
    return {figure.name: figure.value for figure in report.figures if figure.value is not None}


async def test_an_interview_without_a_model_costs_no_tokens(
    tmp_path: Path, brain: EmbeddedBrain
) -> None:
    found = await figures(Embedded(tmp_path, brain))
    assert found["exchanges an interview"] > 0
    assert (found["calls an interview"], found["tokens an interview"]) == (0, 0)


async def test_calls_and_tokens_of_a_model_are_counted(
    tmp_path: Path, brain: EmbeddedBrain
) -> None:
    found = await figures(SensibleModel(tmp_path, brain))
    assert found["calls an interview"] >= found["exchanges an interview"]
    assert found["tokens an interview"] > 1000 * found["calls an interview"]
