"""The cross-encoder: reads a criterion and a piece of an answer together, and says how they stand.

MiniLM, trained on to tell four verdicts apart, with int8 layers; `evals/judge` makes it from data.
No model is shipped yet, since what it reaches falls short (`evals/README.md`). Reading both parts
together shows what turns a claim round (Nogueira and Cho 2019, "Passage re-ranking with BERT").
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from interviewer.retrieval.embedding import MODEL_FOLDER as MINILM
from interviewer.retrieval.embedding import (
    VOCABULARY_SHA256,
    WordPiece,
    length_batches,
    open_session,
    verified,
)

MODEL_FOLDER = Path(__file__).resolve().parent / "reader"
MODEL_SHA256 = "ad94a57428a4fb4e72d29f9be83cc737cc6f89b7f897010ebadc268a92104e5f"
VERDICTS = ("absent", "partial", "met", "contradicted")
QUESTION_LIMIT, WINDOW_LIMIT = 96, 72  # word pieces, framing tokens included
REMEMBERED = 2048  # pairs read last: a message is read again when its step ends or is disputed

Chances = NDArray[np.float32]


def encode_pair(wordpiece: WordPiece, question: str, window: str) -> tuple[list[int], list[int]]:
    """Ids and segments of `[CLS] question [SEP] window [SEP]`, each part cut off at its limit."""
    asked = wordpiece.ids(question, QUESTION_LIMIT)
    said = wordpiece.ids(window, WINDOW_LIMIT)[1:]
    return [*asked, *said], [0] * len(asked) + [1] * len(said)


class Reader(Protocol):
    """Whatever tells the four verdicts apart."""

    def read(self, pairs: Sequence[tuple[str, str]]) -> Chances:
        """Chances of each pair, shape (len(pairs), 4), in the order of `VERDICTS`."""
        ...


class CrossEncoder:
    """Chances of the four verdicts for pairs of texts.

    Nothing is read before the first use. One object serves all threads. A pair gets the same
    chances alone and among others.

    Args:
        folder: holds `model.onnx`.
        threads: processor threads that one call may use.
    """

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._file = folder / "model.onnx"
        self._threads = threads
        self._lock = threading.Lock()
        self._session: Any = None
        self._known: dict[tuple[str, str], Chances] = {}

    @cached_property
    def _wordpiece(self) -> WordPiece:
        return WordPiece(verified(MINILM / "vocab.txt", VOCABULARY_SHA256))

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, "judging")

    def read(self, pairs: Sequence[tuple[str, str]]) -> Chances:
        """The chances of each verdict.

        Args:
            pairs: what is asked, and the piece of the answer.

        Returns:
            Shape (len(pairs), 4), in the order of `VERDICTS`; rows sum to 1.

        Raises:
            KnowledgeError: the vocabulary is missing or another one.
        """
        with self._lock:
            known = {pair: self._known[pair] for pair in pairs if pair in self._known}
        fresh = [pair for pair in dict.fromkeys(pairs) if pair not in known]
        known.update(zip(fresh, self._encode(fresh), strict=True))
        with self._lock:
            self._known.update(known)
            while len(self._known) > REMEMBERED:
                self._known.pop(next(iter(self._known)))
        rows = np.array([known[pair] for pair in pairs], dtype=np.float32)
        return rows.reshape(len(pairs), len(VERDICTS))

    def _encode(self, pairs: Sequence[tuple[str, str]]) -> Chances:
        chances = np.zeros((len(pairs), len(VERDICTS)), dtype=np.float32)
        inputs = [encode_pair(self._wordpiece, *pair) for pair in pairs]
        shared = list(
            length_batches([ids for ids, _ in inputs], share=-(-len(inputs) // self._threads))
        )
        chosen = ([inputs[row] for row in batch] for batch in shared)
        made = self._pool.map(self._run, chosen) if len(shared) > 1 else map(self._run, chosen)
        for batch, rows in zip(shared, made, strict=True):
            chances[batch] = rows
        return chances

    def _run(self, inputs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Chances:
        shape = (len(inputs), max(len(ids) for ids, _ in inputs))
        ids, mask, segments = (np.zeros(shape, dtype=np.int64) for _ in range(3))
        for row, (pieces, parts) in enumerate(inputs):
            ids[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
            segments[row, : len(pieces)] = parts
        with self._lock:
            if self._session is None:
                self._session = open_session(self._file)
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": segments}
        logits = self._session.run(None, feed)[0]
        grown = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True), dtype=np.float32)
