"""Raters that never read a rubric: what any judge must beat.

Each looks at something superficial and is fitted, by ridge regression, on the answers of all other
cases or questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from evals.figures import Floats
from interviewer.retrieval.embedding import shared_model
from interviewer.text.sentences import STOP_WORDS, words_of

STRENGTH = 10.0  # of the ridge penalty

Look = Callable[[Sequence[str], Sequence[str]], Floats]
"""Features of answers, given what a good answer would say: shape (answers, features)."""


def length(answers: Sequence[str], _wanted: Sequence[str]) -> Floats:
    """How many words."""
    counts = np.array([[float(len(words_of(answer)))] for answer in answers])
    return np.asarray(np.log1p(counts))


def style(answers: Sequence[str], _wanted: Sequence[str]) -> Floats:
    """The sentence vector of the answer and seven marks of its surface."""
    vectors = shared_model().encode([answer or " " for answer in answers])
    surface = np.array([_surface(answer) for answer in answers])
    return np.hstack([vectors, surface])


def cosine(answers: Sequence[str], wanted: Sequence[str]) -> Floats:
    """How near the answer is to a good one."""
    one = shared_model().encode([answer or " " for answer in answers])
    other = shared_model().encode(list(wanted))
    return np.asarray(np.sum(one * other, axis=1, keepdims=True), dtype=float)


def _surface(answer: str) -> list[float]:
    words = words_of(answer)
    count = max(1, len(words))
    return [
        float(np.log1p(len(words))),
        sum(map(len, words)) / count,
        len(set(words)) / count,
        sum(word in STOP_WORDS for word in words) / count,
        len(re.findall(r"\d+", answer)) / count,
        len(re.findall(r"[,;:]", answer)) / count,
        len(re.findall(r"[.!?]", answer)) / count,
    ]


BASELINES: Mapping[str, Look] = {
    "length alone": length,
    "style alone": style,
    "cosine alone": cosine,
}


def rate_held_out(features: Floats, ratings: Floats, groups: Sequence[str]) -> Floats:
    """Scores of each group by a ridge regression on all other groups, clipped to 1-5."""
    if len(set(groups)) < 2:
        return np.full(len(ratings), float(np.mean(ratings)))
    model = make_pipeline(StandardScaler(), Ridge(STRENGTH))
    found = cross_val_predict(model, features, ratings, groups=groups, cv=LeaveOneGroupOut())
    return np.asarray(np.clip(found, 1.0, 5.0))
