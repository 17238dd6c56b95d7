"""A real HTTP server on this machine whose replies come piece by piece, as a model's words do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from interviewer.simulation.endpoints.misbehaving import Misbehaving


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
