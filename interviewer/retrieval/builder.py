"""Building the passage index aside and swapping it in; run as a child process by the app.

`python -m interviewer.retrieval.builder HOME ROOT...` prints a line of JSON: what the build did.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from langchain_core.embeddings import Embeddings

from interviewer.core.errors import InterviewerError, KnowledgeError
from interviewer.core.paths import Places
from interviewer.retrieval.embedding import MODEL_ID, shared_model
from interviewer.retrieval.index import open_store
from interviewer.retrieval.notes import Notes, load_notes, note_roots
from interviewer.retrieval.passages import Passage, content_hash, cut
from interviewer.retrieval.state import fingerprint
from interviewer.retrieval.versions import (
    Version,
    checksums,
    chroma_folder,
    mark_damaged,
    next_folder,
    read_current,
    remove_unneeded,
    swap,
    writing,
)
from interviewer.text.printable import one_line

WAIT = 120.0  # seconds for another writer; a full build takes a few
ADDED_AT_ONCE = 100  # passages


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes:
        passages: in the index now.
        embedded: of them, how many needed a new vector.
        changed: whether a new version was made.
        problems: notes that could not be read, as sentences.
    """

    passages: int
    embedded: int
    changed: bool
    problems: tuple[str, ...] = ()


class KeptVectors(Embeddings):
    """Gives texts the vectors they had before, and asks the model only for the others."""

    def __init__(self, model: Embeddings, vectors: Mapping[str, list[float]]) -> None:
        self._model = model
        self._vectors = vectors
        self.embedded = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of the texts; `embedded` counts the new ones."""
        known = {text: self._vectors.get(content_hash(text)) for text in texts}
        new = [text for text, vector in known.items() if vector is None]
        made = dict(zip(new, self._model.embed_documents(new), strict=True)) if new else {}
        self.embedded += len(new)
        return [known[text] or made[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Vector of one text."""
        return self.embed_documents([text])[0]


def build_index(
    places: Places,
    roots: Sequence[Path] | None = None,
    model: Embeddings | None = None,
    wait: float = WAIT,
) -> BuildReport:
    """Builds the index if the notes changed, in this process; readers go on meanwhile.

    Args:
        places: `index` is used, and `knowledge` unless `roots` are given.
        roots: folders of notes.
        model: makes the vectors; the shared model by default.
        wait: seconds to wait for another writer.

    Raises:
        KnowledgeError: another writer took too long, or the folder cannot be written.
    """
    index = places.index
    try:
        with writing(index, wait):
            notes = load_notes(roots or note_roots(places))
            problems = tuple(str(problem) for problem in notes.problems)
            current = read_current(index)
            if current is not None and current.fingerprint == fingerprint(notes):
                return BuildReport(current.passages, 0, False, problems)
            kept = KeptVectors(model or shared_model(), _vectors(index, current))
            version = _write_version(index, notes, kept)
            swap(index, version)
            (index / "failed.json").unlink(missing_ok=True)
            remove_unneeded(index, version.folder)
            return BuildReport(version.passages, kept.embedded, True, problems)
    except OSError as error:
        raise KnowledgeError(
            f"The passage index in {index} cannot be written ({error.strerror or error}).",
            "Check the free space and the permissions of that folder.",
        ) from error


def _write_version(index: Path, notes: Notes, model: KeptVectors) -> Version:
    folder = next_folder(index)
    chroma = chroma_folder(index, folder)
    count = shared_model().wordpiece.count
    passages = [(note.source, passage) for note in notes.notes for passage in cut(note, count)]
    chroma.mkdir(parents=True)
    try:
        store = open_store(chroma, create=True, model=model)
        try:
            for start in range(0, len(passages), ADDED_AT_ONCE):
                batch = passages[start : start + ADDED_AT_ONCE]
                store.chroma.add_texts(
                    [passage.embedded for _, passage in batch],
                    metadatas=[_metadata(note, passage) for note, passage in batch],
                    ids=[passage.id for _, passage in batch],
                )
        finally:
            store.close()
    except BaseException:
        shutil.rmtree(index / folder, ignore_errors=True)
        raise
    return Version(
        folder=folder,
        fingerprint=fingerprint(notes),
        model=MODEL_ID,
        passages=len(passages),
        notes=tuple(note.source for note in notes.notes),
        files=checksums(chroma),
    )


def _metadata(note: str, passage: Passage) -> dict[str, str]:
    return {
        "note": note,
        "source": passage.source,
        "title": passage.title,
        "heading": passage.heading,
        "hash": passage.content_hash,
    }


def _vectors(index: Path, version: Version | None) -> dict[str, list[float]]:
    """Vectors of the passages of a version by content hash; none when it cannot be read."""
    from chromadb.errors import ChromaError

    if version is None or version.model != MODEL_ID:
        return {}
    chroma = chroma_folder(index, version.folder)
    if checksums(chroma) != dict(version.files):
        mark_damaged(index, version)
        return {}
    try:
        store = open_store(chroma, create=False)
        try:
            kept = store.chroma.get(include=["embeddings", "metadatas"])
        finally:
            store.close()
    except (ChromaError, sqlite3.Error, ValueError):
        mark_damaged(index, version)
        return {}
    return {
        row["hash"]: vector.tolist()
        for row, vector in zip(kept["metadatas"], kept["embeddings"], strict=True)
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """The child process; its last line on stderr says why it failed."""
    parser = argparse.ArgumentParser(prog="python -m interviewer.retrieval.builder")
    parser.add_argument("home", type=Path, help="data folder, which holds the index folder")
    parser.add_argument("roots", type=Path, nargs="+", help="folders of notes")
    chosen = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(5)  # candidates' answers go first
    places = Places(home=chosen.home, knowledge=None, database="")
    try:
        report = build_index(places, chosen.roots)
    except InterviewerError as error:
        print(one_line(str(error)), file=sys.stderr)
        return 1
    print(json.dumps(asdict(report)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
