"""Sentence embeddings: right vectors, the same ones always, and only from our own files."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interviewer.core.errors import KnowledgeError
from interviewer.retrieval.embedding import (
    DIMENSIONS,
    INPUT_LIMIT,
    MODEL_FOLDER,
    MiniLM,
    open_session,
    shared_model,
)

LEAKAGE = "We split the data by time, so that the future never leaks into training."
SENTENCES = [
    "yes",
    LEAKAGE,
    "Retrieve a few hundred candidates, then rank them.",
    "word " * 400,
    "p99 under 150 ms",
    *(f"Shard {number} holds {number * 7} million vectors." for number in range(20)),
]


@pytest.mark.parametrize(
    ("first", "second", "upstream"),
    [
        pytest.param(
            LEAKAGE, "Train on earlier days and evaluate on later ones.", 0.416, id="same"
        ),
        pytest.param(LEAKAGE, "The office plants need water twice a week.", 0.067, id="unrelated"),
        pytest.param(
            "Top slots get more clicks whatever they show.", "Position bias", 0.297, id="term"
        ),
        pytest.param("yes", "no", 0.733, id="one_word"),
    ],
)
def test_cosines_are_those_of_the_upstream_model(first: str, second: str, upstream: float) -> None:
    one, other = shared_model().encode([first, second])
    assert one @ other == pytest.approx(upstream, abs=0.03)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n\t", id="blank"),
        pytest.param("\ud83d half an emoji", id="lone_surrogate"),
        pytest.param("🙂🙂", id="emoji"),
        pytest.param("\x00\x1b[31m", id="control"),
        pytest.param("x" * 20_000, id="one_endless_word"),
        pytest.param("推荐系统需要多路召回", id="chinese"),
    ],
)
def test_any_text_gets_a_unit_vector(text: str) -> None:
    (vector,) = shared_model().encode([text])
    assert vector.shape == (DIMENSIONS,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_text_has_one_vector_alone_and_among_others() -> None:
    together = shared_model().encode(SENTENCES)
    alone = np.concatenate([shared_model().encode([text]) for text in SENTENCES])
    assert np.abs(together - alone).max() < 1e-5


def test_no_texts_give_no_rows() -> None:
    assert shared_model().encode([]).shape == (0, DIMENSIONS)


def test_text_is_read_up_to_the_limit_and_no_further() -> None:
    at_limit = "word " * (INPUT_LIMIT - 2)
    short, full, longer = shared_model().encode(
        ["word " * 100 + "end", at_limit, at_limit + "and something else entirely"]
    )
    assert np.allclose(full, longer, atol=1e-6)
    assert not np.allclose(short, full, atol=1e-3)


def test_langchain_sees_the_same_vectors() -> None:
    expected = shared_model().encode(SENTENCES[:3])
    assert np.allclose(shared_model().embed_documents(SENTENCES[:3]), expected)
    assert np.allclose(shared_model().embed_query(SENTENCES[1]), expected[1], atol=1e-5)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param(
            "Two-tower retrieval, p99 < 150 ms!",
            [2048, 1011, 3578, 26384, 1010, 1052, 2683, 2683, 1026, 5018, 5796, 999],
            id="punctuation_and_numbers",
        ),
        pytest.param(
            "¿Qué métricas? Ünïcode", [1094, 10861, 12046, 3022, 1029, 27260], id="accents"
        ),
        pytest.param("推荐 system 🙂", [100, 100, 2291, 100], id="unknown"),
        pytest.param("[SEP]", [1031, 19802, 1033], id="typed_marker_is_plain_text"),
    ],
)
def test_word_pieces_are_those_of_bert(text: str, pieces: list[int]) -> None:
    wordpiece = shared_model().wordpiece
    assert wordpiece.ids(text, INPUT_LIMIT) == [101, *pieces, 102]
    assert wordpiece.count(text) == len(pieces)
    assert wordpiece.ids(text, 4) == [101, *pieces[:2], 102]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        pytest.param("model.onnx", Path.unlink, id="model_missing"),
        pytest.param("model.onnx", lambda path: path.write_bytes(b"other"), id="model_replaced"),
        pytest.param("vocab.txt", Path.unlink, id="vocabulary_missing"),
        pytest.param("vocab.txt", lambda path: path.write_text("[UNK]"), id="vocabulary_replaced"),
    ],
)
def test_only_the_shipped_files_are_loaded(tmp_path: Path, name: str, damage: Any) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL_FOLDER, folder)
    damage(folder / name)
    with pytest.raises(KnowledgeError, match=name):
        MiniLM(folder).encode(["hello"])


def test_threads_share_one_session_that_loads_at_the_first_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loads: list[Path] = []

    def counted(path: Path) -> Any:
        loads.append(path)
        return open_session(path)

    monkeypatch.setattr("interviewer.retrieval.embedding.open_session", counted)
    model = MiniLM()
    assert not loads
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda text: model.encode([text])[0], [LEAKAGE] * 12))
    assert len(loads) == 1
    assert all(np.array_equal(row, rows[0]) for row in rows)


def test_one_model_for_the_process() -> None:
    assert shared_model() is shared_model()
