"""What judges that saw neither the case nor the writer see of answers, item by item.

    python -m evals.judge.predict [--foreign] [--out FILE]

It reads with the models of `readings.py`. One JSON object a line: `answer, case, step, item,
chances` (of each window read: absent, partial, met, contradicted), `earning` (which of
them may earn anything), `near` and `alike`. Without `--out` the rows replace those that
`fit.py` reads. With `--foreign` answers are read against the items of the other case of their fold:
a control, since what is earned there was earned by style.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from evals.judge.data import ANSWERS, OUT_OF_FOLD, POOLING
from evals.judge.folds import FOLDS, fold_of
from evals.judge.likeness import CACHE, fit_weights
from evals.judge.readings import KeptReader
from evals.lines import read_lines
from evals.subjects import library
from interviewer.core.settings import StepId
from interviewer.judge.embedded import EmbeddedJudge, Weights
from interviewer.judge.pooling import Pooling, read_pooling
from interviewer.judge.reading import Remembered
from interviewer.judge.stacked import Stacked
from interviewer.retrieval.embedding import shared_model
from interviewer.text.sentences import split_sentences


@cache
def judge_without(case_id: str, pooling: Pooling | None = None) -> EmbeddedJudge:
    """A judge of models that owe nothing to a case.

    Args:
        case_id: the case.
        pooling: decides on items; without one the judge only sees.
    """
    with contextlib.redirect_stdout(io.StringIO()):
        weights = Weights(**fit_weights(without=case_id))
    encode = Remembered(shared_model().encode, size=8192)
    reader = KeptReader(fold_of(case_id))
    stacked = Stacked(reader, pooling or read_pooling(POOLING), encode)
    return EmbeddedJudge(encode, CACHE, weights, stacked)


def rows_of(case_id: str, answer: str, step: StepId, text: str) -> Iterator[dict[str, Any]]:
    """One row an item of the step."""
    case = library().cases[case_id]
    seen = judge_without(case_id).see(case, step, split_sentences(text))
    for item, one in zip(case.steps[step].items, seen, strict=True):
        yield {
            "answer": answer,
            "case": case_id,
            "step": step.value,
            "item": item.id,
            "chances": [[round(float(chance), 4) for chance in row] for row in one.chances],
            "earning": [int(may) for may in one.earning],
            "near": round(one.near, 3),
            "alike": round(one.alike, 4),
        }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=Path, nargs="+", default=[ANSWERS])
    parser.add_argument("--fold", choices=sorted(FOLDS), help="only this one")
    parser.add_argument("--out", type=Path, default=OUT_OF_FOLD)
    parser.add_argument("--foreign", action="store_true")
    asked = parser.parse_args()
    wanted = [asked.fold] if asked.fold else sorted(FOLDS)
    other = {a: b for cases in FOLDS.values() for a, b in (cases, cases[::-1])}
    with asked.out.open("w", encoding="utf-8") as file:
        for row in (row for path in asked.answers for row in read_lines(path)):
            if fold_of(row["case"]) not in wanted:
                continue
            case_id = other[row["case"]] if asked.foreign else row["case"]
            step = StepId(row["step"])
            for found in rows_of(case_id, row["id"], step, row["answer"]):
                file.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
