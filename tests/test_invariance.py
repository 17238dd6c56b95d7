"""The same content gets the same score, whoever asks and however plainly it is said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from evals.invariance import ALIKE, TWINS, scores_by_persona, spread, twin_grades
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.replay import Script, load_script
from interviewer.settings import Places, StepId
from tests.homes import warm_places
from tests.scripts import TRANSCRIPTS
from tests.shipped import the_judge

SCRIPTS = ("vr_strong", "vr_solid", "vr_average")  # one case: its vectors are made once a run
TWIN = "vr_strong"


def script(name: str) -> Script:
    return load_script(TRANSCRIPTS / f"{name}.yaml")


@pytest.mark.parametrize("name", SCRIPTS)
def test_personas_change_no_score(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    places: Places = warm_places(tmp_path_factory)
    scores = asyncio.run(scores_by_persona(script(name), places))
    difference = spread(scores)
    assert difference is not None and difference <= ALIKE, scores


@pytest.fixture(scope="module")
def grades(tmp_path_factory: pytest.TempPathFactory) -> Mapping[StepId, tuple[float, float]]:
    """Grades of the strong script's steps, fluent and in simple English."""
    brain = EmbeddedBrain(the_judge(tmp_path_factory))
    return asyncio.run(twin_grades(script(TWIN), script(TWINS[TWIN]), brain))


def test_simple_english_costs_nothing_on_the_whole(
    grades: Mapping[StepId, tuple[float, float]],
) -> None:
    assert len(grades) == 7
    gaps = [plain - fluent for fluent, plain in grades.values()]
    assert abs(sum(gaps) / len(gaps)) <= ALIKE, grades


def test_simple_english_costs_no_step_a_grade(
    grades: Mapping[StepId, tuple[float, float]],
) -> None:
    assert all(abs(plain - fluent) <= 1 for fluent, plain in grades.values()), grades


def test_spread_needs_every_score() -> None:
    assert spread({"neutral": 3.0, "tough": 3.25}) == 0.25
    assert spread({"neutral": 3.0, "tough": None}) is None
