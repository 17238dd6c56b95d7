"""What an author should change in a case, and from which level on it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from interviewer.cases.positions import Document, Place, written
from interviewer.core.errors import ContentError

QUOTED = 90  # characters of a text that a message quotes


class Level(StrEnum):
    """How far a case is, lowest first."""

    DRAFT = "draft"
    """It loads, and all that it names is there."""
    PLAYABLE = "playable"
    """An interview on it makes sense from the opening to the scorecard."""
    POLISHED = "polished"
    """It is as complete as ours."""

    def includes(self, other: Level) -> bool:
        """Whether what the other level asks for is asked for at this one."""
        levels = list(Level)
        return levels.index(other) <= levels.index(self)


@dataclass(frozen=True)
class Finding:
    """Something an author should change.

    Attributes:
        severity: `error` or `warning`.
        place: keys and indexes of the field in the case file; empty for the whole file.
        message: one sentence.
        level: the lowest level that it matters for.
    """

    severity: Literal["error", "warning"]
    place: Place
    message: str
    level: Level = Level.DRAFT

    @property
    def where(self) -> str:
        """The field as people write it: `steps.data.items[2].said`."""
        return written(self.place)

    def in_file(self, document: Document) -> ContentError:
        """The finding with the file and line it stands in."""
        return document.error(self.place, self.message)


def error(place: Place, message: str, level: Level = Level.PLAYABLE) -> Finding:
    """What keeps a case from a level."""
    return Finding("error", place, message, level)


def warning(place: Place, message: str, level: Level = Level.PLAYABLE) -> Finding:
    """What is worth a look from a level on."""
    return Finding("warning", place, message, level)


def quoted(text: str) -> str:
    """The beginning of a text, so that its author recognises it."""
    cut = text if len(text) <= QUOTED else f"{text[:QUOTED].rstrip()}\u2026"
    return f"\u201c{cut}\u201d"
