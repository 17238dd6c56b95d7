"""A score as a band on a line from 1 to 5."""

from __future__ import annotations

from typing import NamedTuple

from interviewer.scoring import Band


class Scale(NamedTuple):
    """The band of a score, in percent of the line."""

    tone: str
    label: str
    left: float
    width: float


def tone_of(score: float | None) -> str:
    """Which colour a score has."""
    if score is None:
        return "none"
    return "low" if score < 2.5 else "mid" if score < 3.5 else "high"


def scale_of(score: float | None, band: Band | None, label: str) -> Scale | None:
    """The band in which a score lies; None where there is no score.

    Args:
        score: 1-5.
        band: its interval; a narrow one if None.
        label: what the picture says.
    """
    if score is None:
        return None
    low, high = (band.low, band.high) if band else (score - 0.2, score + 0.2)
    left = _share(low)
    return Scale(tone_of(score), label, left, _share(high) - left)


def _share(score: float) -> float:
    return round((min(5.0, max(1.0, score)) - 1) / 4 * 100, 1)
