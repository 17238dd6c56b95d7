"""When an endpoint is left alone, and when it is tried again."""

from __future__ import annotations

import pytest

from interviewer.core.errors import EndpointError
from interviewer.llm.breaker import FAILURES, FIRST_OPEN, LONGEST_OPEN, Breaker
from interviewer.llm.failures import DOWN, Failure, failed

HOPELESS = {Failure.UNAUTHORIZED, Failure.FORBIDDEN, Failure.NOT_FOUND, Failure.TLS}
OWN = {Failure.OPEN_CIRCUIT, Failure.BUDGET, Failure.NOT_RECORDED}
"""Failures that no endpoint had a part in."""
ANSWERED = sorted(set(Failure) - DOWN - OWN)


class Clock:
    """Goes as it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def fail(breaker: Breaker, failure: Failure = Failure.SERVER_ERROR, times: int = 1) -> None:
    for _ in range(times):
        breaker.failed(failed(failure))


def is_admitted(breaker: Breaker) -> bool:
    try:
        breaker.admit()
    except EndpointError as error:
        assert error.failure == Failure.OPEN_CIRCUIT
        return False
    return True


def test_a_new_one_admits(breaker: Breaker) -> None:
    assert not breaker.is_open
    assert is_admitted(breaker) and is_admitted(breaker)


@pytest.mark.parametrize("failure", sorted(DOWN - HOPELESS))
def test_it_opens_after_failures_in_a_row(breaker: Breaker, failure: Failure) -> None:
    fail(breaker, failure, FAILURES - 1)
    assert is_admitted(breaker)
    fail(breaker, failure)
    assert breaker.is_open and not is_admitted(breaker)


@pytest.mark.parametrize("failure", sorted(HOPELESS))
def test_what_only_a_person_can_mend_opens_it_at_once(breaker: Breaker, failure: Failure) -> None:
    fail(breaker, failure)
    assert breaker.is_open


@pytest.mark.parametrize("failure", [*ANSWERED, *sorted(OWN)])
def test_what_says_nothing_about_the_endpoint_does_not_open_it(
    breaker: Breaker, failure: Failure
) -> None:
    fail(breaker, failure, 10)
    assert is_admitted(breaker)


def test_a_success_between_starts_the_count_again(breaker: Breaker) -> None:
    fail(breaker, times=FAILURES - 1)
    breaker.succeeded()
    fail(breaker, times=FAILURES - 1)
    assert is_admitted(breaker)


@pytest.mark.parametrize(
    ("seconds", "admitted"), [(0, False), (FIRST_OPEN - 0.1, False), (FIRST_OPEN, True)]
)
def test_it_rests_for_a_while(
    breaker: Breaker, clock: Clock, seconds: float, admitted: bool
) -> None:
    fail(breaker, times=FAILURES)
    clock.now += seconds
    assert breaker.is_open is not admitted
    assert is_admitted(breaker) is admitted


def opened(breaker: Breaker, clock: Clock) -> None:
    """A breaker whose rest is over."""
    fail(breaker, times=FAILURES)
    clock.now += FIRST_OPEN


def test_one_call_tries_whether_it_works_again(breaker: Breaker, clock: Clock) -> None:
    opened(breaker, clock)
    assert [is_admitted(breaker) for _ in range(3)] == [True, False, False]
    breaker.succeeded()
    assert is_admitted(breaker) and is_admitted(breaker)
    fail(breaker, times=FAILURES - 1)
    assert is_admitted(breaker)


def test_rests_grow_up_to_a_bound(breaker: Breaker, clock: Clock) -> None:
    opened(breaker, clock)
    rests = []
    for _ in range(6):
        assert is_admitted(breaker)
        fail(breaker)
        rest = 0.0
        while breaker.is_open:
            clock.now += 0.5
            rest += 0.5
        rests.append(rest)
    assert rests == [min(FIRST_OPEN * 2**n, LONGEST_OPEN) for n in range(1, 7)]
    assert is_admitted(breaker)
    breaker.succeeded()
    opened(breaker, clock)
    assert is_admitted(breaker)  # the first rest is as short as ever


@pytest.mark.parametrize("failure", ANSWERED)
def test_a_bad_answer_shows_that_it_is_there(
    breaker: Breaker, clock: Clock, failure: Failure
) -> None:
    opened(breaker, clock)
    assert is_admitted(breaker)
    fail(breaker, failure)
    assert is_admitted(breaker) and is_admitted(breaker)


def test_a_call_that_was_never_made_shows_nothing(breaker: Breaker, clock: Clock) -> None:
    opened(breaker, clock)
    assert is_admitted(breaker)
    fail(breaker, Failure.BUDGET)
    assert [is_admitted(breaker) for _ in range(2)] == [True, False]


def test_a_call_given_up_leaves_the_trial_to_the_next(breaker: Breaker, clock: Clock) -> None:
    opened(breaker, clock)
    assert is_admitted(breaker)
    breaker.given_up()
    assert [is_admitted(breaker) for _ in range(2)] == [True, False]


def test_it_says_why_it_opened(breaker: Breaker) -> None:
    breaker.failed(failed(Failure.UNAUTHORIZED))
    assert breaker.last is not None and breaker.last.failure == Failure.UNAUTHORIZED
    with pytest.raises(EndpointError) as caught:
        breaker.admit()
    assert breaker.last.what in caught.value.detail
