"""What a judge has seen of an item, made into a verdict.

The cross-encoder reads single windows, likeness compares them with authored texts, and either can
be deceived alone: by what sounds decided, or by what sounds alike. A multinomial logistic model
weighs both, and what the answer is like as a whole (stacking: Wolpert 1992, "Stacked
generalization"). `evals/judge/fit.py` fits it on answers that no part of it was trained on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.core.assessment import Verdict
from interviewer.judge.cross_encoder import VERDICTS, Chances

Floats = NDArray[np.float64]

FEATURES = (
    "earned",  # log-odds that the best window earns the item at all
    "met",  # log-odds that this window meets it
    "contradicted",  # log-odds that any window speaks against it
    "near",  # cosine of the nearest window to what the item asks and to sound treatments
    "alike",  # log-odds, by likeness to what earns it, that a window earns it
    "answer_earned",  # mean of `earned` over the items of the step that were heard best
    "answer_contradicted",  # the same of `contradicted`
)
ABSENT, PARTIAL, MET, CONTRADICTED = range(len(VERDICTS))
HEARD_BEST = 3  # items that say what the answer is like as a whole
MOST = 6.0
"""Log-odds beyond which nothing is more certain; the least of them where no window may count."""


class Seen(NamedTuple):
    """What was seen of one item."""

    chances: Chances
    """Of the windows that were read, shape (windows, verdicts)."""
    earning: NDArray[np.bool_]
    """Which of them may earn anything."""
    near: float
    """Cosine."""
    alike: float
    """Chance by likeness."""


class Found(NamedTuple):
    """The verdict on an item."""

    verdict: Verdict
    contradicted: bool
    window: int
    """Which of the windows that were read shows it."""
    confidence: float
    closeness: float
    """Chance that the item was earned at all."""


@dataclass(frozen=True)
class Pooling:
    """The model and its thresholds.

    Attributes:
        mean, scale: of each feature.
        weights: of each verdict, shape (verdicts, features).
        intercepts: of each verdict.
        met, partial: chance of having met, or of having earned, an item from which it counts.
        unsure: from here up to `partial` it cannot be told apart, so it is unassessed.
        contradicted: chance from which an item is contradicted.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[tuple[float, ...], ...]
    intercepts: tuple[float, ...]
    met: float
    partial: float
    unsure: float
    contradicted: float

    def chances(self, features: Floats) -> Floats:
        """Chances of the verdicts, shape (items, verdicts), for features (items, FEATURES)."""
        scaled = (features - np.array(self.mean)) / np.array(self.scale)
        logits = scaled @ np.array(self.weights).T + np.array(self.intercepts)
        grown = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True))

    def decide(self, seen: Sequence[Seen]) -> list[Found]:
        """The verdicts on the items of a step, from what was seen of each of them."""
        rows = self.chances(features_of(seen)).tolist()
        return [self._found(one, row) for one, row in zip(seen, rows, strict=True)]

    def _found(self, seen: Seen, chances: Sequence[float]) -> Found:
        earned = chances[PARTIAL] + chances[MET]
        best = _best_window(seen)
        if chances[CONTRADICTED] >= self.contradicted and len(seen.chances):
            worst = int(seen.chances[:, CONTRADICTED].argmax())
            return Found(Verdict.ABSENT, True, worst, chances[CONTRADICTED], earned)
        if chances[MET] >= self.met:
            return Found(Verdict.MET, False, best, chances[MET], earned)
        if earned >= self.partial:
            return Found(Verdict.PARTIAL, False, best, earned, earned)
        verdict = Verdict.UNASSESSED if earned >= self.unsure else Verdict.ABSENT
        return Found(verdict, False, best, 1 - earned, earned)


def read_pooling(file: Path) -> Pooling:
    """Reads a model that `evals/judge/fit.py` wrote."""
    data: dict[str, Any] = json.loads(file.read_text("utf-8"))
    data = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
    return Pooling(**data | {"weights": tuple(map(tuple, data["weights"]))})


def features_of(seen: Sequence[Seen]) -> Floats:
    """Features of the items of a step, shape (items, FEATURES)."""
    features = np.full((len(seen), len(FEATURES)), -MOST)
    for row, one in enumerate(seen):
        features[row, 3], features[row, 4] = one.near, log_odds(one.alike)
        if len(one.chances):
            features[row, 2] = log_odds(one.chances[:, CONTRADICTED]).max()
        if one.earning.any():
            best = one.chances[_best_window(one)]
            features[row, 0] = log_odds(best[PARTIAL] + best[MET])
            features[row, 1] = log_odds(best[MET])
    for whole, part in ((5, 0), (6, 2)):
        features[:, whole] = np.sort(features[:, part])[-HEARD_BEST:].mean()
    return features


def log_odds(chance: Any) -> Any:
    """Log-odds of chances, cut off at `MOST`."""
    kept = np.clip(chance, 1e-6, 1 - 1e-6)
    return np.clip(np.log(kept / (1 - kept)), -MOST, MOST)


def _best_window(seen: Seen) -> int:
    """The window that earns most, of those that may."""
    if not seen.earning.any():
        return 0
    earned = seen.chances[:, PARTIAL] + seen.chances[:, MET]
    return int(np.where(seen.earning, earned, -1.0).argmax())
