"""Suite `scoring`: answers to single questions, graded and compared with their ratings."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from evals.agreement import agreement
from evals.judge.fit import fit_weights
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.protocol import Brain
from interviewer.case_files import load_library
from interviewer.errors import InterviewerError
from interviewer.interview import open_interviews
from interviewer.judge.embedded import EmbeddedJudge, Weights
from interviewer.knowledge.embeddings import shared_model
from interviewer.settings import Places


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
    scores: dict[int, float | None] = {}
    for case_id in sorted({row["case_id"] for row in graded}) if held_out else [""]:
        own = [at for at, row in enumerate(graded) if case_id in ("", row["case_id"])]
        brain = judge_without(case_id) if case_id else None
        scores.update(zip(own, await _grade([graded[at] for at in own], brain), strict=True))
    in_order = [scores[at] for at in range(len(graded))]
    return {"skipped": len(rows) - len(graded), **summarise(graded, in_order)}


async def _grade(rows: list[dict[str, Any]], brain: Brain | None) -> list[float | None]:
    with tempfile.TemporaryDirectory() as home:
        places = Places(Path(home), None, f"sqlite+aiosqlite:///{home}/interviews.sqlite")
        async with open_interviews(places, brain=brain) as interviews:
            found = [await interviews.grade(r["case_id"], r["step"], r["answer"]) for r in rows]
    return [answer.score for answer in found]


def judge_without(case_id: str) -> Brain:
    """The embedded brain with weights that never saw a text of that case."""
    with contextlib.redirect_stdout(io.StringIO()):
        weights = Weights(**fit_weights(without=case_id))
    return EmbeddedBrain(EmbeddedJudge(shared_model().encode, weights=weights))


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
