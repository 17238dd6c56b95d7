"""How fast one visitor may go: what comes faster waits, so that others are served in between."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

RATE = 2.0  # events a second that a visitor gets for long; nobody presses buttons faster
BURST = 12.0  # events at once, such as the first ones of a page
VISITORS = 4096  # whose pace is remembered; a newcomer has a full burst


class Pace:
    """A bucket of events for each visitor, filled at a steady rate.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full: OrderedDict[str, float] = OrderedDict()
        """When the bucket of a visitor will be full again."""

    async def keep(self, visitor: str) -> None:
        """Waits until it is the visitor's turn."""
        if (seconds := self.claim(visitor)) > 0:
            await asyncio.sleep(seconds)

    def claim(self, visitor: str) -> float:
        """Takes one event from the visitor's bucket; how many seconds to wait for it."""
        now = self._clock()
        full = max(self._full.pop(visitor, now), now) + 1 / RATE
        self._full[visitor] = full
        while len(self._full) > VISITORS:
            self._full.popitem(last=False)
        return max(0.0, full - now - BURST / RATE)
