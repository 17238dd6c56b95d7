"""A second judge of the points of a step: likeness and a cross-encoder's reading, stacked.

The embedded judge decides by likeness alone as long as nobody gives it this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from interviewer.core.assessment import NOT_FOUND, Assessment, Verdict
from interviewer.judge.criteria import Criterion, of_item
from interviewer.judge.cross_encoder import Reader
from interviewer.judge.pooling import Found, Pooling, Seen
from interviewer.judge.reading import Encode, Floats, Mask, Reading

READ = 4  # windows of a text that are read for an item
REASONS = {
    Verdict.ABSENT: NOT_FOUND,
    Verdict.UNASSESSED: "Touched; whether it is decided is unclear.",
    Verdict.PARTIAL: "Read as earning the point in part.",
    Verdict.MET: "Read as earning the point.",
}
AGAINST = "Read as speaking against the point."

Picked = Mapping[int, Sequence[int]]
"""Items of a step, by their number in the case, and the windows that are read for each of them."""


class Stacked(NamedTuple):
    """Reads the windows nearest to what an item asks, and decides with likeness.

    Attributes:
        reader: tells verdicts on a window apart.
        pooling: makes verdicts on items of what was seen.
        encode: texts to unit vectors, shape (n, 384).
    """

    reader: Reader
    pooling: Pooling
    encode: Encode

    def pick(self, reading: Reading, items: Sequence[int], counts: Mask) -> Picked:
        """The windows to read for each item, of those that count, the nearest first."""
        rows = np.flatnonzero(counts)
        picked = {}
        for item in items:
            cosines = _nearness(reading, of_item(reading.case.items[item]), self.encode)
            ranked = rows[np.argsort(-cosines[rows], kind="stable")]
            picked[item] = [int(row) for row in ranked[:READ]]
        return picked

    def see(self, reading: Reading, picked: Picked, earned: Floats, barred: Mask) -> list[Seen]:
        """What is seen of each item.

        Args:
            reading: the text.
            picked: what is read for each item.
            earned: chance by likeness that a window earns an item, shape (windows, items).
            barred: where a window may earn nothing, of the same shape.
        """
        asked = {item: of_item(reading.case.items[item]) for item in picked}
        pairs = [
            (asked[item].question, reading.texts[row])
            for item, rows in picked.items()
            for row in rows
        ]
        ends = np.cumsum([len(rows) for rows in picked.values()])[:-1]
        chances = np.split(self.reader.read(pairs), ends)
        found = []
        for (item, rows), own in zip(picked.items(), chances, strict=True):
            near = _nearness(reading, asked[item], self.encode)[list(rows)].max(initial=0.0)
            alike = float(earned[:, item].max())
            found.append(Seen(own, ~barred[list(rows), item], float(near), alike))
        return found

    def judge(
        self, reading: Reading, picked: Picked, earned: Floats, barred: Mask
    ) -> list[Assessment]:
        """The verdicts on the items; see `see`."""
        found = self.pooling.decide(self.see(reading, picked, earned, barred))
        return [
            _assessment(reading, item, rows, one)
            for (item, rows), one in zip(picked.items(), found, strict=True)
        ]


def _nearness(reading: Reading, criterion: Criterion, encode: Encode) -> Floats:
    """Cosine of each window to the nearest of what an item asks and of sound treatments."""
    return np.asarray((reading.vectors @ encode(criterion.texts).T).max(axis=1), dtype=np.float64)


def _assessment(reading: Reading, item: int, rows: Sequence[int], found: Found) -> Assessment:
    silent = found.verdict is Verdict.ABSENT and not found.contradicted
    return Assessment.judged(
        item=reading.case.items[item].id,
        step=reading.case.steps[item],
        verdict=found.verdict,
        contradicted=found.contradicted,
        quote="" if silent or not rows else reading.texts[rows[found.window]],
        turn=reading.turn,
        reason=AGAINST if found.contradicted else REASONS[found.verdict],
        confidence=round(found.confidence, 2),
        closeness=round(found.closeness, 3),
    )
