"""A watch around a connection, with patience short enough to wait for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from interviewer.web.doors.connections import HEAD_LIMIT, MOST, PIPELINED, Limits, most_connections


@dataclass
class Cycle:
    """A request under way, as uvicorn keeps it."""

    response_complete: bool
    more_body: bool = False
    body: bytes = b""


class Served:
    """Stands for uvicorn: answers `ping` at once, `get` with more than anybody takes in."""

    def __init__(self) -> None:
        self.cycle: Cycle | None = None
        self.pipeline: list[Cycle] = []
        self.lost = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data == b"ping":
            self.cycle = Cycle(response_complete=True)
        elif data == b"get":
            self.cycle = Cycle(response_complete=False)
            self.transport.write(b"x" * 50_000_000)
        elif data == b"work":
            self.cycle = Cycle(response_complete=False)
        elif data == b"post":
            self.cycle = Cycle(response_complete=False, more_body=True)
        elif data.startswith(b"body") and self.cycle:
            self.cycle.body += data
        elif data.startswith(b"many"):
            self.pipeline += [Cycle(response_complete=False)] * len(data)

    def connection_lost(self, _: Exception | None) -> None:
        self.lost.set()

    def pause_writing(self) -> None:
        pass

    def resume_writing(self) -> None:
        pass


class Clients:
    """Sockets on a server, which never read."""

    def __init__(self, port: int, arrived: asyncio.Queue[Served]) -> None:
        self._port = port
        self._arrived = arrived
        self.sockets: list[socket.socket] = []

    async def come(self, sends: bytes = b"") -> Served:
        """One more; the protocol that serves it."""
        client = socket.create_connection(("127.0.0.1", self._port))
        self.sockets.append(client)
        client.sendall(sends)
        async with asyncio.timeout(20):
            return await self._arrived.get()


@asynccontextmanager
async def serving(limits: Limits) -> AsyncIterator[Clients]:
    arrived: asyncio.Queue[Served] = asyncio.Queue()

    class Arriving(Served):
        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            arrived.put_nowait(self)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(limits.protocol(Arriving), "127.0.0.1", 0)
    clients = Clients(server.sockets[0].getsockname()[1], arrived)
    yield clients
    for watch in [*limits.all]:
        watch.cut()
    for client in clients.sockets:
        client.close()
    server.close()


async def lost(served: Served) -> None:
    async with asyncio.timeout(20):
        await served.lost.wait()


async def test_who_says_nothing_more_is_cut_and_who_is_answered_is_not() -> None:
    async with serving(Limits(head_seconds=0.1)) as clients:
        working = await clients.come(b"work")
        for said in (b"", b"half a head", b"ping"):
            await lost(await clients.come(said))
        assert not working.lost.is_set()


async def test_who_does_not_read_is_cut() -> None:
    async with serving(Limits(read_seconds=0.1)) as clients:
        working = await clients.come(b"work")
        await lost(await clients.come(b"get"))
        assert not working.lost.is_set()


async def test_a_head_without_end_is_cut() -> None:
    async with serving(Limits()) as clients:
        fits = await clients.come(b"x" * (HEAD_LIMIT // 2))
        await lost(await clients.come(b"x" * (HEAD_LIMIT + 1)))
        assert not fits.lost.is_set()


async def test_the_longest_quiet_makes_room() -> None:
    limits = Limits(most=2)
    async with serving(limits) as clients:
        working = await clients.come(b"work")
        await clients.come()
        longest = await clients.come()  # the one before has gone by then
        latest = await clients.come()
        await lost(longest)
        assert not latest.lost.is_set() and not working.lost.is_set()
        assert len(limits.all) == 2


async def test_a_body_that_still_comes_makes_room_and_never_the_newcomer() -> None:
    limits = Limits(most=2)
    async with serving(limits) as clients:
        posting = await clients.come(b"post")
        working = await clients.come(b"work")
        latest = await clients.come()
        await lost(posting)
        assert not latest.lost.is_set() and not working.lost.is_set()


async def test_one_network_has_only_so_many_and_makes_room_for_itself() -> None:
    limits = Limits(of_one=2, is_trusted=lambda _: False)
    async with serving(limits) as clients:
        working = await clients.come(b"work")
        posting = await clients.come(b"post")
        latest = await clients.come()
        await lost(posting)
        assert not latest.lost.is_set() and not working.lost.is_set()
        limits.make_room("10.1.1.1")
        assert limits.from_network == {"127.0.0.1": 2}
    async with serving(Limits(of_one=1)) as clients:
        kept = [await clients.come() for _ in range(3)]  # a trusted address
        assert not any(each.lost.is_set() for each in kept)


async def test_what_is_neither_head_nor_body_is_counted() -> None:
    async with serving(Limits()) as clients:
        posting = await clients.come(b"post")
        await until(lambda: posting.cycle is not None)
        clients.sockets[-1].sendall(b"body" + b"x" * 4000)
        await until(lambda: bool(posting.cycle and posting.cycle.body))
        clients.sockets[-1].sendall(b"x" * (HEAD_LIMIT + 1))
        await lost(posting)


async def test_requests_ahead_of_the_answers_are_bounded() -> None:
    async with serving(Limits()) as clients:
        few = await clients.come(b"many")
        await lost(await clients.come(b"many" + b"." * PIPELINED))
        assert few.pipeline and not few.lost.is_set()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0)


def test_the_system_gives_room_for_connections() -> None:
    assert 16 <= most_connections() <= MOST
