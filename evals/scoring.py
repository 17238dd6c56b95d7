"""Suite `scoring`: answers to single questions, graded and compared with their ratings."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from evals.agreement import agreement
from evals.brains import brain_for
from interviewer.case_files import load_library
from interviewer.errors import InterviewerError
from interviewer.grading import grade_answer
from interviewer.settings import StepId


async def run_scoring(data: Path, *, held_out: bool = False) -> dict[str, Any]:
    """Grades the rows of a JSONL file whose case is installed.

    Args:
        data: rows with `case_id, step, answer, score`, and perhaps `archetype`.
        held_out: whether each case is judged with weights fitted on the other cases only.

    Returns:
        agreement over all rows and by case, and mean score minus rating by archetype.
    """
    rows = [json.loads(line) for line in data.read_text("utf-8").splitlines() if line.strip()]
    known = load_library().cases
    graded = [row for row in rows if row["case_id"] in known]
    if not graded:
        raise InterviewerError(f"No row of {data} belongs to an installed case.")
    scores: list[float | None] = []
    for row in graded:
        brain = brain_for(row["case_id"], held_out=held_out)
        case, step = known[row["case_id"]], StepId(row["step"])
        scores.append((await grade_answer(brain, case, step, row["answer"])).score)
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
