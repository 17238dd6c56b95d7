"""What an item or a red flag asks, as the cross-encoder reads it."""

from __future__ import annotations

from typing import NamedTuple

from interviewer.core.case import RubricItem

CLAIM = "Wrong claim:"
"""Before a red flag's statement: the question is whether somebody says it."""


class Criterion(NamedTuple):
    """What is asked of a piece of an answer."""

    statement: str
    met_when: str = ""
    treatments: tuple[str, ...] = ()
    """Sound ones, as far as the author names any."""

    @property
    def texts(self) -> tuple[str, ...]:
        """What may come near to an answer in its words, the statement first."""
        return tuple(text for text in (self.statement, self.met_when, *self.treatments) if text)

    @property
    def question(self) -> str:
        """What the cross-encoder reads before the piece of the answer."""
        return f"{self.statement} {self.met_when}".strip()


def of_item(item: RubricItem) -> Criterion:
    """What a rubric item asks."""
    return Criterion(item.statement, item.met_when, (*item.alternatives, item.exemplar))


def of_flag(statement: str) -> Criterion:
    """Whether somebody makes a wrong claim."""
    return Criterion(f"{CLAIM} {statement}")
