"""Files that nobody else on this machine reads: what candidates said, keys, caches."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The rights of everybody but the owner of a file."""
# What the program itself puts into its folder; `interviews.sqlite-wal` begins like its database.
_OURS = ("interviews.sqlite", "checkpoints.sqlite", "browser_secret", "signing_key", "ended_logins")
_FOLDERS = {"cache", "index"}
_withheld: list[int] = []

log = logging.getLogger("interviewer")


def withhold() -> None:
    """From now on, new files and folders of this process are its owner's alone."""
    if not _withheld:
        _withheld.append(os.umask(OTHERS))


def usual_umask() -> int:
    """What the user's shell withholds, for files that the user asked for, such as a report."""
    if _withheld:
        return _withheld[0]
    mask = os.umask(OTHERS)  # it can only be read by setting it
    os.umask(mask)
    return mask


def make_private(file: Path) -> None:
    """Makes an empty file that is its owner's alone; one that exists loses the rights of others.

    A database is made before SQLite opens it, because its log gets the rights that the file has.

    Raises:
        OSError: it cannot be made.
    """
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        _tighten(file)


def protect_home(home: Path) -> None:
    """Makes a data folder, and takes the rights of others from it and from what is ours in it.

    A folder that is not ours alone keeps its own rights: somebody may name a folder that others
    use as well (`/tmp`, a project, a home folder), and they must not lose it. What is ours in it is
    closed either way. Windows gives a user's folders to that user; there is nothing to do.

    Raises:
        OSError: it cannot be made.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    if os.name == "nt":
        return
    entries = sorted(home.iterdir())
    ours = [entry for entry in entries if _is_ours(entry)]
    if len(ours) == len(entries) and _belongs_to_us(home):
        _tighten(home)
    for path in [below for entry in ours for below in _all_below(entry)]:
        _tighten(path)


def _is_ours(entry: Path) -> bool:
    return entry.name.startswith(_OURS) or entry.name in _FOLDERS


def _belongs_to_us(home: Path) -> bool:
    found = home.stat()
    shared = found.st_mode & stat.S_ISVTX or home == Path.home()
    return found.st_uid == os.geteuid() and not shared


def _all_below(entry: Path) -> Iterator[Path]:
    """A file, or a folder with everything in it; a link leads elsewhere and is left alone."""
    if entry.is_symlink():
        return
    yield entry
    if entry.is_dir():
        for folder, folders, files in os.walk(entry):
            yield from (Path(folder) / name for name in (*folders, *files))


def _tighten(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
        if os.name != "nt" and mode & OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
    except FileNotFoundError:
        return  # a log of SQLite, which comes and goes
    except OSError as error:
        log.warning(
            "Others on this machine may read %s, and its rights cannot be changed (%s).",
            path,
            error.strerror,
        )
