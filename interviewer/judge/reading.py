"""A case and a text as the embedded judge sees them: vectors, words, windows, cosines, features."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import StepId
from interviewer.text.negation import claimed, enumerates
from interviewer.text.sentences import (
    Segment,
    content_stems,
    list_likeness,
    split_sentences,
    words_of,
)

FEWEST_EXAMPLES = 3  # answers that earn an item, under which it is judged more coarsely
WORDS_OF_EXAMPLES = 224.0
"""Least summed weight of the words of an item with seven examples, over the shipped cases. Without
examples the few words of an exemplar would each weigh two or three times as much."""

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Bank:
    """Vectors grouped by owner, each of whom has a text.

    Attributes:
        owners: ids in order.
        texts: the authored texts, grouped by owner.
        starts: index of each owner's first vector.
        vectors: shape (texts, 384), unit length.
    """

    owners: tuple[str, ...]
    texts: tuple[str, ...]
    starts: NDArray[np.intp]
    vectors: Vectors

    def closest(self, windows: Vectors) -> Vectors:
        """Largest cosine of each window to each owner's texts, shape (windows, owners)."""
        if not self.owners:
            return np.zeros((len(windows), 0), dtype=np.float32)
        return np.asarray(np.maximum.reduceat(windows @ self.vectors.T, self.starts, axis=1))

    def two_closest(self, windows: Vectors) -> Vectors:
        """Mean of the two largest cosines of each window to each owner's texts."""
        cosines = windows @ self.vectors.T
        columns = [cosines[:, self.rows(owner)] for owner in range(len(self.owners))]
        means = [np.sort(column, axis=1)[:, -2:].mean(axis=1) for column in columns]
        return np.stack(means, axis=1) if means else np.zeros((len(windows), 0), dtype=np.float32)

    def rows(self, owner: int) -> slice:
        """Where an owner's texts stand."""
        last = owner + 1 == len(self.owners)
        return slice(int(self.starts[owner]), None if last else int(self.starts[owner + 1]))


@dataclass(frozen=True)
class CaseVectors:
    """Everything of a case that an answer is compared with."""

    items: tuple[RubricItem, ...]
    steps: tuple[StepId, ...]
    """Step of each item."""
    earns: Bank
    misses: Bank
    flags: Bank
    flag_steps: tuple[StepId, ...]
    facts: Bank
    terms: tuple[Mapping[str, float], ...]
    """Per item: stem to weight of its distinctive words, summing to 1."""

    @cached_property
    def items_of_stem(self) -> Mapping[str, Sequence[tuple[int, float]]]:
        """The same by stem: the items that it tells apart, with its weight."""
        found: dict[str, list[tuple[int, float]]] = {}
        for item, weights in enumerate(self.terms):
            for stem, weight in weights.items():
                found.setdefault(stem, []).append((item, weight))
        return found


