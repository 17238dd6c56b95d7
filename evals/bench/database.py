"""`database`: how much disk a turn takes, in all files of the data folder that grow with turns."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from evals.bench.measured import Measured, scripts, temporary_home
from interviewer.simulation.player import replay

BOUND = 15.0  # KB a turn
SCRIPTS = ("vr_strong", "vr_average", "vr_silent")


def measure() -> list[Measured]:
    """KB a turn after three whole interviews: the database and the checkpoints."""
    with temporary_home() as places:
        for script in scripts():
            if script.id in SCRIPTS:
                asyncio.run(replay(script, places))
        files = sorted(places.home.glob("*.sqlite*"))
        sizes = {file.name: round(file.stat().st_size / 1024, 1) for file in files}
        turns = _turns(places.home / "interviews.sqlite")
    detail = {"turns": turns, "kilobytes": sizes}
    return [
        Measured("database and checkpoints", sum(sizes.values()) / turns, BOUND, "KB/turn", detail)
    ]


def _turns(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM turns").fetchone()[0])
