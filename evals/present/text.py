"""Figures as words."""

from __future__ import annotations

from evals.figures import Figure


def shown(figure: Figure | None) -> str:
    """A figure with its interval: `0.79 (0.71 to 0.86)`."""
    if figure is None or figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return _number(figure.value)
    return f"{_number(figure.value)} ({_number(figure.low)} to {_number(figure.high)})"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def bound_of(figure: Figure) -> str:
    """What a figure must be, as `<= 0`."""
    if figure.bound is None:
        return ""
    return f"{'<=' if figure.better == 'lower' else '>='} {figure.bound:g}"
