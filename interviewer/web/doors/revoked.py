"""Logins that were ended before their time; they stay ended over a restart."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from interviewer.core.private_files import make_private

ENDED = "ended_logins"  # the file in a home
MOST = 10_000  # the oldest are forgotten first

log = logging.getLogger("interviewer")


class Revoked:
    """A bounded set; what would have ended by itself is dropped.

    Args:
        lasting: seconds that a login lasts at most.
        file: keeps them, a line each: when, and which.
    """

    def __init__(self, lasting: float, file: Path) -> None:
        self._lasting = lasting
        self._file = file
        self._ended = OrderedDict(_read(file))
        self._lines = len(self._ended)

    def add(self, login: str, now: float) -> None:
        """Ends a login.

        Args:
            login: which one; a word.
            now: seconds since the epoch.
        """
        if login in self._ended:
            return
        self._ended[login] = now
        self._forget(now)
        self._lines += 1
        try:
            if self._lines > 2 * MOST:
                self._write_anew()
            else:
                _append(self._file, [(login, now)])
        except OSError as error:
            log.warning(
                "A logout could not be written down in %s (%s); it holds until the next restart.",
                self._file,
                error.strerror,
            )

    def __contains__(self, login: str) -> bool:
        return login in self._ended

    def _forget(self, now: float) -> None:
        while self._ended:
            oldest, ended = next(iter(self._ended.items()))
            if len(self._ended) <= MOST and now - ended < self._lasting:
                return
            del self._ended[oldest]

    def _write_anew(self) -> None:
        aside = self._file.with_name(f"{self._file.name}.new")
        aside.unlink(missing_ok=True)
        _append(aside, self._ended.items())
        aside.replace(self._file)
        self._lines = len(self._ended)


def _read(file: Path) -> Iterable[tuple[str, float]]:
    """What a file keeps; a line that was cut short by a crash is left out."""
    try:
        lines = file.read_text("ascii", "replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        log.warning("Which logins were ended cannot be read in %s (%s).", file, error.strerror)
        return []
    kept = [line.split(" ") for line in lines]
    return [(words[1], float(words[0])) for words in kept if len(words) == 2 and _is_time(words[0])]


def _is_time(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 12


def _append(file: Path, ended: Iterable[tuple[str, float]]) -> None:
    make_private(file)
    with file.open("a", encoding="ascii") as writing:
        writing.writelines(f"{int(when)} {login}\n" for login, when in ended)
        writing.flush()
        os.fsync(writing.fileno())
