"""Fitting the score model."""

from __future__ import annotations

import numpy as np
import pytest

from evals.figures import Floats
from evals.score_model import COVERAGE, LEAST, Rated, fit_factor, fit_shares, predict
from interviewer.scoring.model import SCORES, interpolate, read_model

CURVES = [
    (0.0, 0.12, 0.28, 0.5, 0.72),
    (0.0, 0.06, 0.14, 0.3, 0.9),
    (0.0, 0.2, 0.4, 0.6, 0.8),
    (0.0, 0.3, 0.5, 0.7, 0.94),
]


def _shares(count: int, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).uniform(0, 1, count)


@pytest.mark.parametrize("curve", CURVES, ids=str)
def test_a_known_curve_is_found_again(curve: tuple[float, ...]) -> None:
    shares = _shares(150)
    found = fit_shares(shares, predict(curve, shares))
    assert found == pytest.approx(curve, abs=0.021)
    assert np.abs(predict(found, shares) - predict(curve, shares)).mean() < 0.05


@pytest.mark.parametrize("seed", range(5))
def test_shares_ascend_whatever_the_ratings(seed: int) -> None:
    shares = _shares(60, seed)
    ratings = np.random.default_rng(100 + seed).integers(1, 6, 60).astype(float)
    found = fit_shares(shares, ratings)
    assert found[0] == 0.0 and len(found) == len(SCORES) and found[-1] < 1
    assert all(gap >= LEAST - 1e-9 for gap in np.diff(found))


def test_the_fit_is_no_worse_than_the_shipped_curve_on_noisy_ratings() -> None:
    shares = _shares(120)
    shipped = predict(read_model().shares, shares)
    noise = np.random.default_rng(1).normal(0, 0.5, len(shares))
    ratings = np.clip(np.round(shipped + noise), 1, 5)
    found = predict(fit_shares(shares, ratings), shares)
    assert np.abs(found - ratings).mean() <= np.abs(shipped - ratings).mean()


@pytest.mark.parametrize("rating", [1, 2, 3, 4, 5])
def test_ratings_that_are_all_the_same_can_be_fitted(rating: int) -> None:
    shares = np.linspace(0.02, 0.98, 12)
    ratings = np.full(len(shares), float(rating))
    error = np.abs(predict(fit_shares(shares, ratings), shares) - ratings).mean()
    assert error <= np.abs(predict(read_model().shares, shares) - ratings).mean()


@pytest.mark.parametrize(
    ("share", "score"),
    [(0.0, 1.0), (0.05, 1.5), (0.1, 2.0), (0.35, 3.5), (0.5, 4.0), (0.8, 5.0), (1.0, 5.0)],
)
def test_scores_lie_on_lines_between_the_points(share: float, score: float) -> None:
    curve = tuple(zip((0.0, 0.1, 0.2, 0.5, 0.8), SCORES, strict=True))
    assert interpolate(share, curve) == pytest.approx(score)


def test_the_shipped_curve_rises_from_one_to_five() -> None:
    scores = [interpolate(float(share)) for share in np.linspace(0, 1, 501)]
    assert scores == sorted(scores)
    assert (scores[0], scores[-1]) == (1.0, 5.0)
    assert max(np.diff(scores)) < 0.1
    assert [interpolate(share) for share in read_model().shares] == list(SCORES)


def test_predict_is_what_the_package_does_with_the_shipped_shares() -> None:
    shares = _shares(20)
    wanted = [interpolate(float(share)) for share in shares]
    assert predict(read_model().shares, shares).tolist() == wanted


def a_rated(gap: float, doubt: float = 0.5, score: float | None = 3.0) -> Rated:
    """An answer whose score lies `gap` beside its rating."""
    return Rated("video_recommendation", 3.0 + gap, 0.4, score, doubt)


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


def test_a_curve_needs_a_share_for_every_score() -> None:
    with pytest.raises(ValueError):
        predict((0.0, 0.5, 1.0), _shares(3))
