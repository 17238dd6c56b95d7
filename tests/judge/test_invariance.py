"""The same content gets the same score, whoever asks and however plainly."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from evals.subjects import Embedded, grade, library
from evals.suites.robustness import ALIKE, SCRIPTS, answers_of
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.core.paths import Places
from interviewer.core.settings import STEPS, Persona, StepId
from interviewer.simulation.player import load_script, replay
from tests.homes import warm_places
from tests.scripts import TRANSCRIPTS
from tests.shipped import the_judge

PERSONA_SCRIPTS = ("vr_average",)  # the suite `robustness` plays more, on every case
CASE = "video_recommendation"


@pytest.mark.parametrize("name", PERSONA_SCRIPTS)
def test_personas_change_no_score(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    places: Places = warm_places(tmp_path_factory)
    script = load_script(TRANSCRIPTS / f"{name}.yaml")
    scores = []
    for persona in Persona:
        settings = script.settings.model_copy(update={"persona": persona})
        asked = script.model_copy(update={"settings": settings})
        scores.append(asyncio.run(replay(asked, places)).overall)
    known = [score for score in scores if score is not None]
    assert len(known) == len(scores) and max(known) - min(known) <= ALIKE, scores


@pytest.fixture(scope="module")
def grades(tmp_path_factory: pytest.TempPathFactory) -> Mapping[StepId, tuple[float, float]]:
    """Grades of the strong script's steps, fluent and in simple English."""
    brain = EmbeddedBrain(the_judge(tmp_path_factory))
    subject = Embedded(tmp_path_factory.mktemp("invariance"), brain)

    async def both(step: StepId) -> tuple[float, float]:
        case, name = library().cases[CASE], SCRIPTS[CASE]
        texts = (answers_of(name)[step], answers_of(f"{name}_simple")[step])
        scores = [(await grade(subject, case, step, text)).score for text in texts]
        assert None not in scores
        return scores[0] or 0.0, scores[1] or 0.0

    return {step: asyncio.run(both(step)) for step in STEPS}


def test_simple_english_costs_nothing_on_the_whole(
    grades: Mapping[StepId, tuple[float, float]],
) -> None:
    gaps = [plain - fluent for fluent, plain in grades.values()]
    assert abs(sum(gaps) / len(gaps)) <= ALIKE, grades


def test_simple_english_costs_no_step_a_grade(
    grades: Mapping[StepId, tuple[float, float]],
) -> None:
    assert all(abs(plain - fluent) <= 1 for fluent, plain in grades.values()), grades
