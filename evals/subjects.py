"""What is measured: a brain, the interviews it leads, and the search beside them.

Suites know only this, so a planted fault is a subject like any other.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from unittest.mock import patch

from interviewer.brains.protocol import Answer, Brain
from interviewer.cases.library import Library, load_library
from interviewer.core.case import Case
from interviewer.core.paths import Places, read_places
from interviewer.core.settings import StepId
from interviewer.scoring import StepResult
from interviewer.scoring.model import ScoreModel, read_model
from interviewer.service.loose_answer import score_answer
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import Played, Script, play

if TYPE_CHECKING:
    from interviewer.retrieval.index import PassageIndex

EMBEDDED = "evals.subjects:Embedded"
HELD_OUT = "evals.held_out:HeldOut"
SHIPPED_MODEL = read_model()


class Subject(Protocol):
    """What suites can ask for."""

    @property
    def name(self) -> str:
        """Name and version of what is measured."""
        ...

    def brain_for(self, case: Case) -> Brain:
        """The brain that judges this case."""
        ...

    async def play(self, script: Script) -> Played:
        """A scripted interview, led from beginning to end."""
        ...

    def score_model(self, case: Case) -> ScoreModel:
        """What makes a score of this case's credits."""
        ...

    def search(self, query: str, k: int) -> list[str]:
        """Sources of the passages that are found, best first."""
        ...


class Embedded:
    """The embedded brain as it is shipped.

    Args:
        cache: a folder that outlives the process, for vectors and the passage index.
        brain: one that is made already.
    """

    def __init__(self, cache: Path, brain: Brain | None = None) -> None:
        self._cache = cache
        if brain is not None:
            self._brain = brain

    @property
    def name(self) -> str:
        """Name and version of the brain."""
        return self._brain.name

    @cached_property
    def _brain(self) -> Brain:
        from interviewer.brains.embedded.brain import EmbeddedBrain
        from interviewer.judge.embedded import EmbeddedJudge
        from interviewer.retrieval.embedding import shared_model

        return EmbeddedBrain(EmbeddedJudge(shared_model().encode, self._cache / "vectors"))

    def brain_for(self, case: Case) -> Brain:
        """The one brain there is."""
        return self._brain

    async def play(self, script: Script) -> Played:
        """A scripted interview in a home of its own."""
        case = library().cases[script.case_id]
        with temporary_places() as places, scored_by(self.score_model(case)):
            return await play(script, places, with_brain=self.brain_for(case))

    def score_model(self, case: Case) -> ScoreModel:
        """The shipped one."""
        return SHIPPED_MODEL

    def search(self, query: str, k: int) -> list[str]:
        """As `interviewer search` finds them."""
        return [hit.passage.source for hit in self._index.search(query, k)]

    @cached_property
    def _index(self) -> PassageIndex:
        from interviewer.retrieval.builder import build_index
        from interviewer.retrieval.index import PassageIndex

        places = Places(self._cache / "home", None, "sqlite://")
        build_index(places)
        return PassageIndex(places)


def make_subject(name: str, cache: Path) -> Subject:
    """The subject of that name, `module:Class`, made with a cache folder."""
    module, _, kind = name.partition(":")
    made: Subject = getattr(importlib.import_module(module), kind)(cache)
    return made


@cache
def library() -> Library:
    """The shipped cases and frameworks and the user's own, read once a process."""
    return load_library(read_places().knowledge)


@contextmanager
def scored_by(model: ScoreModel) -> Iterator[None]:
    """Makes scores with another model than the shipped one meanwhile."""
    with patch("interviewer.scoring.model.read_model", lambda: model):
        yield


async def grade(subject: Subject, case: Case, step: StepId, answer: str) -> StepResult:
    """The score of one answer to one step, on its own."""
    with scored_by(subject.score_model(case)):
        return await score_answer(subject.brain_for(case), case, step, Answer(answer))
