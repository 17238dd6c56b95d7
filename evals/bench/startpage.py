"""`startpage`: what the start page costs beside 3,000 interviews, and beside none."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import httpx2
import psutil

from evals.bench.measured import Measured, scripts
from evals.bench.served import Server, Visitor, connect, page_of
from interviewer.core.paths import Places
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import replay

INTERVIEWS = 3_000
BOUND = 1.3  # times the empty one
SCRIPT = "vr_average"
WARM, TIMES = 3, 30  # loads before and while it is measured
IDLE = 0.1  # CPU seconds in a second of a server that does nothing, at most
DAY = 86_400.0


class Cost(NamedTuple):
    """One load of the start page; medians."""

    cpu: float
    """CPU seconds of the server, the mean of all loads: one is shorter than the clock's step."""
    wall: float
    """Seconds from the request to the last byte."""
    size: int
    """Bytes of the answer."""


def measure() -> list[Measured]:
    """CPU time, waiting and bytes of the start page as multiples of an empty one's."""
    with temporary_places() as empty, temporary_places() as full:
        asyncio.run(fill(full, INTERVIEWS))
        none, many = _cost(empty), _cost(full)
    detail = {"empty": none._asdict(), "full": many._asdict(), "interviews": INTERVIEWS}
    return [
        Measured("start page, CPU time", many.cpu / none.cpu, BOUND, "x empty", detail),
        Measured("start page, time", many.wall / none.wall, BOUND, "x empty"),
        Measured("start page, bytes", many.size / none.size, BOUND, "x empty"),
    ]


async def fill(places: Places, count: int) -> None:
    """Plays one interview to its end and stores it so many times, half a day apart."""
    script = next(each for each in scripts() if each.id == SCRIPT)
    await replay(script, places)
    await asyncio.to_thread(_multiply, places.home / "interviews.sqlite", count)


def _multiply(file: Path, count: int) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        tables = ("turns", "assessments", "results", "briefs", "rejudgements", "grades")
        (played,) = database.execute("SELECT id FROM interviews").fetchone()
        now = time.time()
        database.execute("UPDATE interviews SET created_at = ?", (now,))
        for number in range(1, count):
            changed = {"id": f"'copy{number}'", "created_at": str(now - number * DAY / 2)}
            _copy(database, "interviews", played, changed)
            for table in tables:
                _copy(database, table, played, {"interview_id": f"'copy{number}'"})


def _copy(database: sqlite3.Connection, table: str, id_: str, changed: dict[str, str]) -> None:
    """Copies the rows of an interview."""
    found = database.execute(f"PRAGMA table_info({table})")
    columns = [row[1] for row in found if row[1] != "number" or table != "briefs"]
    values = ", ".join(changed.get(column, column) for column in columns)
    key = "id" if table == "interviews" else "interview_id"
    into = f"{table} ({', '.join(columns)})"
    database.execute(f"INSERT INTO {into} SELECT {values} FROM {table} WHERE {key} = ?", (id_,))


def _cost(places: Places) -> Cost:
    with Server(places.home) as server:
        server.first_page()
        return asyncio.run(_loads(server))


async def _loads(server: Server) -> Cost:
    async with connect(server) as client:
        visitor = Visitor(client, await page_of(client))
        for _ in range(WARM):
            await _visit(client, visitor)
        await _rested(server)
        before, walls, sizes = _cpu(server), [], []
        for _ in range(TIMES):
            start = time.perf_counter()
            sizes.append(await _visit(client, visitor))
            walls.append(time.perf_counter() - start)
        cpu = (_cpu(server) - before) / TIMES
    return Cost(cpu, statistics.median(walls), round(statistics.median(sizes)))


async def _visit(client: httpx2.AsyncClient, visitor: Visitor) -> int:
    """The document and what its script asks for at once; bytes of both."""
    document = (await client.get("/")).raise_for_status()
    return len(document.content) + await visitor.load()


async def _rested(server: Server) -> None:
    """Waits until the models that load behind the first page are there."""
    used = -1.0
    while _cpu(server) - used > IDLE:
        used = _cpu(server)
        await asyncio.sleep(1.0)


def _cpu(server: Server) -> float:
    times = psutil.Process(server.process.pid).cpu_times()
    return times.user + times.system
