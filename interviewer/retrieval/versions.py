"""The folder of the passage index: its versions, which one is current, who reads and who writes.

    index/
      current.json      names the version that readers open; replaced in one step
      000007/           a version: never changed once it was named
        chroma/         the vector store
        readers/        a locked file for each reader
        damaged         left by a reader that could not read it
      write.lock        held by the one writer; its process's end releases it
      building.json     there while a writer works, and after one was killed
      failed.json       why the last build failed

Everything in it can be deleted at any time: it is built again from the notes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout

from interviewer.core.errors import KnowledgeError

COLLECTION = "passages"


@dataclass(frozen=True)
class Version:
    """One built index.

    Attributes:
        folder: its name under the index folder.
        fingerprint: of the notes, the model and the cut that it was built from.
        model: that made its vectors.
        passages: how many it holds.
        notes: sources of the notes in it, e.g. `concepts/position_bias.md`.
        files: SHA-256 by path of the files that never change. Chroma's reader of these files
            ends the whole process when they are damaged, so they are checked before it sees them.
    """

    folder: str
    fingerprint: str
    model: str
    passages: int
    notes: tuple[str, ...]
    files: Mapping[str, str] = field(default_factory=dict)


def chroma_folder(index: Path, folder: str) -> Path:
    """Where a version keeps its vector store."""
    return index / folder / "chroma"


def read_current(index: Path) -> Version | None:
    """The current version; None when there is none or its pointer or folder is unusable."""
    version = _parse(_read_json(index / "current.json"))
    if version is None or not chroma_folder(index, version.folder).is_dir():
        return None
    return None if (index / version.folder / "damaged").exists() else version


def swap(index: Path, version: Version) -> None:
    """Makes a version the current one, in one step."""
    write_json(index / "current.json", asdict(version))


def mark_damaged(index: Path, version: Version) -> None:
    """Notes that a version cannot be read, so that the next build replaces it."""
    with contextlib.suppress(OSError):
        (index / version.folder / "damaged").touch()


def next_folder(index: Path) -> str:
    """Name for a new version; only the writer may ask."""
    numbers = [int(path.name) for path in _versions(index)]
    return f"{max(numbers, default=0) + 1:06d}"


def remove_unneeded(index: Path, current: str) -> None:
    """Deletes versions that are not current and that nobody reads."""
    for path in _versions(index):
        if path.name != current and not _is_read(path):
            shutil.rmtree(path, ignore_errors=True)


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of the files of a vector store that reading does not change."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*/*"))
        if path.is_file()
    }


@contextlib.contextmanager
def writing(index: Path, wait: float) -> Iterator[None]:
    """The writer's turn.

    Args:
        index: the index folder; made when missing.
        wait: seconds to wait for another writer.

    Raises:
        KnowledgeError: another writer took longer, or the folder cannot be written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / "write.lock", timeout=wait)
        with lock:
            write_json(index / "building.json", {"pid": os.getpid()})
            yield
            (index / "building.json").unlink(missing_ok=True)
    except Timeout as error:
        raise KnowledgeError(
            "Another process is already building the passage index.", "Wait for it to finish."
        ) from error


def is_writing(index: Path) -> bool:
    """Whether a writer works right now."""
    if not (index / "building.json").exists():
        return False
    try:
        with FileLock(index / "write.lock", blocking=False):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def lease(index: Path, version: Version) -> BaseFileLock | None:
    """Keeps a version from being deleted until released; None when it is gone already.

    The version must still be current afterwards: a writer deletes only what is not.
    """
    folder = index / version.folder / "readers"
    try:
        folder.mkdir(exist_ok=True)
        held = FileLock(folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}.lock", thread_local=False)
        held.acquire()
    except FileNotFoundError:
        return None
    return held


def release(held: BaseFileLock) -> None:
    """Ends a lease."""
    held.release()
    Path(held.lock_file).unlink(missing_ok=True)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Writes a small file in one step."""
    aside = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}")
    with aside.open("w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def read_failure(index: Path, fingerprint: str) -> str | None:
    """Why the last build from these notes failed, if it did."""
    content = _read_json(index / "failed.json")
    reason = content.get("reason")
    failed = content.get("fingerprint") == fingerprint and isinstance(reason, str)
    return str(reason) if failed else None


def _versions(index: Path) -> list[Path]:
    return sorted(path for path in index.glob("[0-9]*") if path.name.isdecimal())


def _is_read(version: Path) -> bool:
    for path in version.glob("readers/*.lock"):
        try:
            with FileLock(path, blocking=False):
                continue
        except Timeout:
            return True
    return False


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _parse(content: Mapping[str, Any]) -> Version | None:
    try:
        version = Version(**{**content, "notes": tuple(content["notes"])})
    except (KeyError, TypeError):
        return None
    # The name comes from a file: it must not lead out of the index folder.
    return version if str(version.folder).isdecimal() else None
