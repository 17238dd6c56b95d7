"""What interviews take: disk for each turn, memory of the served app."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import psutil

from evals.bench.measured import Measured, messages, scripts
from evals.bench.served import Server, Visitor, connect, page_of
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import replay

DISK_BOUND = 15.0  # KB a turn
STORED = ("vr_strong", "vr_average", "vr_silent")


def measure_database() -> list[Measured]:
    """KB a turn after three whole interviews: the database and the checkpoints."""
    with temporary_places() as places:
        for script in scripts():
            if script.id in STORED:
                asyncio.run(replay(script, places))
        files = sorted(places.home.glob("*.sqlite*"))
        sizes = {file.name: round(file.stat().st_size / 1024, 1) for file in files}
        turns = _turns(places.home / "interviews.sqlite")
    detail = {"turns": turns, "kilobytes": sizes}
    return [
        Measured(
            "database and checkpoints", sum(sizes.values()) / turns, DISK_BOUND, "KB/turn", detail
        )
    ]


def _turns(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM turns").fetchone()[0])


INTERVIEWS = 5
EXCHANGES = 4  # of each
MEMORY_BOUND = 450.0  # MB
MB = 1024 * 1024


def measure_memory() -> list[Measured]:
    """Resident memory of the server, which has warmed up and built its index meanwhile."""
    with temporary_places() as places, Server(places.home) as server:
        process = psutil.Process(server.process.pid)
        sizes = asyncio.run(_visit(server, process))
    detail = {"after_each_exchange": [round(size) for size in sizes]}
    return [Measured("memory of the served app", sizes[-1], MEMORY_BOUND, "MB", detail)]


async def _visit(server: Server, process: psutil.Process) -> list[float]:
    sizes: list[float] = []
    async with connect(server) as client:
        page = await page_of(client)
        for script in scripts()[:INTERVIEWS]:
            visitor = Visitor(client, page)
            await visitor.begin(script.case_id)
            for text in messages(script)[:EXCHANGES]:
                await visitor.say(text)
                sizes.append(process.memory_info().rss / MB)
    return sizes
