"""What authors change in their files while the program runs: seen by times, never watched."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from interviewer.cases.library import Library
from interviewer.core.errors import ContentError

CONTENT = (
    *("cases/[!._]*/*.yaml", "cases/[!._]*/*.md", "items/**/[!.]*.yaml", "facts.yaml"),
    *("frameworks/[!.]*.yaml", "concepts/[!.]*.md"),
)
"""Where a folder of knowledge has what is read."""

Stamps = Mapping[Path, tuple[int, int]]
"""When each file was changed last, and how long it is."""

log = logging.getLogger("interviewer")


def stamps_of(roots: Iterable[Path]) -> Stamps:
    """How the files of some folders of knowledge are now; a millisecond for ours."""
    found: dict[Path, tuple[int, int]] = {}
    for file in (file for root in roots for pattern in CONTENT for file in root.glob(pattern)):
        try:
            status = file.stat()
        except OSError:  # it went meanwhile
            continue
        found[file] = (status.st_mtime_ns, status.st_size)
    return found


def edited(before: Stamps, after: Stamps) -> frozenset[Path]:
    """The files that were changed, added or deleted."""
    return frozenset(file for file, _ in before.items() ^ after.items())


def taken_over(old: Library, new: Library, files: Collection[Path]) -> Library:
    """A library as it was read again; what has become unreadable stays as it was.

    What did not change is the same object as before. Frameworks that were known stay as they were
    until the next start: an interview remembers only the name of its own.

    Args:
        old: what was in use.
        new: what was read now.
        files: those that were edited in between.
    """
    broken = {Path(problem.file) for problem in new.problems}
    cases, where = dict(new.cases), dict(new.files)
    for id_, case in old.cases.items():
        if cases.get(id_) == case or _stays(old.files[id_], broken, files):
            cases[id_], where[id_] = case, old.files[id_]
    frameworks = {**new.frameworks, **old.frameworks}
    return replace(new, cases=cases, frameworks=frameworks, files=where)


def _stays(file: Path, broken: Collection[Path], files: Collection[Path]) -> bool:
    """Whether a case stays as it was: one of its own files is broken, or one that it may use."""
    if not file.exists():
        return False
    beside = {other.parent for other in broken}
    return file.parent in beside or (
        any(_is_shared(other) for other in broken)
        and file.parent not in {other.parent for other in files}
    )


def _is_shared(file: Path) -> bool:
    """Whether cases use what stands in a file: it is none of a case and no framework."""
    return file.parent.name != "frameworks" and file.parent.parent.name != "cases"


def tell_broken(before: Iterable[ContentError], now: Iterable[ContentError]) -> None:
    """Logs the first problem of every file that has news of problems."""
    known = {str(problem) for problem in before}
    first = {problem.file: problem for problem in reversed(list(now)) if str(problem) not in known}
    for problem in reversed(first.values()):
        log.warning("%s Until then, what was read of it before is used, if anything.", problem)
