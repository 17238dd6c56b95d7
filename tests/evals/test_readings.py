"""Readings of held-out judges, kept so that measuring needs no training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evals.judge import readings
from evals.judge.data import ANSWERS
from evals.judge.folds import fold_of
from evals.judge.readings import COMMITTED, KEPT, KeptReader, key_of
from evals.lines import read_lines
from interviewer.cases.library import load_library
from interviewer.core.errors import InterviewerError
from interviewer.core.settings import StepId
from interviewer.judge.criteria import of_item
from interviewer.judge.cross_encoder import Chances, CrossEncoder
from interviewer.text.sentences import split_sentences, windows

PAIR = ("Is it split by time?", "We split by day.")
OTHER = ("Is it split by time?", "We ask the keeper.")


class Model:
    """A trained one, which counts what it reads."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> Chances:
        self.asked += pairs
        return np.array([[0.1, 0.2, 0.3, 0.4]] * len(pairs), dtype=np.float32)


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(readings, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(readings, "COMMITTED", tmp_path / "committed")
    monkeypatch.setattr(readings, "MODELS", tmp_path / "models")
    monkeypatch.setattr(readings, "NOTES", tmp_path / "models" / "notes")


def test_what_was_never_read_needs_a_model_and_says_which() -> None:
    with pytest.raises(InterviewerError, match="without fold A") as raised:
        KeptReader("A").read([PAIR])
    assert "Train it" in str(raised.value.action)


def test_what_a_model_reads_is_noted_and_read_again_without_it(tmp_path: Path) -> None:
    model, first = Model(), KeptReader("A")
    trained = tmp_path / "models" / "A" / "model.onnx"
    trained.parent.mkdir(parents=True)
    trained.touch()
    first.__dict__["_model"] = model
    made = first.read([PAIR, OTHER, PAIR])
    assert model.asked == [PAIR, OTHER]
    readings.main()
    trained.unlink()
    again = KeptReader("A").read([OTHER, PAIR])
    assert again.tolist() == made[[1, 0]].tolist()
    assert again[0] == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=1e-3)


def test_what_is_kept_of_a_fold_is_what_its_model_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings, "KEPT", KEPT)
    kept = readings.read_kept("A")
    row = next(row for row in read_lines(ANSWERS) if fold_of(row["case"]) == "A")
    items = load_library().cases[row["case"]].steps[StepId(row["step"])].items
    texts = [segment.text for segment in windows(list(split_sentences(row["answer"])))]
    pairs = [(of_item(item).question, text) for item in items for text in texts]
    known = [pair for pair in pairs if key_of(*pair) in kept][:16]
    assert len(known) == 16
    made = CrossEncoder(COMMITTED / "A").read(known)
    assert made == pytest.approx(np.array([kept[key_of(*pair)] for pair in known]), abs=2e-3)


def test_pairs_have_names_of_their_own() -> None:
    assert len({key_of("ab", "c"), key_of("a", "bc"), key_of(*PAIR), key_of(*OTHER)}) == 4


def test_nothing_to_read_is_no_row() -> None:
    assert KeptReader("A").read([]).shape == (0, 4)
