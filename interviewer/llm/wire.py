"""The connection to an endpoint: what comes back must look like an API and must end."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2

from interviewer.llm.addresses import Address, is_loopback
from interviewer.llm.configuration import NO_KEY, LLMSettings
from interviewer.llm.failures import Failure, failed
from interviewer.llm.proxies import proxy_for
from interviewer.llm.recording import RecordingTransport
from interviewer.llm.replaying import ReplayTransport

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
