"""One text measured against one case: windows, cosines, features, and where the speaker stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interviewer.judge.vectors import Bank, CaseVectors, Encode, Vectors
from interviewer.text.negation import claimed, enumerates, opposes, stands_behind
from interviewer.text.sentences import Segment, content_stems, list_likeness, words_of

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


def measure(windows: Vectors, case: CaseVectors) -> Closeness:
    """Cosines of window vectors, shape (n, 384), to everything authored."""
    return Closeness(
        earning=case.earns.closest(windows),
        miss=case.misses.closest(windows),
        flag=case.flags.closest(windows),
        flag_twice=case.flags.two_closest(windows),
    )


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
        self.vectors = window_vectors(segments, encode)
        self.closeness: Closeness = measure(self.vectors, case)
        self.words = np.array([len(words_of(text)) for text in self.texts])
        self.listy = np.array([list_likeness(text) for text in self.texts])
        self.naming = np.array([enumerates(text) for text in self.texts], dtype=np.bool_)

    def items(self) -> Floats:
        """Item features, shape (windows, items, ITEM_FEATURES)."""
        return item_features(self.texts, self.listy, self.closeness, self.case)

    def flags(self) -> Floats:
        """Flag features, shape (windows, flags, FLAG_FEATURES)."""
        return flag_features(self.closeness, self.case)

    def claimed(self) -> Mask:
        """Windows whose sentences are claimed as they stand, shape (windows,)."""
        known = claimed([segment.text for segment in self.segments if segment.length == 1])
        stretches = [known[s.start : s.start + s.length] for s in self.segments]
        return np.array([all(stretch) for stretch in stretches], dtype=np.bool_)

    def denied_items(self, candidates: Mask) -> Mask:
        """Where a window denies what earns an item, among candidates (windows, items)."""
        return self._compared(self.case.earns, candidates, opposes)

    def meant_flags(self, candidates: Mask) -> Mask:
        """Where the speaker means what a red flag says, among candidates (windows, flags)."""
        return self._compared(self.case.flags, candidates, stands_behind)

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

    def _compared(self, bank: Bank, candidates: Mask, compare: Compare) -> Mask:
        pairs = [(row, bank.rows(int(column))) for row, column in np.argwhere(candidates)]
        cosines = [(bank.vectors[rows] @ self.vectors[row]).tolist() for row, rows in pairs]
        found = np.zeros_like(candidates)
        found[candidates] = [
            compare(self.texts[row], bank.texts[rows], near)
            for (row, rows), near in zip(pairs, cosines, strict=True)
        ]
        return found


def window_vectors(segments: Sequence[Segment], encode: Encode) -> Vectors:
    """Vectors of windows; a pair gets the mean of its sentences, a third of the work."""
    single = encode([segment.text for segment in segments if segment.length == 1])
    rows = [single[segment.start : segment.start + segment.length] for segment in segments]
    means = np.stack([row.mean(axis=0) for row in rows])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)
