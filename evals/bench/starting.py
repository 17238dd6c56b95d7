"""How long starting takes: `interviewer --help`, and the first page of the server."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time

from evals.bench.measured import ROOT, Measured
from evals.bench.served import Server
from interviewer.core.paths import Places
from interviewer.simulation.homes import temporary_places

HELP_BOUND = 0.6  # seconds
PROGRAM = (sys.executable, "-c", "from interviewer.cli import main; main()")


def measure_help() -> list[Measured]:
    """Median of five runs, after one that fills the disk's cache."""
    command = [*PROGRAM, "--help"]
    seconds = [_seconds_of(command) for _ in range(TIMES + 1)][1:]
    return [
        Measured(
            "--help", statistics.median(seconds), HELP_BOUND, "s", {"seconds": sorted(seconds)}
        )
    ]


def _seconds_of(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


TIMES = 5
PAGE_BOUND = 1.5  # seconds more than the import


def measure_first_page() -> list[Measured]:
    """Medians of five starts with a built index, taken in turns with five imports."""
    with temporary_places() as places:
        asyncio.run(_build_index(places))
        starts: list[float] = []
        imports: list[float] = []
        for _ in range(TIMES):
            imports.append(_import_seconds())
            starts.append(_first_page_seconds(places))
    start, bare = statistics.median(starts), statistics.median(imports)
    detail = {"first_page": sorted(starts), "import_gradio": sorted(imports)}
    return [
        Measured("first page after start", start, None, "s", detail),
        Measured("first page beyond `import gradio`", start - bare, PAGE_BOUND, "s"),
    ]


async def _build_index(places: Places) -> None:
    from interviewer.retrieval.builder import ensure_index

    await ensure_index(places)


def _import_seconds() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import gradio"], cwd=ROOT, check=True)
    return time.perf_counter() - start


def _first_page_seconds(places: Places) -> float:
    start = time.perf_counter()
    with Server(places.home) as server:
        server.first_page()
        return time.perf_counter() - start
