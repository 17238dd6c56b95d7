"""The embedded judge: sentence vectors, distinctive words and a small linear model.

It finds which authored ways of earning a point a piece of an answer comes close to, and how much
closer than to what only sounds like it. The weights in `weights.json` were fitted on authored
texts alone (each held out in turn), never on rated answers; `evals/judge/likeness.py` makes them
again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interviewer.core.assessment import NOT_FOUND, Assessment, Judgement, RedFlagHit, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.judge.pooling import Seen
from interviewer.judge.reading import (
    FLAG_FEATURES,
    ITEM_FEATURES,
    CaseVectors,
    Encode,
    Floats,
    Reading,
    Remembered,
    case_vectors,
    encode_kept,
    flag_features,
    item_features,
)
from interviewer.judge.stacked import Picked, Stacked
from interviewer.text.negation import opposes, stands_behind
from interviewer.text.sentences import windows

SHORTLIST = 8  # items of other steps that a message may earn besides those of its own
CLAIM_WORDS = 5  # fewer are a heading or a term, nothing that could be wrong
CASES_KEPT = 8  # cases whose vectors stay in memory
REASONS = {
    Verdict.ABSENT: NOT_FOUND,
    Verdict.UNASSESSED: "Touched; whether it is decided is unclear.",
    Verdict.PARTIAL: "Said in words that come near to what earns the point.",
    Verdict.MET: "Said in words close to what earns the point.",
}


@dataclass(frozen=True)
class Weights:
    """The linear models and their thresholds.

    Attributes:
        met, partial: probability of having earned an item from which it is met or partial.
        unsure: from here up to `partial` it cannot be told apart, so it is unassessed.
        elsewhere: probability from which an item of another step is earned.
        floor: cosine to earning texts under which nothing is earned.
        flag_floor: cosine to a red flag's texts under which it is not heard, though a window
            nearer to it than to what earns an item may still earn nothing.
        outdone: how much nearer to a near miss than to earning texts a window earns nothing.
        keywords: list-likeness from which a window is only a list of terms.
        flagged: probability from which a window is too close to a red flag to earn anything.
        heard: probability from which a red flag is heard.
    """

    name: str
    item: Mapping[str, float]
    item_intercept: float
    flag: Mapping[str, float]
    flag_intercept: float
    met: float
    partial: float
    unsure: float
    elsewhere: float
    floor: float
    flag_floor: float
    outdone: float
    keywords: float
    flagged: float
    heard: float


@cache
def read_weights() -> Weights:
    """Reads the shipped weights once."""
    text = files("interviewer.judge").joinpath("weights.json").read_text("utf-8")
    data: dict[str, Any] = json.loads(text)
    return Weights(**data)


def probability(features: Floats, coefficients: Floats, intercept: float) -> Floats:
    """Logistic model over the last axis."""
    return np.asarray(1.0 / (1.0 + np.exp(-(features @ coefficients + intercept))))


class EmbeddedJudge:
    """Judges offline, from the authored case alone.

    Args:
        encode: texts to unit vectors, shape (n, 384).
        cache: folder to keep vectors in, or None.
        weights: of likeness; the shipped ones when None.
        stacked: decides on the items of the step in place of likeness alone, where given.
    """

    def __init__(
        self,
        encode: Encode,
        cache: Path | None = None,
        weights: Weights | None = None,
        stacked: Stacked | None = None,
    ) -> None:
        self._stacked = stacked
        self._encode_case = encode
        self.encode: Encode = Remembered(encode)
        """Unit vectors of texts, shape (n, 384)."""
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

    def remember(self, name: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of texts that never change, made once and kept; shape (n, 384)."""
        with self._lock:
            if name not in self._remembered:
                kept = encode_kept(texts, self.encode, self._cache, name)
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
        self,
        case: Case,
        step: StepId,
        sentences: Sequence[str],
        *,
        elsewhere: bool,
        turn: int = 1,
    ) -> Judgement:
        """Judges a text, blocking (run it in a worker thread).

        Args:
            case: the case with its variant applied.
            step: the step the interview is in; all of its items are judged.
            sentences: the text, cut with `split_sentences`.
            elsewhere: whether items of other steps may be earned too.
            turn: number of the turn that says it; 1 for a text on its own.

        Raises:
            KnowledgeError: the model is not usable.
        """
        vectors = self.prepare(case)
        segments = windows(list(sentences))
        if not segments:
            return Judgement(items=tuple(_silence(case, step)))
        reading = Reading(segments, self.encode, vectors, turn)
        flags = self._flag_chances(reading)
        wanted = np.array([elsewhere or own is step for own in reading.case.steps])
        picked = self._pick(reading, step)
        earned, barred = self._item_chances(reading, flags, wanted, picked)
        items = self._items(reading, earned, step, elsewhere)
        if self._stacked is not None:
            items[: len(picked)] = self._stacked.judge(reading, picked, earned, barred)
        flags[reading.closeness.flag < self._weights.flag_floor] = 0.0
        return Judgement(items=tuple(items), red_flags=tuple(self._flags(reading, flags, step)))

    def see(self, case: Case, step: StepId, sentences: Sequence[str]) -> list[Seen]:
        """What the stacked judge sees of the items of a step before it decides, to fit it on."""
        if self._stacked is None:
            return []
        reading = Reading(windows(list(sentences)), self.encode, self.prepare(case))
        picked = self._pick(reading, step)
        wanted = np.array([own is step for own in reading.case.steps])
        earned, barred = self._item_chances(reading, self._flag_chances(reading), wanted, picked)
        return self._stacked.see(reading, picked, earned, barred)

    def _pick(self, reading: Reading, step: StepId) -> Picked:
        """What the stacked judge reads, which is nothing where there is none."""
        if self._stacked is None:
            return {}
        own = [at for at, owner in enumerate(reading.case.steps) if owner is step]
        counts = reading.claimed & (reading.listy < self._weights.keywords)
        return self._stacked.pick(reading, own, counts)

    def _flag_chances(self, reading: Reading) -> Floats:
        """Chance that a window says a red flag, 0 where the speaker does not stand behind it."""
        weights = self._weights
        flags = probability(
            flag_features(reading.closeness, reading.case), self._flag, weights.flag_intercept
        )
        flags[~reading.claimed] = 0.0
        flags[(reading.listy >= weights.keywords) | (reading.words < CLAIM_WORDS)] = 0.0
        flags[reading.naming] = 0.0
        near = flags > min(weights.flagged, weights.heard)
        flags[near & ~reading.where(stands_behind, reading.case.flags, near)] = 0.0
        return flags

    def _item_chances(
        self, reading: Reading, flags: Floats, wanted: NDArray[np.bool_], picked: Picked
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Chance that a window earns an item, and where it may earn nothing whatever is read.

        The chance is 0 for items that are not wanted. What is picked is looked at for denials, too.
        """
        weights = self._weights
        features = item_features(reading.texts, reading.listy, reading.closeness, reading.case)
        earned = probability(features, self._item, weights.item_intercept)
        earned[:, ~wanted] = 0.0
        earned[reading.listy >= weights.keywords] = 0.0
        earned[reading.closeness.earning < weights.floor] = 0.0
        earned[reading.closeness.miss > reading.closeness.earning + weights.outdone] = 0.0
        earned[reading.diluted()] = 0.0
        barred = np.zeros(earned.shape, dtype=np.bool_)
        for step in set(reading.case.flag_steps):
            own = [at for at, flag in enumerate(reading.case.flag_steps) if flag is step]
            here = np.array([item is step for item in reading.case.steps])
            flagged = flags[:, own].max(axis=1) > weights.flagged
            barred[np.ix_(reading.touching(flagged), here)] = True
        looked_at = (earned >= weights.unsure) & ~barred
        for item, rows in picked.items():
            looked_at[list(rows), item] = True
        barred |= reading.where(opposes, reading.case.earns, looked_at)
        earned[barred] = 0.0
        return earned, barred

    def _items(
        self, reading: Reading, earned: Floats, step: StepId, elsewhere: bool
    ) -> list[Assessment]:
        """Verdicts on the items of the step, then on the likeliest ones of other steps."""
        case, best, chances = reading.case, earned.argmax(axis=0), earned.max(axis=0).tolist()
        here = [at for at, own in enumerate(case.steps) if own is step]
        others = [at for at, own in enumerate(case.steps) if own is not step and elsewhere]
        abroad = [at for at in others if chances[at] >= self._weights.elsewhere]
        judged = [*here, *sorted(abroad, key=lambda at: -chances[at])[:SHORTLIST]]
        verdicts = [self._verdict(chances[at]) for at in judged]
        return [
            Assessment.judged(
                item=case.items[at].id,
                step=case.steps[at],
                verdict=verdict,
                quote="" if verdict is Verdict.ABSENT else reading.segments[best[at]].text,
                turn=reading.turn,
                reason=REASONS[verdict],
                confidence=round(max(chances[at], 1 - chances[at]), 2),
                closeness=round(chances[at], 3),
            )
            for at, verdict in zip(judged, verdicts, strict=True)
        ]

    def _verdict(self, chance: float) -> Verdict:
        weights = self._weights
        if chance < weights.unsure:
            return Verdict.ABSENT
        if chance < weights.partial:
            return Verdict.UNASSESSED
        return Verdict.PARTIAL if chance < weights.met else Verdict.MET

    def _flags(self, reading: Reading, flags: Floats, step: StepId) -> list[RedFlagHit]:
        single = [at for at, segment in enumerate(reading.segments) if segment.length == 1]
        heard: list[RedFlagHit] = []
        for index, flag in enumerate(reading.case.flags.owners):
            if reading.case.flag_steps[index] is not step:
                continue
            at = max(single, key=lambda row: flags[row, index])
            if flags[at, index] > self._weights.heard:
                text = reading.segments[at].text
                heard.append(
                    RedFlagHit.heard(red_flag=flag, step=step, quote=text, turn=reading.turn)
                )
        return heard


def _silence(case: Case, step: StepId) -> Iterator[Assessment]:
    """The items of a step when nothing was said that could be read."""
    verdict = Verdict.ABSENT
    for item in case.steps[step].items:
        yield Assessment.judged(item=item.id, step=step, verdict=verdict, reason=REASONS[verdict])
