"""A circuit breaker: an endpoint that is down is not asked at every turn, only now and then.

After Nygard, *Release It!* (2007): closed while all is well, open after repeated failures, half
open when that time is over, when one call tries whether it works again.
"""

from __future__ import annotations

from collections.abc import Callable

from interviewer.core.errors import EndpointError
from interviewer.llm.failures import DOWN, UNMADE, Failure, failed

FAILURES = 3  # in a row, after which the endpoint is left alone
FIRST_OPEN = 15.0  # seconds
LONGEST_OPEN = 120.0

_HOPELESS = frozenset((Failure.UNAUTHORIZED, Failure.FORBIDDEN, Failure.NOT_FOUND, Failure.TLS))
"""Nothing mends these but a person, so one is enough."""


class Breaker:
    """Decides whether an endpoint is asked.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures = 0
        self._open_for = FIRST_OPEN
        self._open_until: float | None = None
        self._trying = False
        self.last: EndpointError | None = None
        """Why it opened."""

    @property
    def is_open(self) -> bool:
        """Whether calls are refused now."""
        if self._open_until is None:
            return False
        return self._trying or self._clock() < self._open_until

    def admit(self) -> None:
        """Lets a call through.

        Raises:
            EndpointError: the circuit is open, or a first call is trying it.
        """
        if self.is_open:
            detail = self.last.what if self.last else ""
            raise failed(Failure.OPEN_CIRCUIT, detail)
        self._trying = self._open_until is not None

    def succeeded(self) -> None:
        """All is well again."""
        self._failures, self._open_for, self._open_until = 0, FIRST_OPEN, None
        self._trying = False

    def failed(self, error: EndpointError) -> None:
        """Counts a failure that says something about the endpoint."""
        tried, self._trying = self._trying, False
        if error.failure not in DOWN:
            if tried and error.failure not in UNMADE:
                self.succeeded()  # it answers, if badly
            return
        self.last = error
        self._failures += 1
        if tried:
            self._open_for = min(2 * self._open_for, LONGEST_OPEN)
        if tried or self._failures >= FAILURES or error.failure in _HOPELESS:
            self._open_until = self._clock() + self._open_for

    def given_up(self) -> None:
        """The caller went away before the call had ended; that says nothing."""
        self._trying = False
