"""Suite `invariance`: the same content gets the same score, whoever asks and however plainly.

Scripts replayed under every persona, and each step of a strong script graded beside the same
content in the simple English of somebody who speaks it as a second language.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.brains import shipped_brain
from evals.interviews import FOLDER
from interviewer.brains.protocol import Brain
from interviewer.case_files import load_library
from interviewer.grading import grade_answer
from interviewer.replay import Script, load_script, replay
from interviewer.settings import Persona, Places, StepId

ALIKE = 0.3  # by which scores of the same content may differ
PERSONA_SCRIPTS = ("vr_strong", "vr_solid", "vr_average", "sa_strong", "ac_strong")
TWINS = {name: f"{name}_simple" for name in ("vr_strong", "sa_strong", "ac_strong")}


async def run_invariance(folder: Path = FOLDER) -> dict[str, Any]:
    """Overall scores by persona, and step grades of strong scripts and their plain twins."""
    personas: dict[str, Any] = {}
    for name in PERSONA_SCRIPTS:
        with tempfile.TemporaryDirectory() as home:
            places = Places(Path(home), None, f"sqlite+aiosqlite:///{home}/interviews.sqlite")
            scores = await scores_by_persona(load_script(folder / f"{name}.yaml"), places)
        personas[name] = {**scores, "spread": spread(scores)}
    twins: dict[str, Any] = {}
    for name, simple in TWINS.items():
        pair = [load_script(folder / f"{one}.yaml") for one in (name, simple)]
        steps = await twin_grades(pair[0], pair[1], shipped_brain())
        gaps = [plain - fluent for fluent, plain in steps.values()]
        twins[name] = {
            "steps": {step.value: grades for step, grades in steps.items()},
            "difference": round(sum(gaps) / len(gaps), 2),
        }
    return {"alike": ALIKE, "personas": personas, "simple_english": twins}


async def scores_by_persona(script: Script, places: Places) -> dict[str, float | None]:
    """The overall score of one script under each persona."""
    scores: dict[str, float | None] = {}
    for persona in Persona:
        settings = script.settings.model_copy(update={"persona": persona})
        played = script.model_copy(update={"settings": settings})
        scores[persona.value] = (await replay(played, places)).overall
    return scores


def spread(scores: Mapping[str, float | None]) -> float | None:
    """Largest minus smallest score; None when one of them is missing."""
    known = [score for score in scores.values() if score is not None]
    return round(max(known) - min(known), 2) if len(known) == len(scores) else None


async def twin_grades(
    fluent: Script, plain: Script, brain: Brain
) -> dict[StepId, tuple[float, float]]:
    """Grades of each step of two scripts with the same content, all of its messages as one answer.

    Steps that cannot be scored in either are left out.
    """
    case = load_library().cases[fluent.case_id]
    grades: dict[StepId, tuple[float, float]] = {}
    for step in fluent.candidate:
        pair: Sequence[float | None] = [
            (await grade_answer(brain, case, step, _whole(script, step))).score
            for script in (fluent, plain)
        ]
        if pair[0] is not None and pair[1] is not None:
            grades[step] = (pair[0], pair[1])
    return grades


def _whole(script: Script, step: StepId) -> str:
    return "\n\n".join(message.text for message in script.candidate.get(step, ()))
