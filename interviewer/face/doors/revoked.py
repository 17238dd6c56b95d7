"""Logins that were ended before their time."""

from __future__ import annotations

from collections import OrderedDict

MOST = 10_000  # the oldest are forgotten first


class Revoked:
    """A bounded set; what would have ended by itself is dropped.

    Args:
        lasting: seconds that a login lasts at most.
    """

    def __init__(self, lasting: float) -> None:
        self._lasting = lasting
        self._ended: OrderedDict[str, float] = OrderedDict()

    def add(self, login: str, now: float) -> None:
        """Ends a login.

        Args:
            login: which one.
            now: seconds since the epoch.
        """
        self._ended[login] = now
        while self._ended:
            oldest, ended = next(iter(self._ended.items()))
            if len(self._ended) <= MOST and now - ended < self._lasting:
                return
            del self._ended[oldest]

    def __contains__(self, login: str) -> bool:
        return login in self._ended
