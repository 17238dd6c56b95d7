"""Fitting the score model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from evals.examples import BEGINS, PLAYED, Example, Examples, Part, quality_name, read_examples
from evals.lines import read_lines
from evals.score_model import (
    APART,
    COVERAGE,
    LEAST,
    Rated,
    fit_factor,
    fit_shares,
    for_level,
    for_levels,
)
from interviewer.core.settings import STEPS, Level
from interviewer.scoring.model import SCORES, interpolate, read_model

CURVES = [
    (0.0, 0.12, 0.28, 0.5, 0.72),
    (0.0, 0.06, 0.14, 0.3, 0.9),
]


def worth(shares: Sequence[float], share: float) -> float:
    return interpolate(share, tuple(zip(shares, SCORES, strict=True)))


def answers(curve: Sequence[float], count: int, noise: float = 0.0, seed: int = 0) -> Examples:
    """Rated answers that a curve explains."""
    draw = np.random.default_rng(seed)
    shares = draw.uniform(0, 1, count).tolist()
    gaps = draw.normal(0, noise, count).tolist() if noise else [0.0] * count
    examples = (
        Example("a_case", min(5.0, max(1.0, worth(curve, share) + gap)), (Part(1, share, 5.0),))
        for share, gap in zip(shares, gaps, strict=True)
    )
    return Examples(tuple(examples), (), ())


def mean_error(shares: Sequence[float], examples: Examples) -> float:
    gaps = [abs(worth(shares, e.parts[0].share) - e.worth) for e in examples.answers]
    return sum(gaps) / len(gaps)


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_a_known_curve_is_found_again(curve: tuple[float, ...]) -> None:
    examples = answers(curve, 150)
    found = fit_shares(examples)
    assert found == pytest.approx(curve, abs=0.021)
    assert mean_error(found, examples) < 0.05


def test_what_core_items_and_claims_do_is_not_put_down_to_the_curve() -> None:
    """Every answer above 2.5 is capped there, and every one lost half a point."""
    curve = CURVES[0]
    plain = answers(curve, 150).answers
    capped = tuple(
        Example(e.case, max(1.0, min(e.worth, 2.5) - 0.5), (Part(1, e.parts[0].share, 2.5, 0.5),))
        for e in plain
    )
    found = fit_shares(Examples(plain, capped, ()))
    assert found == pytest.approx(curve, abs=0.021)


def test_shares_ascend_whatever_the_ratings() -> None:
    draw = np.random.default_rng(0)
    noise = tuple(
        Example("a_case", float(draw.integers(1, 6)), (Part(1, float(draw.uniform()), 5.0),))
        for _ in range(60)
    )
    found = fit_shares(Examples(noise, (), ()))
    assert found[0] == 0.0 and len(found) == len(SCORES) and found[1] >= LEAST and found[-1] < 1
    assert all(low < high for low, high in pairwise(found))


def test_qualities_are_kept_apart_where_the_error_alone_would_not() -> None:
    """Solid and strong interviews that earned 0.6 and 0.9 of a curve that ends at 0.72."""
    earned = {2.0: 0.1, 3.0: 0.3, 4.0: 0.6, 5.0: 0.9}
    interviews = tuple(
        Example("a_case", quality, (Part(7, share, 5.0), Part(3, share, 5.0)))
        for quality, share in earned.items()
    )
    examples = answers(CURVES[0], 150)
    close, apart = fit_shares(examples), fit_shares(examples._replace(interviews=interviews))
    assert worth(close, 0.9) - worth(close, 0.6) < APART
    scores = [worth(apart, share) for share in earned.values()]
    assert all(high - low >= APART - 1e-9 for low, high in pairwise(scores))


@pytest.mark.parametrize(
    ("level", "shares"),
    [
        (Level.MID, (0.0, 0.075, 0.25, 0.45, 0.65)),
        (Level.SENIOR, (0.0, 0.1, 0.3, 0.5, 0.7)),
        (Level.STAFF, (0.0, 0.3, 0.5, 0.7, 1.0)),
    ],
)
def test_a_level_moves_the_senior_curve(level: Level, shares: tuple[float, ...]) -> None:
    assert for_level((0.0, 0.1, 0.3, 0.5, 0.7), level) == pytest.approx(shares)


def test_the_shipped_curves_are_of_one_rule_and_rise_from_one_to_five() -> None:
    shipped = read_model().shares
    assert shipped == for_levels(shipped[Level.SENIOR])
    for shares in shipped.values():
        scores = [worth(shares, float(share)) for share in np.linspace(0, 1, 501)]
        assert scores == sorted(scores)
        assert (scores[0], scores[-1]) == (1.0, 5.0)
    for lower, higher in pairwise(shipped[level] for level in Level):
        assert all(a < b for a, b in zip(lower[1:], higher[1:], strict=True))


@pytest.mark.parametrize(
    ("intended", "name"),
    [(1, "weak"), (2.74, "weak"), (2.75, "average"), (3.74, "average")]
    + [(3.75, "solid"), (4.49, "solid"), (4.5, "strong"), (5, "strong")],
)
def test_an_intended_quality_has_a_name(intended: float, name: str) -> None:
    assert quality_name(intended) == name
    assert len(BEGINS) == 3


def test_examples_are_of_every_source_and_leave_a_case_out() -> None:
    examples = read_examples()
    assert all(len(source) > 20 for source in examples)
    rest = examples.without("video_recommendation")
    assert {e.case for source in rest for e in source} == {
        "ad_click_prediction",
        "search_autocomplete",
    }


def test_played_interviews_are_whole_and_of_known_quality() -> None:
    rows = list(read_lines(PLAYED))
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert 1 <= row["quality"] <= 5 and set(row["parts"]) <= {step.value for step in STEPS}
        assert all(0 <= share <= 1 for _, share, _, _ in row["parts"].values())


def a_rated(gap: float, doubt: float = 0.5, score: float | None = 3.0) -> Rated:
    """An answer whose score lies `gap` beside its rating."""
    return Rated("video_recommendation", 3.0 + gap, score, doubt)


@pytest.mark.parametrize("seed", range(4))
def test_bands_hold_as_many_ratings_as_they_should(seed: int) -> None:
    draw = np.random.default_rng(seed)
    gaps, doubts = draw.normal(0, 1, 400), draw.uniform(0.2, 1, 400)
    rated = [a_rated(gap, doubt) for gap, doubt in zip(gaps, doubts, strict=True)]
    factor = fit_factor(rated)
    assert np.mean(np.abs(gaps) <= factor * doubts) == pytest.approx(COVERAGE, abs=0.01)


@pytest.mark.parametrize("sign", [1, -1], ids=["rated_higher", "rated_lower"])
def test_the_factor_is_a_gap_in_units_of_doubt(sign: int) -> None:
    rated = [a_rated(sign * gap) for gap in (0.1, 0.2, 0.3, 0.4, 0.5, 2.0)]
    assert fit_factor(rated) == pytest.approx(0.5 / 0.5)


def test_answers_without_score_or_doubt_do_not_count() -> None:
    rated = [a_rated(0.5)] * 5
    assert fit_factor([*rated, a_rated(2, score=None), a_rated(2, doubt=0.0)]) == fit_factor(rated)
