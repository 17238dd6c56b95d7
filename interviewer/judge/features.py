"""What the embedded judge looks at for a piece of an answer and a rubric item."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.judge.vectors import CaseVectors, Vectors
from interviewer.text.words import content_stems

ITEM_FEATURES = (
    "closest_earning",  # cosine to the nearest text that earns the item
    "closest_miss",  # cosine to the nearest text that only sounds like it
    "closest_flag",  # cosine to the nearest red flag of the item's step
    "behind_other_items",  # how much closer another item is, 0 when none is
    "term_coverage",  # weight of the item's distinctive words that occur
    "list_likeness",  # 0 prose, 1 keywords only
)
FLAG_FEATURES = (
    "closest_said",  # cosine to the nearest way in which the flag is said
    "two_closest_said",  # mean of the two largest: one likeness may be chance
    "closest_earning",  # cosine to the nearest text that earns an item of the same step
    "closest_miss",  # cosine to the nearest near miss of the same step
    "closest_other_flag",  # cosine to the nearest other red flag of the same step
)
_COVERAGE_CAP = 0.25


class Closeness(NamedTuple):
    """Cosines of windows (rows) to a case's items and flags (columns)."""

    earning: Vectors
    miss: Vectors
    flag: Vectors
    flag_twice: Vectors
    """Mean of the two largest cosines to a red flag's texts."""


def measure(windows: Vectors, case: CaseVectors) -> Closeness:
    """Cosines of window vectors, shape (n, 384), to everything authored."""
    return Closeness(
        earning=case.earns.closest(windows),
        miss=case.misses.closest(windows),
        flag=case.flags.closest(windows),
        flag_twice=case.flags.two_closest(windows),
    )


def item_features(
    texts: Sequence[str], listy: NDArray[np.float64], closeness: Closeness, case: CaseVectors
) -> NDArray[np.float64]:
    """Features of every window for every item, shape (windows, items, ITEM_FEATURES).

    Args:
        texts: the windows.
        listy: how far each is a bare list of terms.
        closeness: their cosines.
        case: what they are compared with.
    """
    features = np.zeros((len(texts), len(case.items), len(ITEM_FEATURES)))
    features[:, :, 0] = closeness.earning
    features[:, :, 1] = closeness.miss
    features[:, :, 2] = _flags_of_steps(closeness.flag, case)
    features[:, :, 3] = np.maximum(0.0, _best_other(closeness.earning) - closeness.earning)
    features[:, :, 4] = [term_coverage(text, case) for text in texts]
    features[:, :, 5] = listy[:, None]
    return features


def flag_features(closeness: Closeness, case: CaseVectors) -> NDArray[np.float64]:
    """Features of every window for every red flag, shape (windows, flags, FLAG_FEATURES)."""
    features = np.zeros((*closeness.flag.shape, len(FLAG_FEATURES)))
    features[:, :, 0] = closeness.flag
    features[:, :, 1] = closeness.flag_twice
    for index, step in enumerate(case.flag_steps):
        own = [at for at, item_step in enumerate(case.steps) if item_step is step]
        others = [at for at, other in enumerate(case.flag_steps) if other is step and at != index]
        features[:, index, 2] = closeness.earning[:, own].max(axis=1, initial=0.0)
        features[:, index, 3] = closeness.miss[:, own].max(axis=1, initial=0.0)
        features[:, index, 4] = closeness.flag[:, others].max(axis=1, initial=0.0)
    return features


def term_coverage(text: str, case: CaseVectors) -> list[float]:
    """Per item, the weight of its distinctive words that occur in a text, capped."""
    shares: list[list[float]] = [[] for _ in case.items]
    for stem in set(content_stems(text)):
        for item, weight in case.items_of_stem.get(stem, ()):
            shares[item].append(weight)
    # The order of a set changes from run to run; fsum gives the same sum for all of them.
    return [min(_COVERAGE_CAP, math.fsum(share)) if share else 0.0 for share in shares]


def _flags_of_steps(flags: Vectors, case: CaseVectors) -> Vectors:
    """Largest cosine to a red flag of each item's own step; 0 where the step has none."""
    columns = np.zeros((len(flags), len(case.items)), dtype=np.float32)
    for step in set(case.flag_steps):
        own = [at for at, flag_step in enumerate(case.flag_steps) if flag_step is step]
        here = [at for at, item_step in enumerate(case.steps) if item_step is step]
        columns[:, here] = flags[:, own].max(axis=1)[:, None]
    return columns


def _best_other(earning: Vectors) -> Vectors:
    """For each item, the largest cosine to any other item."""
    if earning.shape[1] < 2:
        return np.zeros_like(earning)
    top = np.sort(earning, axis=1)[:, -2:]
    best, second = top[:, 1:], top[:, :1]
    return np.where(earning >= best, second, best)
