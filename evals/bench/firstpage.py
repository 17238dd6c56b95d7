"""`firstpage`: from starting the server to the first page, beside a bare import of Gradio."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time

from evals.bench.measured import ROOT, Measured, temporary_home
from evals.bench.served import Server
from interviewer.core.paths import Places

TIMES = 5
BOUND = 1.5  # seconds more than the import


def measure() -> list[Measured]:
    """Medians of five starts with a built index, taken in turns with five imports."""
    with temporary_home() as places:
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
        Measured("first page beyond `import gradio`", start - bare, BOUND, "s"),
    ]


async def _build_index(places: Places) -> None:
    from interviewer.retrieval.state import ensure_index

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
