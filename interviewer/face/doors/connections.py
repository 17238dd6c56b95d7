"""Connections to the server: how many, and how long one may keep it waiting.

uvicorn waits for ever for the rest of a request's head and for a reader that does not read, and
takes heads of any length. A watch stands between the transport and uvicorn's own protocol.
"""

from __future__ import annotations

import asyncio
import functools
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, cast

MOST = 1_000  # connections; above, the one that has kept the server waiting longest makes room
FILES = 256  # that the rest of the program has open at most
HEAD_LIMIT = 64 * 1024  # bytes of a request before its body; browsers send about one kilobyte
HEAD_SECONDS = 10.0  # for a whole head, and for the time between two requests
READ_SECONDS = 60.0  # in which a reader must take in some of what was sent
LOOK = 1.0  # seconds between two looks at a connection


@dataclass
class Limits:
    """What the connections of one server share.

    Attributes:
        most: how many there may be.
        head_seconds: for the head of a request.
        read_seconds: in which a reader must take in something.
        idle: the connections without a request under way, the longest quiet first.
        all: every connection.
    """

    most: int = MOST
    head_seconds: float = HEAD_SECONDS
    read_seconds: float = READ_SECONDS
    idle: OrderedDict[Watch, None] = field(default_factory=OrderedDict)
    all: set[Watch] = field(default_factory=set)

    def protocol(self, protocol: Any) -> Any:
        """The protocol class of uvicorn with a watch around each of its connections."""

        @functools.wraps(protocol, updated=())
        def watched(**given: Any) -> Watch:
            return Watch(protocol(**given), self)

        return watched


def most_connections() -> int:
    """How many connections fit: `MOST`, or fewer where the system gives the process fewer files."""
    try:
        import resource
    except ImportError:  # Windows counts otherwise and gives thousands
        return MOST
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < MOST + FILES and (hard == resource.RLIM_INFINITY or hard > soft):
        wanted = MOST + FILES if hard == resource.RLIM_INFINITY else min(hard, MOST + FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return MOST if soft == resource.RLIM_INFINITY else max(16, min(MOST, soft - FILES))


class Watch(asyncio.Protocol):
    """One connection.

    Args:
        inner: uvicorn's protocol, which does all the work.
        limits: of the server.
    """

    def __init__(self, inner: Any, limits: Limits) -> None:
        self._inner = inner
        self._limits = limits
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._quiet_since = self._stuck_since = 0.0
        self._head = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of no class of asyncio
        self._limits.all.add(self)
        self._inner.connection_made(transport)
        self._rest()
        self._look()
        if len(self._limits.all) > self._limits.most:
            next(iter(self._limits.idle)).cut()

    def data_received(self, data: bytes) -> None:
        """Some of a request; its head is counted, its body is counted where it is read."""
        before = self._working
        self._inner.data_received(data)
        if before or self._working:
            self._work()
            return
        self._head += len(data)
        if self._head > HEAD_LIMIT:
            self.cut()

    def eof_received(self) -> None:
        """The client sends nothing more."""
        self._inner.eof_received()

    def pause_writing(self) -> None:
        """The client does not keep up with what is sent."""
        self._stuck_since = _now()
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """It has caught up."""
        self._stuck_since = 0.0
        self._inner.resume_writing()

    def connection_lost(self, error: Exception | None) -> None:
        """The end."""
        if self._timer is not None:
            self._timer.cancel()
        self._limits.all.discard(self)
        self._limits.idle.pop(self, None)
        self._inner.connection_lost(error)

    def cut(self) -> None:
        """Ends it at once."""
        if self._transport is not None:
            self._limits.idle.pop(self, None)
            self._transport.abort()

    @property
    def _working(self) -> bool:
        """Whether a request is under way: its head is complete, its response is not."""
        cycle = self._inner.cycle
        return cycle is not None and not cycle.response_complete

    def _look(self) -> None:
        if self._working:
            self._work()
        elif self not in self._limits.idle:
            self._rest()
        now = _now()
        waits = not self._working and now - self._quiet_since > self._limits.head_seconds
        stuck = self._stuck_since and now - self._stuck_since > self._limits.read_seconds
        if waits or stuck:
            self.cut()
            return
        self._timer = asyncio.get_running_loop().call_later(LOOK, self._look)

    def _work(self) -> None:
        self._head = 0
        self._limits.idle.pop(self, None)

    def _rest(self) -> None:
        self._quiet_since = _now()
        self._limits.idle[self] = None


def _now() -> float:
    return asyncio.get_running_loop().time()
