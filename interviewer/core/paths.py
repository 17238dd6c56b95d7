"""Where the program reads and writes: the home folder, the user's knowledge, shipped folders."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from interviewer.core.errors import SettingsError

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(name: str) -> Path:
    """Path of a shipped resource: `"knowledge"` or `"prompts"`.

    A wheel carries them under `interviewer/bundle`; a checkout has them beside the package.
    """
    bundled = _PACKAGE / "bundle" / name
    return bundled if bundled.exists() else _PACKAGE.parent / name


@dataclass(frozen=True)
class Places:
    """Where the program keeps data and where a user's own notes and cases are.

    Attributes:
        home: folder of everything written (database, index, checkpoints, caches).
        knowledge: folder of the user's own `cases/` and `concepts/`, or None.
        database: SQLAlchemy URL of the interviews.
        keep_days: a server deletes interviews in which nothing was said for so long; None keeps
            them.
        chroma: address of the Chroma server that holds the passages; None keeps them in `index`.
    """

    home: Path
    knowledge: Path | None
    database: str
    keep_days: float | None = field(default=None, kw_only=True)
    chroma: str | None = field(default=None, kw_only=True)

    @property
    def checkpoints(self) -> Path:
        """LangGraph's checkpoint file, a cache that may be deleted."""
        return self.home / "checkpoints.sqlite"

    @property
    def index(self) -> Path:
        """Folder of the passage index, a cache that may be deleted."""
        return self.home / "index"

    @property
    def cache(self) -> Path:
        """Folder of other caches."""
        return self.home / "cache"


def read_places(environ: Mapping[str, str] = os.environ) -> Places:
    """Reads `INTERVIEWER_HOME`, `_KNOWLEDGE`, `_DATABASE`, `_KEEP_DAYS` and `_CHROMA`.

    Raises:
        SettingsError: the knowledge folder is named and does not exist, the days are no number, or
            the server's address is none.
    """
    named_home = environ.get("INTERVIEWER_HOME", "").strip()
    home = Path(named_home or platformdirs.user_data_dir("interviewer", appauthor=False))
    home = home.expanduser().resolve()
    knowledge = None
    if named := environ.get("INTERVIEWER_KNOWLEDGE", "").strip():
        knowledge = Path(named).expanduser().resolve()
        if not knowledge.is_dir():
            raise SettingsError(
                f"INTERVIEWER_KNOWLEDGE names {named!r}, which is not a folder.",
                "Create it or unset the variable.",
            )
    database = environ.get("INTERVIEWER_DATABASE", "").strip()
    keep_days = _days(environ.get("INTERVIEWER_KEEP_DAYS", "").strip())
    database = database or f"sqlite:///{home / 'interviews.sqlite'}"
    chroma = _server(environ.get("INTERVIEWER_CHROMA", "").strip())
    return Places(home, knowledge, database, keep_days=keep_days, chroma=chroma)


def _days(named: str) -> float | None:
    if not named:
        return None
    try:
        days = float(named)
    except ValueError:
        days = math.nan
    if not (math.isfinite(days) and days > 0):
        raise SettingsError(
            f"INTERVIEWER_KEEP_DAYS is {named!r}, which is no number of days.",
            "Write one above 0, or unset the variable to keep everything.",
        )
    return days


def _server(named: str) -> str | None:
    if not named:
        return None
    try:
        url = urlsplit(named)
        usable = url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except ValueError:  # a port that is no number
        usable = False
    if not usable or url.netloc.count("@") or url.path.strip("/") or url.query or url.fragment:
        shown = named.rpartition("@")[2]  # what stands before it may be a password
        raise SettingsError(
            f"INTERVIEWER_CHROMA is {shown!r}, which is not the address of a Chroma server.",
            "Write one like http://localhost:8000, or unset it to keep the index in the data "
            "folder.",
        )
    return named.rstrip("/")
