"""Who asks: an owner, whose interviews are seen; a network; and how much each may ask at once.

Whose interviews a request may see is decided once, at the login, and asked here by every event and
route. A visitor is an owner; on a page for this machine's person alone it is a session of the page.
What a visitor asks beyond their pace waits, so that others are served in between.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    import gradio as gr

    from interviewer.service.interviews import Interviews

Opened = Callable[[], Awaitable["Interviews"]]
"""Waits until the interviews are open and returns them."""
RequestScope = MutableMapping[str, Any]

ALONE = ""
"""The owner of everything on a page that only this machine's person can open."""
_KEY = "interviewer.owner"
RATE = 3.0  # events a second that a visitor gets for long; a sketch is drawn while it is typed
BURST = 16.0  # events at once, such as the first ones of a page
LONGEST = 10.0  # seconds that an event waits at most; one that would wait longer is refused
VISITORS = 4096  # whose pace is remembered; a newcomer has a full burst
AT_ONCE = 64  # replies under way at the same time, so that a crowd cannot exhaust the threads
OF_ONE = 3  # of them for one visitor, who has hardly more windows in which to wait for one
HOUSEHOLD = 64  # bits of an IPv6 address; a provider gives the rest to one connection

# Owners


def owner_of(scope: RequestScope) -> str:
    """The owner that the doors in front wrote into the scope of a request."""
    owner: str = scope.get(_KEY, ALONE)
    return owner


def write_owner(scope: RequestScope, owner: str) -> None:
    """Notes who makes a request; only what has read a signed cookie may call it."""
    scope[_KEY] = owner


async def own(
    opening: Callable[[], Awaitable[Interviews]], scope: MutableMapping[str, Any]
) -> Interviews:
    """The interviews of whoever makes this request, and no others.

    Args:
        opening: waits until the interviews are open and returns them.
        scope: of the request.

    Raises:
        InterviewerError: they could not be opened.
    """
    return (await opening()).owned_by(owner_of(scope))


def scope_of(request: gr.Request) -> RequestScope:
    """The scope of the request that an event of the page came with."""
    assert request.request is not None  # every event is called by a request
    return request.request.scope


def network_of(address: str) -> str:
    """The network that an address is counted under: itself, or for IPv6 its /64.

    Args:
        address: of a client; what is no address is a network of its own.
    """
    bare = address.partition("%")[0]
    try:
        known = ip_address(bare)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ip_network((known, HOUSEHOLD), strict=False))


# Their pace


class Pace:
    """A bucket of events for each visitor, filled at a steady rate.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full: OrderedDict[str, float] = OrderedDict()
        """When the bucket of a visitor will be full again."""

    async def keep(self, visitor: str) -> bool:
        """Waits until it is the visitor's turn; False at once when that would be too long."""
        if (seconds := self.claim(visitor)) is None:
            return False
        if seconds > 0:
            await asyncio.sleep(seconds)
        return True

    def claim(self, visitor: str) -> float | None:
        """Takes one event from the visitor's bucket; how many seconds to wait for it.

        None when that is more than `LONGEST`; then nothing was taken.
        """
        now = self._clock()
        full = max(self._full.get(visitor, now), now) + 1 / RATE
        seconds = max(0.0, full - now - BURST / RATE)
        if seconds > LONGEST:
            return None
        self._full[visitor] = full
        self._full.move_to_end(visitor)
        while len(self._full) > VISITORS:
            self._full.popitem(last=False)
        return seconds


class Turns:
    """Replies under way: `AT_ONCE` in all and `OF_ONE` for a visitor; the others wait."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(AT_ONCE)
        self._of_one: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def take(self, visitor: str) -> AsyncIterator[None]:
        """Waits until another reply of the visitor may be under way, and is it inside."""
        mine = self._of_one.setdefault(visitor, asyncio.Semaphore(OF_ONE))
        async with mine, self._all:
            yield


def visitor_of(scope: RequestScope, session: str) -> str:
    """Who asks.

    Args:
        scope: of the request.
        session: of the page; a client can change it at will, so an owner counts before it.
    """
    return owner_of(scope) or session
