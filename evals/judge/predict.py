"""What a cross-encoder says of answers, item by item.

    python -m evals.judge.predict FOLDER --fold A --answers FILE ... --out FILE [--foreign]

One JSON object a line: `answer, case, step, item, chances` (of each window read: absent, partial,
met, contradicted) and `cosines`. Only answers to the cases of the fold are read, which the model in
the folder must not have seen. With `--foreign` they are read against the items of the other case of
the fold: a control, since what is earned there was earned by style.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from evals.judge.criteria import of_item
from evals.judge.cross_encoder import CrossEncoder
from evals.judge.folds import FOLDS
from evals.judge.pairs import cut, vectors_of
from evals.lines import read_lines
from interviewer.cases.library import load_library
from interviewer.core.case import Case
from interviewer.core.settings import StepId

READ = 4  # windows an item


class Asked(NamedTuple):
    """An item and the windows of an answer that it is read with."""

    item: str
    question: str
    windows: Sequence[str]
    cosines: Sequence[float]


def asked_of(case: Case, step: StepId, text: str) -> Iterator[Asked]:
    """Each item of a step with the windows that come nearest to it."""
    windows = cut(text)
    for item in case.steps[step].items if windows else ():
        criterion = of_item(item)
        cosines = (vectors_of(windows) @ vectors_of(criterion.texts).T).max(axis=1)
        nearest = np.argsort(-cosines, kind="stable")[:READ]
        yield Asked(
            item.id,
            criterion.question,
            [windows[at] for at in nearest],
            [round(float(cosines[at]), 3) for at in nearest],
        )


def predict(encoder: CrossEncoder, case: Case, step: StepId, text: str) -> Iterator[dict[str, Any]]:
    """One row an item of the step."""
    asked = list(asked_of(case, step, text))
    chances = encoder.read([(one.question, window) for one in asked for window in one.windows])
    ends = np.cumsum([len(one.windows) for one in asked])[:-1]
    for one, rows in zip(asked, np.split(chances, ends), strict=False):
        yield {
            "item": one.item,
            "chances": [[round(float(chance), 4) for chance in row] for row in rows],
            "cosines": list(one.cosines),
        }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fold", choices=sorted(FOLDS), required=True)
    parser.add_argument("--answers", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--foreign", action="store_true")
    asked = parser.parse_args()
    cases, encoder, own = load_library().cases, CrossEncoder(asked.folder), FOLDS[asked.fold]
    other = dict(zip(own, reversed(own), strict=True))
    with asked.out.open("w", encoding="utf-8") as file:
        for row in (row for path in asked.answers for row in read_lines(path)):
            if row["case"] in own:
                case = cases[other[row["case"]] if asked.foreign else row["case"]]
                for found in predict(encoder, case, StepId(row["step"]), row["answer"]):
                    line = {"answer": row["id"], "case": case.id, "step": row["step"], **found}
                    file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
