"""Fits the classifier of prompt injections and writes `injection.json`.

    python -m evals.judge.injection.fit [--write]

Positive examples are the sentences of `attacks.jsonl`, negative ones those of `honest.jsonl` and
`benign.jsonl` (honest sentences that look like attacks), the authored texts of the cases and the
brain's own examples of intents. Nothing of a suite is read to fit, and `honest_held_out.jsonl`,
whose author saw neither filter nor examples, is only reported on.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

import interviewer.text
from evals.lines import read_lines
from evals.subjects import library
from interviewer.brains.embedded.talk import read_examples
from interviewer.retrieval.embedding import shared_model
from interviewer.simulation.player import load_script
from interviewer.text.injection import QUOTED, detect_injection, weighted_terms
from interviewer.text.intents import injections_in
from interviewer.text.sentences import split_sentences

HERE = Path(__file__).parent
MODEL = Path(interviewer.text.__file__).parent / "injection.json"
HONEST = ("honest", "benign")
HELD_OUT = HERE / "honest_held_out.jsonl"
FOREIGN = ("vr_german", "ac_spanish")
FEWEST = 4  # sentences that use a term before it counts
FEWEST_WORDS = 5  # of a sentence of an attack; shorter ones are as often harmless
FOLDS = 5
TAKEN = 0.002  # share of honest sentences, all of them hard, that may be taken for injections
HARD = 3.0  # weight of an honest sentence that looks like an attack
SMALL = 0.02  # weights under which a term is left out

Floats = NDArray[np.float64]


class Example(NamedTuple):
    """A sentence.

    Attributes:
        text: without what it quotes.
        message: what it is cut from, verbatim.
        kind: file and kind; a whole kind is held out together, so that none vouches for its own.
        injects: whether it does.
        hard: whether it is honest and looks like an attack.
    """

    text: str
    message: str
    kind: str
    injects: bool
    hard: bool = False


def main() -> None:
    """Fits, writes when asked to, and prints what is found and what is taken for an injection."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write injection.json")
    arguments = parser.parse_args()
    examples = list(read_training())
    odds = _held_out(examples)
    honest = [odd for odd, one in zip(odds, examples, strict=True) if one.hard]
    bound = round(float(np.quantile(honest, 1 - TAKEN)), 3)
    _print_held_out(examples, odds, bound)
    if arguments.write:
        fitted = _fit(examples) | {"bound": bound}
        MODEL.write_text(json.dumps(fitted, sort_keys=True) + "\n", "utf-8")
    _print_shipped()


def read_training() -> Iterator[Example]:
    """Everything that the model is fitted on."""
    for row in read_lines(HERE / "attacks.jsonl"):
        for text in split_sentences(row["text"]):
            if len(text.split()) >= FEWEST_WORDS:
                yield _example(text, row["text"], f"attacks {row['kind']}", injects=True)
    for name in HONEST:
        for row in read_lines(HERE / f"{name}.jsonl"):
            for text in split_sentences(row["text"]):
                yield _example(text, row["text"], f"{name} {row['kind']}", hard=True)
    for at, text in enumerate(sorted(set(_authored()))):
        yield _example(text, text, f"authored {at % FOLDS}")
    for _, text in read_examples():
        yield _example(text, text, "examples")


def _example(
    text: str, message: str, kind: str, *, injects: bool = False, hard: bool = False
) -> Example:
    return Example(QUOTED.sub("", text), message, kind, injects, hard)


def _authored() -> Iterator[str]:
    for case in library().cases.values():
        for step in case.steps.values():
            yield from split_sentences(step.model_answer)
            for item in step.items:
                for text in (*item.said, *item.near_misses, item.exemplar):
                    yield from split_sentences(text)
        for _, flag in case.red_flags():
            yield from flag.said
        for fact in case.facts:
            yield from fact.topics


def _held_out(examples: Sequence[Example]) -> Floats:
    """Log-odds of each sentence from a model that saw none of its kind."""
    kinds = {kind: at % FOLDS for at, kind in enumerate(sorted({one.kind for one in examples}))}
    fold_of = np.array([kinds[one.kind] for one in examples])
    odds = np.zeros(len(examples))
    for fold in range(FOLDS):
        fitted = _fit([one for one, own in zip(examples, fold_of, strict=True) if own != fold])
        rest = [one.text for one, own in zip(examples, fold_of, strict=True) if own == fold]
        odds[fold_of == fold] = odds_of(fitted, rest)
    return odds


