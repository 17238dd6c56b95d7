"""Real HTTP servers on this machine: one misbehaves in one way at chosen calls, one is slow."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.misbehaviours import ADDRESSES, INABILITIES, Misbehaviour
from interviewer.simulation.endpoints.replies import Reply, bad_reply, good_reply, models_reply
from interviewer.simulation.endpoints.wire import Answers, Asked, read_request

HOST = "127.0.0.1"
NOWHERE = "nowhere.invalid"  # reserved (RFC 2606): no resolver knows it
PATIENCE = 30.0  # seconds until a late reply comes after all


@dataclass(frozen=True)
class Plan:
    """When a server misbehaves, and how.

    Attributes:
        misbehaviour: how; inabilities concern every call of the kind, wherever they are chosen.
        kind: at which calls; None is at all.
        first: the first of those requests, counted from 1.
        times: how many of them; None is all from the first on.
    """

    misbehaviour: Misbehaviour
    kind: Kind | None = None
    first: int = 1
    times: int | None = 1

    def concerns(self, kind: Kind, number: int) -> bool:
        """Whether the request of that number of its kind is a chosen one."""
        if self.kind not in (None, kind):
            return False
        if self.misbehaviour in INABILITIES or self.times is None:
            return self.misbehaviour in INABILITIES or number >= self.first
        return self.first <= number < self.first + self.times


@dataclass
class Misbehaving:
    """The server, which may be stopped and started again at the same port.

    Attributes:
        answers: makes the good replies.
        plan: when it misbehaves; None is never.
        asked: every request so far.
        harmed: those of them that it misbehaved at.
        port: where it listens, from its first start on.
    """

    answers: Answers
    plan: Plan | None = None
    asked: list[Asked] = field(default_factory=list)
    harmed: list[Asked] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def base_url(self) -> str:
        """The address that a client is given."""
        how = self.plan.misbehaviour if self.plan else None
        scheme = "https" if how is Misbehaviour.NO_TLS else "http"
        host = NOWHERE if how is Misbehaviour.NO_NAME else HOST
        return f"{scheme}://{host}:{self.port}/v1"

    async def start(self) -> None:
        """Listens."""
        self._server = await asyncio.start_server(self._accept, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listens no more; what is under way is broken off."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def idle(self, seconds: float) -> bool:
        """Waits until every connection is closed; whether they are in that time."""
        if self._connections:
            await asyncio.wait(self._connections, timeout=seconds)
        return not self._connections

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client has gone, or the server has stopped
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        began = await reader.readexactly(1)
        if not began.isalpha():  # the beginning of a TLS handshake
            writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            await hang_up(writer)
            return
        head = (began + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        body = await reader.readexactly(length_of(head))
        path = head.split(" ", 2)[1]
        reply = models_reply() if path.endswith("/models") else await self._reply(body)
        if reply.late:
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), PATIENCE)
        if not reply.silent:
            await send(reply, writer)
        if reply.whole and not reply.silent:
            await hang_up(writer)

    async def _reply(self, body: bytes) -> Reply:
        asked = read_request(json.loads(body))
        self.asked.append(asked)
        number = Counter(one.kind for one in self.asked)[asked.kind]
        text = await asyncio.to_thread(self.answers, asked)
        plan = self.plan
        if plan and plan.misbehaviour not in ADDRESSES and plan.concerns(asked.kind, number):
            self.harmed.append(asked)
            return bad_reply(plan.misbehaviour, asked, text)
        return good_reply(asked, text)


@asynccontextmanager
async def misbehaving(answers: Answers, plan: Plan | None = None) -> AsyncIterator[Misbehaving]:
    """A server for as long as it is needed; at a refused address it does not listen.

    Args:
        answers: makes the good replies.
        plan: when it misbehaves, and how.
    """
    server = Misbehaving(answers, plan)
    await server.start()
    if plan is not None and plan.misbehaviour is Misbehaviour.REFUSED:
        await server.stop()
    try:
        yield server
    finally:
        await server.stop()


def length_of(head: str) -> int:
    """The length of a body, from the head before it."""
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            return int(value)
    return 0


async def send(reply: Reply, writer: asyncio.StreamWriter) -> None:
    """Sends a reply in chunks, each at once; without the last of them where it breaks off."""
    lines = [
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        f"Content-Type: {reply.type}",
        "Transfer-Encoding: chunked",
        "Connection: close",
        *(f"{name}: {value}" for name, value in reply.headers.items()),
    ]
    writer.write("\r\n".join((*lines, "", "")).encode("latin-1"))
    for piece in reply.content:
        writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        await writer.drain()
    if reply.whole:
        writer.write(b"0\r\n\r\n")
    await writer.drain()
    if not reply.whole:
        await hang_up(writer)  # what was sent arrives before the end does


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Closes a connection when all has been sent."""
    await writer.drain()
    writer.close()
    await writer.wait_closed()


@dataclass
class Slow(Misbehaving):
    """Works, and takes its time.

    Attributes:
        pause: seconds after each piece of a reply.
    """

    pause: float = 0.1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await super()._serve(reader, _Slowly(reader, writer, self.pause))


class _Slowly(asyncio.StreamWriter):
    """Writes over another one's connection, and waits after each piece."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pause: float
    ) -> None:
        transport = writer.transport
        super().__init__(transport, transport.get_protocol(), reader, asyncio.get_running_loop())
        self._pause = pause

    async def drain(self) -> None:
        """Lets what was written go out, and time pass."""
        await super().drain()
        await asyncio.sleep(self._pause)
