"""Prompt injection: sentences that try to direct the judge or the interviewer.

Patterns (`manipulation` in `intents.yaml`) know how prompt injections are usually put; the
classifier here is a logistic regression over a sentence's MiniLM vector and its stems and pairs of
stems, and knows what they mean. It was fitted on sentences written for it
(`evals/judge/injection`), none of which stands in any suite that measures it.

An honest sentence that is left out of an answer costs its candidate a point, and an injection that
slips through is only data to a judge that is told so; hence the high bound.
"""

from __future__ import annotations

import json
import re
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
QUOTED = re.compile(r"(?<=\w )[\"\u201c][^\"\u201c\u201d]{1,300}[\"\u201d]")
"""Words that a sentence quotes: who speaks of prompt injection names some, and orders nothing."""
WORD_SCALE = 3.0  # length of the vector of a sentence's terms beside the unit vector of its sense

FEW_TERMS = 16  # of a sentence of eight words


class Classifier(NamedTuple):
    """A logistic regression on unit sentence vectors and on words.

    Attributes:
        weights: shape (384,).
        terms: stems and pairs of stems to their weights.
        intercept: added to the sum.
        bound: log-odds from which a sentence injects.
    """

    weights: NDArray[np.float32]
    terms: Mapping[str, float]
    intercept: float
    bound: float


@cache
def read_classifier() -> Classifier:
    """The shipped classifier."""
    text = files("interviewer.text").joinpath("injection.json").read_text("utf-8")
    data = json.loads(text)
    return Classifier(**data | {"weights": np.asarray(data["weights"], dtype=np.float32)})


class Injection(NamedTuple):
    """What of a message is a prompt injection.

    Attributes:
        sentences: indexes of the sentences that inject, each judged by itself.
    """

    sentences: frozenset[int] = frozenset()


def detect_injection(sentences: Sequence[str], encode: Encode) -> Injection:
    """The sentences whose sense is to direct the judge.

    Args:
        sentences: of one message.
        encode: texts to unit vectors, shape (n, 384).
    """
    bound = read_classifier().bound
    odds = injection_odds(sentences, encode)
    return Injection(frozenset(at for at, odd in odds.items() if odd >= bound))


def injection_odds(sentences: Sequence[str], encode: Encode) -> dict[int, float]:
    """Log-odds that a sentence injects, by its index; those that are too short to tell have none.

    Args:
        sentences: of one message.
        encode: texts to unit vectors, shape (n, 384).
    """
    said = [QUOTED.sub("", sentence) for sentence in sentences]
    telling = [at for at, text in enumerate(said) if len(text.split()) >= SHORTEST]
    if not telling:
        return {}
    model = read_classifier()
    texts = [said[at] for at in telling]
    odds = [
        float(meant) + sum(weight * model.terms.get(term, 0.0) for term in terms) + model.intercept
        for meant, (terms, weight) in zip(
            encode(texts) @ model.weights, map(weighted_terms, texts), strict=True
        )
    ]
    return dict(zip(telling, odds, strict=True))


def weighted_terms(text: str) -> tuple[set[str], float]:
    """The stems of a text and the pairs in which they follow one another, and what each weighs.

    A text of many words weighs no more than a short one: a list of terms orders nothing. A very
    short one weighs less, as each of its words would otherwise tell too much.
    """
    stems = [stem(word) for word in words_of(text)]
    terms = {*stems, *(f"{one} {two}" for one, two in pairwise(stems))}
    return terms, WORD_SCALE / max(len(terms), FEW_TERMS) ** 0.5
