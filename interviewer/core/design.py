"""The design record: what the candidate has built so far, and what of it goes beyond the rubric."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from interviewer.core.settings import StepId
from interviewer.core.value import Value


class EntryKind(StrEnum):
    """What an entry of the design record is."""

    COMPONENT = "component"
    """A part of the system."""
    DECISION = "decision"
    """A choice, with its reason where one was given."""
    REJECTED = "rejected"
    """An option that the candidate considered and does not take."""
    THREAD = "thread"
    """A claim worth testing, or a hole, that is still open."""


class DesignEntry(Value):
    """One entry, in a few words of whoever took the notes."""

    kind: EntryKind
    text: str
    turn: int
    """The candidate turn that said it."""


class DesignRecord(Value):
    """What the candidate has built so far, in the order in which it was said."""

    entries: tuple[DesignEntry, ...] = ()

    def of(self, kind: EntryKind) -> tuple[DesignEntry, ...]:
        """The entries of a kind."""
        return tuple(entry for entry in self.entries if entry.kind is kind)

    def joined(self, later: Iterable[DesignEntry]) -> DesignRecord:
        """This record continued; what it has already is not said twice."""
        known = {(entry.kind, entry.text.lower()) for entry in self.entries}
        fresh = [entry for entry in later if (entry.kind, entry.text.lower()) not in known]
        return DesignRecord(entries=(*self.entries, *fresh)) if fresh else self


class Idea(Value):
    """A sound idea that no item names, with the words that say it."""

    step: StepId
    text: str
    """What it is and what it is worth, in a sentence for the candidate."""
    quote: str
    turn: int


class Hole(Value):
    """A question to be ready for: what a senior interviewer would have dug into and nobody did."""

    step: StepId
    question: str
    quote: str
    """The claim that it rests on, verbatim."""
    turn: int
    note: str = ""
    """Id of the concept note to read for it; empty where none fits."""


class Closing(Value):
    """What a judge finds in the whole interview when it is over, beside the verdicts."""

    beyond: tuple[Idea, ...] = ()
    holes: tuple[Hole, ...] = ()


NOTHING_FOUND = Closing()
