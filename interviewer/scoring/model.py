"""The score model: how a step's earned share of credit becomes 1-5, and how sure that is.

Small on purpose: the share of credit from which a step is weak, adequate, good and excellent, and
one factor for the width of its band. `evals/score_model.py` fits the numbers in `model.json`.
Level and focus enter before it: only items expected at the level count, focus weighs the steps.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SCORES = (1.0, 2.0, 3.0, 4.0, 5.0)


@dataclass(frozen=True)
class ScoreModel:
    """The numbers of `model.json`.

    Attributes:
        shares: of credit, 0-1, at which each score from 1 to 5 is reached; ascending, from 0.
        band_factor: how many times wider than the doubt alone a band has to be.
        coverage: share of ratings that the bands were made to hold.
    """

    shares: tuple[float, ...]
    band_factor: float
    coverage: float

    @property
    def curve(self) -> tuple[tuple[float, float], ...]:
        """Points of share and score."""
        return tuple(zip(self.shares, SCORES, strict=True))


@cache
def read_model() -> ScoreModel:
    """Reads the shipped model once."""
    text = files("interviewer.scoring").joinpath("model.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return ScoreModel(tuple(data["shares"]), data["band_factor"], data["coverage"])


def band_half(doubt: float) -> float:
    """Half the width of the band of a step that was judged with this doubt, in points."""
    return read_model().band_factor * doubt


def interpolate(share: float, curve: Sequence[tuple[float, float]] | None = None) -> float:
    """Score 1-5 of an earned share 0-1; monotone, linear between the points of the model's curve.

    Args:
        share: of the credit.
        curve: points of share and score, ascending; the shipped model's by default.
    """
    points = read_model().curve if curve is None else curve
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        if share <= x1:
            return y0 + (y1 - y0) * (share - x0) / (x1 - x0)
    return points[-1][1]
