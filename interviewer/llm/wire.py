"""The connection to an endpoint: what comes back must look like an API and must end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2

from interviewer.llm.configuration import LLMSettings
from interviewer.llm.failures import Failure, failed
from interviewer.llm.recording import RecordingTransport
from interviewer.llm.replaying import ReplayTransport

MOST_BYTES = 4_000_000  # of one reply; a hundred times what a model says
API_TYPES = ("application/json", "text/event-stream")


def open_client(
    settings: LLMSettings, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """The HTTP client of an endpoint.

    Args:
        settings: says whether calls are recorded or replayed.
        transport: makes the requests in place of the network.

    Raises:
        SettingsError: the recording cannot be read or written.
    """
    if settings.replay is not None:
        transport = ReplayTransport(settings.replay)
    elif settings.record is not None:
        kept = ("model", "judge_model", "temperature", "is_openai")
        head: dict[str, Any] = {name: getattr(settings, name) for name in kept}
        inner = transport or httpx2.AsyncHTTPTransport()
        secret = settings.key.get_secret_value()
        transport = RecordingTransport(inner, settings.record, head, secret)
    # Without a transport of ours the client respects the proxies of the environment.
    return httpx2.AsyncClient(transport=transport, event_hooks={"response": [_expect_an_api]})


async def _expect_an_api(response: httpx2.Response) -> None:
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if response.is_success and kind not in API_TYPES:
        raise failed(Failure.WRONG_TYPE, f"content type {kind!r}"[:100])
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _Bounded(response.stream)


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
