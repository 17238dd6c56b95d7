"""What the interviews of one home folder share: content, brains, graph, locks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from interviewer.brains.factory import Brains, Chosen
from interviewer.brains.protocol import Brain
from interviewer.cases.library import Library, load_library
from interviewer.cases.variants import apply_variant, narrow_to
from interviewer.core.case import Case, Framework
from interviewer.core.errors import KnowledgeError, SettingsError
from interviewer.core.paths import Places
from interviewer.core.settings import InterviewSettings
from interviewer.llm.configuration import LLMSettings
from interviewer.policy import InterviewState, apply_rejudgements, fold_interview
from interviewer.store import Store, StoredInterview

if TYPE_CHECKING:
    import httpx2

    from interviewer.brains.embedded.brain import EmbeddedBrain
    from interviewer.retrieval.index import Hit, PassageIndex
    from interviewer.retrieval.lexical import WordIndex
    from interviewer.retrieval.notes import Notes
    from interviewer.retrieval.passages import Passage
    from interviewer.service.graph import WaitingGraph

Clock = Callable[[], float]
NEAR = 5  # passages among which one of a concept note is looked for


class Lookup:
    """Passages and study notes.

    Args:
        places: where they are.
    """

    def __init__(self, places: Places) -> None:
        self._places = places

    @cached_property
    def notes(self) -> Notes:
        """Every concept note and case guide, ours and the user's."""
        from interviewer.retrieval.notes import load_notes, note_roots

        return load_notes(note_roots(self._places))

    @cached_property
    def _index(self) -> PassageIndex:
        from interviewer.retrieval.index import PassageIndex

        return PassageIndex(self._places)

    async def search(self, query: str, k: int) -> list[Hit]:
        """The passages nearest in meaning to a query, best first.

        Raises:
            KnowledgeError: there is no index yet.
        """
        return await asyncio.to_thread(self._index.search, query, k)

    def nearest(self, query: str, heading: str) -> Sequence[str]:
        """The nearest passage, with the title of its note; by its words where there is no index.

        Args:
            query: what it should be about.
            heading: of the sections that are looked at; empty for all of them.
        """
        found = self._found(query, heading)
        return [f"{passage.title}: {passage.text}" for passage in found[:1]]

    def concepts(self, query: str) -> Sequence[Passage]:
        """The passages of concept notes nearest to a text, best first.

        Args:
            query: what they should be about.
        """
        return [one for one in self._found(query) if one.note in self.notes.concepts]

    def _found(self, query: str, heading: str = "") -> Sequence[Passage]:
        """The nearest passages in meaning; where nobody has made an index, by their words."""
        try:
            return [hit.passage for hit in self._index.search(query, NEAR, heading or None)]
        except KnowledgeError:
            words, passages = self._by_words
            known = (passages[id_] for id_ in words.ranks(query))
            fitting = (one for one in known if not heading or one.heading == heading)
            return list(islice(fitting, NEAR))

    @cached_property
    def _by_words(self) -> tuple[WordIndex, Mapping[str, Passage]]:
        from interviewer.retrieval.lexical import WordIndex
        from interviewer.retrieval.passages import cut

        found = (one for note in self.notes.notes for one in cut(note, lambda t: len(t.split())))
        passages = {passage.id: passage for passage in found}
        return WordIndex([*passages], [one.embedded for one in passages.values()]), passages