class Remembered:
    """Encodes texts, remembering the latest ones: one turn's sentences are looked at repeatedly.

    What one thread is encoding another does not encode again but waits for.

    Args:
        encode: makes the vectors of texts not remembered.
        size: texts remembered, a few hundred bytes each times four.
    """

    def __init__(self, encode: Encode, size: int = 512) -> None:
        self._encode = encode
        self._size = size
        self._known: dict[str, Future[Vectors]] = {}
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (n, 384)."""
        wanted, fresh = self._claim(texts)
        if fresh:
            self._make(fresh)
        return np.stack([wanted[text].result() for text in texts])

    def _claim(
        self, texts: Sequence[str]
    ) -> tuple[Mapping[str, Future[Vectors]], Mapping[str, Future[Vectors]]]:
        """The vectors of all texts, and which of them this call is to make."""
        with self._lock:
            fresh = {text: Future[Vectors]() for text in texts if text not in self._known}
            wanted = {text: fresh.get(text) or self._known[text] for text in texts}
            self._known.update(fresh)
            while len(self._known) > self._size:
                self._known.pop(next(iter(self._known)))
        return wanted, fresh

    def _make(self, fresh: Mapping[str, Future[Vectors]]) -> None:
        try:
            made = self._encode(list(fresh))
        except BaseException as error:
            with self._lock:
                for text in fresh:
                    self._known.pop(text, None)
            for future in fresh.values():
                future.set_exception(error)
            raise
        for future, vector in zip(fresh.values(), made, strict=True):
            future.set_result(vector)


def case_vectors(case: Case, encode: Encode, cache: Path | None = None) -> CaseVectors:
    """Vectors of a case, read from `cache` when nothing in them has changed.

    Args:
        case: the case with its variant applied.
        encode: texts to unit vectors, shape (n, 384).
        cache: folder to keep vectors in, or None.
    """
    pairs = list(case.items())
    flags = list(case.red_flags())
    # What has no examples is compared with what its author wrote of it.
    groups = [
        [(item.id, earning_texts(item)) for _, item in pairs],
        [(item.id, list(item.near_misses or (item.label,))) for _, item in pairs],
        [(flag.id, list(flag.said or (flag.statement,))) for _, flag in flags],
        [(fact.id, list(fact.topics)) for fact in case.facts],
    ]
    texts = [text for group in groups for _, said in group for text in said]
    vectors = encode_kept(texts, encode, cache, case.id)
    banks = _cut_banks(groups, vectors)
    return CaseVectors(
        items=tuple(item for _, item in pairs),
        steps=tuple(step for step, _ in pairs),
        earns=banks[0],
        misses=banks[1],
        flags=banks[2],
        flag_steps=tuple(step for step, _ in flags),
        facts=banks[3],
        terms=_distinctive_terms([item for _, item in pairs]),
    )


def earning_texts(item: RubricItem) -> list[str]:
    """Texts that earn an item: what candidates said, the exemplar's sentences, the alternatives.

    Not its statement: that is the problem, and naming a problem earns nothing.
    """
    exemplar = split_sentences(item.exemplar)
    parts = exemplar if len(exemplar) > 1 else ()
    return [*item.said, item.exemplar, *parts, *item.alternatives]


def is_judged_coarsely(item: RubricItem) -> bool:
    """Whether an item has too few examples for its words to be weighed against others'."""
    return len(item.said) < FEWEST_EXAMPLES


def _cut_banks(groups: Sequence[Sequence[tuple[str, list[str]]]], vectors: Vectors) -> list[Bank]:
    banks: list[Bank] = []
    offset = 0
    for group in groups:
        sizes = [len(said) for _, said in group]
        total = sum(sizes)
        banks.append(
            Bank(
                owners=tuple(owner for owner, _ in group),
                texts=tuple(text for _, said in group for text in said),
                starts=np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp),
                vectors=vectors[offset : offset + total],
            )
        )
        offset += total
    return banks


def encode_kept(texts: Sequence[str], encode: Encode, cache: Path | None, name: str) -> Vectors:
    """Vectors of texts, read from `cache` when they were made before.

    Args:
        texts: what to encode; other texts are another file.
        encode: texts to unit vectors, shape (n, 384).
        cache: folder to keep vectors in, or None.
        name: what the file is called, besides a digest of the texts.
    """
    digest = hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:16]
    file = None if cache is None else cache / f"{name}-{digest}.npy"
    if file is not None and file.is_file():
        try:
            known = np.load(file, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            known = np.zeros((0, 0), dtype=np.float32)  # a torn file is made again
        if len(known) == len(texts):
            return np.asarray(known, dtype=np.float32)
    vectors = np.asarray(encode(texts), dtype=np.float32)
    if file is not None:
        _keep(file, vectors)
    return vectors


def _keep(file: Path, vectors: Vectors) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, vectors)
    except OSError:
        file.unlink(missing_ok=True)  # a cache that cannot be written is only slower


