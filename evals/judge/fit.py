"""Fits `pooling.json` on answers that the cross-encoders never saw, and says how good it is.

    python -m evals.judge.fit [--write]

`predict.py` wrote what judges that saw neither case nor writer see of each labelled answer. Each
fold's figures are made with the numbers of the other folds; what `--write` keeps is fitted on all.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from evals.agreement import label_kappa
from evals.judge.data import LABELS, OUT_OF_FOLD, POOLING
from evals.judge.folds import fold_of
from evals.labels import read_labels
from evals.lines import read_lines
from interviewer.judge.cross_encoder import VERDICTS
from interviewer.judge.pooling import FEATURES, Found, Pooling, Seen, features_of

THRESHOLDS = {"met": 0.4, "partial": 0.4, "unsure": 0.36, "contradicted": 0.5}
STRENGTH = 0.3
ORDER = ("contradicted", "absent", "partial", "met")


class Read(NamedTuple):
    """A labelled answer as a held-out judge saw it."""

    answer: str
    case: str
    seen: tuple[Seen, ...]
    labels: tuple[str, ...]
    """One an item; empty where it has none."""


def read_seen(file: Path = OUT_OF_FOLD) -> list[Read]:
    """Every answer of which something was seen, with its labels."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in read_lines(file):
        rows.setdefault(row["answer"], []).append(row)
    labels = {(one.answer, one.item): one.verdict for one in read_labels(LABELS)}
    return [
        Read(
            answer,
            own[0]["case"],
            tuple(map(seen_of, own)),
            tuple(labels.get((answer, row["item"]), "") for row in own),
        )
        for answer, own in rows.items()
    ]


def seen_of(row: Mapping[str, Any]) -> Seen:
    """What a row of `predict.py` says."""
    chances = np.array(row["chances"], dtype=np.float32).reshape(-1, len(VERDICTS))
    return Seen(chances, np.array(row["earning"], dtype=np.bool_), row["near"], row["alike"])


def fit(answers: Sequence[Read]) -> Pooling:
    """A model of these answers' labels."""
    kept = [
        (row, label)
        for answer in answers
        for row, label in zip(features_of(answer.seen), answer.labels, strict=True)
        if label
    ]
    rows = np.array([row for row, _ in kept])
    labels = np.array([VERDICTS.index(label) for _, label in kept])
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit((rows - mean) / scale, labels)
    return Pooling(
        mean=_rounded(mean),
        scale=_rounded(scale),
        weights=tuple(map(_rounded, model.coef_)),
        intercepts=_rounded(model.intercept_),
        **THRESHOLDS,
    )


def _rounded(values: Any) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)


@cache
def pooling_without(fold: str) -> Pooling:
    """A model that owes nothing to the answers of a fold."""
    return fit([one for one in read_seen() if fold_of(one.case) != fold])


def verdict_of(found: Found) -> str:
    """In the words of labels, what could not be judged included."""
    return "contradicted" if found.contradicted else found.verdict.value


def figures(answers: Sequence[Read], found: Sequence[Sequence[str]]) -> Mapping[str, float]:
    """How verdicts agree with labels."""
    pairs = [
        (label, verdict)
        for answer, own in zip(answers, found, strict=True)
        for label, verdict in zip(answer.labels, own, strict=True)
        if label
    ]
    judged = [(label, verdict) for label, verdict in pairs if verdict in ORDER]
    against = [(label, verdict) for label, verdict in pairs if verdict == "contradicted"]
    wrong = [(label, verdict) for label, verdict in pairs if label == "contradicted"]
    right = sum(label == "contradicted" for label, _ in against)
    both = [[pair[side] for pair in judged] for side in (0, 1)]
    return {
        "items": len(pairs),
        "assessed": len(judged) / len(pairs),
        "kappa": label_kappa(both[0], both[1], ORDER),
        "contradicted precision": right / max(1, len(against)),
        "contradicted recall": right / len(wrong),
    }


def main() -> None:
    """Prints held-out figures, and writes the model where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace pooling.json")
    write = parser.parse_args().write
    answers = read_seen()
    seen = sorted({fold_of(one.case) for one in answers})
    parts = {fold: [one for one in answers if fold_of(one.case) == fold] for fold in seen}
    found = {
        fold: [[*map(verdict_of, pooling_without(fold).decide(one.seen))] for one in own]
        for fold, own in parts.items()
    }
    for fold, own in parts.items():
        print(fold, {name: round(v, 3) for name, v in figures(own, found[fold]).items()})
    everything = [one for own in parts.values() for one in own]
    verdicts = [row for own in found.values() for row in own]
    print("all", {name: round(v, 3) for name, v in figures(everything, verdicts).items()})
    model = fit(answers)
    text = json.dumps({name: getattr(model, name) for name in model.__dataclass_fields__})
    for verdict, row in zip(VERDICTS, model.weights, strict=True):
        print(f"{verdict:13}", dict(zip(FEATURES, row, strict=True)))
    if write:
        POOLING.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
