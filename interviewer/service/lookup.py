"""Looking things up beside an interview: one answer judged, passages, notes, guides."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from interviewer.core.errors import KnowledgeError, SettingsError
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.service.foundation import Foundation
from interviewer.service.grading import GradedAnswer, grade_answer
from interviewer.service.sharing import shared_property

if TYPE_CHECKING:
    from interviewer.retrieval.index import Hit, PassageIndex
    from interviewer.retrieval.notes import Note, Notes


class Reading(Foundation):
    """The part of the facade that needs no interview."""

    async def grade(
        self, case_id: str, step: str, answer: str, brain: str = "auto"
    ) -> GradedAnswer:
        """Judges one answer against one step: senior, balanced.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: there is no such step or brain.
            BrainError: it could not be judged.
        """
        if step not in set(StepId):
            raise SettingsError(f"There is no step {step!r}.", f"Choose {', '.join(StepId)}.")
        case = self._case(case_id, InterviewSettings())
        chosen = self.brains.choose(brain).brain
        return await grade_answer(chosen, case, StepId(step), answer)

    async def search(self, query: str, k: int = 5) -> list[Hit]:
        """The passages nearest in meaning to a query, best first.

        Raises:
            KnowledgeError: there is no index yet.
        """
        return await asyncio.to_thread(self._index.search, query, k)

    def note(self, concept: str) -> Note | None:
        """A concept's study note, or None when there is none."""
        return self.notes.concepts.get(concept)

    @shared_property
    def notes(self) -> Notes:
        """Every concept note and case guide, ours and the user's."""
        from interviewer.retrieval.notes import load_notes, note_roots

        return load_notes(note_roots(self._places))

    def _look_up(self, query: str, heading: str) -> Sequence[str]:
        """The passage nearest in meaning, with the title of its note; none without an index.

        Args:
            query: what it should be about.
            heading: of the sections that are looked at; empty for all of them.
        """
        try:
            hits = self._index.search(query, 1, heading or None)
        except KnowledgeError:
            return ()
        return [f"{hit.passage.title}: {hit.passage.text}" for hit in hits]

    @shared_property
    def _index(self) -> PassageIndex:
        from interviewer.retrieval.index import PassageIndex

        index = PassageIndex(self._places.index)
        self._stack.callback(index.close)
        return index