def _distinctive_terms(items: Sequence[RubricItem]) -> tuple[Mapping[str, float], ...]:
    """Per item, the stems that its author keeps using and other items do not."""
    counts = [
        Counter(stem for text in earning_texts(item) for stem in set(content_stems(text)))
        for item in items
    ]
    spread = Counter(stem for count in counts for stem in count)
    terms: list[Mapping[str, float]] = []
    for item, count in zip(items, counts, strict=True):
        weights = {
            stem: math.sqrt(times) * math.log(1 + len(items) / spread[stem])
            for stem, times in count.items()
        }
        total = sum(weights.values()) or 1.0
        if is_judged_coarsely(item):
            total = max(total, WORDS_OF_EXAMPLES)
        terms.append({stem: weight / total for stem, weight in weights.items()})
    return tuple(terms)


UNRELATED = 0.25  # cosine below which a sentence has nothing to do with an item

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Compare = Callable[[str, Sequence[str], Sequence[float]], bool]

ITEM_FEATURES = (
    "closest_earning",  # cosine to the nearest text that earns the item
    "closest_miss",  # cosine to the nearest text that only sounds like it
    "closest_flag",  # cosine to the nearest red flag of the item's step
    "behind_other_items",  # how much closer another item is, 0 when none is
    "term_coverage",  # weight of the item's distinctive words that occur
    "list_likeness",  # 0 prose, 1 keywords only
)
FLAG_FEATURES = (
    "closest_said",  # cosine to the nearest way in which the flag is said
    "two_closest_said",  # mean of the two largest: one likeness may be chance
    "closest_earning",  # cosine to the nearest text that earns an item of the same step
    "closest_miss",  # cosine to the nearest near miss of the same step
    "closest_other_flag",  # cosine to the nearest other red flag of the same step
)
_COVERAGE_CAP = 0.25


class Closeness(NamedTuple):
    """Cosines of windows (rows) to a case's items and flags (columns)."""

    earning: Vectors
    miss: Vectors
    flag: Vectors
    flag_twice: Vectors
    """Mean of the two largest cosines to a red flag's texts."""


def item_features(
    texts: Sequence[str], listy: Floats, closeness: Closeness, case: CaseVectors
) -> Floats:
    """Features of every window for every item, shape (windows, items, ITEM_FEATURES).

    Args:
        texts: the windows.
        listy: how far each is a bare list of terms.
        closeness: their cosines.
        case: what they are compared with.
    """
    features = np.zeros((len(texts), len(case.items), len(ITEM_FEATURES)))
    features[:, :, 0] = closeness.earning
    features[:, :, 1] = closeness.miss
    features[:, :, 2] = _flags_of_steps(closeness.flag, case)
    features[:, :, 3] = np.maximum(0.0, _best_other(closeness.earning) - closeness.earning)
    features[:, :, 4] = [term_coverage(text, case) for text in texts]
    features[:, :, 5] = listy[:, None]
    return features


def flag_features(closeness: Closeness, case: CaseVectors) -> Floats:
    """Features of every window for every red flag, shape (windows, flags, FLAG_FEATURES)."""
    features = np.zeros((*closeness.flag.shape, len(FLAG_FEATURES)))
    features[:, :, 0] = closeness.flag
    features[:, :, 1] = closeness.flag_twice
    for index, step in enumerate(case.flag_steps):
        own = [at for at, item_step in enumerate(case.steps) if item_step is step]
        others = [at for at, other in enumerate(case.flag_steps) if other is step and at != index]
        features[:, index, 2] = closeness.earning[:, own].max(axis=1, initial=0.0)
        features[:, index, 3] = closeness.miss[:, own].max(axis=1, initial=0.0)
        features[:, index, 4] = closeness.flag[:, others].max(axis=1, initial=0.0)
    return features


def term_coverage(text: str, case: CaseVectors) -> list[float]:
    """Per item, the weight of its distinctive words that occur in a text, capped."""
    shares: list[list[float]] = [[] for _ in case.items]
    for stem in set(content_stems(text)):
        for item, weight in case.items_of_stem.get(stem, ()):
            shares[item].append(weight)
    # The order of a set changes from run to run; fsum gives the same sum for all of them.
    return [min(_COVERAGE_CAP, math.fsum(share)) if share else 0.0 for share in shares]


