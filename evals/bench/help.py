"""`help`: how long `interviewer --help` takes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from evals.bench.measured import ROOT, Measured

TIMES = 5
BOUND = 0.6  # seconds
PROGRAM = (sys.executable, "-c", "from interviewer.cli import main; main()")


def measure() -> list[Measured]:
    """Median of five runs, after one that fills the disk's cache."""
    command = [*PROGRAM, "--help"]
    seconds = [_timed(command) for _ in range(TIMES + 1)][1:]
    return [
        Measured("--help", statistics.median(seconds), BOUND, "s", {"seconds": sorted(seconds)})
    ]


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
