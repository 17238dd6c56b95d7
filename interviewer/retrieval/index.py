"""Searching the passage index: read-only, and always the newest version."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, cast

from interviewer.core.errors import KnowledgeError
from interviewer.retrieval import lexical
from interviewer.retrieval.embedding import MODEL_ID, shared_model
from interviewer.retrieval.passages import Passage
from interviewer.retrieval.versions import (
    COLLECTION,
    Version,
    checksums,
    chroma_folder,
    lease,
    mark_damaged,
    read_current,
    release,
)

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from filelock import BaseFileLock
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings

POOL = 100  # passages nearest in meaning, among which words decide too
REBUILD = "Run `interviewer index`; it is built again from the notes."


class Hit(NamedTuple):
    """A passage that was found, with its cosine to the query (-1 to 1)."""

    passage: Passage
    score: float


class PassageIndex:
    """Finds passages by meaning. One object serves all threads of a process.

    It opens the index at the first search, and a newer version as soon as there is one.

    Args:
        folder: the index folder (`Places.index`).
        model: makes the vector of a query; the process's shared model by default.
    """

    def __init__(self, folder: Path, model: Embeddings | None = None) -> None:
        self._folder = folder
        self._model = model or shared_model()
        self._lock = threading.Lock()
        self._open: _Open | None = None

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
        vector = self._model.embed_query(query)
        with self._lock:
            return self._current().search(query, vector, k, heading)

    def close(self) -> None:
        """Lets go of the version; a later search opens one again."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def __enter__(self) -> PassageIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _current(self) -> _Open:
        version = read_current(self._folder)
        if self._open is None or self._open.version != version:
            if self._open is not None:
                self._open.close()
                self._open = None
            self._open = self._newest()
        return self._open

    def _newest(self) -> _Open:
        while (version := read_current(self._folder)) is not None:
            try:
                held = lease(self._folder, version)
            except OSError as error:
                raise KnowledgeError(
                    f"The passage index in {self._folder} cannot be opened ({error.strerror}).",
                    "Check the permissions of that folder.",
                ) from error
            # A writer may have swapped and deleted between the two lines above.
            if held is not None and read_current(self._folder) == version:
                return _Open(self._folder, version, held)
            if held is not None:
                release(held)
        raise KnowledgeError("There is no passage index that can be read.", REBUILD)


class _Open:
    """One version, opened and leased."""

    def __init__(self, index: Path, version: Version, held: BaseFileLock) -> None:
        self.version = version
        self._index = index
        self._held = held
        self._store: Store | None = None
        self._by_words: lexical.WordIndex | None = None
        try:
            with self._damage_noted():
                self._check()
                self._store = open_store(chroma_folder(index, version.folder), create=False)
        except KnowledgeError:
            release(held)
            raise

    def search(self, query: str, vector: list[float], k: int, heading: str | None) -> list[Hit]:
        if not self.version.passages or self._store is None:
            return []
        with self._damage_noted():
            found = self._store.chroma.similarity_search_by_vector_with_relevance_scores(
                vector,
                min(max(k, POOL), self.version.passages),
                filter=None if heading is None else {"heading": heading},
            )
            words = self._words().ranks(query)
        # Chroma's score is the cosine's distance from 1.
        hits = [Hit(_passage(document), 1 - distance) for document, distance in found]
        near = {hit.passage.id: hit for hit in hits}
        meant = {hit.passage.id: place for place, hit in enumerate(hits, start=1)}
        best = lexical.fuse(meant, {id_: place for id_, place in words.items() if id_ in near})
        return [near[id_] for id_ in best[:k]]

    def _words(self) -> lexical.WordIndex:
        """Made at the first search, from the passages as they are stored."""
        if self._by_words is None:
            assert self._store is not None, "searched while open"
            kept = self._store.chroma.get(include=["documents"])
            self._by_words = lexical.WordIndex(kept["ids"], kept["documents"])
        return self._by_words

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
        release(self._held)

    def _check(self) -> None:
        if self.version.model != MODEL_ID:
            raise KnowledgeError("The passage index was built with another model.", REBUILD)
        chroma = chroma_folder(self._index, self.version.folder)
        if checksums(chroma) != dict(self.version.files):
            mark_damaged(self._index, self.version)
            raise KnowledgeError(f"The passage index in {self._index} is damaged.", REBUILD)

    @contextlib.contextmanager
    def _damage_noted(self) -> Iterator[None]:
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, sqlite3.Error, OSError, ValueError) as error:
            mark_damaged(self._index, self.version)
            raise KnowledgeError(
                f"The passage index in {self._index} cannot be read.", REBUILD
            ) from error


class Store(NamedTuple):
    """LangChain's view of one vector store, and the client to close."""

    chroma: Chroma
    client: Client

    def close(self) -> None:
        """Closes its files."""
        self.client.close()


def open_store(folder: Path, *, create: bool, model: Embeddings | None = None) -> Store:
    """Chroma over one folder, without telemetry and without its own, downloading, model."""
    import chromadb
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    # Chroma would read a `.env` file of the working folder, which is not ours.
    settings = Settings(
        _env_file=None, anonymized_telemetry=False, chroma_otel_collection_endpoint=""
    )
    client = cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
    try:
        chroma = Chroma(
            client=client,
            collection_name=COLLECTION,
            embedding_function=model,
            # All that is added is written out at once: readers would write what was not, each
            # into the files of the others.
            collection_configuration={
                "hnsw": {"space": "cosine", "batch_size": 1, "sync_threshold": 1}
            },
            create_collection_if_not_exists=create,
        )
    except BaseException:
        client.close()
        raise
    return Store(chroma, client)


def _passage(document: Document) -> Passage:
    kept = document.metadata
    passage = Passage(str(document.id), kept["source"], kept["title"], kept["heading"], "")
    text = document.page_content.removeprefix(passage.context)
    return Passage(passage.id, passage.source, passage.title, passage.heading, text)
