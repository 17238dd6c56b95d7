"""A small HTTP server on this machine, whose replies a function of the request makes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from interviewer.simulation.endpoints.misbehaving import HOST, hang_up, length_of, send
from interviewer.simulation.endpoints.replies import Reply


@dataclass(frozen=True)
class Received:
    """One request as it came.

    Attributes:
        method: `GET` or `POST`.
        path: with its query.
        headers: by their names in small letters.
        body: its JSON; empty where it has none.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


Handle = Callable[[Received], Reply]
"""Makes the reply to a request."""


@dataclass
class Served:
    """The server while it runs.

    Attributes:
        handle: makes the replies.
        received: every request so far.
        port: where it listens.
    """

    handle: Handle
    received: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def root(self) -> str:
        """Its address without any path."""
        return f"http://{HOST}:{self.port}"

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The bodies of all calls of a model."""
        return [one.body for one in self.received if one.method == "POST"]

    async def accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes = b""
    ) -> None:
        """Answers one connection.

        Args:
            reader: what comes.
            writer: where the reply goes.
            first: what has been read of the request.
        """
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request = _received(head, await reader.readexactly(length_of(head)))
            self.received.append(request)
            await send(self.handle(request), writer)
            await hang_up(writer)
        writer.transport.abort()


@asynccontextmanager
async def served(handle: Handle, port: int = 0) -> AsyncIterator[Served]:
    """A server for as long as it is needed.

    Args:
        handle: makes the replies.
        port: where it listens; 0 takes a free one.
    """
    server = Served(handle)
    listening = await asyncio.start_server(server.accept, HOST, port)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


def _received(head: str, body: bytes) -> Received:
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Received(method, path, headers, json.loads(body) if body else {})
