"""A model for tests: texts are close when they share words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from langchain_core.embeddings import Embeddings

from interviewer.retrieval.embedding import DIMENSIONS


class Words(Embeddings):
    """Vectors of words without a model: texts are close when they share words."""

    def __init__(self, before: Callable[[list[str]], object] = lambda texts: None) -> None:
        self.texts: list[str] = []
        self._before = before

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self._before(texts)
        self.texts += texts
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        vector = np.full(DIMENSIONS, 1e-3)
        for word in text.lower().replace(".", " ").replace(":", " ").split():
            vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % DIMENSIONS] += 1
        unit: list[float] = (vector / np.linalg.norm(vector)).tolist()
        return unit