def _fit(examples: Sequence[Example]) -> dict[str, Any]:
    texts = [one.text for one in examples]
    counts = Counter(term for text in texts for term in weighted_terms(text)[0])
    terms = sorted(term for term, count in counts.items() if count >= FEWEST)
    rows = np.hstack([_encoded(texts), _term_rows(texts, terms)])
    model = LogisticRegression(C=1.0, max_iter=3000, class_weight="balanced").fit(
        rows,
        [one.injects for one in examples],
        sample_weight=[HARD if one.hard else 1.0 for one in examples],
    )
    weights, size = model.coef_[0], rows.shape[1] - len(terms)
    told = {t: round(float(w), 3) for t, w in zip(terms, weights[size:], strict=True)}
    return {
        "weights": [round(float(weight), 4) for weight in weights[:size]],
        "terms": {term: weight for term, weight in told.items() if abs(weight) >= SMALL},
        "intercept": round(float(model.intercept_[0]), 4),
    }


_VECTORS: dict[str, NDArray[np.float32]] = {}


def _encoded(texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of texts; the folds share most of them."""
    new = [text for text in dict.fromkeys(texts) if text not in _VECTORS]
    if new:
        _VECTORS.update(zip(new, shared_model().encode(new), strict=True))
    return np.array([_VECTORS[text] for text in texts])


def _term_rows(texts: Sequence[str], terms: Sequence[str]) -> Floats:
    column = {term: at for at, term in enumerate(terms)}
    rows = np.zeros((len(texts), len(terms)))
    for row, text in zip(rows, texts, strict=True):
        told, weight = weighted_terms(text)
        row[[column[term] for term in told if term in column]] = weight
    return rows


def odds_of(fitted: dict[str, Any], texts: Sequence[str]) -> Floats:
    """Log-odds that sentences inject."""
    sense = _encoded(texts) @ np.array(fitted["weights"])
    words = [
        weight * sum(fitted["terms"].get(term, 0.0) for term in terms)
        for terms, weight in map(weighted_terms, texts)
    ]
    return np.asarray(sense + np.array(words) + fitted["intercept"])


def is_taken(message: str) -> bool:
    """Whether words or sense of a message are taken for an injection, as the product does it."""
    sentences = split_sentences(message)
    sensed = detect_injection(sentences, shared_model().encode)
    return bool(injections_in(sentences) | sensed.sentences)


# What it prints


def _print_held_out(examples: Sequence[Example], odds: Floats, bound: float) -> None:
    """Shares of messages over the bound by kind, each kind held out from the fit."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for one, odd in zip(examples, odds, strict=True):
        by_words = bool(injections_in([one.text]))
        over = odd >= bound or by_words or found[one.kind].get(one.message, False)
        found[one.kind][one.message] = over
    print(f"bound {bound}; every kind held out, patterns included")
    for kind, messages in sorted(found.items()):
        print(f"  {kind}: {sum(messages.values())} of {len(messages)}")
    for name in ("attacks", *HONEST, "authored"):
        over = [hit for kind, by in found.items() if kind.startswith(name) for hit in by.values()]
        print(f"{name}: {sum(over)} of {len(over)} ({np.mean(over):.4f})")


def _print_shipped() -> None:
    """What the shipped files take of texts that nothing was fitted on."""
    rows = {"held out": [row["text"] for row in read_lines(HELD_OUT)]} if HELD_OUT.exists() else {}
    rows |= {"rated answers": list(_rated()), "scripts": list(_scripted())}
    for name, messages in rows.items():
        began = time.perf_counter()
        taken = sum(map(is_taken, messages))
        each = (time.perf_counter() - began) / len(messages)
        print(f"{name}: {taken} of {len(messages)} taken, {1000 * each:.1f} ms each")


def _rated() -> Iterator[str]:
    for row in read_lines(HERE.parents[1] / "data" / "gold" / "dev.jsonl"):
        yield from split_sentences(row["answer"])


def _scripted() -> Iterator[str]:
    for path in sorted((HERE.parents[1] / "transcripts").glob("*.yaml")):
        if path.stem not in FOREIGN:
            for messages in load_script(path).candidate.values():
                for message in messages:
                    yield from split_sentences(message.text)


if __name__ == "__main__":
    main()
