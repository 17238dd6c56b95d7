"""The cross-encoder: reads a criterion and a piece of an answer together, and says how they stand.

MiniLM, trained on to tell four verdicts apart (`train.py`), with int8 layers (`export.py`). It is
measured, not shipped: the embedded judge of the package does not use it yet.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

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

VERDICTS = ("absent", "partial", "met", "contradicted")
QUESTION_LIMIT, WINDOW_LIMIT = 96, 72  # word pieces, framing tokens included

Chances = NDArray[np.float32]


def encode_pair(wordpiece: WordPiece, question: str, window: str) -> tuple[list[int], list[int]]:
    """Ids and segments of `[CLS] question [SEP] window [SEP]`, each part cut off at its limit."""
    asked = wordpiece.ids(question, QUESTION_LIMIT)
    said = wordpiece.ids(window, WINDOW_LIMIT)[1:]
    return [*asked, *said], [0] * len(asked) + [1] * len(said)


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
