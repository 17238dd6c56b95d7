"""The interview's clock: what it counts, and that every face of it reads the same."""

from __future__ import annotations

import io
import itertools
import math
import re
from datetime import UTC
from typing import get_args

import pytest
from rich.console import Console

from interviewer.cli.conversation import print_summary
from interviewer.core.settings import Focus, InterviewSettings, StepId
from interviewer.policy.state import new_state, planned_seconds
from interviewer.reports import build_result, to_html, to_markdown
from interviewer.results.clock import UNKNOWN_DATE, clock, interview_clock, written_date
from interviewer.web import chat
from interviewer.web.scorecard import Card, scorecard
from tests.builders import a_case, a_framework, a_turn
from tests.views import a_view

LENGTHS = get_args(InterviewSettings.model_fields["minutes"].annotation)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        pytest.param(0, "0:00", id="nothing"),
        pytest.param(-3, "0:00", id="below-nothing"),
        pytest.param(59.9, "0:59", id="a-second-that-runs"),
        pytest.param(59.94, "0:59", id="under-half-a-tenth"),
        pytest.param(59.96, "1:00", id="over-half-a-tenth"),
        pytest.param(60, "1:00", id="a-minute"),
        pytest.param(245.6, "4:05", id="not-rounded-up"),
        pytest.param(1799.9999999999998, "30:00", id="a-sum-of-floats"),
        pytest.param(605, "10:05", id="two-digits"),
        pytest.param(3600, "60:00", id="an-hour-in-minutes"),
    ],
)
def test_seconds_in_words(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
    assert clock(round(seconds, 1)) == shown  # as results keep them


@pytest.mark.parametrize(
    ("at", "date"),
    [
        (0.0, "1970-01-01"),
        (1_793_318_400.0, "2026-10-30"),
        (1e18, UNKNOWN_DATE),
        (-1e18, UNKNOWN_DATE),
        (math.inf, UNKNOWN_DATE),
        (math.nan, UNKNOWN_DATE),
    ],
)
def test_a_moment_that_no_calendar_has_is_words(at: float, date: str) -> None:
    assert written_date(at, "%Y-%m-%d", UTC) == date


@pytest.mark.parametrize(("minutes", "focus"), [*itertools.product(LENGTHS, Focus)])
def test_the_planned_time_is_the_chosen_one(minutes: int, focus: Focus) -> None:
    settings = InterviewSettings.model_validate({"minutes": minutes, "focus": focus})
    planned = planned_seconds(new_state(a_case(), a_framework(), settings))
    assert clock(planned) == f"{minutes}:00"


@pytest.mark.parametrize("seconds", [245.6, 245.94, 245.96, 299.4])
def test_every_face_reads_the_same(seconds: float) -> None:
    """Three steps whose seconds, each rounded, add up to another sum than the whole."""
    card = a_view().scorecard
    assert card is not None
    parts = (seconds - 81.86 - 81.86, 81.86, 81.86)
    steps = tuple(
        step.model_copy(update={"seconds": part})
        for step, part in zip(card.steps, (*parts, *[0.0] * 4), strict=True)
    )
    view = a_view(
        turns=(a_turn(1, at=10.0), a_turn(2, at=10.0 + seconds)),
        seconds_used=seconds,
        scorecard=card.model_copy(update={"steps": steps}),
    )
    result, case = build_result(view), a_case()
    shown = clock(seconds)

    timer = chat.timer(view, now=0.0)
    assert f'<span class="used">{shown}</span>' in timer
    ticked = re.search(r'data-used="([\d.]+)"', timer)  # what the page's own clock goes on from
    assert ticked and clock(int(float(ticked[1]))) == shown
    assert f"{shown} used" in scorecard(Card(view, result, case, lambda _: None))
    for document in (to_markdown(result, case), to_html(result, case)):
        assert f"{shown} of interview time in all" in document


def test_a_step_reads_the_same_in_terminal_and_report() -> None:
    result, screen = build_result(a_view()), io.StringIO()
    print_summary(Console(file=screen, width=120), result, a_case())
    (step,) = (step for step in result.steps if step.step is StepId.REQUIREMENTS)
    assert clock(step.seconds) == "7:05"
    assert "7:05" in screen.getvalue() and "Time: 7:05." in to_markdown(result, a_case())


@pytest.mark.parametrize(
    ("at", "paused", "used"),
    [
        pytest.param(130.0, 0.0, 30.0, id="thinking-and-writing"),
        pytest.param(1_000.0, 0.0, 300.0, id="at-most-five-minutes"),
        pytest.param(1_000.0, 850.0, 50.0, id="without-a-pause"),
        pytest.param(90.0, 0.0, 0.0, id="never-backwards"),
    ],
)
def test_the_interview_clock(at: float, paused: float, used: float) -> None:
    turns = (
        a_turn(1, at=100.0),
        a_turn(2, at=at, paused=paused),
        a_turn(3, at=at + 99),  # the brain's time does not count
        a_turn(4, at=at + 99 + 10),
    )
    assert interview_clock(turns) == {1: 0.0, 2: used, 3: used, 4: used + 10}
