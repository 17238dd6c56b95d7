"""The endpoint: every call goes through here, bounded, retried, counted, kept by a breaker.

LangChain's own retries are off: ours respect what the endpoint asks for and never keep a candidate
waiting longer than the settings allow.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from interviewer.core.errors import EndpointError
from interviewer.core.telemetry import untraced
from interviewer.llm.breaker import Breaker
from interviewer.llm.call import (
    Call,
    Request,
    arguments_of,
    check_said,
    no_completion,
    pieces,
    read_reply,
    text_of,
)
from interviewer.llm.capabilities import NEW, Capabilities, Memory, is_thinker, speaks_plainly
from interviewer.llm.clients import Clients
from interviewer.llm.configuration import LLMSettings, shown_address
from interviewer.llm.failures import TRANSIENT, Failure, classify, failed
from interviewer.llm.models import talking
from interviewer.llm.thinking import Aloud, Hold, without_thinking
from interviewer.llm.tokens import count_messages, count_tokens
from interviewer.llm.usage import Kind, Meter, price_of

if TYPE_CHECKING:
    import httpx2

TRIES = 3
BACKOFF = 0.5  # seconds before the second try, doubled before the third
LONGEST_WAIT = 8.0  # a longer Retry-After is not waited for: the candidate is
CANDIDATES = 3  # models of a list that are tried
NAMED = 5  # models that an error names
UNFIT = ("does not support chat", "not a chat model", "not support chat completion")
BY_THE_JUDGE = (Kind.GRADE, Kind.SWEEP, Kind.CLOSING, Kind.DEBRIEF, Kind.DRAFT)
"""By the judge model where one is named."""
BEHIND = 4
"""One in so many calls at once may be by the judge, so that none of them keeps a reply waiting."""
JUDGING = (Kind.NOTES, Kind.ASSESS, *BY_THE_JUDGE)  # at temperature 0

Shape = TypeVar("Shape", bound=BaseModel)


class Endpoint:
    """One endpoint with its models.

    Args:
        settings: which, and within which bounds.
        transport: makes the HTTP requests in place of the network.
        pause: waits so many seconds.
        clock: seconds that only grow.
        memory: what was learnt of models earlier; a recording has to be the same without it.
    """

    def __init__(
        self,
        settings: LLMSettings,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        memory: Memory | None = None,
    ) -> None:
        self.settings = settings
        self.breaker = Breaker(clock)
        self._clients = Clients(settings, transport)
        self._pause, self._clock = pause, clock
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._behind = asyncio.Semaphore(max(1, settings.concurrency // BEHIND))
        self._capabilities: dict[str, Capabilities] = {}
        self._memory = memory if settings.record is None and settings.replay is None else None
        self._unproven: set[str] = set()  # models of which something was learnt by a failure
        self._naming = asyncio.Lock()
        self._named: str | None = settings.model
        self._next: list[str] = []  # to be taken where the one that was taken cannot talk

    async def ask(self, request: Request, shape: type[Shape], meter: Meter) -> Shape:
        """A reply of a certain shape.

        Raises:
            EndpointError: there was none; says why.
        """
        call = await self._open(request, meter)
        for attempt in range(1, TRIES + 1):
            try:
                async with self._counted(call, attempt):
                    return await self._asked(call, shape)
            except EndpointError as error:
                await self._before_next(call, error, attempt)
        raise AssertionError("the last try raises")

    async def stream(self, request: Request, meter: Meter) -> AsyncGenerator[str, None]:
        """A reply as plain text, piece by piece; tried again only while nothing has come.

        Raises:
            EndpointError: it failed or broke off; what was yielded before stands.
        """
        call = await self._open(request, meter)
        for attempt in range(1, TRIES + 1):
            try:
                async with self._counted(call, attempt), aclosing(self._streamed(call)) as said:
                    async for piece in said:
                        yield piece
                return
            except EndpointError as error:
                await self._before_next(call, error, TRIES if call.said else attempt)

    def prepare(self) -> None:
        """Loads what the first call needs, blocking for seconds."""
        count_tokens("")
        self._clients.prepare()

    async def model_names(self) -> list[str]:
        """The models that the endpoint offers to talk to; those of other kinds are left out.

        Raises:
            EndpointError: it does not say, or has none.
        """
        await self._clients.load()
        models = await self._clients.models()
        names = talking(models)
        if models and not names:
            shown = ", ".join(model.name for model in models[:NAMED])
            raise failed(Failure.NO_CHAT_MODEL, f"only {shown}")
        return names

    async def model_for(self, kind: Kind) -> str:
        """The model that such a call goes to; the endpoint is asked when none was named.

        Raises:
            EndpointError: none was named and it offers none.
        """
        if kind in BY_THE_JUDGE and self.settings.judge_model:
            return self.settings.judge_model
        async with self._naming:
            if self._named is None:
                names = await self.model_names()
                if not names:
                    raise failed(Failure.NOT_FOUND, "the endpoint offers no model")
                self._named, *self._next = names[:CANDIDATES]
            return self._named

    @property
    def named(self) -> str:
        """The model that speaks; empty as long as none was named or chosen."""
        return self._named or ""

    def capabilities_of(self, model: str) -> Capabilities:
        """What a model was found to take."""
        if model not in self._capabilities:
            where = shown_address(self.settings)
            known = self._memory.recall(where, model) if self._memory else None
            self._capabilities[model] = known or self._expected(model)
        return self._capabilities[model]

    def _expected(self, model: str) -> Capabilities:
        """What a model most probably takes, from its name and its address."""
        own = self.settings.is_openai
        capabilities = Capabilities(limits=(NEW,)) if own else Capabilities()
        if own:  # it never writes its thinking into a reply
            capabilities.hold = Hold.MARKED
        elif speaks_plainly(model):
            capabilities.hold = Hold.ODD
        if is_thinker(model):
            capabilities.think(self.settings.thinking_tokens)
        return capabilities

    def _learnt(self, call: Call, error: EndpointError, tried: Capabilities) -> bool:
        """Whether a call can be made again without what it was rejected for."""
        capabilities = self.capabilities_of(call.model)
        before = capabilities.asks
        again = capabilities.learn(error, tried, room=self.settings.thinking_tokens)
        if capabilities.asks != before:
            self._unproven.add(call.model)
        return again

    def _keep(self, model: str) -> None:
        if self._memory is not None:
            self._memory.keep(shown_address(self.settings), model, self._capabilities[model])

    async def close(self) -> None:
        """Closes the connections."""
        await self._clients.close()

    # One try

    async def _open(self, request: Request, meter: Meter) -> Call:
        await self._clients.load()  # before any clock runs
        self.breaker.admit()
        try:
            model = await self.model_for(request.kind)
            estimated = count_messages([text for _, text in request.messages])
            meter.admit(price_of(model, self.settings.prices), estimated)
        except EndpointError as error:
            self.breaker.failed(error)
            raise
        except BaseException:
            self.breaker.given_up()
            raise
        return Call(request, model, meter, estimated)

    @asynccontextmanager
    async def _counted(self, call: Call, attempt: int) -> AsyncIterator[None]:
        """One try inside its bounds: a free slot, an account, a breaker that hears of it."""
        failure, started = "cancelled", self._clock()
        try:
            behind = call.request.kind in BY_THE_JUDGE  # nobody waits for its first word
            async with self._behind if behind else nullcontext(), self._slots:
                started = self._clock()
                yield
            failure = ""
            self.breaker.succeeded()
        except EndpointError as error:
            failure = str(error.failure)
            self.breaker.failed(error)
            raise
        finally:
            if failure == "cancelled":
                self.breaker.given_up()
            call.note(self.settings, failure, attempt, self._clock() - started)

    async def _asked(self, call: Call, shape: type[Shape]) -> Shape:
        capabilities = self.capabilities_of(call.model)
        tried = replace(capabilities)
        call.room = tried.room
        try:
            async with asyncio.timeout(self.settings.seconds_for(call.request.most)):
                reply = await self._invoked(call, shape, tried)
        except Exception as raised:
            error = self._known(raised)
            if not (self._passed_over(call, error) or self._learnt(call, error, tried)):
                raise error from None  # the client's own words may hold the key
            return await self._asked(call, shape)
        return self._read(call, reply, shape)

    def _read(self, call: Call, reply: Any, shape: type[Shape]) -> Shape:
        """The value of a reply."""
        call.text = ""
        call.heard(reply)
        if reply.additional_kwargs.get("refusal"):
            raise failed(Failure.DECLINED)
        text = call.text = text_of(reply) or arguments_of(reply)
        ended = reply.response_metadata.get("finish_reason") or ""
        if ended == "content_filter":
            raise failed(Failure.FILTERED)
        answer, thought, unmarked = without_thinking(text)
        bare = text.lstrip().startswith("{")
        tools = bool(getattr(reply, "tool_calls", None))
        check_said(call, ended, silent=not (answer or bare), tools=tools)
        cut = ended == "length"
        if cut and thought and not bare and not call.room:
            raise failed(Failure.CRAMPED)
        value = read_reply(text, shape, cut=cut)
        self._hear(call, thought and not bare, unmarked and not bare)
        return value

    def _hear(self, call: Call, thought: bool, unmarked: bool, *, streamed: bool = False) -> None:
        """Takes over what a reply shows of how its model thinks."""
        capabilities = self.capabilities_of(call.model)
        changed = capabilities.hear(thought, unmarked, streamed=streamed)
        if thought:
            changed = capabilities.think(self.settings.thinking_tokens) or changed
        if changed or call.model in self._unproven:  # it works, so that it can be relied on
            self._unproven.discard(call.model)
            self._keep(call.model)

    async def _invoked(self, call: Call, shape: type[BaseModel], capabilities: Capabilities) -> Any:
        limits = capabilities.limited(call.request.most)
        options = self._clients.options(limits, capabilities.response_format(shape))
        messages = list(call.request.messages)
        if capabilities.asks_in_words():
            role, text = messages[0]
            messages[0] = (role, f"{text}\n\n{capabilities.in_words(shape)}")
        with no_completion(), untraced():
            return await self._chat(call, capabilities).ainvoke(
                capabilities.told(messages), **options
            )

    async def _streamed(self, call: Call) -> AsyncGenerator[str, None]:
        capabilities = self.capabilities_of(call.model)
        tried = replace(capabilities)
        call.room, call.text = tried.room, ""
        aloud = Aloud(tried.hold)
        try:
            chunks = self._chunks(call, tried) if tried.streams else self._whole(call, tried)
            async with aclosing(chunks), aclosing(self._heard(chunks, call, aloud)) as said:
                async for piece in said:
                    yield piece
            return
        except Exception as raised:
            error = self._known(raised)
            # Thinking was paid for; another try is one of the three.
            if call.said or error.failure == Failure.CRAMPED:
                raise error from None
            if not (self._passed_over(call, error) or self._learnt(call, error, tried)):
                raise error from None
        async with aclosing(self._streamed(call)) as again:
            async for piece in again:
                yield piece

    async def _heard(
        self, chunks: AsyncIterator[Any], call: Call, aloud: Aloud
    ) -> AsyncGenerator[str, None]:
        """The words of a stream in time; it shows how its model thinks."""
        streams = self.capabilities_of(call.model).streams
        bounds = self.settings
        first = bounds.first_token_seconds if streams else bounds.total_seconds
        async with aclosing(pieces(self._in_time(chunks, first), call, aloud)) as said:
            async for piece in said:
                yield piece
        self._hear(call, aloud.thought, aloud.unmarked, streamed=True)

    def _passed_over(self, call: Call, error: EndpointError) -> bool:
        """Whether a model that nobody named cannot talk, and the next of the list is taken."""
        named = (self.settings.model, self.settings.judge_model)
        if self.settings.model is not None or call.model in named or not self._is_unfit(error):
            return False
        if call.model == self._named and self._next:
            self._named = self._next.pop(0)
        if call.model == self._named or self._named is None:
            return False
        call.model = self._named
        return True

    def _is_unfit(self, error: EndpointError) -> bool:
        said = error.complaint.lower()
        return error.failure == Failure.NOT_FOUND or any(sign in said for sign in UNFIT)

    def _known(self, raised: Exception) -> EndpointError:
        """The failure that an error amounts to, without the key in it."""
        return classify(raised, self.settings.key.get_secret_value())

    async def _chunks(self, call: Call, capabilities: Capabilities) -> AsyncGenerator[Any, None]:
        """The stream itself; closing it hangs up."""
        options = self._clients.options(capabilities.limited(call.request.most))
        options["stream_usage"] = capabilities.usage_in_streams
        messages = capabilities.told(call.request.messages)
        chunks: Any = self._chat(call, capabilities).astream(messages, **options)
        async with aclosing(chunks):
            while True:
                with no_completion(), untraced():
                    chunk = await anext(chunks, None)
                if chunk is None:
                    return
                yield chunk

    async def _whole(self, call: Call, capabilities: Capabilities) -> AsyncGenerator[Any, None]:
        """The same reply at once, from an endpoint that does not stream."""
        options = self._clients.options(capabilities.limited(call.request.most))
        messages = capabilities.told(call.request.messages)
        with no_completion(), untraced():
            reply = await self._chat(call, capabilities).ainvoke(messages, **options)
        yield reply

    async def _in_time(self, chunks: AsyncIterator[Any], first: float) -> AsyncGenerator[Any, None]:
        """The chunks of a stream, the first and the last of them in time."""
        began = self._clock()
        while True:
            left = self.settings.total_seconds - (self._clock() - began)
            try:
                async with asyncio.timeout(max(0.0, min(first, left))):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            yield chunk

    async def _before_next(self, call: Call, error: EndpointError, attempt: int) -> None:
        """Waits before the next try.

        Raises:
            EndpointError: the one given, when there is none.
        """
        if error.failure == Failure.CRAMPED and attempt < TRIES:
            capabilities = self.capabilities_of(call.model)
            # Another call may have made the room meanwhile.
            if self._learnt(call, error, capabilities) or capabilities.room:
                return
            raise error
        wait = error.retry_after if error.retry_after is not None else BACKOFF * 2 ** (attempt - 1)
        hopeless = error.failure not in TRANSIENT or self.breaker.is_open
        if hopeless or attempt >= TRIES or wait > LONGEST_WAIT:
            raise error
        await self._pause(wait)

    def _chat(self, call: Call, capabilities: Capabilities) -> Any:
        temperature = 0.0 if call.request.kind in JUDGING else self.settings.temperature
        kept = temperature if capabilities.temperature else None
        return self._clients.chat(call.model, kept, capabilities.effort)
