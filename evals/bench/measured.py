"""One measurement beside its bound, and the scripted candidates that measurements share."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from interviewer.simulation.player import Script, load_script

ROOT = Path(__file__).resolve().parents[2]
TRANSCRIPTS = ROOT / "evals" / "transcripts"


@dataclass(frozen=True)
class Measured:
    """A figure and the bound it must not exceed.

    Attributes:
        name: what was measured.
        value: the figure.
        bound: the largest value that is still good; None for a figure that is only told.
        unit: of both.
        detail: other figures of the same run.
    """

    name: str
    value: float
    bound: float | None
    unit: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the bound is met."""
        return self.bound is None or self.value <= self.bound


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; `share` is 0-1."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)]


def spread(values: Sequence[float], digits: int = 3) -> dict[str, float]:
    """Median, p95 and maximum."""
    return {
        "p50": round(statistics.median(values), digits),
        "p95": round(percentile(values, 0.95), digits),
        "max": round(max(values), digits),
        "count": len(values),
    }


def scripts() -> list[Script]:
    """The shipped scripted transcripts."""
    return [load_script(path) for path in sorted(TRANSCRIPTS.glob("*.yaml"))]


def messages(script: Script) -> list[str]:
    """Everything a scripted candidate says, in the order of the steps."""
    return [message.text for said in script.candidate.values() for message in said]
