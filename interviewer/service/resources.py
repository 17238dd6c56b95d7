"""What the interviews of one home folder share: content, brains, graph, locks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from interviewer.brains.factory import Brains, Chosen
from interviewer.brains.protocol import Brain
from interviewer.cases import edits
from interviewer.cases.library import Library, load_library
from interviewer.cases.variants import apply_variant, narrow_to
from interviewer.core.case import Case, Framework
from interviewer.core.errors import KnowledgeError, SettingsError
from interviewer.core.paths import Places, shipped
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
EARLIER = 64  # cases that were edited since, for interviews that began with them

Content = tuple[Case, Framework]


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

    def read_again(self) -> None:
        """Takes over notes that were changed, blocking."""
        from interviewer.retrieval.notes import load_notes, note_roots, taken_over

        old, roots = self.notes, note_roots(self._places)
        self.notes = taken_over(old, load_notes(roots), roots)
        self.__dict__.pop("_by_words", None)
        edits.tell_broken(old.problems, self.notes.problems)

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
        self._contents: dict[tuple[str, str | None, str | None, str], Content] = {}
        self._earlier: dict[tuple[str, str], Content] = {}  # by hash of the case, and framework
        self._stamps: edits.Stamps | None = None
        self._refreshing = asyncio.Lock()
        self._indexing: set[asyncio.Task[Any]] = set()
        stack.push_async_callback(self._stop_indexing)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @cached_property
    def library(self) -> Library:
        """Cases and frameworks, ours and the user's."""
        self._stamps = edits.stamps_of(self._roots)
        return load_library(self.places.knowledge)

    @property
    def _roots(self) -> tuple[Path, ...]:
        own = (self.places.knowledge,) if self.places.knowledge else ()
        return (shipped("knowledge"), *own)

    async def refresh(self) -> None:
        """Takes over what authors changed in their files; interviews keep what they began with.

        To be called where a page is built or an interview begins, never for a message.
        """
        async with self._refreshing:
            if self._stamps is None:  # nothing was read yet
                return
            now = await asyncio.to_thread(edits.stamps_of, self._roots)
            files = edits.edited(self._stamps, now)
            if not files:
                return
            self._stamps = now
            new = await asyncio.to_thread(load_library, self.places.knowledge)
            edits.tell_broken(self.library.problems, new.problems)
            self._use(edits.taken_over(self.library, new, files))
            if any(file.suffix == ".md" for file in files):
                await asyncio.to_thread(self.lookup.read_again)
                self._index_behind()

    def _use(self, library: Library) -> None:
        """Puts a library in the place of the one before, whose contents are set aside."""
        old = self.library.cases
        kept = {id_ for id_, case in library.cases.items() if old.get(id_) is case}
        for key in [key for key in self._contents if key[0] not in kept]:
            case, framework = content = self._contents.pop(key)
            self._earlier[case.fingerprint, framework.id] = content
        while len(self._earlier) > EARLIER:
            del self._earlier[next(iter(self._earlier))]
        self._cases = {key: case for key, case in self._cases.items() if key[0] in kept}
        self.library = library
        self.practised.clear()

    def _index_behind(self) -> None:
        """Has the index made again behind everything, where there is one."""
        from interviewer.retrieval.builder import ensure_index
        from interviewer.retrieval.index import read_pointer

        if read_pointer(self.places) is not None:
            task = asyncio.create_task(ensure_index(self.places))
            self._indexing.add(task)
            task.add_done_callback(self._indexing.discard)

    async def _stop_indexing(self) -> None:
        for task in self._indexing:
            task.cancel()
        await asyncio.gather(*self._indexing, return_exceptions=True)

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

    def content(self, case_id: str, settings: InterviewSettings) -> Content:
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
        row, settings = stored.row, stored.row.settings
        earlier = self._earlier.get((row.case_hash, settings.framework))
        case, framework = earlier or self.content(row.case_id, settings)
        turns, assessments, grades = stored.turns, stored.assessments, stored.grades
        edited = case.fingerprint != row.case_hash
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
