"""Agreement of scores with ratings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from evals.agreement import SCALE, kappa, label_kappa, round_scores, spearman
from evals.figures import Floats

ORDER = ("absent", "partial", "met")
SEEDS = range(12)


@pytest.mark.parametrize(
    ("score", "rounded"),
    [
        pytest.param(1.0, 1, id="the_lowest"),
        pytest.param(2.49, 2, id="below_the_half"),
        pytest.param(2.5, 3, id="an_even_half_goes_up"),
        pytest.param(3.5, 4, id="an_odd_half_goes_up"),
        pytest.param(4.99, 5, id="almost_the_highest"),
        pytest.param(0.2, 1, id="below_the_scale"),
        pytest.param(-3.0, 1, id="far_below_the_scale"),
        pytest.param(6.0, 5, id="above_the_scale"),
    ],
)
def test_scores_are_rounded_half_up_within_the_scale(score: float, rounded: int) -> None:
    assert round_scores(np.array([score])) == [rounded]


@pytest.mark.parametrize("seed", SEEDS)
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    draw = np.random.default_rng(seed)
    ratings = draw.integers(1, 6, 5 + 20 * seed).astype(float)
    scores = ratings + draw.normal(0, 0.3 * (1 + seed), len(ratings))
    rounded = np.clip(np.floor(scores + 0.5), 1, 5).astype(int)
    wanted = cohen_kappa_score(rounded, ratings.astype(int), labels=SCALE, weights="quadratic")
    assert kappa(scores, ratings) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_label_kappa_is_that_of_scikit_learn(seed: int) -> None:
    draw = np.random.default_rng(seed)
    one = [str(verdict) for verdict in draw.choice(ORDER, 6 + 30 * seed)]
    same = draw.random(len(one)) < 0.6
    other = [v if kept else str(draw.choice(ORDER)) for v, kept in zip(one, same, strict=True)]
    wanted = cohen_kappa_score(one, other, labels=ORDER, weights="linear")
    assert label_kappa(one, other, ORDER) == pytest.approx(wanted, abs=1e-12)


def test_kappa_of_a_table_worked_out_by_hand() -> None:
    # Squared gaps 0, 1, 0, 1: mean 2/4. By chance 0+1+1+4 twice and 1+0+0+1 twice: mean 16/16.
    ratings, scores = np.array([1.0, 1.0, 2.0, 2.0]), np.array([1.0, 2.0, 2.0, 3.0])
    assert kappa(scores, ratings) == pytest.approx(1 - (2 / 4) / (16 / 16))


def test_label_kappa_of_a_table_worked_out_by_hand() -> None:
    # Gaps 0, 1, 0, 2: mean 3/4. By chance 0+1+2+0 twice and 2+1+0+2 twice: mean 16/16.
    one = ["absent", "absent", "met", "met"]
    other = ["absent", "partial", "met", "absent"]
    assert label_kappa(one, other, ORDER) == pytest.approx(1 - (3 / 4) / (16 / 16))


@pytest.mark.parametrize("measure", [kappa, spearman])
def test_the_same_scores_agree_wholly(measure: Callable[[Floats, Floats], float]) -> None:
    ratings = np.array([1.0, 3.0, 5.0, 2.0])
    assert measure(ratings, ratings) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("scores", "ratings"),
    [
        pytest.param([3, 3, 3], [1, 3, 5], id="every_score_is_the_same"),
        pytest.param([1, 3, 5], [4, 4, 4], id="every_rating_is_the_same"),
        pytest.param([2, 2, 2], [2, 2, 2], id="both_are_the_same"),
    ],
)
def test_a_constant_agrees_with_nothing(scores: Sequence[float], ratings: Sequence[float]) -> None:
    given, wanted = np.array(scores, dtype=float), np.array(ratings, dtype=float)
    assert kappa(given, wanted) == 0.0
    assert spearman(given, wanted) == 0.0


def test_scores_that_round_to_a_constant_agree_with_nothing() -> None:
    assert kappa(np.array([2.6, 3.0, 3.4]), np.array([2.0, 3.0, 4.0])) == 0.0


@pytest.mark.parametrize("other", [["met", "absent", "partial"], ["met"] * 3])
def test_one_verdict_for_everything_agrees_with_nothing(other: list[str]) -> None:
    assert label_kappa(["met"] * 3, other, ORDER) == 0.0
    assert label_kappa(other, ["met"] * 3, ORDER) == 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_it_does_not_matter_who_comes_first(seed: int) -> None:
    one, other = np.random.default_rng(seed).uniform(1, 5, (2, 30))
    assert kappa(one, other) == pytest.approx(kappa(other, one))
    assert spearman(one, other) == pytest.approx(spearman(other, one))


def test_a_verdict_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError):
        label_kappa(["met", "unassessed"], ["met", "absent"], ORDER)


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([1.0, 2.0, 2.5, 4.0], 1.0), ([4.0, 2.5, 2.0, 1.0], -1.0), ([1.0, 2.5, 2.0, 4.0], 0.8)],
    ids=["the_same_order", "the_opposite_order", "two_neighbours_swapped"],
)
def test_spearman_looks_at_the_order_alone(scores: list[float], expected: float) -> None:
    assert spearman(np.array(scores), np.array([1.0, 2.0, 3.0, 5.0])) == pytest.approx(expected)
