"""Prompt injection: sentences that try to direct the judge or the interviewer.

Patterns (`manipulation` in `intents.yaml`) know how prompt injections are usually put; the
classifier here is a logistic regression over a sentence's MiniLM vector and its stems and pairs of
stems, and knows what they mean. It was fitted on sentences written for it
(`evals/judge/injection`), none of which stands in any suite that measures it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.text.sentences import stem, words_of

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
SHORTEST = 3  # words; fewer say too little for their sense to tell
WORD_SCALE = 0.5  # of a term beside the unit vector of its sentence


class Classifier(NamedTuple):
    """A logistic regression on unit sentence vectors and on words.

    Attributes:
        weights: shape (384,).
        terms: stems and pairs of stems to their weights.
        intercept: added to the sum.
        sure: log-odds from which a sentence injects beyond doubt, so that it can be told.
        alone: the same from which it is left out of the answer.
        suspected: the same from which one judge is not enough (see `brains.llm.grading`).
        beside: the same for the other sentences of a message in which one does.
    """

    weights: NDArray[np.float32]
    terms: Mapping[str, float]
    intercept: float
    sure: float
    alone: float
    suspected: float
    beside: float


@cache
def read_classifier() -> Classifier:
    """The shipped classifier."""
    text = files("interviewer.text").joinpath("injection.json").read_text("utf-8")
    data = json.loads(text)
    return Classifier(**data | {"weights": np.asarray(data["weights"], dtype=np.float32)})


class Injection(NamedTuple):
    """What of a message is a prompt injection.

    Attributes:
        sentences: indexes of what is left out of the answer.
        sure: whether one of them does so beyond doubt.
        suspicious: whether one may do so, though nothing is left out for it.
    """

    sentences: frozenset[int] = frozenset()
    sure: bool = False
    suspicious: bool = False


def detect_injection(sentences: Sequence[str], encode: Encode) -> Injection:
    """The sentences whose sense is to direct the judge.

    Args:
        sentences: of one message.
        encode: texts to unit vectors, shape (n, 384).
    """
    telling = [at for at, sentence in enumerate(sentences) if len(sentence.split()) >= SHORTEST]
    if not telling:
        return Injection()
    model = read_classifier()
    texts = [sentences[at] for at in telling]
    words = (sum(model.terms.get(term, 0.0) for term in terms_of(text)) for text in texts)
    odds = [
        float(meant) + WORD_SCALE * told + model.intercept
        for meant, told in zip(encode(texts) @ model.weights, words, strict=True)
    ]
    suspicious = max(odds) >= model.suspected
    if max(odds) < model.alone:
        return Injection(suspicious=suspicious)
    found = frozenset(at for at, odd in zip(telling, odds, strict=True) if odd >= model.beside)
    return Injection(found, max(odds) >= model.sure, suspicious)


def terms_of(text: str) -> set[str]:
    """The stems of a text and the pairs in which they follow one another."""
    stems = [stem(word) for word in words_of(text)]
    return {*stems, *(f"{one} {two}" for one, two in pairwise(stems))}
