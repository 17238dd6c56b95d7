"""Data folders for interviews that are run and not kept."""

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
    with _folder() as folder:
        apart = read_places({"INTERVIEWER_HOME": str(folder)})
        yield PlacesApart(apart.home, usual.knowledge, apart.database, usual)


def places_in(home: Path, *, knowledge: Path | None = None, database: str = "") -> Places:
    """The places of a data folder, whatever the environment says."""
    return Places(home, knowledge, database or f"sqlite:///{home / 'interviews.sqlite'}")


@contextmanager
def temporary_places() -> Iterator[Places]:
    """A data folder that shares nothing and is gone afterwards."""
    with _folder() as folder:
        yield places_in(folder)


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="interviewer-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
