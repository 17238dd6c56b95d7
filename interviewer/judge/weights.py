"""The fitted numbers of the embedded judge, linear models and thresholds: `weights.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weights:
    """The linear models and their thresholds.

    Attributes:
        met, partial: probability of having earned an item from which it is met or partial.
        unsure: from here up to `partial` it cannot be told apart, so it is unassessed.
        elsewhere: probability from which an item of another step is earned.
        floor: cosine to earning texts under which nothing is earned.
        flag_floor: cosine to a red flag's texts under which it is not heard, though a window
            nearer to it than to what earns an item may still earn nothing.
        outdone: how much nearer to a near miss than to earning texts a window earns nothing.
        keywords: list-likeness from which a window is only a list of terms.
        flagged: probability from which a window is too close to a red flag to earn anything.
        heard: probability from which a red flag is heard.
    """

    name: str
    item: Mapping[str, float]
    item_intercept: float
    flag: Mapping[str, float]
    flag_intercept: float
    met: float
    partial: float
    unsure: float
    elsewhere: float
    floor: float
    flag_floor: float
    outdone: float
    keywords: float
    flagged: float
    heard: float


@cache
def read_weights() -> Weights:
    """Reads the shipped weights once."""
    text = files("interviewer.judge").joinpath("weights.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return Weights(**data)


def probability(features: Floats, coefficients: Floats, intercept: float) -> Floats:
    """Logistic model over the last axis."""
    return np.asarray(1.0 / (1.0 + np.exp(-(features @ coefficients + intercept))))
