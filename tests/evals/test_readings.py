"""Readings of held-out judges, kept so that measuring needs no training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evals.judge import readings
from evals.judge.readings import KeptReader, key_of
from interviewer.core.errors import InterviewerError
from interviewer.judge.cross_encoder import Chances

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


def test_pairs_have_names_of_their_own() -> None:
    assert len({key_of("ab", "c"), key_of("a", "bc"), key_of(*PAIR), key_of(*OTHER)}) == 4


def test_nothing_to_read_is_no_row() -> None:
    assert KeptReader("A").read([]).shape == (0, 4)
