"""The shipped scripted transcripts, played."""

from __future__ import annotations

import asyncio
from pathlib import Path

from interviewer.replay import load_script, replay
from interviewer.report import Result
from interviewer.settings import Places

TRANSCRIPTS = Path(__file__).resolve().parents[1] / "evals" / "transcripts"
SHIPPED = sorted(path.stem for path in TRANSCRIPTS.glob("*.yaml"))


def play(name: str, places: Places) -> Result:
    """The result of one script."""
    return asyncio.run(replay(load_script(TRANSCRIPTS / f"{name}.yaml"), places))
