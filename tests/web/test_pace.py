"""How fast one visitor may go."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from interviewer.web.doors.visitors import (
    AT_ONCE,
    BURST,
    LONGEST,
    OF_ONE,
    RATE,
    VISITORS,
    Pace,
    Turns,
    visitor_of,
    write_owner,
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_served_at_once_and_the_next_event_waits() -> None:
    pace = Pace(Clock())
    assert [pace.claim("a") for _ in range(int(BURST))] == [0.0] * int(BURST)
    assert pace.claim("a") == pytest.approx(1 / RATE)
    assert pace.claim("a") == pytest.approx(2 / RATE)


def test_nobody_waits_for_another_visitor() -> None:
    pace = Pace(Clock())
    for _ in range(100):
        pace.claim("a")
    assert pace.claim("b") == 0.0


def test_a_steady_visitor_never_waits_and_an_idle_one_has_a_full_burst_again() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(200):
        assert pace.claim("a") == pytest.approx(0.0, abs=1e-6)
        clock.now += 1 / RATE
    clock.now += BURST / RATE
    waits = [pace.claim("a") for _ in range(int(BURST))]
    assert waits == pytest.approx([0.0] * int(BURST), abs=1e-6)


def test_memory_is_bounded() -> None:
    pace = Pace(Clock())
    for number in range(VISITORS + 10):
        pace.claim(str(number))
    assert len(pace._full) == VISITORS


def test_what_would_wait_too_long_is_refused_and_takes_nothing() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(int(BURST + LONGEST * RATE)):
        assert pace.claim("a") is not None
    assert [pace.claim("a") for _ in range(50)] == [None] * 50
    clock.now += 1 / RATE
    assert pace.claim("a") == pytest.approx(LONGEST)


async def _taken(turns: Turns, visitor: str, held: AsyncExitStack) -> bool:
    """Whether a reply may begin now; it is then under way."""
    try:
        async with asyncio.timeout(0.01):
            await held.enter_async_context(turns.take(visitor))
    except TimeoutError:
        return False
    return True


async def test_one_visitor_never_has_all_replies() -> None:
    turns = Turns()
    async with AsyncExitStack() as held:
        mine = [await _taken(turns, "a", held) for _ in range(OF_ONE + 1)]
        assert mine == [True] * OF_ONE + [False]
        assert await _taken(turns, "b", held)


async def test_all_visitors_together_have_a_bound() -> None:
    turns = Turns()
    async with AsyncExitStack() as held:
        for number in range(AT_ONCE):
            assert await _taken(turns, str(number), held)
        assert not await _taken(turns, "late", held)


def test_an_owner_is_one_visitor_in_whatever_sessions() -> None:
    scope: dict[str, Any] = {}
    assert visitor_of(scope, "s") == "s"
    write_owner(scope, "o")
    assert visitor_of(scope, "s") == visitor_of(scope, "t") == "o"
