"""Suite `transcripts`: whole scripted interviews, and whether their scores order as intended."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from evals.agreement import agreement
from interviewer.replay import load_script, play
from interviewer.settings import Places

FOLDER = Path(__file__).with_name("transcripts")


async def run_transcripts(folder: Path = FOLDER) -> dict[str, Any]:
    """Replays every script of a folder.

    Returns:
        a row a script, and the agreement of step scores with the authors' intention (the
        embedded judge's thresholds were chosen on these scripts, so this figure flatters).
    """
    rows: list[dict[str, Any]] = []
    scores: list[float | None] = []
    intended: list[float] = []
    for path in sorted(folder.glob("*.yaml")):
        script = load_script(path)
        with tempfile.TemporaryDirectory() as home:
            places = Places(Path(home), None, f"sqlite+aiosqlite:///{home}/interviews.sqlite")
            played = await play(script, places)
        result = played.result
        for step in result.steps:
            if step.step in script.step_quality:
                scores.append(step.score)
                intended.append(script.step_quality[step.step])
        rows.append(
            {
                "id": script.id,
                "intended": script.quality,
                "overall": result.overall,
                "recommendation": result.recommendation,
                "end_reason": result.end_reason,
                "unused_messages": result.unused_messages,
                "unmet_expectations": [str(unmet) for unmet in played.unmet],
            }
        )
    return {"interviews": rows, "steps": agreement(scores, intended)._asdict()}
