"""Which brain judges and speaks: the embedded one, or a language model where one is set up."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from interviewer.brains.fallback import FallbackBrain
from interviewer.brains.protocol import Brain
from interviewer.core.case import Case
from interviewer.core.errors import EndpointError, SettingsError
from interviewer.core.paths import Places
from interviewer.llm.configuration import LLMSettings, read_llm_settings, read_local_settings
from interviewer.llm.models import local_brain, local_url, read_local_brain
from interviewer.llm.usage import CallRecord, Kind, Meter, Spent

if TYPE_CHECKING:
    import httpx2

    from interviewer.brains.embedded.brain import EmbeddedBrain
    from interviewer.brains.llm.brain import Lookup, Shared
    from interviewer.brains.llm.judging import Propose
    from interviewer.llm.models import LocalServer

NAMING = 3.0  # seconds that a list of models may take when an interview begins
LOOK_AGAIN = 20.0  # seconds after which servers on this machine are looked for again
EMBEDDED = "embedded"
LLM = "llm"
"""What the names of brains without and with a language model begin with."""
CHOICES = ("auto", EMBEDDED, LLM)


class Chosen(NamedTuple):
    """A brain for one interview, with the calls to a language model that it makes."""

    brain: Brain
    calls: list[CallRecord]


class Brains:
    """Makes the brains of one home folder, each at its first use.

    Args:
        places: where vectors are kept.
        given: judges and speaks in place of every brain that can be chosen.
        embedded: the embedded brain in place of the shipped one.
        settings: of the language model; None reads the environment.
        transport: makes the HTTP requests to it in place of the network.
        look_up: finds passages that ground what it says.
        propose: finds study notes for what is still to be learnt.
    """

    def __init__(
        self,
        places: Places,
        given: Brain | None = None,
        *,
        embedded: EmbeddedBrain | None = None,
        settings: LLMSettings | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        look_up: Lookup | None = None,
        propose: Propose | None = None,
    ) -> None:
        self._places, self._given = places, given
        if embedded is not None:
            self.embedded = embedded
        self._settings, self._transport = settings, transport
        self._look_up, self._propose = look_up, propose
        self._locals: dict[str, Shared] = {}
        self._found: Sequence[LocalServer] = ()
        self._clock = time.monotonic
        self._looked = -math.inf
        self._looking = asyncio.Lock()

    @cached_property
    def llm_settings(self) -> LLMSettings | None:
        """What is set up of a language model; None when nothing is.

        Raises:
            SettingsError: a variable has a value that cannot be used.
        """
        return self._settings or read_llm_settings()

    @cached_property
    def embedded(self) -> EmbeddedBrain:
        """The embedded brain; its model is loaded at the first use."""
        from interviewer.brains.embedded.brain import EmbeddedBrain
        from interviewer.judge.embedded import EmbeddedJudge
        from interviewer.retrieval.embedding import MODEL_ID, shared_model

        # A folder of the model's own: vectors of another one cannot be compared with them.
        cache = self._places.cache / MODEL_ID
        judge = EmbeddedJudge(lambda texts: shared_model().encode(texts), cache)
        return EmbeddedBrain(judge)

    def choose(self, wanted: str, spent: Callable[[], Iterable[Spent]] = tuple) -> Chosen:
        """The brain of that name for one interview.

        Args:
            wanted: `auto`, `embedded`, `llm`, or the name of a brain that was stored.
            spent: what the interview cost so far.

        Raises:
            SettingsError: there is no such brain, or it is not set up.
        """
        if self._given is not None:
            return Chosen(self._given, [])
        if wanted.startswith(EMBEDDED):
            return Chosen(self.embedded, [])
        if local := read_local_brain(wanted):
            return self._with(self._local(*local), spent)
        if missing := self._missing(wanted):
            return Chosen(FallbackBrain(self.embedded, self.embedded, missing), [])
        if not self._is_llm(wanted):
            return Chosen(self.embedded, [])
        return self._with(self._shared, spent)

    def _with(self, shared: Shared, spent: Callable[[], Iterable[Spent]]) -> Chosen:
        """A brain with the language model of an endpoint."""
        from interviewer.brains.llm.brain import LLMBrain

        meter = Meter(shared.endpoint.settings.budget, spent())
        return Chosen(FallbackBrain(LLMBrain(shared, meter), self.embedded), meter.records)

    async def find_local(self, *, afresh: bool = False) -> Sequence[LocalServer]:
        """Servers on this machine whose models can be chosen; none where one is set up already.

        Args:
            afresh: looks again, also when that was done a moment ago.
        """
        from interviewer.llm.models import find_local

        with suppress(SettingsError):
            if self._given is not None or self.llm_settings is not None:
                return ()
        async with self._looking:
            if afresh or self._clock() - self._looked > LOOK_AGAIN:
                self._found, self._looked = await find_local(), self._clock()
        return self._found

    async def name_model(self, wanted: str) -> None:
        """Has the endpoint say which model it is, where none is named, before one is stored.

        Args:
            wanted: the brain that is to be chosen.
        """
        if self._given is not None:
            return
        with suppress(SettingsError):
            named = self.llm_settings is None or self.llm_settings.model is not None
            if named or not self._is_llm(wanted) or read_local_brain(wanted):
                return
            with suppress(EndpointError, TimeoutError):  # told when the model is to speak
                async with asyncio.timeout(NAMING):
                    await self._shared.endpoint.model_for(Kind.SAY)

    def prepare(self) -> None:
        """Loads what a language model needs, blocking for seconds, where one is set up."""
        with suppress(SettingsError):  # told when an interview asks for the model
            if self.llm_settings is not None:
                self._shared.endpoint.prepare()

    def prepare_case(self, case: Case) -> None:
        """Makes what every brain needs of a case before its first turn, blocking."""
        (self._given or self.embedded).prepare(case)

    def again(self, stored: str) -> str:
        """What to choose so that it is the same kind of brain as one that was stored."""
        if local := read_local_brain(stored):
            return local_brain(*local)
        llm = stored.startswith(LLM) and self.llm_settings is not None
        return LLM if llm else EMBEDDED

    def _missing(self, stored: str) -> str:
        """Why an interview that began with a model goes on without one; empty where it does not."""
        if stored == LLM or not stored.startswith(f"{LLM} "):
            return ""
        try:
            return "" if self.llm_settings else "No language model is set up any more."
        except SettingsError as error:
            return error.what

    def _is_llm(self, wanted: str) -> bool:
        if wanted == "auto":
            return self.llm_settings is not None
        if wanted == LLM and self.llm_settings is None:
            raise SettingsError(
                "No language model is set up.",
                "Set OPENAI_API_KEY or OPENAI_BASE_URL, or use the embedded brain.",
            )
        kind = wanted.partition(" ")[0]
        if kind != LLM and not kind.startswith(EMBEDDED):
            raise SettingsError(
                f"There is no brain {wanted!r}.", f"Choose one of: {', '.join(CHOICES)}."
            )
        return kind == LLM

    @cached_property
    def _shared(self) -> Shared:
        settings = self.llm_settings
        assert settings is not None, "asked for only where a language model is set up"
        return self._shared_with(settings)

    def _local(self, model: str, port: int) -> Shared:
        """What all interviews with that model of a server on this machine share."""
        name = local_brain(model, port)
        if name not in self._locals:
            settings = read_local_settings(local_url(port), model)
            self._locals[name] = self._shared_with(settings, name)
        return self._locals[name]

    def _shared_with(self, settings: LLMSettings, name: str = "") -> Shared:
        from interviewer.brains.llm.brain import Shared, look_up_nothing
        from interviewer.brains.llm.judging import propose_nothing
        from interviewer.llm.capabilities import Memory
        from interviewer.llm.endpoint import Endpoint

        memory = Memory(self._places.home)
        endpoint = Endpoint(settings, transport=self._transport, memory=memory)
        look_up, propose = self._look_up or look_up_nothing, self._propose or propose_nothing
        return Shared(endpoint, self.embedded, look_up, name, propose)

    async def close(self) -> None:
        """Closes the connections to the endpoints."""
        opened = [self._shared] if "_shared" in self.__dict__ else []
        for shared in (*opened, *self._locals.values()):
            await shared.endpoint.close()
