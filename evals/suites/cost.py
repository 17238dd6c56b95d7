"""Suite `cost`: what an interview takes: exchanges, calls, tokens, own time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.figures import Figure, Report, mean_of
from evals.subjects import Subject
from evals.suites.suite import Options, Row, Suite, Task
from interviewer.simulation.player import load_script

FOLDER = Path(__file__).parents[1] / "transcripts"
SCRIPTS = ("vr_strong", "vr_average", "sa_strong", "sa_junior", "ac_strong", "ac_rambler")
ASKS = "What does an interview take?"

COUNTED = ("exchanges", "calls", "tokens")


def tasks(_options: Options) -> list[Task]:
    """A task a script."""
    return [Task(name, {"script": name}) for name in SCRIPTS]


async def run(subject: Subject, payload: dict[str, Any]) -> dict[str, Any]:
    """One interview, with what it took."""
    script = load_script(FOLDER / f"{payload['script']}.yaml")
    await subject.play(script)  # warm: the vectors of the case are made once a process
    started = time.perf_counter()
    played = await subject.play(script)
    seconds = time.perf_counter() - started
    lines, total = played.result.transcript, played.result.usage.get("total", {})
    return {
        "exchanges": sum(line.role == "candidate" for line in lines),
        "seconds": seconds,
        "calls": total.get("calls", 0),
        "tokens": sum(total.get(kind, 0) or 0 for kind in ("prompt", "output")),
    }


def summarise(rows: Sequence[Row]) -> Report:
    """Exchanges, calls and tokens an interview; own time an exchange."""
    outcomes = [row.outcome for row in rows]
    times = [o["seconds"] / max(1, o["exchanges"]) for o in outcomes]
    return Report(
        suite="cost",
        asks=ASKS,
        rests_on=f"{len(rows)} scripted interviews; `make bench` measures single exchanges.",
        figures=(
            *(mean_of(f"{key} an interview", [float(o[key]) for o in outcomes]) for key in COUNTED),
            Figure(
                name="own time an exchange, ms",
                value=round(1000 * float(np.mean(times)), 1),
                better="lower",
                of=len(rows),
                timing=True,
            ),
        ),
    )


SUITE = Suite("cost", tasks, run, summarise)
