"""A case as the embedded judge sees it: vectors and words of everything its author wrote down."""

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

import numpy as np
from numpy.typing import NDArray

from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import StepId
from interviewer.text.sentences import content_stems, split_sentences

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Bank:
    """Vectors grouped by owner.

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
    groups = [
        [(item.id, earning_texts(item)) for _, item in pairs],
        [(item.id, list(item.near_misses)) for _, item in pairs],
        [(flag.id, list(flag.said)) for _, flag in flags],
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
    """Texts that earn an item: what candidates said, and the exemplar's sentences."""
    exemplar = split_sentences(item.exemplar)
    return [*item.said, item.exemplar, *(exemplar if len(exemplar) > 1 else ()), item.statement]


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
    for count in counts:
        weights = {
            stem: math.sqrt(times) * math.log(1 + len(items) / spread[stem])
            for stem, times in count.items()
        }
        total = sum(weights.values()) or 1.0
        terms.append({stem: weight / total for stem, weight in weights.items()})
    return tuple(terms)
