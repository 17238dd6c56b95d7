"""How well scores agree with ratings: QWK, Spearman, MAE, bias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score

SCALE = [1, 2, 3, 4, 5]


class Agreement(NamedTuple):
    """Agreement of scores with ratings; figures over the rows that have a score."""

    rows: int
    scored: int
    qwk: float
    """Quadratic weighted kappa (Cohen 1968) of the rounded scores."""
    spearman: float
    mae: float
    bias: float
    """Mean score minus rating."""


def round_scores(scores: NDArray[np.float64]) -> NDArray[np.int_]:
    """Half up, clipped to the scale."""
    return np.clip(np.floor(scores + 0.5), SCALE[0], SCALE[-1]).astype(int)


def agreement(scores: Sequence[float | None], ratings: Sequence[float]) -> Agreement:
    """Compares scores (None where there is none) with ratings, row by row."""
    pairs = [(s, r) for s, r in zip(scores, ratings, strict=True) if s is not None]
    given, wanted = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    kappa = cohen_kappa_score(
        round_scores(given), round_scores(wanted), labels=SCALE, weights="quadratic"
    )
    return Agreement(
        rows=len(scores),
        scored=len(pairs),
        qwk=round(float(kappa), 3),
        spearman=round(float(spearmanr(given, wanted).statistic), 3),
        mae=round(float(np.abs(given - wanted).mean()), 3),
        bias=round(float((given - wanted).mean()), 3),
    )
