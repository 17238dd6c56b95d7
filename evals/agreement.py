"""How well scores agree with ratings: QWK and rank correlation."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from evals.figures import Floats

SCALE = (1, 2, 3, 4, 5)

Places = NDArray[np.intp]


def round_scores(scores: Floats) -> list[int]:
    """Half up, clipped to the scale."""
    rounded: list[int] = np.clip(np.floor(scores + 0.5), SCALE[0], SCALE[-1]).astype(int).tolist()
    return rounded


def kappa(scores: Floats, ratings: Floats) -> float:
    """Quadratic weighted kappa (Cohen 1968) of rounded scores; 0 where one side is constant."""
    levels = len(SCALE)
    given, wanted = (np.array(round_scores(side)) - SCALE[0] for side in (scores, ratings))
    return _weighted_kappa(given, wanted, levels, power=2)


def label_kappa(one: Sequence[str], other: Sequence[str], order: Sequence[str]) -> float:
    """Linearly weighted kappa of verdicts that have an order; 0 where one side is constant."""
    places = {verdict: at for at, verdict in enumerate(order)}
    first, second = (np.array([places[verdict] for verdict in side]) for side in (one, other))
    return _weighted_kappa(first, second, len(order), power=1)


def _weighted_kappa(one: Places, other: Places, levels: int, power: int) -> float:
    """As `sklearn.metrics.cohen_kappa_score`, which takes too long for a bootstrap."""
    counts = np.bincount(one * levels + other, minlength=levels * levels)
    seen = counts.reshape(levels, levels) / len(one)
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0))
    apart = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels))) ** power
    expected = float((apart * chance).sum())
    constant = len(set(one)) < 2 or len(set(other)) < 2
    return 0.0 if constant or expected == 0 else 1.0 - float((apart * seen).sum()) / expected


def spearman(scores: Floats, ratings: Floats) -> float:
    """Rank correlation (Spearman 1904); 0 where one side is constant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a constant side
        found = float(spearmanr(scores, ratings).statistic)
    return 0.0 if np.isnan(found) else found