def _flags_of_steps(flags: Vectors, case: CaseVectors) -> Vectors:
    """Largest cosine to a red flag of each item's own step; 0 where the step has none."""
    columns = np.zeros((len(flags), len(case.items)), dtype=np.float32)
    for step in set(case.flag_steps):
        own = [at for at, flag_step in enumerate(case.flag_steps) if flag_step is step]
        here = [at for at, item_step in enumerate(case.steps) if item_step is step]
        columns[:, here] = flags[:, own].max(axis=1)[:, None]
    return columns


def _best_other(earning: Vectors) -> Vectors:
    """For each item, the largest cosine to any other item."""
    if earning.shape[1] < 2:
        return np.zeros_like(earning)
    top = np.sort(earning, axis=1)[:, -2:]
    best, second = top[:, 1:], top[:, :1]
    return np.where(earning >= best, second, best)


class Reading:
    """Windows of one text (rows) against the items and red flags of a case (columns).

    Args:
        segments: the windows.
        encode: texts to unit vectors.
        case: what they are compared with.
        turn: number of the turn that says the text.
    """

    def __init__(
        self, segments: list[Segment], encode: Encode, case: CaseVectors, turn: int = 1
    ) -> None:
        self.segments, self.case, self.turn = segments, case, turn
        self.texts = [segment.text for segment in segments]
        # A pair gets the mean of its sentences, a third of the work.
        single = encode([segment.text for segment in segments if segment.length == 1])
        means = np.stack([single[s.start : s.start + s.length].mean(axis=0) for s in segments])
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        self.vectors: Vectors = np.asarray(means / lengths, dtype=np.float32)
        self.closeness = Closeness(
            earning=case.earns.closest(self.vectors),
            miss=case.misses.closest(self.vectors),
            flag=case.flags.closest(self.vectors),
            flag_twice=case.flags.two_closest(self.vectors),
        )
        self.words = np.array([len(words_of(text)) for text in self.texts])
        self.listy = np.array([list_likeness(text) for text in self.texts])
        known = claimed([segment.text for segment in segments if segment.length == 1])
        self.claimed = np.array(
            [all(known[s.start : s.start + s.length]) for s in segments], dtype=np.bool_
        )
        """Windows whose sentences are claimed as they stand."""
        self.naming = np.array([enumerates(text) for text in self.texts], dtype=np.bool_)

    def diluted(self) -> Mask:
        """Pairs of which a sentence has nothing to do with an item, shape (windows, items).

        It adds nothing to the other one and hides what that lacks: near misses and red flags seem
        farther away.
        """
        earning = self.closeness.earning
        alone = {s.start: row for row, s in enumerate(self.segments) if s.length == 1}
        farther = [
            np.min([earning[alone[at]] for at in range(s.start, s.start + s.length)], axis=0)
            for s in self.segments
        ]
        pair = np.array([[s.length > 1] for s in self.segments])
        return np.asarray(pair & (np.stack(farther) < UNRELATED))

    def touching(self, flagged: Mask) -> Mask:
        """Windows that hold a flagged sentence."""
        bad = {
            segment.start
            for segment, is_flagged in zip(self.segments, flagged, strict=True)
            if is_flagged and segment.length == 1
        }
        return np.array(
            [
                any(start in bad for start in range(segment.start, segment.start + segment.length))
                for segment in self.segments
            ]
        )

    def where(self, compare: Compare, bank: Bank, candidates: Mask) -> Mask:
        """Where a window says of an owner's texts what `compare` asks, among candidates.

        Args:
            compare: whether a window opposes some authored texts, or stands behind them.
            bank: the texts.
            candidates: shape (windows, owners).
        """
        pairs = [(row, bank.rows(int(column))) for row, column in np.argwhere(candidates)]
        cosines = [(bank.vectors[rows] @ self.vectors[row]).tolist() for row, rows in pairs]
        found = np.zeros_like(candidates)
        found[candidates] = [
            compare(self.texts[row], bank.texts[rows], near)
            for (row, rows), near in zip(pairs, cosines, strict=True)
        ]
        return found
