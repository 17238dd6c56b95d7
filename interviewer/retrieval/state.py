"""Where the passage index stands, and bringing it up to date without getting in the way."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from interviewer.core.errors import ContentError
from interviewer.core.paths import Places
from interviewer.retrieval.embedding import MODEL_ID
from interviewer.retrieval.notes import Notes, load_notes, note_roots
from interviewer.retrieval.passages import CUT_FORMAT
from interviewer.retrieval.versions import (
    Version,
    is_writing,
    read_current,
    read_failure,
    write_json,
)

Status = Literal["ready", "building", "missing", "failed"]


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


def fingerprint(notes: Notes) -> str:
    """Equal for indexes that would be equal."""
    return f"{MODEL_ID}/{CUT_FORMAT}/{notes.fingerprint}"


def index_state(places: Places, roots: Sequence[Path] | None = None) -> IndexState:
    """Where the index stands, without opening it; reads all notes, a few milliseconds.

    Args:
        places: `index` is used, and `knowledge` unless `roots` are given.
        roots: folders of notes.
    """
    notes = load_notes(roots or note_roots(places))
    current = read_current(places.index)
    usable = current is not None and current.model == MODEL_ID
    status, reason = _status(places.index, current, fingerprint(notes))
    passages = current.passages if current is not None and usable else 0
    return IndexState(status, reason, usable, passages, notes.problems)


def _status(index: Path, current: Version | None, wanted: str) -> tuple[Status, str]:
    if current is not None and current.fingerprint == wanted:
        return "ready", ""
    if is_writing(index):
        return "building", "The passage index is being built."
    if failure := read_failure(index, wanted):
        return "failed", failure
    if current is None:
        return "missing", "The passage index has not been built yet."
    return "missing", "The notes changed since the passage index was built."


async def ensure_index(places: Places, roots: Sequence[Path] | None = None) -> IndexState:
    """Brings the index up to date in a child process and says where it stands then.

    The event loop stays free: start it as a task and go on. When the task is cancelled, the child
    ends; whatever happens to it, the version that readers use stays.

    Args:
        places: `index` is used, and `knowledge` unless `roots` are given.
        roots: folders of notes.
    """
    folders = tuple(roots or note_roots(places))
    before = await asyncio.to_thread(index_state, places, folders)
    if before.status == "ready":
        return before
    command = [sys.executable, "-m", "interviewer.retrieval.builder", str(places.home)]
    process = await asyncio.create_subprocess_exec(
        *command,
        *map(str, folders),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    after = await asyncio.to_thread(index_state, places, folders)
    if not process.returncode:
        return after
    reason = _reason(process.returncode, complaint)
    await asyncio.to_thread(_keep_failure, places.index, folders, reason)
    return replace(after, status="failed", reason=reason)


def _reason(code: int, complaint: bytes) -> str:
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    if lines and code > 0:
        return lines[-1]
    return f"The process that builds the passage index was ended from outside ({code})."


def _keep_failure(index: Path, roots: Sequence[Path], reason: str) -> None:
    content = {"fingerprint": fingerprint(load_notes(roots)), "reason": reason}
    # A folder that cannot be written is often why the build failed; the caller has the reason.
    with contextlib.suppress(OSError):
        index.mkdir(parents=True, exist_ok=True)
        write_json(index / "failed.json", content)
