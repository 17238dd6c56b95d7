"""Study notes: the ones that ship and the user's own, which replace ours of the same id.

Notes are other people's text: they are read, cut and shown, and nothing in them is acted on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from interviewer.core.errors import ContentError
from interviewer.core.paths import Places, shipped

SIZE_LIMIT = 200_000  # bytes of one note; about 60 pages
HEADING_LIMIT = 120  # characters

Kind = Literal["concept", "case"]


@dataclass(frozen=True)
class Note:
    """One study note.

    Attributes:
        id: of the concept or of the case.
        kind: what it is a note on.
        title: its first heading, or the id.
        source: its path under `knowledge/`, e.g. `concepts/position_bias.md`.
        text: Markdown.
    """

    id: str
    kind: Kind
    title: str
    source: str
    text: str


@dataclass(frozen=True)
class Notes:
    """All notes in order of their source, and the files that could not be read."""

    notes: tuple[Note, ...]
    problems: tuple[ContentError, ...] = ()

    @property
    def concepts(self) -> Mapping[str, Note]:
        """Concept notes by id."""
        return {note.id: note for note in self.notes if note.kind == "concept"}

    @property
    def cases(self) -> Mapping[str, Note]:
        """Study guides by the id of their case."""
        return {note.id: note for note in self.notes if note.kind == "case"}

    @property
    def fingerprint(self) -> str:
        """Changes when any note does; 64 hexadecimal digits."""
        digest = hashlib.sha256()
        for note in self.notes:
            for part in (note.source, note.text):
                digest.update(f"{len(part)}:{part}".encode())
        return digest.hexdigest()


def note_roots(places: Places) -> tuple[Path, ...]:
    """Folders of notes, the shipped one first; later ones replace notes of earlier ones."""
    own = () if places.knowledge is None else (places.knowledge,)
    return (shipped("knowledge"), *own)


def load_notes(roots: Sequence[Path]) -> Notes:
    """Reads `concepts/*.md` and `cases/*/notes.md` of each folder.

    A file that cannot be used becomes a problem and hides no other note, not even one of its own
    id in an earlier folder.
    """
    found: dict[str, Note] = {}
    problems: list[ContentError] = []
    for root in roots:
        for path in _note_files(root):
            try:
                note = read_note(path, root)
            except ContentError as problem:
                problems.append(problem)
            else:
                found[note.source] = note
    return Notes(tuple(found[source] for source in sorted(found)), tuple(problems))


def taken_over(old: Notes, new: Notes, roots: Sequence[Path]) -> Notes:
    """Notes as they were read again; one that has become unreadable stays as it was."""
    broken = {Path(problem.file) for problem in new.problems}
    kept = {
        note.source: note
        for note in old.notes
        if any(root / note.source in broken for root in roots)
    }
    found = {note.source: note for note in new.notes} | kept
    return Notes(tuple(found[source] for source in sorted(found)), new.problems)


def read_note(path: Path, root: Path) -> Note:
    """Reads one note of the folder `root`.

    Raises:
        ContentError: it is unreadable, empty, too large, or not UTF-8.
    """
    source = path.relative_to(root).as_posix()
    kind: Kind = "case" if source.startswith("cases/") else "concept"
    note_id = path.parent.name if kind == "case" else path.stem
    if not source.isprintable():
        raise ContentError(
            "the name has characters that cannot be shown.",
            file=repr(str(path)),
            action="Rename the file.",
        )
    text = _read_text(path)
    return Note(note_id, kind, _title(text) or note_id, source, text)


def _note_files(root: Path) -> Iterator[Path]:
    for pattern in ("concepts/*.md", "cases/*/notes.md"):
        for path in sorted(root.glob(pattern)):
            if not any(part.startswith(".") for part in path.relative_to(root).parts):
                yield path


def _read_text(path: Path) -> str:
    if not path.is_file():
        # Opening a named pipe would wait for ever.
        raise ContentError("is not a file.", file=path, action="Rename or remove it.")
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ContentError(
            f"cannot be read ({error.strerror}).", file=path, action="Check its permissions."
        ) from error
    if len(content) > SIZE_LIMIT:
        raise ContentError(
            f"is larger than {SIZE_LIMIT // 1000} kB.", file=path, action="Split the note."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ContentError(
            "is not UTF-8 text.", file=path, line=line, action="Save it as UTF-8."
        ) from error
    text = "\n".join(text.splitlines())
    if not text.strip() or "\0" in text:
        raise ContentError("holds no text.", file=path, action="Write the note or delete the file.")
    return text


def _title(text: str) -> str:
    first = text.lstrip().split("\n", 1)[0]
    return first.removeprefix("# ").strip()[:HEADING_LIMIT] if first.startswith("# ") else ""
