"""What a reply keeps to, whichever brain words it: its length, names of steps, what it owes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from interviewer.core.settings import StepId

SPOKEN_WORDS = 60  # more than that at once, and nobody remembers the question
FACTS_AT_ONCE = 8

TITLES = {
    StepId.REQUIREMENTS: "goals and constraints",
    StepId.FRAMING: "framing the problem",
    StepId.DATA: "the data",
    StepId.MODELING: "models and evaluation",
    StepId.SERVING: "serving",
    StepId.MONITORING: "monitoring",
    StepId.SUMMARY: "your summary",
}
"""What a step is called in a sentence to the candidate."""
NAMES = TITLES | {
    StepId.FRAMING: "framing",
    StepId.DATA: "data",
    StepId.SUMMARY: "the summary",
}
"""The same in feedback, where it stands beside a score."""


class Draft(NamedTuple):
    """What a reply has to say, in the embedded brain's words."""

    sentences: Sequence[str]
    owed: frozenset[str] = frozenset()
    """Those that have to reach the candidate: facts, a word's meaning, the time, what is open."""
    room: int = SPOKEN_WORDS
    """How many words the reply may have."""
