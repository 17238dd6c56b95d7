"""Figures with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from evals.figures import Figure, count_of, mean_of, measured

SIZES = (2, 5, 40)


def _values(count: int, seed: int = 0) -> list[float]:
    return [float(value) for value in np.random.default_rng(seed).uniform(1, 5, count)]


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_the_interval_holds_the_mean(count: int, seed: int) -> None:
    values = _values(count, seed)
    figure = mean_of("mean", values)
    assert figure.value == pytest.approx(np.mean(values), abs=0.001)
    assert figure.low is not None and figure.high is not None and figure.value is not None
    assert min(values) - 0.001 <= figure.low <= figure.value <= figure.high <= max(values) + 0.001


def test_more_rows_make_a_narrower_interval() -> None:
    widths = [_width(mean_of("mean", _values(count))) for count in (10, 100, 1000)]
    assert widths == sorted(widths, reverse=True) and widths[2] < widths[0] / 4


def _width(figure: Figure) -> float:
    assert figure.low is not None and figure.high is not None
    return figure.high - figure.low


def test_the_interval_is_as_wide_as_the_standard_error_says() -> None:
    values = _values(400)
    expected = 2 * 1.96 * np.std(values) / np.sqrt(len(values))
    assert _width(mean_of("mean", values)) == pytest.approx(expected, rel=0.1)


def test_equal_values_leave_no_doubt() -> None:
    figure = mean_of("mean", [3.0] * 8)
    assert (figure.value, figure.low, figure.high, figure.of) == (3.0, 3.0, 3.0, 8)


def test_the_same_rows_give_the_same_figure() -> None:
    assert mean_of("mean", _values(30)) == mean_of("mean", _values(30))


def test_groups_are_drawn_together() -> None:
    groups = ["one", "two", "one", "three", "two"]
    drawn: list[list[int]] = []

    def note(at: NDArray[np.intp]) -> float:
        drawn.append(at.tolist())
        return 0.0

    measured("any", note, groups)
    whole, *resamples = drawn
    assert whole == [0, 1, 2, 3, 4]
    assert all(sample.count(0) == sample.count(2) for sample in resamples)
    assert all(sample.count(1) == sample.count(4) for sample in resamples)
    assert all(_groups_in(sample) == 3 for sample in resamples)


def _groups_in(sample: Sequence[int]) -> int:
    """How many groups were drawn, by the first row of each."""
    return sum(sample.count(first) for first in (0, 1, 3))


def test_rows_of_few_groups_are_less_sure_than_independent_ones() -> None:
    values = [value for value in _values(6) for _ in range(20)]
    owners = [str(at // 20) for at in range(len(values))]
    together, alone = mean_of("mean", values, groups=owners), mean_of("mean", values)
    assert together.value == alone.value and together.of == alone.of == 120
    assert _width(together) > 3 * _width(alone)


@pytest.mark.parametrize("direction", ["higher", "lower", None])
def test_nothing_to_count_gives_no_value(direction: Literal["higher", "lower"] | None) -> None:
    figure = mean_of("mean", [], better=direction, bound=0.5)
    assert (figure.value, figure.low, figure.high, figure.of) == (None, None, None, 0)
    assert (figure.better, figure.bound) == (direction, 0.5)


def test_a_statistic_that_has_no_number_gives_no_value() -> None:
    figure = measured("any", lambda _: float("nan"), ["a", "b"], better="higher")
    assert (figure.value, figure.low, figure.high, figure.of) == (None, None, None, 2)


def test_resamples_without_a_number_are_left_out_of_the_interval() -> None:
    hits = np.array([1.0, np.nan, np.nan])

    def share(at: NDArray[np.intp]) -> float:
        known = hits[at][~np.isnan(hits[at])]
        return float(known.mean()) if len(known) else float("nan")

    figure = measured("any", share, ["a", "b", "c"])
    assert (figure.value, figure.low, figure.high) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_a_count_has_no_interval_and_fewer_are_better(count: int) -> None:
    assert count_of("leaks", count, 12, bound=0) == Figure(
        name="leaks", value=count, better="lower", bound=0, of=12
    )
