"""How fast one visitor may go."""

from __future__ import annotations

import pytest

from interviewer.face.pace import BURST, RATE, VISITORS, Pace


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
        assert pace.claim("a") == 0.0
        clock.now += 1 / RATE
    clock.now += BURST / RATE
    assert [pace.claim("a") for _ in range(int(BURST))] == [0.0] * int(BURST)


def test_memory_is_bounded() -> None:
    pace = Pace(Clock())
    for number in range(VISITORS + 10):
        pace.claim(str(number))
    assert len(pace._full) == VISITORS
