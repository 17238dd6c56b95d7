"""`memory`: what the served app takes after twenty exchanges in five interviews."""

from __future__ import annotations

import asyncio

import psutil

from evals.bench.measured import Measured, messages, scripts, temporary_home
from evals.bench.served import Server, Visitor, connect, page_of

INTERVIEWS = 5
EXCHANGES = 4  # of each
BOUND = 450.0  # MB
MB = 1024 * 1024


def measure() -> list[Measured]:
    """Resident memory of the server, which has warmed up and built its index meanwhile."""
    with temporary_home() as places, Server(places.home) as server:
        process = psutil.Process(server.process.pid)
        sizes = asyncio.run(_visit(server, process))
    detail = {"after_each_exchange": [round(size) for size in sizes]}
    return [Measured("memory of the served app", sizes[-1], BOUND, "MB", detail)]


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
