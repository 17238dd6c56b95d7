"""`python -m evals.bench [NAME ...]`: takes measurements and compares them with their bounds."""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import psutil

from evals.bench.measured import Measured

MEASUREMENTS = {
    "hops": "hops:measure",
    "help": "starting:measure_help",
    "firstpage": "starting:measure_first_page",
    "startpage": "startpage:measure",
    "exchange": "load:measure_exchange",
    "model": "model:measure",
    "firstword": "firstword:measure",
    "streams": "streams:measure",
    "database": "sizes:measure_database",
    "memory": "sizes:measure_memory",
    "load": "load:measure_crowd",
    "crowd": "crowd:measure",
    "kill": "kill:measure",
}
"""Module and function of each, imported when it is wanted: what one of them loads would count in
the memory and the start of another."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Takes the named measurements, or all; returns 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="evals.bench", description=__doc__)
    known = ", ".join(MEASUREMENTS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {known}; all")
    parser.add_argument("--out", type=Path, help="write the figures here (JSON)")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.names) - set(MEASUREMENTS)):
        parser.error(f"there is no measurement {unknown[0]!r}; choose of {known}")
    taken: list[Measured] = []
    for name in options.names or MEASUREMENTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        taken += _measurement(name)()
    print(table(taken))
    if options.out is not None:
        options.out.write_text(json.dumps(report(taken), indent=2) + "\n", encoding="utf-8")
    return 0 if all(figure.ok for figure in taken) else 1


def _measurement(name: str) -> Callable[[], list[Measured]]:
    module, _, function = MEASUREMENTS[name].partition(":")
    found: Callable[[], list[Measured]]
    found = getattr(importlib.import_module(f"evals.bench.{module}"), function)
    return found


def table(taken: Sequence[Measured]) -> str:
    """The figures as lines of text."""
    rows = [("name", "measured", "bound", "ok")]
    for figure in taken:
        bound = "-" if figure.bound is None else f"{figure.bound:g} {figure.unit}"
        value = f"{figure.value:.4g} {figure.unit}"
        rows.append((figure.name, value, bound, "ok" if figure.ok else "MISSED"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def report(taken: Sequence[Measured]) -> dict[str, object]:
    """The figures with the machine they were taken on."""
    machine = {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cores": psutil.cpu_count(),
        "load_average": psutil.getloadavg(),
    }
    return {"machine": machine, "figures": [{**asdict(each), "ok": each.ok} for each in taken]}


if __name__ == "__main__":
    sys.exit(main())
