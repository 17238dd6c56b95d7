"""The score curve of a trained judge: fitted on what held-out judges heard, and how good it is.

    python -m evals.judge.curve

As `evals/score_model.py`, with one difference: the shares of the rated answers are those that a
judge heard which had seen neither their case nor their writer, not those of the labels. Each fold's
figures are made with the curve of the others.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from evals.agreement import kappa
from evals.examples import Example, Examples, Part, quality_name, step_part
from evals.figures import Floats
from evals.judge.data import JUDGED, PLAYED
from evals.judge.folds import FOLDS, fold_of
from evals.lines import read_lines
from evals.score_model import Rated, Table, fit_factor, fit_shares, for_levels
from evals.subjects import Subject, library, scored_by
from interviewer.brains.protocol import Answer
from interviewer.core.settings import Level, StepId
from interviewer.scoring.model import read_model
from interviewer.scoring.step import step_band
from interviewer.scoring.values import StepStatus
from interviewer.service.loose_answer import judge_answer
from interviewer.simulation.script import QUALITIES

MIDDLE = 3.0  # a score from which a band reaches as far to either side


async def judge_row(subject: Subject, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A line of `judged.jsonl` for a rated answer; None where too little could be judged."""
    case, step = library().cases[row["case_id"]], StepId(row["step"])
    record = await judge_answer(subject.brain_for(case), case, step, Answer(row["answer"]))
    part, status = step_part(record, case, Level.SENIOR)
    if status is not StepStatus.SCORED:
        return None
    with scored_by(dataclasses.replace(read_model(), band_factor=1.0)):
        band = step_band(MIDDLE, record)
    known = {"id": row["id"], "case": case.id, "rating": float(row["score"])}
    return known | {"part": [1.0, *part[1:]], "half": round((band.high - band.low) / 2, 4)}


@cache
def read_examples(without: str = "") -> Examples:
    """Rated answers, steps and interviews of all folds but one."""
    answers, steps, interviews = [], [], []
    for row in read_lines(JUDGED):
        answers.append(Example(row["case"], row["rating"], (Part(*row["part"]),)))
    for row in read_lines(PLAYED):
        parts = {step: Part(*part) for step, part in row["parts"].items()}
        interviews.append(Example(row["case"], row["quality"], tuple(parts.values())))
        worth = row["step_quality"].items()
        steps += [Example(row["case"], own, (parts[s],)) for s, own in worth if s in parts]
    kept = (
        tuple(one for one in source if not without or fold_of(one.case) != without)
        for source in (answers, steps, interviews)
    )
    return Examples(*kept)


@cache
def shares_without(fold: str) -> Mapping[Level, tuple[float, ...]]:
    """The shares of every level, fitted without a fold."""
    return for_levels(fit_shares(read_examples(fold)))


def scores_of(examples: Sequence[Example]) -> tuple[Floats, Floats]:
    """Scores on curves that never saw the example's fold, and what each is worth."""
    found = np.zeros(len(examples))
    for fold in FOLDS:
        own = [at for at, one in enumerate(examples) if fold_of(one.case) == fold]
        if own:
            table = Table([examples[at] for at in own])
            found[own] = table.scores(shares_without(fold)[Level.SENIOR])
    return found, np.array([one.worth for one in examples])


def coverage(examples: Sequence[Example], scores: Floats) -> float:
    """Share of ratings inside a band whose width was made on the other folds."""
    halves = [row["half"] for row in read_lines(JUDGED)]
    rated = [
        Rated(one.case, one.worth, float(score), half)
        for one, score, half in zip(examples, scores, halves, strict=True)
    ]
    inside = []
    for fold in {fold_of(one.case) for one in rated}:
        factor = fit_factor([one for one in rated if fold_of(one.case) != fold])
        own = (one for one in rated if fold_of(one.case) == fold and one.score is not None)
        inside += [abs((r.score or 0.0) - r.rating) <= factor * r.doubt + 1e-9 for r in own]
    return float(np.mean(inside))


def main() -> None:
    """Prints the held-out figures."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    examples = read_examples()
    scores, worth = scores_of(examples.answers)
    led, intended = scores_of(examples.interviews)
    cases = sorted({one.case for one in examples.answers})
    rows = {case: [at for at, o in enumerate(examples.answers) if o.case == case] for case in cases}
    names = np.array([quality_name(one) for one in intended])
    found = {
        "answers": len(scores),
        "QWK": round(kappa(scores, worth), 3),
        "QWK by case": {case: round(kappa(scores[at], worth[at]), 3) for case, at in rows.items()},
        "mean error": round(float(np.abs(scores - worth).mean()), 3),
        "coverage of bands": round(coverage(examples.answers, scores), 3),
        "interviews": len(led),
        "mean error of interviews": round(float(np.abs(led - intended).mean()), 3),
        "means": {n: round(float(led[names == n].mean()), 2) for n in QUALITIES if n in names},
    }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
