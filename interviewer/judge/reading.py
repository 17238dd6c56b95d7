"""One text measured against one case: windows, cosines, and where the speaker stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from interviewer.judge.features import Closeness, flag_features, item_features, measure
from interviewer.judge.vectors import Bank, CaseVectors, Encode, Vectors
from interviewer.judge.weights import Floats
from interviewer.text.enumeration import enumerates
from interviewer.text.negation import claimed, opposes, stands_behind
from interviewer.text.sentences import Segment, list_likeness
from interviewer.text.words import words_of

UNRELATED = 0.25  # cosine below which a sentence has nothing to do with an item

Mask = NDArray[np.bool_]
Compare = Callable[[str, Sequence[str], Sequence[float]], bool]


class Reading:
    """Windows of one text (rows) against the items and red flags of a case (columns)."""

    def __init__(self, segments: list[Segment], encode: Encode, case: CaseVectors) -> None:
        self.segments = segments
        self.case = case
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
        found = np.zeros_like(candidates)
        for row, column in np.argwhere(candidates):
            rows = bank.rows(int(column))
            cosines = bank.vectors[rows] @ self.vectors[row]
            found[row, column] = compare(self.texts[row], bank.texts[rows], cosines.tolist())
        return found


def window_vectors(segments: Sequence[Segment], encode: Encode) -> Vectors:
    """Vectors of windows; a pair gets the mean of its sentences, a third of the work."""
    single = encode([segment.text for segment in segments if segment.length == 1])
    rows = [single[segment.start : segment.start + segment.length] for segment in segments]
    means = np.stack([row.mean(axis=0) for row in rows])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)
