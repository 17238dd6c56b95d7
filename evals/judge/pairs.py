"""Training pairs of the judge: what an item asks, a piece of an answer, and the verdict on it.

A piece is a window of one or two sentences, as the judge reads answers. Pairs come from

- labelled answers, to the shipped cases and to small ones (`data/judge/small`): windows that hold
  the quote get its verdict; where an item is absent, the windows nearest to it are absent;
- short cases of other domains (`data/judge/domains`), written for this, a verdict a sentence;
- what authors wrote beside their items (`examples.yaml`), and their red flags;
- hard negatives, free of charge: sentences that earn or contradict something, against items of
  other steps and other cases, so that to sound decided, or wrong, is not enough;
- what says nothing: talk beside the point, lists of topics, wrong claims that are only reported.

Everything of a held-out case, and of the writers who wrote for it, stays out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from evals.judge.data import ANSWERS, CHATTER, DOMAINS, FRAMES, LABELS, SMALL
from evals.labels import FOLDER as LABELLED
from evals.labels import RATED, Answer, read_answers, read_labels
from evals.lines import read_lines
from interviewer.cases.library import load_library
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.judge.criteria import Criterion, of_flag, of_item
from interviewer.judge.cross_encoder import VERDICTS
from interviewer.retrieval.embedding import Vectors, shared_model
from interviewer.text.sentences import split_sentences, windows, words_of

ABSENT, PARTIAL, MET, CONTRADICTED = range(len(VERDICTS))
NEAREST = 3  # windows of an answer that are absent where its item is
TALKED = 0.15  # of windows of answers get a sentence beside the point, and keep their verdict
OTHERS = 3  # sentences of an answer that are read against items of other steps and cases
BESIDE = 1_000  # pairs of such sentences alone
DRAWN = 5_000  # pairs of short cases; more of them read other written sentences better, not answers
KEPT = {"wrong step": 0.5, "wrong case": 0.5, "authored elsewhere": 0.5, "labelled": 0.65}
"""Of pairs that are absent, so that an epoch takes half an hour: there are more than are needed."""
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


Asked = Mapping[StepId, Mapping[str, Criterion]]
"""What a case asks: step to item to criterion."""


def asked_by(case: Case) -> Asked:
    """What a shipped case asks."""
    return {
        id_: {item.id: of_item(item) for item in step.items} for id_, step in case.steps.items()
    }


def labelled_pairs(said: Said, asked: Asked, draw: random.Random) -> Iterator[Pair]:
    """Pairs of one labelled answer with the items of its step."""
    texts = cut(said.text)
    if not texts:
        return
    for id_, (verdict, quote) in said.labels.items():
        criterion, number = asked[said.step][id_], VERDICTS.index(verdict)
        if number == ABSENT:
            ranked = nearest(criterion, texts)
            chosen = ranked[:NEAREST] + draw.sample(ranked[NEAREST:], min(1, len(ranked[NEAREST:])))
            for at in chosen:
                yield Pair("labelled", criterion, texts[at], ABSENT, 0.7)
            continue
        found = [text for text in texts if holds(text, quote)] or [quote]
        for text in found[:3]:
            yield Pair("labelled", criterion, _talked(text, draw), number, 1.5)


def _talked(text: str, draw: random.Random) -> str:
    if draw.random() >= TALKED:
        return text
    parts = [text, draw.choice(read_sentences(CHATTER))]
    return " ".join(draw.sample(parts, 2))


def other_pairs(
    said: Sequence[Said], cases: Mapping[str, Asked], count: int, draw: random.Random
) -> Iterator[Pair]:
    """Sentences that earn or contradict an item, against items of other steps and other cases."""
    for answer in said:
        quotes = [quote for _, quote in answer.labels.values() if len(quote) > 20]
        for quote in draw.sample(quotes, min(count, len(quotes))):
            text = next((window for window in cut(answer.text) if holds(window, quote)), quote)
            own = cases[answer.case]
            steps = [c for step in own if step is not answer.step for c in own[step].values()]
            yield from _against("wrong step", text, steps, FAR, draw)
            other = draw.choice([case for case in cases if case != answer.case])
            items = [
                criterion
                for step in cases[other].values()
                for id_, criterion in step.items()
                if id_ not in answer.labels
            ]
            yield from _against("wrong case", text, items, 1.0, draw)


def _against(
    source: str, text: str, criteria: Sequence[Criterion], below: float, draw: random.Random
) -> Iterator[Pair]:
    vectors = vectors_of([criterion.texts[0] for criterion in criteria])
    cosines = vectors @ vectors_of([text])[0]
    far = [int(at) for at in np.argsort(-cosines) if cosines[at] < below]
    near, rest = far[:6], far[6:]
    for at in (*draw.sample(near, min(2, len(near))), *draw.sample(rest, min(1, len(rest)))):
        yield Pair(source, criteria[at], text, ABSENT)


def domain_pairs(domain: Mapping[str, Any], draw: random.Random) -> Iterator[Pair]:
    """Pairs of a short case."""
    items = domain["items"]
    criteria = [_criterion(item) for item in items]
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
        elsewhere = [of_item(other) for own, other in pairs if own is not step]
        for text in (item.exemplar, *draw.sample(item.said, min(2, len(item.said)))):
            yield from _against("authored elsewhere", text, elsewhere, FAR, draw)
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


def empty_pairs(
    asked: Mapping[str, Asked], cases: Mapping[str, Case], draw: random.Random
) -> Iterator[Pair]:
    """Pairs that say nothing: talk beside the point, lists of topics, claims only reported."""
    criteria = [c for case in asked.values() for step in case.values() for c in step.values()]
    for _ in range(BESIDE):
        text = " ".join(draw.sample(read_sentences(CHATTER), draw.choice((1, 2))))
        yield Pair("talk", draw.choice(criteria), text, ABSENT, 0.7)
    for case in cases.values():
        for step in case.steps.values():
            for item in step.items:
                others = draw.sample(step.items, min(len(step.items), draw.choice((1, 2, 3))))
                topics = [
                    one.topic for one in {item.id: item, **{o.id: o for o in others}}.values()
                ]
                text = draw.choice((", ", "; ", " and ")).join(draw.sample(topics, len(topics)))
                yield Pair("topics", of_item(item), text, ABSENT)
        yield from _reported([(flag.statement, flag.said) for _, flag in case.red_flags()], draw)
    for domain in read_domains():
        wrong = [(flag["statement"], flag["wrong"]) for flag in domain.get("red_flags", ())]
        yield from _reported(wrong, draw)


def _reported(flags: Sequence[tuple[str, Sequence[str]]], draw: random.Random) -> Iterator[Pair]:
    for statement, said in flags:
        for text in draw.sample(said, min(2, len(said))):
            claim = text[:1].lower() + text[1:].rstrip(".")
            framed = draw.choice(read_sentences(FRAMES)).format(claim)
            yield Pair("reported", of_flag(statement), framed, ABSENT)


@cache
def read_sentences(file: Path) -> tuple[str, ...]:
    """The lines of a file."""
    return tuple(filter(None, file.read_text("utf-8").splitlines()))


@cache
def read_domains(folder: Path = DOMAINS) -> tuple[Mapping[str, Any], ...]:
    """The short cases of other domains."""
    return tuple(_read(file) for file in sorted(folder.glob("*.yaml")))


def _read(file: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is built
    case: dict[str, Any] = yaml.load(file.read_text("utf-8"), loader)
    return case


def read_said() -> list[Said]:
    """Every labelled answer to a shipped case that may be trained on: scripts, and `data/judge`."""
    texts = [
        Answer(id=row["id"], case=row["case"], step=row["step"], text=row["answer"])
        for row in read_lines(ANSWERS)
    ]
    rated = {row["id"] for row in read_lines(RATED)}
    texts += [answer for answer in read_answers() if answer.id not in rated]
    found = _by_answer(
        (label.answer, label.item, label.verdict, label.quote)
        for label in (*read_labels(LABELS), *read_labels(LABELLED))
    )
    return [Said(one.id, one.case, one.step, one.text, found[one.id]) for one in texts]


def read_small() -> tuple[Mapping[str, Asked], list[Said]]:
    """The small cases, and the labelled answers to them."""
    found = _by_answer(
        (row["answer"], row["item"], row["verdict"], row["quote"])
        for row in read_lines(SMALL / "labels.jsonl")
    )
    said = [
        Said(row["id"], row["case"], StepId(row["step"]), row["answer"], found[row["id"]])
        for row in read_lines(SMALL / "answers.jsonl")
    ]
    files = [_read(file) for file in sorted(SMALL.glob("*.yaml"))]
    return {
        case["id"]: {
            StepId(id_): {item["id"]: _criterion(item) for item in step["items"]}
            for id_, step in case["steps"].items()
        }
        for case in files
    }, said


def _by_answer(
    labels: Iterable[tuple[str, str, str, str]],
) -> dict[str, dict[str, tuple[str, str]]]:
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for answer, item, verdict, quote in labels:
        found.setdefault(answer, {})[item] = (verdict, quote)
    return found


def _criterion(item: Mapping[str, Any]) -> Criterion:
    return Criterion(item["statement"], item["met_when"], tuple(item["alternatives"]))


def training_pairs(held_out: Sequence[str], seed: int) -> list[Pair]:
    """Every pair that owes nothing to the held-out cases or their writers.

    Args:
        held_out: case ids.
        seed: of what is drawn.
    """
    draw = random.Random(seed)
    cases = {id_: case for id_, case in load_library().cases.items() if id_ not in held_out}
    small, said = read_small()
    asked = {**small, **{id_: asked_by(case) for id_, case in cases.items()}}
    said += [one for one in read_said() if one.case in cases]
    pairs = [pair for one in said for pair in labelled_pairs(one, asked[one.case], draw)]
    pairs += other_pairs(said, asked, OTHERS, draw)
    pairs += empty_pairs(asked, cases, draw)
    short = [pair for domain in read_domains() for pair in domain_pairs(domain, draw)]
    pairs += draw.sample(short, DRAWN)
    pairs += [pair for case in cases.values() for pair in authored_pairs(case, draw)]
    thinning = random.Random(7)
    return [pair for pair in pairs if _kept(pair, thinning)]


def _kept(pair: Pair, draw: random.Random) -> bool:
    return pair.verdict != ABSENT or pair.source not in KEPT or draw.random() < KEPT[pair.source]
