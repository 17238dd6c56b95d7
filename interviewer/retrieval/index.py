"""The passage index: a Chroma collection, read whole and searched exactly.

A collection is named after what it holds and never changed once the pointer, `current.json`, names
it. It lies in a folder of its own, or on the server that `INTERVIEWER_CHROMA` names. A reader takes
it into memory (400 passages are less than a megabyte), so that nothing that happens to folder or
server afterwards reaches an interview. All of it can be deleted at any time: `builder` makes it
again from the notes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple, cast
from urllib.parse import urlsplit

import numpy as np

from interviewer.core.errors import KnowledgeError
from interviewer.core.paths import Places
from interviewer.retrieval.embedding import DIMENSIONS, MODEL_ID, Vectors, shared_model
from interviewer.retrieval.lexical import WordIndex, fuse
from interviewer.retrieval.passages import Passage

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from langchain_core.embeddings import Embeddings

POOL = 100  # passages nearest in meaning, among which words decide too
PATIENCE = 5.0  # seconds for a server to say that it is there
PAUSE = 60.0  # seconds until a collection that could not be read is tried again
NAME = re.compile(r"passages-[0-9a-f]{32}")
REBUILD = "Run `interviewer index`; it is built again from the notes."

log = logging.getLogger("interviewer")
_clients = threading.Lock()  # Chroma counts the users of a folder without one


class Hit(NamedTuple):
    """A passage that was found, with its cosine to the query (-1 to 1)."""

    passage: Passage
    score: float


class Rows(NamedTuple):
    """Passages in the order of their ids, and their vectors in the same order."""

    passages: tuple[Passage, ...]
    vectors: Vectors


class Pointer(NamedTuple):
    """Names the collection that is searched."""

    collection: str
    fingerprint: str
    """Of the notes, the model and the cut that it was built from."""
    model: str
    passages: int
    server: str | None
    """That has it; None for the index folder."""


def read_pointer(places: Places) -> Pointer | None:
    """The pointer; None when none can be read, or when it leads to another server."""
    try:
        pointer = Pointer(**json.loads((places.index / "current.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    ours = pointer.server == places.chroma and NAME.fullmatch(str(pointer.collection))
    return pointer if ours else None  # the name must not lead out of the index folder


def name_of(passages: Sequence[Passage]) -> str:
    """The name of the collection of these passages, the same for the same ones only."""
    content = "\n".join([MODEL_ID, *map(repr, passages)])
    return f"passages-{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def read_rows(places: Places, pointer: Pointer) -> Rows:
    """All that a collection holds.

    Raises:
        KnowledgeError: it cannot be read, or it is not what was stored in it.
    """
    if pointer.model != MODEL_ID:
        raise KnowledgeError("The passage index was built with another model.", REBUILD)
    with chroma(places, pointer.collection) as client:
        collection = client.get_collection(pointer.collection, embedding_function=None)
        found = collection.get(include=["documents", "metadatas", "embeddings"])
        texts, metas = found["documents"] or (), cast("list[dict[str, str]]", found["metadatas"])
        kept = zip(found["ids"], texts, metas, strict=True)
        passages = [Passage(id=id_, text=text, **meta) for id_, text, meta in kept]
        order = sorted(range(len(passages)), key=lambda row: passages[row].id)
        vectors = np.asarray(found["embeddings"], np.float32).reshape(-1, DIMENSIONS)[order]
        rows = Rows(tuple(passages[row] for row in order), vectors)
        if name_of(rows.passages) != pointer.collection:
            raise ValueError("passages are not those that were stored")
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3):
            raise ValueError("vectors are not those that were stored")
    return rows


@contextmanager
def chroma(places: Places, collection: str, *, new: bool = False) -> Iterator[Client]:
    """Chroma where a collection is, or shall be; whatever fails in it becomes `KnowledgeError`."""
    try:
        with _clients:
            client = _connect(places, collection, new)
        try:
            yield client
        finally:
            with _clients:
                client.close()
    except BaseException as error:  # a panic of its Rust part is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        place, action = f"in {places.index}", REBUILD
        if places.chroma is not None:
            place = f"on the Chroma server {places.chroma}"
            action = "Start the server or unset INTERVIEWER_CHROMA, then run `interviewer index`."
        raise KnowledgeError(f"The passage index {place} cannot be used.", action) from error


def _connect(places: Places, collection: str, new: bool) -> Client:
    import chromadb
    import httpx2
    from chromadb.config import Settings

    # Chroma would read a `.env` file of the working folder, which is not ours.
    settings = Settings(
        _env_file=None, anonymized_telemetry=False, chroma_otel_collection_endpoint=""
    )
    if places.chroma is None:
        folder = places.index.absolute() / collection
        if not new:  # where the schema is broken, Chroma ends the process
            file = f"{(folder / 'chroma.sqlite3').as_uri()}?mode=ro"
            with closing(sqlite3.connect(file, uri=True)) as connection:
                connection.execute("SELECT * FROM sqlite_master").fetchall()
        return cast("Client", chromadb.PersistentClient(folder, settings))
    # Chroma's client waits without end for a server that does not answer.
    httpx2.get(f"{places.chroma}/api/v2/heartbeat", timeout=PATIENCE).raise_for_status()
    url = urlsplit(places.chroma)
    secure = url.scheme == "https"
    port = url.port or (443 if secure else 80)
    client = chromadb.HttpClient(str(url.hostname), port, secure, settings=settings)
    return cast("Client", client)


class PassageIndex:
    """Finds passages by meaning and by words. One object serves all threads of a process.

    It reads the index at the first search, and again once another one was built; what it has read
    it keeps when the index is lost.

    Args:
        places: where the index is.
        model: makes the vector of a query; the process's shared model by default.
    """

    def __init__(self, places: Places, model: Embeddings | None = None) -> None:
        self._places = places
        self._model = model or shared_model()
        self._lock = threading.Lock()
        self._read: tuple[Pointer, Rows, WordIndex] | None = None
        self._failed: tuple[Pointer, float, KnowledgeError] | None = None

    def search(self, query: str, k: int = 5, heading: str | None = None) -> list[Hit]:
        """The passages nearest in meaning and in words, best first.

        It computes for a few milliseconds: call it from a worker thread in async code.

        Args:
            query: anything a person might type; blank finds nothing.
            k: how many at most.
            heading: only sections of that name, e.g. `Common mistakes`.

        Raises:
            KnowledgeError: there is no index yet, or it cannot be read.
        """
        if k < 1 or not query.strip():
            return []
        cosines_to = np.asarray(self._model.embed_query(query), np.float32)
        with self._lock:
            _, (passages, vectors), words = self._newest()
        cosines = vectors @ cosines_to
        wanted = [heading is None or passage.heading == heading for passage in passages]
        nearest = [row for row in np.argsort(-cosines, kind="stable") if wanted[row]]
        near = {
            passages[row].id: Hit(passages[row], float(cosines[row]))
            for row in nearest[: max(k, POOL)]
        }
        meant = {id_: place for place, id_ in enumerate(near, start=1)}
        said = {id_: place for id_, place in words.ranks(query).items() if id_ in near}
        return [near[id_] for id_ in fuse(meant, said)[:k]]

    def _newest(self) -> tuple[Pointer, Rows, WordIndex]:
        pointer = read_pointer(self._places)
        if pointer is not None and (self._read is None or self._read[0] != pointer):
            try:
                self._open(pointer)
            except KnowledgeError:
                if self._read is None:
                    raise
        if self._read is None:
            raise KnowledgeError("There is no passage index that can be read.", REBUILD)
        return self._read

    def _open(self, pointer: Pointer) -> None:
        """Reads a collection; one that failed is not tried again for a while."""
        if self._failed and self._failed[0] == pointer and time.monotonic() < self._failed[1]:
            raise self._failed[2]
        try:
            rows = read_rows(self._places, pointer)
        except KnowledgeError as error:
            newer = read_pointer(self._places)
            if newer is not None and newer != pointer:  # it was deleted while it was read
                return self._open(newer)
            log.warning("%s", error)
            self._failed = (pointer, time.monotonic() + PAUSE, error)
            if pointer.server is None and pointer.model == MODEL_ID:
                with suppress(OSError):  # the next start builds it again
                    (self._places.index / "current.json").unlink()
                    self._failed = None
            raise
        ids = [passage.id for passage in rows.passages]
        texts = [passage.embedded for passage in rows.passages]
        self._read = (pointer, rows, WordIndex(ids, texts))
