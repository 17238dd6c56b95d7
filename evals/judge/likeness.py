"""Fits the linear models of likeness on authored texts, and writes `weights.json`.

    python -m evals.judge.likeness [--write] [--without CASE]

Positive examples are the texts that earn an item, each compared with the item's *other* texts;
negative ones are near misses, red flags, texts that earn another item of the step, and generic
sentences (`generic.txt`). No rated answer is read, so figures on rated answers stay honest. The
thresholds below were chosen on the scripted transcripts' intended step qualities.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import interviewer.judge
from interviewer.cases.library import load_library
from interviewer.judge.reading import (
    FLAG_FEATURES,
    ITEM_FEATURES,
    Bank,
    CaseVectors,
    Closeness,
    case_vectors,
    flag_features,
    item_features,
)
from interviewer.retrieval.embedding import shared_model
from interviewer.text.sentences import content_stems, list_likeness

THRESHOLDS = {
    "met": 0.7,
    "partial": 0.4,
    "unsure": 0.36,
    "elsewhere": 0.8,
    "floor": 0.35,
    "flag_floor": 0.55,
    "outdone": 0.15,
    "keywords": 0.6,
    "flagged": 0.4,
    "heard": 0.6,
}
WEIGHT = {"said": 2.0, "miss": 1.5}  # of an example by its kind; 1 otherwise
OTHERS = 2  # other items that a text is an example against
FEWEST_SAID = 5  # examples of a red flag
NAME = "embedded-1"
CACHE = Path(".evals/cache/vectors")


class Example(NamedTuple):
    """One row to fit on."""

    kind: str
    features: NDArray[np.float64]
    label: int


def owner_ranges(bank: Bank) -> list[range]:
    """Index range of each owner's texts."""
    ends = [*bank.starts[1:].tolist(), len(bank.texts)]
    return [range(start, end) for start, end in zip(bank.starts.tolist(), ends, strict=True)]


class HeldOut:
    """Features of authored texts, with the text itself taken out of what it is compared with."""

    def __init__(self, case: CaseVectors) -> None:
        self.case = case
        self.ranges = owner_ranges(case.earns)
        self._flag_ranges = owner_ranges(case.flags)
        self._stems = [set(content_stems(text)) for text in case.earns.texts]

    def same_words(self, item: int, at: int) -> list[int]:
        """Rows of an item that repeat a text: sentences of the exemplar and the exemplar itself."""
        exemplar, texts = self.case.items[item].exemplar, self.case.earns.texts
        if texts[at] not in exemplar:
            return [at]
        return [row for row in self.ranges[item] if texts[row] in exemplar]

    def closeness(
        self, vector: NDArray[np.float32], bank: str = "", without: Sequence[int] = ()
    ) -> Closeness:
        """Closeness of one vector, leaving out rows of one bank."""
        banks = (self.case.earns, self.case.misses, self.case.flags)
        cosines = [vector @ known.vectors.T for known in banks]
        if bank:
            cosines[("earns", "misses", "flags").index(bank)][list(without)] = -1.0
        rows = [
            np.maximum.reduceat(values, known.starts)[None]
            for values, known in zip(cosines, banks, strict=True)
        ]
        flags = [np.sort(cosines[2][list(at)])[-2:] for at in self._flag_ranges]
        twice = [kept[kept > -1.0].mean() for kept in flags]
        return Closeness(rows[0], rows[1], rows[2], np.array([twice], dtype=np.float32))

    def items(
        self, text: str, vector: NDArray[np.float32], bank: str, without: Sequence[int]
    ) -> NDArray[np.float64]:
        """Item features of one authored text, shape (items, ITEM_FEATURES)."""
        listy, close = np.array([list_likeness(text)]), self.closeness(vector, bank, without)
        features = item_features([text], listy, close, self.case)[0]
        if bank == "earns":
            features[:, ITEM_FEATURES.index("term_coverage")] = self._coverage(text, without)
        return np.asarray(features)

    def _coverage(self, text: str, without: Sequence[int]) -> list[float]:
        """Term coverage as if the held-out texts had not been written."""
        counts = [
            Counter(stem for at in rows if at not in without for stem in self._stems[at])
            for rows in self.ranges
        ]
        spread = Counter(stem for count in counts for stem in count)
        stems = set(content_stems(text))
        shares = []
        for count in counts:
            weights = {
                stem: math.sqrt(n) * math.log(1 + len(counts) / spread[stem])
                for stem, n in count.items()
            }
            total = sum(weights.values()) or 1.0
            shares.append(min(0.25, sum(weights.get(stem, 0.0) for stem in stems) / total))
        return shares


