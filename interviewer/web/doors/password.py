"""The shared password: compared slowly on purpose, and only so many times a minute."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from interviewer.web.doors.visitors import network_of

FREE_TRIES = 5  # wrong ones from one network before it has to wait
LONGEST_WAIT = 60.0  # seconds between two tries from one network
REMEMBERED = 1_000  # networks with wrong tries; the one longest quiet is forgotten first
FORGOTTEN_AFTER = 900.0  # seconds
CROWD = 100  # wrong tries from everywhere within `FORGOTTEN_AFTER`; then one a second is heard
AT_ONCE = 4  # comparisons that may wait for their turn: each takes 16 MiB and 50 ms of a core
SHORT = 8  # characters; a shorter password can be guessed
PASSWORD_LIMIT = 1_000  # characters

WEAK = (
    "INTERVIEWER_PASSWORD has fewer than {short} characters and can be guessed; "
    "a sentence of your own is better."
)


class TooManyTries(Exception):
    """Not now.

    Attributes:
        seconds: to wait.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Password:
    """What everybody has to know.

    Args:
        password: the right one; only its hash is kept.
        salt: secret of this home, so that the hash is the same after a restart and nowhere else.
        clock: seconds that only grow.
    """

    def __init__(
        self, password: str, salt: bytes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._salt = salt
        self.hashed = self._hash(password)
        self._clock = clock
        self._waiting = {False: 0, True: 0}
        """Comparisons for strangers, and for browsers that were in before."""
        self._one = asyncio.Lock()
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._tries: deque[float] = deque(maxlen=CROWD)

    async def is_right(self, tried: str, address: str, owner: str | None = None) -> bool:
        """Compares, in a thread and one at a time.

        Args:
            tried: what somebody typed.
            address: that it came from.
            owner: of a browser that was in before. What others guess does not keep it out, not
                even its neighbours behind one address; its own wrong tries are counted apart.

        Raises:
            TooManyTries: too many wrong ones from there, or too many at once from everywhere.
        """
        client = f"owner {owner}" if owner else network_of(address)
        if (wait := self.wait_of(client)) > 0:
            raise TooManyTries(wait)
        crowded = self._is_crowded() and not owner
        if crowded or self._waiting[bool(owner)] >= AT_ONCE:
            raise TooManyTries(1.0)
        # Counted before it is compared: many tries at once must not all be the fifth.
        self._count_wrong(client, crowd=not owner)
        right = await self._compare(tried, bool(owner))
        if right:
            self._wrong.pop(client, None)
            if not owner:
                self._tries.pop()
        return right

    async def _compare(self, tried: str, known: bool) -> bool:
        self._waiting[known] += 1
        try:
            async with self._one:
                hashed = await asyncio.to_thread(self._hash, tried[:PASSWORD_LIMIT])
        finally:
            self._waiting[known] -= 1
        return hmac.compare_digest(hashed, self.hashed) and len(tried) <= PASSWORD_LIMIT

    def wait_of(self, client: str) -> float:
        """Seconds until a network or owner may try again; doubles with each wrong try."""
        tries, last = self._wrong.get(client, (0, 0.0))
        since = self._clock() - last
        if tries < FREE_TRIES or since > FORGOTTEN_AFTER:
            return 0.0
        return max(0.0, min(LONGEST_WAIT, 2.0 ** min(10, tries - FREE_TRIES)) - since)

    def _is_crowded(self) -> bool:
        """Whether many addresses guess together, and it is not yet time for the next guess."""
        if len(self._tries) < CROWD or self._clock() - self._tries[0] > FORGOTTEN_AFTER:
            return False
        return self._clock() - self._tries[-1] < 1.0

    def _count_wrong(self, client: str, *, crowd: bool = True) -> None:
        tries, last = self._wrong.pop(client, (0, 0.0))
        fresh = self._clock() - last > FORGOTTEN_AFTER
        if crowd:
            self._tries.append(self._clock())
        self._wrong[client] = (1 if fresh else tries + 1, self._clock())
        if len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)

    def _hash(self, password: str) -> bytes:
        return hashlib.scrypt(
            password.encode("utf-8", "surrogatepass"), salt=self._salt, n=2**14, r=8, p=1, dklen=32
        )
