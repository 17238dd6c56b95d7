"""How what was seen of an item becomes a verdict, one step to either side of every threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from evals.judge.data import POOLING
from interviewer.core.assessment import Verdict
from interviewer.judge.pooling import (
    FEATURES,
    HEARD_BEST,
    MOST,
    Found,
    Pooling,
    Seen,
    features_of,
    read_pooling,
)

SURE = (0.05, 0.05, 0.85, 0.05)
DOUBTED = (0.6, 0.2, 0.1, 0.1)


def seen(*chances: Sequence[float], earning: Sequence[bool] | None = None) -> Seen:
    """An item of which these windows were read."""
    may = [True] * len(chances) if earning is None else earning
    rows = np.array(chances, dtype=np.float32).reshape(len(chances), 4)
    return Seen(rows, np.array(may, dtype=np.bool_), near=0.5, alike=0.5)


def always(*chances: float) -> Pooling:
    """A model that gives these chances, whatever was seen."""
    zeros = (0.0,) * len(FEATURES)
    return replace(
        read_pooling(POOLING),
        weights=(zeros,) * 4,
        intercepts=tuple(math.log(max(chance, 1e-9)) for chance in chances),
    )


def found(*chances: float, windows: Seen | None = None) -> Found:
    return always(*chances).decide([windows or seen(SURE)])[0]


FITTED = read_pooling(POOLING)


@pytest.mark.parametrize("side", [-0.005, 0.005])
@pytest.mark.parametrize(
    ("threshold", "below", "above"),
    [
        ("unsure", Verdict.ABSENT, Verdict.UNASSESSED),
        ("partial", Verdict.UNASSESSED, Verdict.PARTIAL),
        ("met", Verdict.PARTIAL, Verdict.MET),
    ],
)
def test_a_chance_decides(threshold: str, below: Verdict, above: Verdict, side: float) -> None:
    chance = getattr(FITTED, threshold) + side
    rest = 1 - chance
    parts = (rest / 2, rest / 2, chance, 0) if threshold == "met" else (rest, chance, 0, 0)
    assert found(*parts).verdict is (above if side > 0 else below)


@pytest.mark.parametrize("side", [-0.005, 0.005])
def test_an_item_is_contradicted_from_a_chance_on(side: float) -> None:
    chance = FITTED.contradicted + side
    assert found(1 - chance, 0, 0, chance).contradicted is (side > 0)


def test_the_window_that_earns_most_is_shown() -> None:
    windows = seen(DOUBTED, SURE, DOUBTED)
    assert found(0, 0, 1, 0, windows=windows).window == 1
    barred = seen(DOUBTED, SURE, DOUBTED, earning=[True, False, True])
    assert found(0, 0, 1, 0, windows=barred).window == 0


def test_what_speaks_against_an_item_may_stand_in_a_window_that_earns_nothing() -> None:
    windows = seen(SURE, (0.1, 0.0, 0.0, 0.9), earning=[True, False])
    one = found(0, 0, 0, 1, windows=windows)
    assert (one.window, one.verdict) == (1, Verdict.ABSENT)


def test_nothing_read_has_the_least_of_every_feature_that_reading_gives() -> None:
    rows = features_of([seen()])[0]
    assert rows[[0, 1, 2, 5, 6]].tolist() == [-MOST] * 5
    assert not always(0, 0, 0, 1).decide([seen()])[0].contradicted


def test_an_answer_is_like_the_items_heard_best_in_it() -> None:
    rows = features_of([seen(SURE)] * HEARD_BEST + [seen(DOUBTED)] * 2)
    assert rows[:, 5] == pytest.approx([rows[0, 0]] * 5)
    assert rows[0, 0] > rows[-1, 0]


def test_the_fitted_model_hears_what_was_read() -> None:
    at = {name: number for number, name in enumerate(FEATURES)}
    absent, _, met, contradicted = FITTED.weights
    assert met[at["earned"]] + met[at["met"]] > absent[at["earned"]] + absent[at["met"]]
    assert met[at["alike"]] > absent[at["alike"]]
    assert contradicted[at["contradicted"]] > absent[at["contradicted"]]
    assert len(FITTED.weights) == len(FITTED.intercepts) == 4
    assert 0 < FITTED.unsure < FITTED.partial <= FITTED.met < 1