def item_examples(case: CaseVectors, generic: Sequence[str], seed: int) -> Iterator[Example]:
    """Rows for the item model."""
    draw = np.random.default_rng(seed)
    held = HeldOut(case)
    for index, rows in enumerate(held.ranges):
        step = case.steps[index]
        siblings = [j for j, s in enumerate(case.steps) if s is step and j != index]
        spoken = len(rows) - len(case.items[index].alternatives)  # these stand last
        for at in rows[:spoken]:
            text = case.earns.texts[at]
            without = held.same_words(index, at)
            features = held.items(text, case.earns.vectors[at], "earns", without)
            yield Example("said", features[index], 1)
            for other in draw.choice(siblings, min(OTHERS, len(siblings)), replace=False):
                yield Example("other", features[other], 0)
    for index, rows in enumerate(owner_ranges(case.misses)):
        for at in rows:
            features = held.items(case.misses.texts[at], case.misses.vectors[at], "misses", [at])
            yield Example("miss", features[index], 0)
    for index, rows in enumerate(owner_ranges(case.flags)):
        own = [j for j, step in enumerate(case.steps) if step is case.flag_steps[index]]
        for at in rows:
            features = held.items(case.flags.texts[at], case.flags.vectors[at], "flags", [at])
            yield from _closest("flag", features, own, 3)
    for text, vector in zip(generic, shared_model().encode(generic), strict=True):
        features = held.items(text, vector, "", ())
        yield from _closest("generic", features, range(len(case.items)), 8)


def _closest(
    kind: str, features: NDArray[np.float64], items: Sequence[int], count: int
) -> Iterator[Example]:
    ranked = sorted(items, key=lambda item: -features[item, 0])
    for item in ranked[:count]:
        yield Example(kind, features[item], 0)


def _has_said_enough(case: CaseVectors) -> bool:
    """Whether most red flags have examples enough to leave one out and to look for two others.

    With cases of three examples among them the model hears fewer wrong claims of every case.
    """
    return median(len(rows) for rows in owner_ranges(case.flags)) >= FEWEST_SAID


def flag_examples(case: CaseVectors) -> Iterator[Example]:
    """Rows for the red-flag model: against what earns points, and against other red flags."""
    held = HeldOut(case)
    for index, rows in enumerate(owner_ranges(case.flags)):
        own = [j for j, step in enumerate(case.flag_steps) if step is case.flag_steps[index]]
        for at in rows:
            closeness = held.closeness(case.flags.vectors[at], "flags", [at])
            features = flag_features(closeness, case)[0]
            for flag in own:
                kind, label = ("said", 1) if flag == index else ("other", 0)
                yield Example(kind, features[flag], label)
    for index, rows in enumerate(held.ranges):
        own = [j for j, step in enumerate(case.flag_steps) if step is case.steps[index]]
        for at in list(rows)[:-1]:
            without = held.same_words(index, at)
            closeness = held.closeness(case.earns.vectors[at], "earns", without)
            features = flag_features(closeness, case)[0]
            for flag in own:
                yield Example("earning", features[flag], 0)


def fit(examples: Sequence[Example], names: Sequence[str], strength: float) -> dict[str, Any]:
    """Fits one logistic model; prints how well it separates the kinds of examples."""
    rows = np.array([example.features for example in examples])
    labels = np.array([example.label for example in examples])
    weights = np.array([WEIGHT.get(example.kind, 1.0) for example in examples])
    model = LogisticRegression(C=strength, max_iter=3000).fit(rows, labels, sample_weight=weights)
    chances = model.predict_proba(rows)[:, 1]
    print(f"{len(labels)} examples, AUC {roc_auc_score(labels, chances):.3f} (texts held out)")
    for kind in sorted({example.kind for example in examples}):
        own = np.array([example.kind == kind for example in examples])
        print(f"  {kind:8} taken for earned: {np.mean(chances[own] > 0.5):.2f}")
    coefficients = dict(zip(names, model.coef_[0].round(4).tolist(), strict=True))
    return {"coefficients": coefficients, "intercept": round(float(model.intercept_[0]), 4)}


def fit_weights(without: str = "") -> dict[str, Any]:
    """Weights fitted on every shipped case but one."""
    lines = Path(__file__).with_name("generic.txt").read_text("utf-8").splitlines()
    generic = [line for line in lines if line]
    kept = [case for case in load_library().cases.values() if case.id != without]
    cases = [_vectors_of(case.id) for case in kept]
    items = [row for case in cases for row in item_examples(case, generic, seed=0)]
    flags = [row for case in cases if _has_said_enough(case) for row in flag_examples(case)]
    item, flag = fit(items, ITEM_FEATURES, 3.0), fit(flags, FLAG_FEATURES, 10.0)
    return {
        "name": NAME,
        "item": item["coefficients"],
        "item_intercept": item["intercept"],
        "flag": flag["coefficients"],
        "flag_intercept": flag["intercept"],
        **THRESHOLDS,
    }


@cache
def _vectors_of(case_id: str) -> CaseVectors:
    return case_vectors(load_library().cases[case_id], shared_model().encode, CACHE)


def main() -> None:
    """Prints the weights, or writes them into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace interviewer's weights.json")
    parser.add_argument("--without", default="", help="leave out a case, to measure on it")
    arguments = parser.parse_args()
    weights = fit_weights(arguments.without)
    print(json.dumps(weights, indent=2))
    if arguments.write:
        target = Path(interviewer.judge.__file__).with_name("weights.json")
        target.write_text(json.dumps(weights, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
