"""What judges are trained on: labels that hold, and nobody on both sides of a fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from evals.agreement import label_kappa
from evals.judge import pairs
from evals.judge.data import (
    ANSWERS,
    CHATTER,
    DOMAINS,
    FRAMES,
    JUDGED,
    LABELS,
    LAST,
    OUT_OF_FOLD,
    PLAYED,
    RATED,
    SECOND,
    SMALL,
    UNSEEN,
)
from evals.judge.folds import FOLDS, fold_of
from evals.judge.pairs import holds, read_domains, read_sentences
from evals.judge.readings import KEPT
from evals.labels import DATA, Label, item_hash, read_labels
from evals.lines import read_lines
from evals.suites import Options, find_suite
from interviewer.cases.library import load_library
from interviewer.cases.positions import read_yaml
from interviewer.core.settings import StepId
from interviewer.judge.cross_encoder import VERDICTS, encode_pair
from interviewer.retrieval.embedding import Vectors, shared_model

CASES = load_library().cases
FILES = [(ANSWERS, LABELS), (ANSWERS, SECOND), (LAST / "answers.jsonl", LAST / "labels.jsonl")]


@cache
def answers_in(path: Path) -> dict[str, dict[str, Any]]:
    """The answers of a file by id."""
    rows = list(read_lines(path))
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize(("answers", "labels"), FILES, ids=["first", "second", "last"])
def test_every_label_is_of_an_item_as_it_stands_and_quotes_the_answer(
    answers: Path, labels: Path
) -> None:
    known, wrong = answers_in(answers), []
    for label in read_labels(labels):
        row = known[label.answer]
        items = {item.id: item for item in CASES[row["case"]].steps[StepId(row["step"])].items}
        if label.item not in items or label.item_hash != item_hash(items[label.item]):
            wrong.append((label.answer, label.item, "another item"))
        if label.quote not in row["answer"] or bool(label.quote) is (label.verdict == "absent"):
            wrong.append((label.answer, label.item, label.quote))
    assert not wrong


def test_labels_of_small_cases_are_of_their_items_and_quote_the_answer() -> None:
    cases = {case["id"]: case for case in map(read, sorted(SMALL.glob("*.yaml")))}
    known = answers_in(SMALL / "answers.jsonl")
    rows = list(read_lines(SMALL / "labels.jsonl"))
    assert {row["case"] for row in known.values()} == set(cases)
    for row in rows:
        answer = known[row["answer"]]
        items = cases[answer["case"]]["steps"][answer["step"]]["items"]
        assert row["item"] in {item["id"] for item in items} and row["verdict"] in VERDICTS
        assert row["quote"] in answer["answer"]
        assert bool(row["quote"]) is (row["verdict"] != "absent")
    assert len({(row["answer"], row["item"]) for row in rows}) == len(rows) == 7 * len(known)


def read(path: Path) -> Any:
    """A small case."""
    return read_yaml(path).value


def test_two_labellers_agree() -> None:
    first = {(label.answer, label.item): label for label in read_labels(LABELS)}
    both = [(first[label.answer, label.item], label) for label in read_labels(SECOND)]
    assert len(both) >= 1500 and all(one.labeller != other.labeller for one, other in both)
    order = VERDICTS[:3]

    def kept(label: Label) -> str:
        return "absent" if label.verdict == "contradicted" else label.verdict

    agreed = label_kappa([kept(one) for one, _ in both], [kept(two) for _, two in both], order)
    assert agreed >= 0.9


def test_nobody_writes_for_two_folds_and_the_last_writers_write_nothing_else() -> None:
    for row in answers_in(ANSWERS).values():
        assert row["writer"][0] == fold_of(row["case"]), row["id"]
    last = {row["writer"] for row in answers_in(LAST / "answers.jsonl").values()}
    assert not last & {row["writer"] for row in answers_in(ANSWERS).values()}


def test_every_case_has_many_rated_answers_of_every_quality() -> None:
    rows = list(read_lines(RATED))
    assert min(Counter(row["case_id"] for row in rows).values()) >= 50
    assert min(Counter(round(row["score"]) for row in rows).values()) >= 40
    assert {row["case_id"] for row in rows} == {case for own in FOLDS.values() for case in own}
    assert not {row["id"] for row in rows} & set(answers_in(LAST / "answers.jsonl"))
    tasks = find_suite("writers").tasks(Options())
    assert [task.key for task in tasks] == [row["id"] for row in rows]


@pytest.mark.parametrize("folder", [DOMAINS, UNSEEN], ids=["domains", "unseen"])
def test_short_cases_have_every_verdict_for_every_item(folder: Path) -> None:
    for domain in read_domains(folder):
        for item in domain["items"]:
            assert [len(item[verdict]) for verdict in VERDICTS] == [3, 2, 4, 3], item["id"]
        for flag in domain.get("red_flags", ()):
            assert len(flag["wrong"]) == len(flag["right"]) >= 4, flag["id"]


def test_no_sentence_is_learnt_that_is_looked_at() -> None:
    learnt, looked = (
        {text for one in read_domains(folder) for item in one["items"] for text in item["met"]}
        for folder in (DOMAINS, UNSEEN)
    )
    assert learnt and looked and not learnt & looked


def hashed(texts: Sequence[str]) -> Vectors:
    """Unit vectors that mean nothing, at once."""
    rows = [np.random.default_rng(crc32(text.encode())).normal(size=16) for text in texts]
    return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


@pytest.mark.parametrize("fold", FOLDS)
def test_training_pairs_know_nothing_of_a_fold_that_is_held_out(
    fold: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairs, "vectors_of", hashed)
    made = pairs.training_pairs(FOLDS[fold], seed=0)
    windows = {pair.window for pair in made}
    statements = {pair.criterion.statement for pair in made}
    others = {
        item.statement
        for case in CASES.values()
        if case.id not in FOLDS[fold]
        for _, item in case.items()
    }
    own = [item for id_ in FOLDS[fold] for _, item in CASES[id_].items()]
    assert not ({item.statement for item in own} - others) & statements
    assert not {item.exemplar for item in own if item.statement not in others} & windows
    for row in answers_in(ANSWERS).values():
        if row["case"] in FOLDS[fold]:
            assert row["answer"] not in windows
    assert {pair.verdict for pair in made} == set(range(len(VERDICTS)))
    empty = [pair for pair in made if pair.source in ("talk", "topics", "reported")]
    assert len({pair.source for pair in empty}) == 3
    assert {VERDICTS[pair.verdict] for pair in empty} == {"absent"}


def test_what_robustness_is_measured_with_is_not_trained_on() -> None:
    padding = set((DATA / "padding.txt").read_text("utf-8").splitlines())
    assert not padding & {*read_sentences(CHATTER), *read_sentences(FRAMES)}
    assert all(frame.count("{}") == 1 for frame in read_sentences(FRAMES))


@pytest.mark.parametrize(
    ("window", "quote", "held"),
    [
        ("We split by time, since the future leaks.", "split by time, since the future", True),
        ("We split by time, since the future leaks.", "We shuffle rows", False),
        ("Wait a day. Then we train on it.", "Wait a day, then we train on that", True),
        ("Retrain weekly.", "Retrain", True),
    ],
)
def test_a_window_holds_a_quote_with_most_of_its_words_in_a_row(
    window: str, quote: str, held: bool
) -> None:
    assert holds(window, quote) is held


def test_a_pair_is_one_input_of_two_segments() -> None:
    ids, segments = encode_pair(shared_model().wordpiece, "Is it split by time?", "By day. " * 90)
    assert len(ids) == len(segments) <= 168
    assert segments == sorted(segments) and set(segments) == {0, 1}


# What held-out judges made of them


def test_what_was_seen_is_of_whole_steps_and_of_answers_that_are_labelled() -> None:
    answers = {row["id"]: row for row in read_lines(ANSWERS)}
    seen: dict[str, list[str]] = {}
    for row in read_lines(OUT_OF_FOLD):
        seen.setdefault(row["answer"], []).append(row["item"])
        assert len(row["chances"]) == len(row["earning"]) <= 4
        assert all(abs(sum(chances) - 1) < 0.01 for chances in row["chances"])
        assert -1 <= row["near"] <= 1 and 0 <= row["alike"] <= 1
    for answer, items in seen.items():
        step = CASES[answers[answer]["case"]].steps[StepId(answers[answer]["step"])]
        assert items == [item.id for item in step.items]
    kept = {fold for fold in FOLDS if (KEPT / f"{fold}.npz").exists()}
    assert set(seen) == {id_ for id_, row in answers.items() if fold_of(row["case"]) in kept}


def test_what_was_judged_is_worth_something_and_earned_no_more_than_all() -> None:
    parts = [(row["rating"], row["part"]) for row in read_lines(JUDGED)]
    for row in read_lines(PLAYED):
        parts += [(row["quality"], part) for part in row["parts"].values()]
    assert len(parts) > 500
    for worth, (_, share, cap, cost) in parts:
        assert 1 <= worth <= 5 and 0 <= share <= 1 and 1 <= cap <= 5 and cost >= 0
