"""An endpoint at the wire whose replies are listed beforehand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import httpx2
from pydantic import BaseModel

from interviewer.core.errors import EndpointError
from interviewer.llm.call import Request
from interviewer.llm.configuration import LLMSettings
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.usage import Kind, Meter
from interviewer.simulation.endpoints.wire import chunk, streamed

BASE = "http://127.0.0.1:9/v1"
USAGE = {"prompt_tokens": 70, "completion_tokens": 30, "total_tokens": 100}


class Answer(BaseModel):
    """What a model is asked for."""

    verdict: str
    at: int = 0


GOOD = Answer(verdict="met", at=1)
Reply = Callable[[dict[str, Any]], httpx2.Response]
"""Makes a response for a request's body, or raises."""


@dataclass
class Listed(httpx2.AsyncBaseTransport):
    """Gives one reply after the other, the last one for ever.

    Attributes:
        replies: the replies.
        models: ids of the models on offer.
        bodies: what was asked so far.
        listings: how often the models were asked for.
    """

    replies: Sequence[Reply]
    models: Sequence[str] = ("first", "second")
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    listings: int = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/models"):
            self.listings += 1
            names = [{"id": name} for name in self.models]
            return unread(httpx2.Response(200, json={"data": names}))
        body = json.loads(await request.aread())
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        at = min(len(self.bodies), len(self.replies)) - 1
        return unread(self.replies[at](body))


def unread(response: httpx2.Response) -> httpx2.Response:
    """The same as it comes from a network: with a body that is still to be read."""
    if not hasattr(response, "_content"):
        return response

    async def body() -> AsyncIterator[bytes]:
        yield b"".join(cast(httpx2.ByteStream, response.stream))

    return httpx2.Response(response.status_code, headers=response.headers, content=body())


def listed(*replies: Reply, **options: Any) -> Listed:
    return Listed(replies, **options)


def says(text: str, *, usage: dict[str, Any] | None = USAGE, finish: str = "stop") -> Reply:
    """A whole reply, streamed where that was asked for."""

    def reply(body: dict[str, Any]) -> httpx2.Response:
        if body.get("stream"):
            half = len(text) // 2
            parts = [chunk({"content": part}) for part in (text[:half], text[half:]) if part]
            last = [{**chunk({}), "choices": [], "usage": usage}] if usage else []
            return streamed([*parts, chunk({}, finish=finish), *last])
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        told = {"usage": usage} if usage else {}
        return httpx2.Response(200, json={"id": "1", "choices": [choice], **told})

    return reply


good = says(GOOD.model_dump_json())


def status(code: int, message: str = "no", **headers: str) -> Reply:
    """An error of the API."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda body: httpx2.Response(code, headers=named, json={"error": {"message": message}})


def breaks(error: Exception) -> Reply:
    """No reply at all."""

    def reply(body: dict[str, Any]) -> httpx2.Response:
        raise error

    return reply


def cut(text: str) -> Reply:
    """A stream that breaks off after its first piece."""
    return lambda body: streamed([chunk({"content": text})], done=False)


@dataclass
class Desk:
    """An endpoint with its account and what it waited for."""

    transport: httpx2.AsyncBaseTransport
    settings: LLMSettings
    paused: list[float] = field(default_factory=list)
    meter: Meter = field(default_factory=Meter)

    def __post_init__(self) -> None:
        self.endpoint = Endpoint(self.settings, transport=self.transport, pause=self._pause)

    async def _pause(self, seconds: float) -> None:
        self.paused.append(seconds)

    async def ask(self, kind: Kind = Kind.ASSESS, text: str = "Judge this.") -> Answer:
        return await self.endpoint.ask(request(kind, text), Answer, self.meter)

    async def stream(self, kind: Kind = Kind.SAY, text: str = "Say this.") -> list[str]:
        return [piece async for piece in self.endpoint.stream(request(kind, text), self.meter)]

    async def outcome(self, kind: Kind = Kind.ASSESS, text: str = "Judge this.") -> str:
        """What became of a call: `ok`, or its failure."""
        try:
            if kind in JUDGING:
                await self.ask(kind, text)
            else:
                await self.stream(kind, text)
        except EndpointError as error:
            return str(error.failure)
        return "ok"


def request(kind: Kind, text: str = "Judge this.", most: int = 50) -> Request:
    return Request(kind, (("system", "You help."), ("user", text)), most)


def desk(transport: httpx2.AsyncBaseTransport, **settings: Any) -> Desk:
    """An endpoint over a transport."""
    return Desk(transport, LLMSettings(**{"base_url": BASE, "model": "one", **settings}))


JUDGING = (
    *(Kind.NOTES, Kind.ASSESS, Kind.GRADE, Kind.SWEEP, Kind.CLOSING, Kind.DEBRIEF, Kind.DRAFT),
)


SPEAKING = (Kind.SAY, Kind.REPLY)
