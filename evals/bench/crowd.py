"""`crowd`: ten interviews while one client sends the worst shapes and sizes without a pause.

Everybody has logged in to a shared server, so each of them is an owner; the attacker is one, too.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import psutil

from evals.bench.load import CASE, crowd
from evals.bench.measured import ROOT, Measured, spread
from evals.bench.served import SHARED, Server, Visitor, connect, log_in, page_of
from interviewer.simulation.homes import temporary_places

OTHERS = 10
PERIOD = 4.0  # seconds between two messages of each of them
SECONDS = 40.0  # of each part
WARMING = 10.0  # seconds before
LATER = 0.3  # seconds, beside a client who sends nothing but messages of 12,000 characters
SLOWER = 2.0  # times the quiet p95
WORST = 2.0  # seconds
MEMORY = 800.0  # MB, of the server with every process that it started
MB = 1024 * 1024


def measure() -> list[Measured]:
    """What others wait beside long messages, and under an attack, than without either."""
    with temporary_places() as places, Server(places.home, **SHARED) as server:
        asyncio.run(_exchanges(server, WARMING))  # what loads and builds behind the page is ready
        quiet = asyncio.run(_exchanges(server))
        with _attack(server, "--messages") as long_messages:
            beside = asyncio.run(_exchanges(server))
        before = _memory(server)
        with _attack(server) as all_kinds:
            attacked = asyncio.run(_exchanges(server))
            memory = _memory(server)
    calm, long, hostile = spread(quiet), spread(beside), spread(attacked)
    load = {"load_average": [round(each, 1) for each in psutil.getloadavg()]}
    sent = {"messages_only": long_messages, "everything": all_kinds}
    print(json.dumps({"quiet": calm, "beside": long, "attacked": hostile, **sent, **load}))
    later = long["p95"] - calm["p95"]
    return [
        Measured("10 interviews, quiet, p95", calm["p95"], None, "s", {**calm, **load}),
        Measured("later beside messages of 12,000, p95", later, LATER, "s", long),
        Measured("under attack, p95", hostile["p95"], SLOWER * calm["p95"], "s", hostile),
        Measured("under attack, slowest", hostile["max"], WORST, "s", sent),
        Measured("memory under attack", memory, MEMORY, "MB", {"before": round(before)}),
    ]


async def _exchanges(server: Server, seconds: float | None = None) -> list[float]:
    """Seconds from when each message was due to the first words of its reply."""
    async with AsyncExitStack() as connections:
        visitors = []
        for _ in range(OTHERS):
            client = await connections.enter_async_context(connect(server))
            await log_in(client)
            visitors.append(Visitor(client, await page_of(client)))
            await visitors[-1].begin(CASE)
        await visitors[0].say("How many users are there?")  # waits until the model is loaded
        return await crowd([visitor.say for visitor in visitors], seconds or SECONDS, PERIOD)


@contextmanager
def _attack(server: Server, *kind: str) -> Iterator[dict[str, Any]]:
    """The attacker at work; what it sent is known at the end."""
    attacker = subprocess.Popen(
        [sys.executable, "-m", "evals.bench.attack", server.url, *kind],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert attacker.stdout is not None
    sent: dict[str, Any] = {}
    try:
        assert attacker.stdout.readline().strip() == "ready"
        yield sent
        sent.update(json.loads(attacker.communicate("stop\n", timeout=60)[0]))
    finally:
        attacker.kill()
        attacker.wait()


def _memory(server: Server) -> float:
    """MB of the server and of what it started."""
    process = psutil.Process(server.process.pid)
    family = [process, *process.children(recursive=True)]
    return float(sum(each.memory_info().rss for each in family)) / MB
