"""Training pairs of the judge: what an item asks, a piece of an answer, and the verdict on it.

A piece is a window of one or two sentences, as the judge reads answers. Pairs come from

- labelled answers: windows that hold the quote get its verdict; where an item is absent, the
  windows that come nearest to it are absent;
- short cases of other domains (`data/judge/domains`), written for this, a verdict a sentence;
- what authors wrote beside their items (`examples.yaml`), and their red flags;
- hard negatives, free of charge: good sentences against other items, other steps and other cases.

Everything of a held-out case, and of the writers who wrote for it, stays out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from evals.judge.criteria import Criterion, of_flag, of_item
from evals.judge.cross_encoder import VERDICTS
from evals.judge.data import ANSWERS, DOMAINS, LABELS
from evals.labels import FOLDER as LABELLED
from evals.labels import RATED, Answer, read_answers, read_labels
from evals.lines import read_lines
from interviewer.cases.library import load_library
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import StepId
from interviewer.retrieval.embedding import Vectors, shared_model
from interviewer.text.sentences import split_sentences, windows, words_of

ABSENT, PARTIAL, MET, CONTRADICTED = range(len(VERDICTS))
NEAREST = 3  # windows of an answer that are absent where its item is
FAR = 0.5  # cosine below which a good sentence has nothing to say on an item of its own case
"""Above it, the sentence of another step may well earn the item too, and nobody labelled it."""


class Pair(NamedTuple):
    """One thing to learn."""

    source: str
    criterion: Criterion
    window: str
    verdict: int
    weight: float = 1.0


class Said(NamedTuple):
    """An answer and what labellers say of it."""

    id: str
    case: str
    step: StepId
    text: str
    labels: Mapping[str, tuple[str, str]]
    """Item to verdict and quote."""


def vectors_of(texts: Sequence[str]) -> Vectors:
    """Unit vectors, each text encoded once in the life of the process."""
    fresh = [text for text in dict.fromkeys(texts) if text not in _KNOWN]
    if fresh:
        _KNOWN.update(zip(fresh, shared_model().encode(fresh), strict=True))
    return np.stack([_KNOWN[text] for text in texts])


_KNOWN: dict[str, Any] = {}


def cut(text: str) -> list[str]:
    """The windows of an answer."""
    return [segment.text for segment in windows(list(split_sentences(text)))]


def holds(window: str, quote: str) -> bool:
    """Whether a window holds most of a quote's words, in a row or nearly so."""
    wanted, there = list(pairwise(words_of(quote))), set(pairwise(words_of(window)))
    if not wanted:
        return quote in window
    return sum(pair in there for pair in wanted) >= 0.6 * len(wanted)


def nearest(criterion: Criterion, texts: Sequence[str]) -> list[int]:
    """Indexes of texts, the nearest to a criterion first."""
    cosines = vectors_of(texts) @ vectors_of(criterion.texts).T
    return [int(at) for at in np.argsort(-cosines.max(axis=1), kind="stable")]


def labelled_pairs(
    said: Said, items: Mapping[str, RubricItem], draw: random.Random
) -> Iterator[Pair]:
    """Pairs of one labelled answer with the items of its step."""
    texts = cut(said.text)
    if not texts:
        return
    for id_, (verdict, quote) in said.labels.items():
        criterion, number = of_item(items[id_]), VERDICTS.index(verdict)
        if number == ABSENT:
            ranked = nearest(criterion, texts)
            chosen = ranked[:NEAREST] + draw.sample(ranked[NEAREST:], min(1, len(ranked[NEAREST:])))
            for at in chosen:
                yield Pair("labelled", criterion, texts[at], ABSENT, 0.7)
            continue
        found = [text for text in texts if holds(text, quote)] or [quote]
        for text in found[:3]:
            yield Pair("labelled", criterion, text, number, 1.5)


def other_pairs(
    said: Sequence[Said], cases: Mapping[str, Case], count: int, draw: random.Random
) -> Iterator[Pair]:
    """Good sentences against items of other steps and other cases, the nearest first."""
    kept = [case for case in cases.values() if any(one.case == case.id for one in said)]
    for answer in said:
        good = [q for v, q in answer.labels.values() if v in ("met", "partial") and len(q) > 20]
        for quote in draw.sample(good, min(count, len(good))):
            text = next((window for window in cut(answer.text) if holds(window, quote)), quote)
            own = cases[answer.case]
            steps = [(step, item) for step, item in own.items() if step is not answer.step]
            yield from _against("wrong step", text, [item for _, item in steps], FAR, draw)
            other = draw.choice(kept)
            if other.id != answer.case:
                items = [item for _, item in other.items() if item.id not in answer.labels]
                yield from _against("wrong case", text, items, 1.0, draw)


