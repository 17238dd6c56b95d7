"""Figures as people write them."""

from __future__ import annotations

import pytest

from interviewer.text.quantities.figures import Dimension, in_unit, normal_units, read_figures

DAY = 86_400.0

# text, low, high, dimension, seconds of the rate, what else it is counted for, words behind it
ONE: list[tuple[str, float, float, Dimension, float | None, str, str]] = [
    ("35k qps", 35e3, 35e3, "count", 1, "", "requests"),
    ("35 k QPS", 35e3, 35e3, "count", 1, "", "requests"),
    ("1.2 million requests per second", 1.2e6, 1.2e6, "count", 1, "", "requests"),
    ("1,200,000 requests/s", 1.2e6, 1.2e6, "count", 1, "", "requests"),
    ("150 ms", 150, 150, "time", None, "", ""),
    ("150ms", 150, 150, "time", None, "", ""),
    ("0.15 seconds", 150, 150, "time", None, "", ""),
    ("half a second", 500, 500, "time", None, "", ""),
    ("100 \u00b5s", 0.1, 0.1, "time", None, "", ""),
    ("24h", 24 * 3.6e6, 24 * 3.6e6, "time", None, "", ""),
    ("seven days", 7 * 8.64e7, 7 * 8.64e7, "time", None, "", ""),
    ("86,400 s", 8.64e7, 8.64e7, "time", None, "", ""),
    ("2 TB a day", 2e12, 2e12, "bytes", DAY, "", ""),
    ("30 TB/day", 3e13, 3e13, "bytes", DAY, "", ""),
    ("256 gigabytes", 256e9, 256e9, "bytes", None, "", ""),
    ("512 GiB", 512e9, 512e9, "bytes", None, "", ""),
    ("4 bytes", 4, 4, "bytes", None, "", ""),
    ("64 bits", 8, 8, "bytes", None, "", ""),
    ("5 x 10^9", 5e9, 5e9, "count", None, "", ""),
    ("5\u00d710\u2079 rows", 5e9, 5e9, "count", None, "", "rows"),
    ("10^5", 1e5, 1e5, "count", None, "", ""),
    ("10**6 users", 1e6, 1e6, "count", None, "", "users"),
    ("1e9", 1e9, 1e9, "count", None, "", ""),
    ("0.005^2", 2.5e-5, 2.5e-5, "count", None, "", ""),
    ("half a billion users", 5e8, 5e8, "count", None, "", "users"),
    ("a million", 1e6, 1e6, "count", None, "", ""),
    ("a million and a half views", 1.5e6, 1.5e6, "count", None, "", "views"),
    ("three and a half billion requests a day", 3.5e9, 3.5e9, "count", DAY, "", "requests"),
    ("two hundred thousand", 2e5, 2e5, "count", None, "", ""),
    ("3.2B/day", 3.2e9, 3.2e9, "count", DAY, "", ""),
    ("300M DAU", 3e8, 3e8, "count", None, "", "DAU"),
    ("200m users", 2e8, 2e8, "count", None, "", "users"),
    ("6bn", 6e9, 6e9, "count", None, "", ""),
    ("20-50 ms", 20, 50, "time", None, "", ""),
    ("20\u201350 ms", 20, 50, "time", None, "", ""),
    ("between 20 and 50 ms", 20, 50, "time", None, "", ""),
    ("about 3 to 5 days", 3 * 8.64e7, 5 * 8.64e7, "time", None, "", ""),
    ("20 to 50 million users", 2e7, 5e7, "count", None, "", "users"),
    ("5%", 5, 5, "share", None, "", ""),
    ("half a percent", 0.5, 0.5, "share", None, "", ""),
    ("12 requests per user per day", 12, 12, "count", DAY, "user", "requests"),
    ("12 requests/user/day", 12, 12, "count", DAY, "user", "requests"),
    ("1,000 users per arm", 1e3, 1e3, "count", None, "arm", "users"),
    ("3.6 billion page loads a day", 3.6e9, 3.6e9, "count", DAY, "", "page loads"),
    ("300 million daily users", 3e8, 3e8, "count", None, "", "daily users"),
    ("600 million a minute", 6e8, 6e8, "count", 60, "", ""),
    ("$50 million a day", 5e7, 5e7, "money", DAY, "", ""),
    ("50 cents", 0.5, 0.5, "money", None, "", ""),
    ("25 bytes each is", 25, 25, "bytes", None, "", ""),
]
SEVERAL = [
    ("300M\u00d7128\u00d74B", [3e8, 128, 4e9]),
    ("1/7/30d", [1, 7, 30 * 8.64e7]),
    ("16\u00b73600/0.04\u22481.4M/arm", [16, 3600, 0.04, 1.4e6]),
    ("20 ms features, 30 ms retrieval", [20, 30]),
    ("50:50", [50, 50]),
]
NONE = [
    "hundreds of millions of videos",
    "p99 and R@500 and NDCG@10",
    "5xx errors and the 3rd try",
    "d+1 and v2",
    "wait a second",
    "a few users a day",
    "200m away",
    "",
]


