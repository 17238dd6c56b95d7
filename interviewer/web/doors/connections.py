"""Connections to the server: how many, and how long one may keep it waiting.

uvicorn waits for ever for the rest of a request's head and for a reader that does not read, and
takes heads and trailers of any length. A watch stands between the transport and uvicorn's own
protocol.
"""

from __future__ import annotations

import asyncio
import functools
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from interviewer.web.doors.visitors import network_of

MOST = 1_000  # connections; above, the one that has kept the server waiting longest makes room
FILES = 256  # that the rest of the program has open at most
OF_ONE = 100  # of them from one network; the people of an office have two or three each
HEAD_LIMIT = 32 * 1024  # bytes of a request beside its body; browsers send about one kilobyte
HEAD_SECONDS = 10.0  # for a whole head, and for the time between two requests
READ_SECONDS = 60.0  # in which a reader must take in some of what was sent
LOOK = 1.0  # seconds between two looks at a connection
SLICE = 8 * 1024  # bytes that are read before it is asked whether there was too much of something
PIPELINED = 8  # requests sent before the first is answered; browsers send one at a time


@dataclass
class Limits:
    """What the connections of one server share.

    Attributes:
        most: how many there may be.
        of_one: how many from one network.
        is_trusted: whether an address may have any number: this machine's, a proxy's.
        head_seconds: for the head of a request.
        read_seconds: in which a reader must take in something.
        idle: the connections without a whole request under way, the longest quiet first.
        all: every connection.
        from_network: how many come from each network that is counted.
    """

    most: int = MOST
    of_one: int = OF_ONE
    is_trusted: Callable[[str], bool] = lambda _: True
    head_seconds: float = HEAD_SECONDS
    read_seconds: float = READ_SECONDS
    idle: OrderedDict[Watch, None] = field(default_factory=OrderedDict)
    all: set[Watch] = field(default_factory=set)
    from_network: Counter[str] = field(default_factory=Counter)

    def admit(self, watch: Watch) -> None:
        """Takes in one more connection, for which another may have to make room."""
        self.all.add(watch)
        if watch.network:
            self.from_network[watch.network] += 1

    def make_room(self, network: str) -> None:
        """Cuts the longest quiet connection, of this network if it has too many."""
        if network and self.from_network[network] > self.of_one:
            next(watch for watch in self.idle if watch.network == network).cut()
        elif len(self.all) > self.most:
            next(iter(self.idle)).cut()

    def forget(self, watch: Watch) -> None:
        """Leaves out a connection that has ended."""
        self.idle.pop(watch, None)
        if watch in self.all and watch.network:
            self.from_network[watch.network] -= 1
            if not self.from_network[watch.network]:
                del self.from_network[watch.network]
        self.all.discard(watch)

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
        self._beside_body = 0
        self.network = ""
        """That it is counted under; empty for one that is not counted."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are of no class of asyncio
        address = (transport.get_extra_info("peername") or ("",))[0]
        self.network = "" if self._limits.is_trusted(address) else network_of(address)
        self._limits.admit(self)
        self._inner.connection_made(transport)
        self._rest()
        self._look()
        self._limits.make_room(self.network)

    def data_received(self, data: bytes) -> None:
        """Some of a request, or of many; read in slices, so that none is too much at once."""
        for start in range(0, len(data), SLICE):
            if self._transport is None or self._transport.is_closing():
                return
            self._take(data[start : start + SLICE])

    def _take(self, data: bytes) -> None:
        """Counts what is not body; the body is counted where it is read."""
        before, held = self._inner.cycle, self._held_body()
        self._inner.data_received(data)
        if self._inner.cycle is not before:
            self._beside_body = 0
        else:
            self._beside_body += len(data) - max(0, self._held_body() - held)
        if self._is_working:
            self._work()
        elif self not in self._limits.idle:
            self._rest()
        pipelined = len(getattr(self._inner, "pipeline", ()))
        if self._beside_body > HEAD_LIMIT or pipelined > PIPELINED:
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
        self._limits.forget(self)
        self._inner.connection_lost(error)

    def cut(self) -> None:
        """Ends it at once."""
        if self._transport is not None:
            self._limits.idle.pop(self, None)
            self._transport.abort()

    @property
    def _is_under_way(self) -> bool:
        """Whether there is a request: its head is complete, its response is not."""
        cycle = self._inner.cycle
        return cycle is not None and not cycle.response_complete

    @property
    def _is_working(self) -> bool:
        """Whether the whole of a request is there, so that it is the server's turn."""
        return self._is_under_way and not self._inner.cycle.more_body

    def _held_body(self) -> int:
        return 0 if self._inner.cycle is None else len(self._inner.cycle.body)

    def _look(self) -> None:
        if self._is_working:
            self._work()
        elif self not in self._limits.idle:
            self._rest()
        now = _now()
        # How long a body may take is decided where it is read.
        waits = not self._is_under_way and now - self._quiet_since > self._limits.head_seconds
        stuck = self._stuck_since and now - self._stuck_since > self._limits.read_seconds
        if waits or stuck:
            self.cut()
            return
        self._timer = asyncio.get_running_loop().call_later(LOOK, self._look)

    def _work(self) -> None:
        self._limits.idle.pop(self, None)

    def _rest(self) -> None:
        self._quiet_since = _now()
        self._limits.idle[self] = None


def _now() -> float:
    return asyncio.get_running_loop().time()
