"""The score model: how the earned share of a step's credit becomes 1-5, and how sure that is.

Small on purpose: the shares of credit from which a step is weak, adequate, good and excellent at
each level, and how wide its band is. `evals/score_model.py` and `evals/graded.py` fit the numbers
in `model.json`. Every item counts for everybody; the level enters through the shares alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from interviewer.core.settings import Level

SCORES = (1.0, 2.0, 3.0, 4.0, 5.0)
DOUBT_FLOOR = 0.4  # doubt about a step of which everything was judged with certainty

Curve = Sequence[tuple[float, float]]
"""Points of share and score, ascending."""


@dataclass(frozen=True)
class Width:
    """Half the width of bands that the `coverage` of ratings fell into, where nothing is in doubt.

    Attributes:
        step: of one step.
        overall: of a whole interview, whose steps' errors cancel out in part.
    """

    step: float
    overall: float


@dataclass(frozen=True)
class ScoreModel:
    """The numbers of `model.json`.

    Attributes:
        shares: per level, of credit, 0-1, at which each score from 1 to 5 is reached; ascending,
            from 0, and rising with the level.
        graded: the same for steps of an interview that a language model judged as a whole: after
            its questions, and with nothing overheard, candidates come to more of the credit.
        band_factor: how many times wider than the doubt alone a band has to be.
        coverage: share of ratings that the bands were made to hold.
        graded_width: of the bands of what a language model judged as a whole.
    """

    shares: Mapping[Level, tuple[float, ...]]
    graded: Mapping[Level, tuple[float, ...]]
    band_factor: float
    coverage: float
    graded_width: Width = Width(step=DOUBT_FLOOR, overall=DOUBT_FLOOR)

    def curve(self, level: Level, *, graded: bool = False) -> Curve:
        """The curve of a level, for steps that a model judged as a whole or for all others."""
        shares = self.graded if graded else self.shares
        return tuple(zip(shares[level], SCORES, strict=True))


@cache
def read_model() -> ScoreModel:
    """Reads the shipped model once."""
    text = files("interviewer.scoring").joinpath("model.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    shares, graded = (
        {Level(level): tuple(own) for level, own in data[name].items()}
        for name in ("shares", "graded")
    )
    width = Width(**data["graded_width"])
    return ScoreModel(shares, graded, data["band_factor"], data["coverage"], width)


def band_half(doubt: float, *, graded: bool = False, overall: bool = False) -> float:
    """Half the width of a step's band, in points.

    Args:
        doubt: about the step, at least `DOUBT_FLOOR`.
        graded: a language model judged it as a whole.
        overall: as the step counts in the band of the interview.
    """
    model = read_model()
    if not graded:
        return model.band_factor * doubt
    width = model.graded_width.overall if overall else model.graded_width.step
    return width * doubt / DOUBT_FLOOR


def score_of(share: float, level: Level, *, graded: bool = False) -> float:
    """Score 1-5 of an earned share 0-1 at a level, on a curve of the shipped model."""
    return interpolate(share, read_model().curve(level, graded=graded))


def interpolate(share: float, curve: Curve) -> float:
    """Score of a share: monotone, linear between the points of the curve, level after its end."""
    for (x0, y0), (x1, y1) in zip(curve, curve[1:], strict=False):
        if share <= x1:
            return y0 + (y1 - y0) * (share - x0) / (x1 - x0)
    return curve[-1][1]
