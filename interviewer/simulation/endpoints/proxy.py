"""A proxy on this machine, HTTP or SOCKS 5, that answers in place of wherever it is asked to go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from interviewer.simulation.endpoints.misbehaving import HOST
from interviewer.simulation.endpoints.served import Served


@dataclass
class Proxy:
    """The proxy while it runs.

    Attributes:
        behind: answers every request that comes through.
        went: hosts that it was asked for.
        port: where it listens.
    """

    behind: Served
    went: list[str] = field(default_factory=list)
    port: int = 0

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Passes one connection on."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            began = await reader.readexactly(1)
            if began == b"\x05":
                await self._greet(reader, writer)
                await self.behind.accept(reader, writer)
            else:
                first = await reader.readline()
                self.went.append(first.decode().split(" ")[1].split("/")[2])
                await self.behind.accept(reader, writer, first=began + first)
        writer.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The handshake of SOCKS 5 (RFC 1928), for a name."""
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x05\x00")
        await reader.readexactly(3)
        kind = (await reader.readexactly(1))[0]
        length = 4 if kind == 1 else (await reader.readexactly(1))[0]
        self.went.append((await reader.readexactly(length)).decode("latin-1"))
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")


@asynccontextmanager
async def proxied(behind: Served) -> AsyncIterator[Proxy]:
    """A proxy for as long as it is needed.

    Args:
        behind: answers every request that comes through.
    """
    proxy = Proxy(behind)
    listening = await asyncio.start_server(proxy.accept, HOST, 0)
    proxy.port = listening.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        listening.close()
