"""The embedded judge: sentence vectors, distinctive words and a small linear model.

It finds which authored ways of earning a point a piece of an answer comes close to, and how much
closer than to what only sounds like it. The weights in `weights.json` were fitted on authored
texts alone (each held out in turn), never on rated answers; `evals/judge/fit.py` makes them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.judge.features import FLAG_FEATURES, ITEM_FEATURES
from interviewer.judge.protocol import FlagJudgement, ItemJudgement, Judgement
from interviewer.judge.reading import Reading
from interviewer.judge.vectors import CaseVectors, Encode, Remembered, case_vectors, encode_kept
from interviewer.judge.weights import Floats, Weights, probability, read_weights
from interviewer.text.sentences import windows

SHORTLIST = 8  # items of other steps that a message may earn besides those of its own
CLAIM_WORDS = 5  # fewer are a heading or a term, nothing that could be wrong
CASES_KEPT = 8  # cases whose vectors stay in memory


class EmbeddedJudge:
    """Judges offline, from the authored case alone."""

    def __init__(
        self, encode: Encode, cache: Path | None = None, weights: Weights | None = None
    ) -> None:
        self._encode_case = encode
        self._encode = Remembered(encode)
        self._cache = cache
        self._weights = weights or read_weights()
        self._item = np.array([self._weights.item[name] for name in ITEM_FEATURES])
        self._flag = np.array([self._weights.flag[name] for name in FLAG_FEATURES])
        self._prepared: dict[int, tuple[Case, CaseVectors]] = {}
        self._remembered: dict[str, NDArray[np.float32]] = {}
        self._lock = Lock()

    @property
    def name(self) -> str:
        """Name and version, stored with every result."""
        return self._weights.name

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of texts, shape (n, 384)."""
        return self._encode(texts)

    def remember(self, name: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of texts that never change, made once and kept; shape (n, 384)."""
        with self._lock:
            if name not in self._remembered:
                kept = encode_kept(texts, self._encode, self._cache, name)
                self._remembered[name] = kept
            return self._remembered[name]

    def prepare(self, case: Case) -> CaseVectors:
        """Vectors of a case, made once and kept while the process lives."""
        with self._lock:
            known = self._prepared.get(id(case))
            if known is None:
                known = (case, case_vectors(case, self._encode_case, self._cache))
                while len(self._prepared) >= CASES_KEPT:
                    self._prepared.pop(next(iter(self._prepared)))
                self._prepared[id(case)] = known
            return known[1]

    def judge(
        self, case: Case, step: StepId, sentences: Sequence[str], *, elsewhere: bool
    ) -> Judgement:
        """Judges a text; see `Judge.judge`."""
        vectors = self.prepare(case)
        segments = windows(list(sentences))
        if not segments:
            return Judgement(items=tuple(_absent(i.id, step) for i in case.steps[step].items))
        return self._weigh(Reading(segments, self._encode, vectors), step, elsewhere)

    def _weigh(self, reading: Reading, step: StepId, elsewhere: bool) -> Judgement:
        flags = self._flag_chances(reading)
        wanted = np.array([elsewhere or own is step for own in reading.case.steps])
        earned = self._item_chances(reading, flags, wanted)
        items = self._items(reading, earned, step, elsewhere)
        flags[reading.closeness.flag < self._weights.flag_floor] = 0.0
        return Judgement(items=tuple(items), red_flags=tuple(self._flags(reading, flags, step)))

    def _flag_chances(self, reading: Reading) -> Floats:
        """Chance that a window says a red flag, 0 where the speaker does not stand behind it."""
        weights = self._weights
        flags = probability(reading.flags(), self._flag, weights.flag_intercept)
        flags[~reading.claimed()] = 0.0
        flags[(reading.listy >= weights.keywords) | (reading.words < CLAIM_WORDS)] = 0.0
        flags[reading.naming] = 0.0
        near = flags > min(weights.flagged, weights.heard)
        flags[near & ~reading.meant_flags(near)] = 0.0
        return flags

    def _item_chances(self, reading: Reading, flags: Floats, wanted: NDArray[np.bool_]) -> Floats:
        """Chance that a window earns an item, 0 for items that are not wanted."""
        weights = self._weights
        earned = probability(reading.items(), self._item, weights.item_intercept)
        earned[:, ~wanted] = 0.0
        earned[reading.listy >= weights.keywords] = 0.0
        earned[reading.closeness.earning < weights.floor] = 0.0
        earned[reading.closeness.miss > reading.closeness.earning + weights.outdone] = 0.0
        earned[reading.diluted()] = 0.0
        for step in set(reading.case.flag_steps):
            own = [at for at, flag in enumerate(reading.case.flag_steps) if flag is step]
            here = np.array([item is step for item in reading.case.steps])
            flagged = flags[:, own].max(axis=1) > weights.flagged
            earned[np.ix_(reading.touching(flagged), here)] = 0.0
        earned[reading.denied_items(earned >= weights.unsure)] = 0.0
        return earned

    def _items(
        self, reading: Reading, earned: Floats, step: StepId, elsewhere: bool
    ) -> list[ItemJudgement]:
        best = earned.argmax(axis=0)
        found: list[tuple[float, ItemJudgement]] = []
        here: list[ItemJudgement] = []
        for index, item in enumerate(reading.case.items):
            chance = float(earned[best[index], index])
            quote = reading.segments[int(best[index])].text
            own = reading.case.steps[index] is step
            judged = self._verdict(item.id, reading.case.steps[index], chance, quote)
            if own:
                here.append(judged)
            elif elsewhere and chance >= self._weights.elsewhere:
                found.append((chance, judged))
        found.sort(key=lambda pair: -pair[0])
        return here + [judged for _, judged in found[:SHORTLIST]]

    def _verdict(self, item: str, step: StepId, chance: float, quote: str) -> ItemJudgement:
        weights = self._weights
        if chance < weights.unsure:
            return _absent(item, step, closeness=chance)
        if chance < weights.partial:
            verdict, reason = Verdict.UNASSESSED, "Touched; whether it is decided is unclear."
        elif chance < weights.met:
            verdict, reason = Verdict.PARTIAL, "Named, or decided without a reason that fits."
        else:
            verdict, reason = Verdict.MET, "Decided, in words close to what earns the point."
        return ItemJudgement(
            item=item,
            step=step,
            verdict=verdict,
            quote=quote,
            reason=reason,
            confidence=round(max(chance, 1 - chance), 2),
            closeness=round(chance, 3),
        )

    def _flags(self, reading: Reading, flags: Floats, step: StepId) -> list[FlagJudgement]:
        single = [at for at, segment in enumerate(reading.segments) if segment.length == 1]
        heard: list[FlagJudgement] = []
        for index, flag in enumerate(reading.case.flags.owners):
            if reading.case.flag_steps[index] is not step:
                continue
            at = max(single, key=lambda row: flags[row, index])
            if flags[at, index] > self._weights.heard:
                text = reading.segments[at].text
                heard.append(FlagJudgement(red_flag=flag, step=step, quote=text))
        return heard


def _absent(item: str, step: StepId, closeness: float = 0.0) -> ItemJudgement:
    return ItemJudgement(
        item=item,
        step=step,
        verdict=Verdict.ABSENT,
        reason="Not found in what was said.",
        confidence=round(1 - closeness, 2),
        closeness=round(closeness, 3),
    )
