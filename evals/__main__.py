"""`python -m evals [SUITE]`: measures the embedded brain."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.claims.measure import run_claims
from evals.interviews import run_transcripts
from evals.invariance import run_invariance
from evals.scoring import run_scoring
from interviewer.errors import InterviewerError

SUITES = ("transcripts", "claims", "invariance", "scoring")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one suite, or all that have data; returns the exit code."""
    parser = argparse.ArgumentParser(prog="evals", description=__doc__)
    parser.add_argument("suite", nargs="?", choices=SUITES, help="default: all that have data")
    parser.add_argument("--data", type=Path, help="rated answers (JSONL) for `scoring`")
    parser.add_argument(
        "--held-out", action="store_true", help="judge each case with weights fitted on the others"
    )
    parser.add_argument("--brain", choices=("embedded", "auto"), default="embedded")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.suite == "scoring" and options.data is None:
        print("The suite scoring needs rated answers. Name a file with --data.", file=sys.stderr)
        return 2
    try:
        report = asyncio.run(_run(options.suite, options.data, options.held_out))
    except (InterviewerError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(report, indent=2) if options.json else _table(report))
    return 0


async def _run(suite: str | None, data: Path | None, held_out: bool) -> dict[str, Any]:
    report: dict[str, Any] = {}
    if suite in (None, "transcripts"):
        report["transcripts"] = await run_transcripts()
    if suite in (None, "claims"):
        report["claims"] = await run_claims(held_out=held_out)
    if suite == "invariance":
        report["invariance"] = await run_invariance()
    if data is not None and suite in (None, "scoring"):
        report["scoring"] = await run_scoring(data, held_out=held_out)
    return report


def _table(report: dict[str, Any]) -> str:
    lines: list[str] = []
    for row in report.get("transcripts", {}).get("interviews", ()):
        lines.append(
            f"{row['id']:18} intended {row['intended']}  overall {row['overall']}  "
            f"{row['recommendation']}"
        )
    if "transcripts" in report:
        lines.append(f"steps against the authors' intention: {report['transcripts']['steps']}")
    for part, figures in report.get("claims", {}).items():
        lines.append(f"challenges, {part}: {figures}")
    for part, figures in report.get("invariance", {}).items():
        lines.append(f"invariance, {part}: {figures}")
    if "scoring" in report:
        scoring = report["scoring"]
        lines.append(f"rated answers: {scoring['all']}")
        lines.append(f"bias by archetype: {scoring['bias_by_archetype']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
