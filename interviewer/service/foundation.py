"""What every part of the facade stands on: places, store, content, clock, the brain."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from copy import copy
from typing import TYPE_CHECKING, Any, Self
from weakref import WeakValueDictionary

from interviewer.brains.factory import Brains, Chosen
from interviewer.brains.protocol import Brain
from interviewer.cases.library import Library, load_library
from interviewer.cases.variants import apply_variant, narrow_to
from interviewer.core.case import Case
from interviewer.core.errors import SettingsError
from interviewer.core.paths import Places
from interviewer.core.settings import InterviewSettings
from interviewer.llm.configuration import LLMSettings
from interviewer.policy import InterviewState, apply_rejudgements, fold_interview
from interviewer.results.viewing import view_of
from interviewer.results.views import InterviewView
from interviewer.service.sharing import shared_property
from interviewer.store import Store, StoredInterview

if TYPE_CHECKING:
    import httpx2

    from interviewer.service.checkpoints import WaitingGraph

Clock = Callable[[], float]


class Foundation:
    """One home folder, opened.

    Args:
        places: where data lives.
        store: the opened database.
        stack: closes at the end what is opened on the way.
        clock: seconds since the epoch.
        new_id: makes the id of a new interview.
        brain: judges and speaks in place of the brains that can be chosen by name.
        llm: settings of the language model in place of the environment's.
        transport: makes the requests to it in place of the network.
    """

    def __init__(
        self,
        places: Places,
        store: Store,
        stack: AsyncExitStack,
        clock: Clock,
        new_id: Callable[[], str],
        brain: Brain | None = None,
        llm: LLMSettings | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._places = places
        self._store = store
        self._stack = stack
        self._clock = clock
        self._new_id = new_id
        self._given_brain = brain
        self._llm, self._transport = llm, transport
        self._under_way: dict[str, set[asyncio.Task[None]]] = {}
        self._prepared: dict[tuple[str, str | None, str | None], Case] = {}
        self._busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._practised: dict[str | None, tuple[tuple[int, ...], Any]] = {}
        self._shared: dict[str, Any] = {}

    def owned_by(self, owner: str) -> Self:
        """The same interviews as one owner has them: others' do not exist.

        Everything but the store's scope is shared with this object: locks, brains, the index, what
        is under way.

        Args:
            owner: whose; "" is the person at this machine.
        """
        theirs = copy(self)
        theirs._store = self._store.owned_by(owner)
        return theirs

    @shared_property
    def library(self) -> Library:
        """Cases and frameworks, ours and the user's."""
        return load_library(self._places.knowledge)

    @shared_property
    def brains(self) -> Brains:
        """The brains that can be chosen."""
        brains = Brains(
            self._places,
            self._given_brain,
            settings=self._llm,
            transport=self._transport,
            look_up=self._look_up,
        )
        self._stack.push_async_callback(brains.close)
        return brains

    @shared_property
    def _graph(self) -> WaitingGraph:
        from interviewer.service.checkpoints import WaitingGraph

        graph = WaitingGraph(self._places.checkpoints)
        self._stack.push_async_callback(graph.close)
        return graph

    def _brain_of(self, stored: StoredInterview) -> Chosen:
        """The brain that an interview goes on with, on its account."""
        return self.brains.choose(stored.row.brain, stored.spent.values)

    def _look_up(self, query: str, heading: str) -> Sequence[str]:
        """The nearest passage with its note; none without an index."""
        return ()

    def _case(self, case_id: str, settings: InterviewSettings) -> Case:
        """The case as these settings change it; one object for equal settings.

        Raises:
            UnknownCase: there is no such case.
            SettingsError: it has no such variant or concept.
        """
        key = (case_id, settings.variant, settings.concept)
        if key not in self._prepared:
            self._prepared[key] = _changed(self.library.case(case_id), settings)
        return self._prepared[key]

    def _progress(self, stored: StoredInterview) -> InterviewState:
        settings = stored.row.settings
        case = self._case(stored.row.case_id, settings)
        framework = self.library.framework(settings.framework)
        turns, assessments, grades = stored.turns, stored.assessments, stored.grades
        progress = fold_interview(case, framework, settings, turns, assessments, grades)
        apply_rejudgements(progress, stored.rejudgements)
        return progress

    def _view(self, stored: StoredInterview) -> InterviewView:
        return view_of(stored, self._progress(stored))

    async def _lock(self, interview_id: str) -> asyncio.Lock:
        """To be held while something is added to an interview; gone when nobody holds it.

        Raises:
            InterviewNotFound: there is no such interview. It is asked first, because a lock that
                is held tells that there is one, and holding it would stop its owner.
        """
        await self._store.expect(interview_id)
        return self._busy.setdefault(interview_id, asyncio.Lock())


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