def _against(
    source: str, text: str, items: Sequence[RubricItem], below: float, draw: random.Random
) -> Iterator[Pair]:
    criteria = [of_item(item) for item in items]
    vectors = vectors_of([criterion.texts[0] for criterion in criteria])
    cosines = vectors @ vectors_of([text])[0]
    near = [int(at) for at in np.argsort(-cosines) if cosines[at] < below][:6]
    for at in draw.sample(near, min(2, len(near))):
        yield Pair(source, criteria[at], text, ABSENT)


def domain_pairs(domain: Mapping[str, Any], draw: random.Random) -> Iterator[Pair]:
    """Pairs of a short case."""
    items = domain["items"]
    criteria = [
        Criterion(item["statement"], item["met_when"], tuple(item["alternatives"]))
        for item in items
    ]
    for at, (item, criterion) in enumerate(zip(items, criteria, strict=True)):
        siblings = [other for number, other in enumerate(criteria) if number != at]
        for number, verdict in enumerate(VERDICTS):
            for text in item[verdict]:
                yield Pair("domain", criterion, text, number)
                if number in (MET, CONTRADICTED):
                    vectors = vectors_of([other.texts[0] for other in siblings])
                    cosines = vectors @ vectors_of([text])[0]
                    near = [int(i) for i in np.argsort(-cosines) if cosines[i] < FAR][:4]
                    if near:
                        yield Pair("domain other", siblings[draw.choice(near)], text, ABSENT, 0.7)
    for flag in domain.get("red_flags", ()):
        criterion = of_flag(flag["statement"])
        for text in flag["wrong"]:
            yield Pair("domain flag", criterion, text, MET)
        for text in flag["right"]:
            yield Pair("domain flag", criterion, text, ABSENT)


def authored_pairs(case: Case, draw: random.Random) -> Iterator[Pair]:
    """Pairs of what the authors of a case wrote beside its items and red flags."""
    pairs = list(case.items())
    for step, item in pairs:
        criterion = of_item(item)
        siblings = [of_item(other) for own, other in pairs if own is step and other is not item]
        for text in draw.sample(item.said, min(5, len(item.said))):
            yield Pair("authored", criterion, text, MET)
            yield Pair("authored other", draw.choice(siblings), text, ABSENT, 0.5)
        yield Pair("authored", criterion, item.exemplar, MET)
        for text in item.near_misses[:4]:
            yield Pair("authored", criterion, text, ABSENT)
    flags = list(case.red_flags())
    for step, flag in flags:
        criterion = of_flag(flag.statement)
        own = [item for at, item in pairs if at is step]
        earning = [text for item in own for text in item.said]
        for text in flag.said:
            yield Pair("authored flag", criterion, text, MET)
            items = [of_item(item) for item in own]
            vectors = vectors_of([one.texts[0] for one in items])
            best = int(np.argmax(vectors @ vectors_of([text])[0]))
            yield Pair("authored wrong", items[best], text, CONTRADICTED, 0.5)
        near = [earning[at] for at in nearest(criterion, earning)[:6]] if earning else []
        others = [text for at, other in flags if other is not flag for text in other.said]
        near += [others[at] for at in nearest(criterion, others)[:2]]
        for text in near:
            yield Pair("authored flag", criterion, text, ABSENT, 0.7)


@cache
def read_domains(folder: Path = DOMAINS) -> tuple[Mapping[str, Any], ...]:
    """The short cases of other domains."""
    files = sorted(folder.glob("*.yaml"))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is built
    return tuple(yaml.load(file.read_text("utf-8"), loader) for file in files)


def read_said() -> list[Said]:
    """Every labelled answer that may be trained on: the scripts, and those of `data/judge`."""
    texts = [
        Answer(id=row["id"], case=row["case"], step=row["step"], text=row["answer"])
        for row in read_lines(ANSWERS)
    ]
    rated = {row["id"] for row in read_lines(RATED)}
    texts += [answer for answer in read_answers() if answer.id not in rated]
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for label in (*read_labels(LABELS), *read_labels(LABELLED)):
        found.setdefault(label.answer, {}).setdefault(label.item, (label.verdict, label.quote))
    return [Said(one.id, one.case, one.step, one.text, found[one.id]) for one in texts]


def training_pairs(held_out: Sequence[str], seed: int) -> list[Pair]:
    """Every pair that owes nothing to the held-out cases or their writers.

    Args:
        held_out: case ids.
        seed: of what is drawn.
    """
    draw = random.Random(seed)
    cases = {id_: case for id_, case in load_library().cases.items() if id_ not in held_out}
    said = [one for one in read_said() if one.case in cases]
    items = {id_: {item.id: item for _, item in case.items()} for id_, case in cases.items()}
    pairs = [pair for one in said for pair in labelled_pairs(one, items[one.case], draw)]
    pairs += other_pairs(said, cases, 3, draw)
    pairs += [pair for domain in read_domains() for pair in domain_pairs(domain, draw)]
    pairs += [pair for case in cases.values() for pair in authored_pairs(case, draw)]
    return pairs
