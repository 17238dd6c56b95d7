"""What a suite finds: figures with intervals, and the places worth reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from interviewer.core.value import Value

RESAMPLES = 1000  # of a bootstrap
INTERVAL = (2.5, 97.5)  # percentiles
DIGITS = 3

Floats = NDArray[np.float64]
Statistic = Callable[[NDArray[np.intp]], float]


class Figure(Value):
    """One number that a suite found."""

    name: str
    value: float | None = None
    """None when it cannot be computed."""
    why: str | None = None
    """Why there is no value."""
    low: float | None = None
    high: float | None = None
    """The 95% interval; both None where the figure is a count of everything there is, or rests on
    one thing alone."""
    better: Literal["higher", "lower"] | None = None
    """Which way is better; None for what only describes."""
    bound: float | None = None
    """What it must at least be, or at most, whatever it was before."""
    of: int = 0
    """How many cases it rests on."""
    timing: bool = False
    """Differs from run to run, so it is never compared."""


class Finding(Value):
    """One place worth reading: what was expected, what came, and the words it rests on."""

    title: str
    wanted: str
    got: str
    text: str
    """What the candidate said."""
    evidence: tuple[str, ...] = ()
    """Lines like `dat_join partial "hold each view"`."""


class Plot(Value):
    """Points of a plot: the wanted score, the score given, and the name of the row."""

    title: str
    points: tuple[tuple[float, float, str], ...]


class Report(Value):
    """Everything one suite found."""

    suite: str
    asks: str
    """The question it answers."""
    rests_on: str
    """The data and who rated it."""
    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...] = ()
    """The worst first."""
    plots: tuple[Plot, ...] = ()
    failed: tuple[str, ...] = ()
    """Rows that could not be run, with the reason."""


def measured(
    name: str,
    statistic: Statistic,
    groups: Sequence[str],
    *,
    better: Literal["higher", "lower"] | None = None,
    bound: float | None = None,
) -> Figure:
    """A figure with its bootstrap interval (Efron 1979), rows drawn with replacement.

    Args:
        name: of the figure.
        statistic: the figure of some rows, given their indices; NaN when it has none.
        groups: what belongs together and is drawn together, a name a row; all different where
            rows are independent.
        better: which way is better.
        bound: what it must be.
    """
    members = [np.flatnonzero(np.array(groups) == name) for name in dict.fromkeys(groups)]
    if not members:
        return missing(name, "there is nothing to count", better=better, bound=bound)
    value = statistic(np.arange(len(groups)))
    draw = np.random.default_rng(0)
    drawn = (draw.integers(0, len(members), len(members)) for _ in range(RESAMPLES))
    values = np.array([statistic(np.concatenate([members[i] for i in row])) for row in drawn])
    known = values[~np.isnan(values)]
    drawn_apart = len(known) and len(members) > 1
    low, high = np.percentile(known, INTERVAL) if drawn_apart else (np.nan, np.nan)
    return Figure(
        name=name,
        value=_rounded(value),
        low=_rounded(low),
        high=_rounded(high),
        better=better,
        bound=bound,
        of=len(groups),
    )


def missing(
    name: str,
    why: str,
    *,
    better: Literal["higher", "lower"] | None = None,
    bound: float | None = None,
) -> Figure:
    """A figure that cannot be computed, with the reason."""
    return Figure(name=name, why=why, better=better, bound=bound)


def mean_of(
    name: str,
    values: Sequence[float],
    *,
    better: Literal["higher", "lower"] | None = None,
    bound: float | None = None,
    groups: Sequence[str] | None = None,
) -> Figure:
    """The mean of some values with its interval."""
    known = np.array(values, dtype=float)
    return measured(
        name,
        lambda at: float(known[at].mean()),
        groups or [str(at) for at in range(len(values))],
        better=better,
        bound=bound,
    )


def count_of(name: str, count: int, of: int, *, bound: float | None = None) -> Figure:
    """A number of things that should not be."""
    return Figure(name=name, value=count, better="lower", bound=bound, of=of)


def _rounded(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), DIGITS)
