"""A home for interviews that are run and not kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from interviewer.core.paths import Places, read_places


@dataclass(frozen=True)
class PlacesApart(Places):
    """A home of its own that shares the caches of the usual one.

    What is cached is named by its content, and making it again takes seconds.
    """

    usual: Places

    @property
    def cache(self) -> Path:
        """Folder of the usual caches."""
        return self.usual.cache


@contextmanager
def places_apart() -> Iterator[Places]:
    """Places with an empty database, gone afterwards; the user's own cases can be played."""
    usual = read_places()
    with TemporaryDirectory(prefix="interviewer-", ignore_cleanup_errors=True) as folder:
        apart = read_places({"INTERVIEWER_HOME": folder})
        yield PlacesApart(apart.home, usual.knowledge, apart.database, usual)
