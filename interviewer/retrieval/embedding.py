"""Sentence embeddings, offline: all-MiniLM-L6-v2 in int8, behind LangChain's interface."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from interviewer.core.errors import KnowledgeError

MODEL_FOLDER = Path(__file__).resolve().parent / "minilm"
MODEL_SHA256 = "f0cbd7553af35dc3d37bb289496a4e923dca577ca3a09ccd49515d957fdf2bb7"
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
MODEL_ID = f"all-MiniLM-L6-v2-int8-{MODEL_SHA256[:12]}"
"""Names the vectors: those of another model cannot be compared with ours."""

DIMENSIONS = 384
INPUT_LIMIT = 256  # word pieces; what the model was trained for
BATCH_TEXTS = 8
BATCH_PIECES = 256
"""Attention costs memory by the square of the length, and larger batches are no faster."""

CLS, SEP, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
Vectors = NDArray[np.float32]


class WordPiece:
    """The lower-casing BERT tokenizer over one vocabulary; safe to share between threads.

    Args:
        vocabulary: file of one piece a line.

    Raises:
        KnowledgeError: the vocabulary is not one of a BERT model.
    """

    def __init__(self, vocabulary: Path) -> None:
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

        model = models.WordPiece.from_file(str(vocabulary), unk_token=UNKNOWN)
        self._tokenizer = Tokenizer(model)
        self._tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        self._tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        self._first, self._last = self._id(CLS), self._id(SEP)

    def count(self, text: str) -> int:
        """How many pieces the text has, without the two that frame every input."""
        return len(self._pieces(text))

    def ids(self, text: str, limit: int) -> list[int]:
        """The framed input of the model, cut off at `limit` pieces, frame included."""
        return [self._first, *self._pieces(text)[: limit - 2], self._last]

    def _id(self, piece: str) -> int:
        number: int | None = self._tokenizer.token_to_id(piece)
        if number is None:
            raise KnowledgeError(f"The vocabulary lacks {piece!r}.", "Install interviewer again.")
        return number

    def _pieces(self, text: str) -> list[int]:
        # Half a surrogate pair cannot be encoded; people do paste such text.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        pieces: list[int] = self._tokenizer.encode(clean, add_special_tokens=False).ids
        return pieces


class MiniLM(Embeddings):
    """Sentence embeddings of unit length; the dot product of two is their cosine.

    Nothing is read before the first use. One object serves all threads. A text gets the same
    vector alone and among others.

    Args:
        folder: holds `model.onnx` and `vocab.txt`.
        threads: processor threads that one call may use.
    """

    def __init__(self, folder: Path = MODEL_FOLDER, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._session: Any = None

    @cached_property
    def wordpiece(self) -> WordPiece:
        """The model's tokenizer.

        Raises:
            KnowledgeError: the vocabulary is missing or another one.
        """
        return WordPiece(verified(self._folder / "vocab.txt", VOCABULARY_SHA256))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """The vectors of the texts, in their order.

        Args:
            texts: any strings; beyond 256 word pieces (about 190 words) a text is not read.

        Returns:
            Shape (len(texts), 384), rows of unit length.

        Raises:
            KnowledgeError: the model is missing or another one.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        inputs = [self.wordpiece.ids(text, INPUT_LIMIT) for text in texts]
        shared = list(length_batches(inputs, share=-(-len(inputs) // self._threads)))

        chosen = ([inputs[row] for row in batch] for batch in shared)
        # Batches side by side wait for each other less than threads within one.
        made = self._pool.map(self._run, chosen) if len(shared) > 1 else map(self._run, chosen)
        for batch, rows in zip(shared, made, strict=True):
            vectors[batch] = rows
        return vectors

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, "embedding")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's name for `encode`."""
        rows: list[list[float]] = self.encode(texts).tolist()
        return rows

    def embed_query(self, text: str) -> list[float]:
        """LangChain's name for `encode` of one text."""
        return self.embed_documents([text])[0]

    def _run(self, inputs: Sequence[Sequence[int]]) -> Vectors:
        shape = (len(inputs), max(map(len, inputs)))
        ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, pieces in enumerate(inputs):
            ids[row, : len(pieces)] = pieces
            mask[row, : len(pieces)] = 1
        feed = {"input_ids": ids, "attention_mask": mask}
        with self._lock:
            if self._session is None:
                self._session = open_session(verified(self._folder / "model.onnx", MODEL_SHA256))
        vectors: Vectors = self._session.run(None, feed)[0]
        return vectors


@cache
def shared_model() -> MiniLM:
    """The one model of this process."""
    return MiniLM()


def verified(path: Path, sha256: str) -> Path:
    """The path of a shipped file whose content is the expected one.

    Raises:
        KnowledgeError: the file is missing, unreadable or different.
    """
    again = "Install interviewer again."
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise KnowledgeError(f"The model file {path} cannot be read.", again) from error
    if found != sha256:
        raise KnowledgeError(f"The model file {path} is damaged or not ours.", again)
    return path


def open_session(model: Path) -> Any:
    """An ONNX session that runs on the thread which calls it."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    # Both keep every size of buffer that was ever needed; long texts would cost 2 GB.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def length_batches(inputs: Sequence[Sequence[int]], share: int) -> Iterator[list[int]]:
    """Rows that run together: of similar length, few enough for the memory and for one thread."""
    most = min(BATCH_TEXTS, share)
    batch: list[int] = []
    for row in sorted(range(len(inputs)), key=lambda row: len(inputs[row])):
        # Sorted, so this row is the longest and decides the padding of the others.
        full = (len(batch) + 1) * len(inputs[row]) > BATCH_PIECES
        if batch and (full or len(batch) == most):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
