"""Building the passage index beside the one in use, and where it stands."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from filelock import FileLock, Timeout

from interviewer.core.errors import ContentError, KnowledgeError
from interviewer.core.paths import Places
from interviewer.retrieval.embedding import DIMENSIONS, MODEL_ID, Vectors, shared_model
from interviewer.retrieval.index import Pointer, Rows, chroma, name_of, read_pointer, read_rows
from interviewer.retrieval.notes import Notes, load_notes, note_roots
from interviewer.retrieval.passages import CUT_FORMAT, Passage, cut

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

Status = Literal["ready", "building", "missing", "failed"]
WAIT = 120.0  # seconds for another builder; a full build takes a few
AT_ONCE = 16  # passages embedded between two looks at whether to stop; candidates embed as well
STORED_AT_ONCE = 500  # passages
NEVER = 2**31 - 1
WRITTEN_NEVER = {"hnsw": {"space": "cosine", "batch_size": NEVER, "sync_threshold": NEVER}}
"""Vectors stay in Chroma's database: its files of the graph end the process when damaged."""

log = logging.getLogger("interviewer")


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes:
        passages: in the index now.
        embedded: of them, how many needed a new vector.
        changed: whether another collection is searched now.
        problems: notes that could not be read, as sentences.
    """

    passages: int
    embedded: int
    changed: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class IndexState:
    """Where the index stands.

    Attributes:
        status: `ready` when it holds exactly the notes as they are now.
        reason: a sentence for people, empty when ready.
        usable: whether a search can be answered, be it from older notes.
        passages: how many can be searched.
        problems: notes that could not be read.
    """

    status: Status
    reason: str
    usable: bool
    passages: int
    problems: tuple[ContentError, ...] = ()


def build_index(
    places: Places,
    roots: Sequence[Path] | None = None,
    model: Embeddings | None = None,
    wait: float = WAIT,
    stop: threading.Event | None = None,
) -> BuildReport:
    """Builds the index if the notes changed or it is damaged; readers go on meanwhile.

    Args:
        places: `index` and `chroma` are used, and `knowledge` unless `roots` are given.
        roots: folders of notes.
        model: makes the vectors; the shared model by default.
        wait: seconds to wait for another builder.
        stop: ends the build when it is set.

    Raises:
        KnowledgeError: another builder took too long, the index cannot be written, or it was
            stopped.
    """
    index = places.index
    try:
        index.mkdir(parents=True, exist_ok=True)
        with FileLock(index / "write.lock", timeout=wait):
            return _build(places, load_notes(roots or note_roots(places)), model, stop)
    except Timeout as error:
        raise KnowledgeError(
            "Another process is already building the passage index.", "Wait for it to finish."
        ) from error
    except OSError as error:
        raise KnowledgeError(
            f"The passage index in {index} cannot be written ({error.strerror or error}).",
            "Check the free space and the permissions of that folder.",
        ) from error


def _build(
    places: Places, notes: Notes, model: Embeddings | None, stop: threading.Event | None
) -> BuildReport:
    problems = tuple(str(problem) for problem in notes.problems)
    before = read_pointer(places)
    kept = _kept(places, before)
    if before is not None and kept is not None and before.fingerprint == fingerprint(notes):
        return BuildReport(before.passages, 0, False, problems)
    count = shared_model().wordpiece.count
    passages = sorted((p for note in notes.notes for p in cut(note, count)), key=lambda p: p.id)
    vectors, embedded = _embed(passages, kept, model or shared_model(), stop)
    name = name_of(passages)
    if before is None or kept is None or name != before.collection:
        _store(places, name, Rows(tuple(passages), vectors))
    now = Pointer(name, fingerprint(notes), MODEL_ID, len(passages), places.chroma)
    aside = places.index / "current.json.new"
    aside.write_text(json.dumps(now._asdict()), encoding="utf-8")
    aside.replace(places.index / "current.json")
    _delete_others(places, name, before)
    return BuildReport(len(passages), embedded, True, problems)


def _kept(places: Places, pointer: Pointer | None) -> Rows | None:
    """What is searched until now; None when there is nothing that can be read."""
    try:
        return None if pointer is None else read_rows(places, pointer)
    except KnowledgeError:
        return None


def _embed(
    passages: Sequence[Passage],
    kept: Rows | None,
    model: Embeddings,
    stop: threading.Event | None,
) -> tuple[Vectors, int]:
    """The vectors of the passages, and how many of them were not there before."""
    known: dict[str, Any] = {}
    if kept is not None:
        known = {p.embedded: vector for p, vector in zip(*kept, strict=True)}
    new = list(dict.fromkeys(p.embedded for p in passages if p.embedded not in known))
    for start in range(0, len(new), AT_ONCE):
        if stop is not None and stop.is_set():
            raise KnowledgeError("The passage index was not built to its end.")
        texts = new[start : start + AT_ONCE]
        known |= zip(texts, model.embed_documents(texts), strict=True)
    vectors = [known[p.embedded] for p in passages]
    return np.array(vectors, dtype=np.float32).reshape(-1, DIMENSIONS), len(new)


def _store(places: Places, name: str, rows: Rows) -> None:
    """Fills a collection that nobody reads yet; on a server, another builder may fill it too."""
    configuration: Any = None
    if places.chroma is None:
        shutil.rmtree(places.index / name, ignore_errors=True)  # a builder was killed, or damage
        configuration = WRITTEN_NEVER
    with chroma(places, name, new=True) as client:
        collection = client.get_or_create_collection(
            name, configuration=configuration, embedding_function=None
        )
        for start in range(0, len(rows.passages), STORED_AT_ONCE):
            batch = rows.passages[start : start + STORED_AT_ONCE]
            collection.upsert(
                ids=[p.id for p in batch],
                embeddings=rows.vectors[start : start + STORED_AT_ONCE],
                documents=[p.text for p in batch],
                metadatas=[
                    {"source": p.source, "title": p.title, "heading": p.heading} for p in batch
                ],
            )


def _delete_others(places: Places, name: str, before: Pointer | None) -> None:
    """Deletes what nobody opens any more; who has read it goes on without it."""
    if places.chroma is None:
        for folder in places.index.glob("*/"):
            if folder.name != name:
                shutil.rmtree(folder, ignore_errors=True)
    elif before is not None and before.collection != name:
        with contextlib.suppress(KnowledgeError), chroma(places, name) as client:
            client.delete_collection(before.collection)


def fingerprint(notes: Notes) -> str:
    """Equal for indexes that would be equal."""
    return f"{MODEL_ID}/{CUT_FORMAT}/{notes.fingerprint}"


def index_state(places: Places, roots: Sequence[Path] | None = None) -> IndexState:
    """Where the index stands, without opening it; reads all notes, a few milliseconds.

    Args:
        places: `index` and `chroma` are used, and `knowledge` unless `roots` are given.
        roots: folders of notes.
    """
    notes = load_notes(roots or note_roots(places))
    pointer = read_pointer(places)
    status: Status = "missing"
    reason = "The passage index has not been built yet."
    if pointer is not None and pointer.fingerprint == fingerprint(notes):
        status, reason = "ready", ""
    elif _is_building(places.index):
        status, reason = "building", "The passage index is being built."
    elif pointer is not None:
        reason = "The notes changed since the passage index was built."
    usable = pointer is not None and pointer.model == MODEL_ID
    passages = pointer.passages if pointer is not None and usable else 0
    return IndexState(status, reason, usable, passages, notes.problems)


def _is_building(index: Path) -> bool:
    if not (index / "write.lock").exists():
        return False
    try:
        with FileLock(index / "write.lock", blocking=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False


async def ensure_index(places: Places, roots: Sequence[Path] | None = None) -> IndexState:
    """Brings the index up to date in a thread and says where it stands then.

    The event loop stays free: start it as a task and go on. When the task is cancelled, the build
    ends soon; whatever happens to it, what readers use stays.

    Args:
        places: `index` and `chroma` are used, and `knowledge` unless `roots` are given.
        roots: folders of notes.
    """
    folders = tuple(roots or note_roots(places))
    before = await asyncio.to_thread(index_state, places, folders)
    if before.status == "ready" and places.chroma is None:  # a server may have lost it
        return before
    stop = threading.Event()
    reason = ""
    try:
        await asyncio.to_thread(build_index, places, folders, stop=stop)
    except KnowledgeError as error:
        reason = str(error)
        log.warning("%s", error)
    finally:
        stop.set()
    after = await asyncio.to_thread(index_state, places, folders)
    return replace(after, status="failed", reason=reason) if reason else after
