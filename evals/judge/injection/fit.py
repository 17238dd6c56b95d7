"""Fits the classifier of prompt injections and writes `injection.json`.

    python -m evals.judge.injection.fit [--write]

Positive examples are the sentences of `attacks.jsonl`, negative ones those of `benign.jsonl`
(honest sentences that look like attacks), the authored texts of the cases and the brain's own
examples of intents; machine authors wrote them who did not see the attacks of the suite. Nothing
of a suite is read to fit; rated answers and scripts only show how often the honest are suspected.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
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
from interviewer.text.injection import WORD_SCALE, terms_of
from interviewer.text.sentences import split_sentences

HERE = Path(__file__).parent
MODEL = Path(interviewer.text.__file__).parent / "injection.json"
FOREIGN = ("vr_german", "ac_spanish")
FEWEST = 4  # sentences that use a term before it counts
FEWEST_WORDS = 5  # of a sentence of an attack; shorter ones are as often harmless
FOLDS = 5
SUSPECTED = 0.01  # share of honest sentences, most of them hard, that may be suspected
WATCHED = 0.025  # the same for those that two judges must agree on
TOLD = 0.003  # the same for those whose candidate is told so
SUSPECTED_BESIDE = 0.05  # the same beside one that was
SMALL = 0.02  # weights under which a term is left out

Floats = NDArray[np.float64]


class Examples(NamedTuple):
    """Sentences, whether they steer, and the group that is held out together."""

    texts: list[str]
    injects: Floats
    groups: NDArray[np.int64]


def main() -> None:
    """Fits, prints what the model finds and suspects, and writes it when asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write injection.json")
    arguments = parser.parse_args()
    examples = read_training()
    held_out = _held_out(examples)
    honest = held_out[examples.injects == 0]
    alone = float(np.quantile(honest, 1 - SUSPECTED))
    beside = float(np.quantile(honest, 1 - SUSPECTED_BESIDE))
    fitted = _fit(examples.texts, examples.injects)
    sure = float(np.quantile(honest, 1 - TOLD))
    _print(examples, held_out, fitted, alone)
    if arguments.write:
        watched = float(np.quantile(honest, 1 - WATCHED))
        bounds = {"sure": sure, "alone": alone, "suspected": watched, "beside": beside}
        fitted |= {name: round(bound, 3) for name, bound in bounds.items()}
        MODEL.write_text(json.dumps(fitted, sort_keys=True) + "\n", "utf-8")


def read_training() -> Examples:
    """Everything that the model is fitted on."""
    rows = [
        (text, 1.0, at)
        for at, row in enumerate(read_lines(HERE / "attacks.jsonl"))
        for text in split_sentences(row["text"])
        if len(text.split()) >= FEWEST_WORDS
    ]
    rows += [
        (text, 0.0, at)
        for at, row in enumerate(read_lines(HERE / "benign.jsonl"))
        for text in split_sentences(row["text"])
    ]
    rows += [(text, 0.0, at) for at, text in enumerate(sorted(set(_authored())))]
    texts, injects, groups = zip(*rows, strict=True)
    return Examples(list(texts), np.array(injects), np.array(groups) % FOLDS)


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
    yield from (text for _, text in read_examples())


def _held_out(examples: Examples) -> Floats:
    """Log-odds of each sentence from a model that saw none of its group."""
    odds = np.zeros(len(examples.texts))
    for fold in range(FOLDS):
        seen = examples.groups != fold
        texts = [text for text, kept in zip(examples.texts, seen, strict=True) if kept]
        fitted = _fit(texts, examples.injects[seen])
        rest = [text for text, kept in zip(examples.texts, seen, strict=True) if not kept]
        odds[~seen] = odds_of(fitted, rest)
    return odds


def _fit(texts: Sequence[str], injects: Floats) -> dict[str, Any]:
    counts = Counter(term for text in texts for term in terms_of(text))
    terms = sorted(term for term, count in counts.items() if count >= FEWEST)
    rows = np.hstack([shared_model().encode(texts), _term_rows(texts, terms)])
    model = LogisticRegression(C=1.0, max_iter=3000, class_weight="balanced").fit(rows, injects)
    weights, size = model.coef_[0], shared_model().encode(texts[:1]).shape[1]
    told = {t: round(float(w), 3) for t, w in zip(terms, weights[size:], strict=True)}
    return {
        "weights": [round(float(weight), 4) for weight in weights[:size]],
        "terms": {term: weight for term, weight in told.items() if abs(weight) >= SMALL},
        "intercept": round(float(model.intercept_[0]), 4),
    }


def _term_rows(texts: Sequence[str], terms: Sequence[str]) -> Floats:
    column = {term: at for at, term in enumerate(terms)}
    rows = np.zeros((len(texts), len(terms)))
    for row, text in zip(rows, texts, strict=True):
        row[[column[term] for term in terms_of(text) if term in column]] = WORD_SCALE
    return rows


def odds_of(fitted: dict[str, Any], texts: Sequence[str]) -> Floats:
    """Log-odds that sentences steer."""
    sense = shared_model().encode(texts) @ np.array(fitted["weights"])
    words = [sum(fitted["terms"].get(term, 0.0) for term in terms_of(text)) for text in texts]
    return np.asarray(sense + WORD_SCALE * np.array(words) + fitted["intercept"])


def _print(examples: Examples, odds: Floats, fitted: dict[str, Any], alone: float) -> None:
    injects = examples.injects == 1
    print(f"{injects.sum()} prompt injections, {(~injects).sum()} honest")
    print(f"found, held out: {(odds[injects] >= alone).mean():.2f} of the sentences")
    for name, found in (("rated answers", _rated()), ("scripts", _scripted())):
        sentences = list(found)
        share = (odds_of(fitted, sentences) >= alone).mean()
        print(f"suspected in {name}: {share:.4f} of {len(sentences)} sentences")


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
