"""The clients of one endpoint: LangChain's chat models over one HTTP client."""

from __future__ import annotations

import asyncio
import importlib
import re
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx2  # the successor of httpx under a name of its own, which the openai package uses

from interviewer.core.errors import SettingsError
from interviewer.llm.addresses import Address, is_loopback, proxy_for
from interviewer.llm.configuration import NO_KEY, LLMSettings
from interviewer.llm.failures import Failure, classify, failed
from interviewer.llm.models import Model, listed_models
from interviewer.llm.recording import RecordingTransport, ReplayTransport

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


MOST_BYTES = 4_000_000  # of one reply; a hundred times what a model says
EVENTS = "text/event-stream"
_UNSTREAMED = "stream is not supported: the reply came whole"
_STREAM = re.compile(rb'"stream":\s*true')  # in a text the quotation marks are escaped
_NEEDED = {"host", "accept", "accept-encoding", "connection", "content-type", "content-length"}
_NEEDED |= {"transfer-encoding", "x-stainless-raw-response"}  # the last is read by the client
API_TYPES = ("application/json", EVENTS)


def open_client(
    settings: LLMSettings, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """The HTTP client of an endpoint.

    Args:
        settings: says whether calls are recorded or replayed.
        transport: makes the requests in place of the network.

    Raises:
        SettingsError: the recording cannot be read or written, or a proxy cannot be used.
    """
    address = settings.address
    if settings.replay is not None:
        transport = ReplayTransport(settings.replay)
    elif transport is None:
        transport = network(address.url)
    if settings.replay is None and settings.record is not None:
        kept = ("model", "judge_model", "temperature", "is_openai")
        head: dict[str, Any] = {name: getattr(settings, name) for name in kept}
        secret = settings.key.get_secret_value()
        transport = RecordingTransport(transport, settings.record, head, secret)

    async def sign(request: httpx2.Request) -> None:
        if settings.found:
            _strip(request)
        else:
            _sign(request, address, settings.key.get_secret_value())

    hooks: dict[str, list[Callable[..., Any]]] = {"request": [sign], "response": [_expect_an_api]}
    return httpx2.AsyncClient(transport=transport, event_hooks=hooks, trust_env=False)


def network(url: str) -> httpx2.AsyncBaseTransport:
    """What makes requests to an address: through the proxy of the environment, where there is one.

    Raises:
        SettingsError: the proxy cannot be used.
    """
    return httpx2.AsyncHTTPTransport(proxy=proxy_for(url))


def _sign(request: httpx2.Request, address: Address, key: str) -> None:
    """Adds the key as Azure wants it; anybody else has it in the header of the API."""
    if address.is_azure:
        request.headers["api-key"] = key
        if not is_loopback(request.url.host):
            request.headers.pop("authorization", None)


def _strip(request: httpx2.Request) -> None:
    """Leaves the headers that a call needs, and the key that is none.

    The client library adds what variables say: an organization, a project, headers of any name.
    """
    for name in set(request.headers) - _NEEDED:
        del request.headers[name]
    request.headers["authorization"] = f"Bearer {NO_KEY}"


async def _expect_an_api(response: httpx2.Response) -> None:
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if response.is_success and kind not in API_TYPES:
        raise failed(Failure.WRONG_TYPE, f"content type {kind!r}"[:100])
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _Bounded(response.stream)
    if response.is_success and kind != EVENTS and _asks_for_a_stream(response.request):
        raise failed(Failure.REJECTED, complaint=_UNSTREAMED)


def _asks_for_a_stream(request: httpx2.Request) -> bool:
    return _STREAM.search(request.content) is not None


class _Bounded(httpx2.AsyncByteStream):
    """A reply that is given up when it has no end."""

    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._inner:
            read += len(part)
            if read > MOST_BYTES:
                raise failed(Failure.ENDLESS)
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


class Clients:
    """Makes and keeps the clients of an endpoint.

    Args:
        settings: address, key and bounds.
        transport: makes the HTTP requests in place of the network.
    """

    def __init__(
        self, settings: LLMSettings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._chats: dict[tuple[str, float | None, str], BaseChatModel] = {}

    def prepare(self) -> None:
        """Imports the client library and makes the clients that are known, blocking for seconds."""
        importlib.import_module("langchain.chat_models")
        importlib.import_module("langchain_openai")  # loaded by the name of its provider
        # A content in parts is no fault; LangChain's way of reading it warns of one.
        warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning)
        importlib.import_module("openai.resources.chat")
        settings = self._settings
        with suppress(SettingsError):  # of a proxy or a recording; told when a call is made
            for model in filter(None, {settings.model, settings.judge_model}):
                for temperature in {0.0, settings.temperature}:
                    self.chat(model, temperature)

    async def load(self) -> None:
        """The same at the first call, beside the event loop."""
        if not self._chats:
            await asyncio.to_thread(self.prepare)

    def chat(self, model: str, temperature: float | None, effort: str = "") -> BaseChatModel:
        """The client of a model; no temperature and no effort leave these to the endpoint."""
        from langchain.chat_models import init_chat_model

        key = (model, temperature, effort)
        if key not in self._chats:
            address = self._settings.address
            self._chats[key] = init_chat_model(
                model,
                model_provider="openai",
                api_key=self._settings.key,
                base_url=address.url,
                default_query=address.query or None,
                temperature=temperature,
                reasoning_effort=effort or None,
                max_retries=0,  # how long and how often is decided by the endpoint
                use_responses_api=False,
                http_async_client=self._http,
                http_client=self._unused,
            )
        return self._chats[key]

    async def models(self) -> list[Model]:
        """The models that the endpoint offers, of whatever kind.

        Raises:
            EndpointError: it does not say.
        """
        from openai import AsyncOpenAI

        client = AsyncOpenAI(
            api_key=self._settings.key.get_secret_value(),
            base_url=self._settings.address.url,
            default_query=self._settings.address.query or None,
            http_client=self._http,
            max_retries=0,
            timeout=self._settings.first_token_seconds,
        )
        try:
            # Vendors give lists of their own form, which the client would not read.
            return listed_models(await client.get("/models", cast_to=object))
        except Exception as error:  # of many kinds; `classify` lets bugs of ours through
            raise classify(error, self._settings.key.get_secret_value()) from None

    def options(self, limits: dict[str, int], response_format: Any = None) -> dict[str, Any]:
        """The limit of a reply in tokens and its format, as the endpoint knows them.

        OpenAI refuses the old name of the limit for its newer models; many other servers know no
        other. Both travel in the body as they are: the client would else rename the limit, parse
        the reply itself, and raise where it was cut.
        """
        body: dict[str, Any] = dict(limits)
        if response_format is not None:
            body["response_format"] = response_format
        return {"extra_body": body}

    async def close(self) -> None:
        """Closes the connections."""
        if "_http" in self.__dict__:
            await self._http.aclose()
        if "_unused" in self.__dict__:
            self._unused.close()

    @cached_property
    def _http(self) -> httpx2.AsyncClient:
        return open_client(self._settings, self._transport)

    @cached_property
    def _unused(self) -> httpx2.Client:
        """What LangChain wants beside; its own would stumble over an odd proxy variable."""
        return httpx2.Client(trust_env=False, verify=False)