@pytest.mark.parametrize(
    ("text", "low", "high", "dimension", "per", "what", "noun"), ONE, ids=[row[0] for row in ONE]
)
def test_one_figure(
    text: str,
    low: float,
    high: float,
    dimension: Dimension,
    per: float | None,
    what: str,
    noun: str,
) -> None:
    (figure,) = read_figures(text)
    assert (figure.low, figure.high) == pytest.approx((low, high))
    assert (figure.dimension, figure.per, figure.per_what) == (dimension, per, what)
    assert figure.noun == noun


@pytest.mark.parametrize(("text", "values"), SEVERAL, ids=[row[0] for row in SEVERAL])
def test_several_figures(text: str, values: list[float]) -> None:
    assert [figure.high for figure in read_figures(text)] == pytest.approx(values)


@pytest.mark.parametrize("text", NONE)
def test_no_figure(text: str) -> None:
    assert not read_figures(text)


def test_a_bare_capital_b_may_be_bytes() -> None:
    billion, rate = read_figures("4B and 3.2B/day")
    assert (billion.high, billion.maybe_bytes, rate.maybe_bytes) == (4e9, 4, None)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 30,
        "1e99",
        "10^999",
        "0." + "0" * 40 + "1",
        "1 " * 5000,
        "2 x " * 3000,
        "5 per " * 2000,
    ],
    ids=["nines", "e99", "power", "zeros", "ones", "product", "per"],
)
def test_what_nobody_means_is_bounded(text: str) -> None:
    figures = read_figures(text)
    assert len(figures) <= 40
    assert all(figure.high < 1e21 for figure in figures)


@pytest.mark.parametrize(
    ("unit", "dimension", "value", "per"),
    [
        ("requests/s", "count", 1, 1),
        ("million scores/s", "count", 1e6, 1),
        ("billion/day", "count", 1e9, DAY),
        ("TB/day", "bytes", 1e12, DAY),
        ("million users", "count", 1e6, None),
        ("h", "time", 3.6e6, None),
        ("ms", "time", 1, None),
        ("percent", "share", 1, None),
        ("million dollars/day", "money", 1e6, DAY),
    ],
)
def test_units_of_a_case(unit: str, dimension: Dimension, value: float, per: float | None) -> None:
    figure = in_unit(1, unit)
    assert figure is not None
    assert figure.high == pytest.approx(value)
    assert (figure.dimension, figure.per) == (dimension, per)


@pytest.mark.parametrize(
    ("value", "dimension", "shown"),
    [(300, "time", (300, "ms")), (1.25e12, "bytes", (1.25, "TB")), (7, "count", (7, ""))],
)
def test_normal_units(value: float, dimension: str, shown: tuple[float, str]) -> None:
    assert normal_units(value, dimension) == shown