class Resources:
    """One home folder, opened; what is heavy is made at its first use.

    Args:
        places: where data lives.
        stack: closes at the end what is opened on the way.
        clock: seconds since the epoch.
        new_id: makes the id of a new interview.
        brain: judges and speaks in place of the brains that can be chosen by name.
        embedded: the embedded brain in place of the shipped one.
        llm: settings of the language model in place of the environment's.
        transport: makes the requests to it in place of the network.

    Attributes:
        grading: what is judged behind each conversation.
        practised: what is to be drilled, by owner, with what it was made of.
    """

    def __init__(
        self,
        places: Places,
        stack: AsyncExitStack,
        clock: Clock,
        new_id: Callable[[], str],
        brain: Brain | None = None,
        embedded: EmbeddedBrain | None = None,
        llm: LLMSettings | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.places, self.clock, self.new_id = places, clock, new_id
        self.lookup = Lookup(places)
        self.brains = Brains(
            places,
            brain,
            embedded=embedded,
            settings=llm,
            transport=transport,
            look_up=self.lookup.nearest,
            propose=self.lookup.concepts,
        )
        stack.push_async_callback(self.brains.close)
        self.grading: dict[str, set[asyncio.Task[None]]] = {}
        self.practised: dict[str | None, tuple[tuple[int, ...], Any]] = {}
        self._stack = stack
        self._cases: dict[tuple[str, str | None, str | None], Case] = {}
        self._contents: dict[tuple[str, str | None, str | None, str], tuple[Case, Framework]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @cached_property
    def library(self) -> Library:
        """Cases and frameworks, ours and the user's."""
        return load_library(self.places.knowledge)

    @cached_property
    def graph(self) -> WaitingGraph:
        """The graph of an exchange; importing LangGraph takes most of a second."""
        from interviewer.service.graph import WaitingGraph

        graph = WaitingGraph(self.places.checkpoints)
        self._stack.push_async_callback(graph.close)
        return graph

    def brain_of(self, stored: StoredInterview) -> Chosen:
        """The brain that an interview goes on with, on its account."""
        return self.brains.choose(stored.row.brain, stored.spent.values)

    def case(self, case_id: str, settings: InterviewSettings) -> Case:
        """The case as these settings change it; one object for equal settings.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: it has no such variant or concept.
        """
        key = (case_id, settings.variant, settings.concept)
        if key not in self._cases:
            self._cases[key] = _changed(self.library.case(case_id), settings)
        return self._cases[key]

    def content(self, case_id: str, settings: InterviewSettings) -> tuple[Case, Framework]:
        """Case and framework of an interview, looked up once for equal settings.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: it has no such variant or concept, or there is no such framework.
        """
        key = (case_id, settings.variant, settings.concept, settings.framework)
        if key not in self._contents:
            case = self.case(case_id, settings)
            self._contents[key] = (case, self.library.framework(settings.framework))
        return self._contents[key]

    def fold(self, stored: StoredInterview) -> InterviewState:
        """The state of an interview: everything that was said and judged, taken in order."""
        settings = stored.row.settings
        case, framework = self.content(stored.row.case_id, settings)
        turns, assessments, grades = stored.turns, stored.assessments, stored.grades
        edited = case.fingerprint != stored.row.case_hash
        state = fold_interview(case, framework, settings, turns, assessments, grades, edited=edited)
        if stored.rejudgements:
            apply_rejudgements(state, stored.rejudgements)
        return state

    async def lock(self, store: Store, interview_id: str) -> asyncio.Lock:
        """To be held while something is added to an interview; gone when nobody holds it.

        Args:
            store: as the one who asks sees it.
            interview_id: the interview.

        Raises:
            InterviewNotFound: there is no such interview. It is asked first, because a lock that
                is held tells that there is one, and holding it would stop its owner.
        """
        await store.expect(interview_id)
        return self._locks.setdefault(interview_id, asyncio.Lock())


def _changed(case: Case, settings: InterviewSettings) -> Case:
    try:
        varied = apply_variant(case, settings.variant)
    except KeyError:
        known = ", ".join(variant.id for variant in case.variants) or "none"
        raise SettingsError(
            f"{case.id} has no variant {settings.variant!r}.", f"It has: {known}."
        ) from None
    try:
        return narrow_to(varied, settings.concept)
    except KeyError:
        known = ", ".join(sorted({item.concept for _, item in case.items()}))
        raise SettingsError(
            f"{case.id} has nothing on the concept {settings.concept!r}.", f"It has: {known}."
        ) from None
