"""Suite `scoring`: answers to single questions, graded and compared with their ratings."""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from evals.agreement import agreement
from interviewer.errors import InterviewerError
from interviewer.interview import open_interviews
from interviewer.settings import Places


async def run_scoring(data: Path) -> dict[str, Any]:
    """Grades the rows of a JSONL file whose case is installed.

    Rows need `case_id, step, answer, score`, and may have `archetype`.

    Returns:
        agreement over all rows and by case, and mean score minus rating by archetype.
    """
    rows = [json.loads(line) for line in data.read_text("utf-8").splitlines() if line.strip()]
    scores: list[float | None] = []
    graded: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as home:
        places = Places(Path(home), None, f"sqlite+aiosqlite:///{home}/interviews.sqlite")
        async with open_interviews(places) as interviews:
            for row in rows:
                if row["case_id"] not in interviews.library.cases:
                    continue
                found = await interviews.grade(row["case_id"], row["step"], row["answer"])
                graded.append(row)
                scores.append(found.score)
    if not graded:
        raise InterviewerError(f"No row of {data} belongs to an installed case.")
    return {"skipped": len(rows) - len(graded), **summarise(graded, scores)}


def summarise(rows: list[dict[str, Any]], scores: list[float | None]) -> dict[str, Any]:
    """Agreement in all and by case; bias by archetype."""
    by_case: dict[str, list[int]] = defaultdict(list)
    by_archetype: dict[str, list[float]] = defaultdict(list)
    for at, (row, score) in enumerate(zip(rows, scores, strict=True)):
        by_case[row["case_id"]].append(at)
        if score is not None and "archetype" in row:
            by_archetype[row["archetype"]].append(score - row["score"])
    ratings = [float(row["score"]) for row in rows]
    return {
        "all": agreement(scores, ratings)._asdict(),
        "by_case": {
            case: agreement([scores[i] for i in at], [ratings[i] for i in at])._asdict()
            for case, at in by_case.items()
        },
        "bias_by_archetype": {
            name: round(sum(gaps) / len(gaps), 2) for name, gaps in sorted(by_archetype.items())
        },
    }
