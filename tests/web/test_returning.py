"""The parts of a page that bring people back, without a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest

from interviewer.core.assessment import Notebook
from interviewer.core.errors import RejudgementRefused
from interviewer.core.settings import InterviewSettings, Level, Mode, StepId
from interviewer.core.transcript import Turn
from interviewer.practice import DayCase, Drill, Trend, TrendPoint
from interviewer.results.result import Result
from interviewer.results.view import InterviewView
from interviewer.scoring import ItemResult, StepResult, StepStatus
from interviewer.web import chat
from interviewer.web.card_events import turn_of
from interviewer.web.evidence import before_and_after
from interviewer.web.returning import today, trend
from tests.builders import a_case

DAY = 86_400.0
CASE = a_case()
CONCEPT = next(item.concept for _, item in CASE.items())


def a_view(**overrides: Any) -> InterviewView:
    turn = Turn(number=1, role="interviewer", step=StepId.DATA, text="What data?", at=1_000.0)
    values: dict[str, Any] = {
        "interview_id": "i1",
        "case_id": CASE.id,
        "case_title": CASE.title,
        "settings": InterviewSettings(),
        "brain": "embedded-1",
        "turns": (turn,),
        "step": StepId.DATA,
        "phases": (),
        "notebook": Notebook(),
        "seconds_used": 0.0,
        "seconds_planned": 2700.0,
        "unanswered": False,
        "end_reason": None,
        "scorecard": None,
    }
    return InterviewView.model_validate(values | overrides)


@pytest.mark.parametrize(
    ("view", "now", "waiting", "state"),
    [
        ({}, 1_040.0, 40, "running"),
        ({"paused_seconds": 15.0}, 1_040.0, 25, "running"),
        ({"paused_at": 1_020.0}, 1_900.0, 20, ""),
        ({"paused_at": 1_020.0, "paused_seconds": 5.0}, 1_900.0, 15, ""),
        ({}, 9_000.0, 300, "running"),
        ({"end_reason": "candidate"}, 1_040.0, 0, ""),
    ],
    ids=["runs", "after_a_pause", "paused", "paused_again", "capped", "ended"],
)
def test_the_clock_of_a_page(view: dict[str, Any], now: float, waiting: int, state: str) -> None:
    shown = chat.timer(a_view(**view), now)
    assert f'data-waiting="{waiting:.1f}"' in shown
    assert f'data-state="{state}"' in shown


@pytest.mark.parametrize(
    ("overrides", "acts"),
    [
        ({}, ["pause"]),
        ({"paused_at": 1.0}, ["unpause"]),
        ({"settings": InterviewSettings(mode=Mode.REAL)}, []),
        ({"end_reason": "completed"}, []),
    ],
    ids=["practice", "paused", "real", "ended"],
)
def test_who_may_pause(overrides: dict[str, Any], acts: list[str]) -> None:
    assert re.findall(r'data-act="(\w+)"', chat.timer(a_view(**overrides), 2.0)) == acts


TURNS = [
    Turn(number=2, role="candidate", step=StepId.DATA, text="I would log every view.", at=1.0),
    Turn(number=3, role="interviewer", step=StepId.DATA, text="Why every single view?", at=2.0),
    Turn(
        number=4,
        role="candidate",
        step=StepId.DATA,
        text="As I said,\nI would log every view.",
        sketch="client -> queue -> store",
        at=3.0,
    ),
]


@pytest.mark.parametrize(
    ("quote", "turn"),
    [
        ("I would log every view", 4),
        ("  I would\n log   every view.  ", 4),
        ("client -> queue -> store", 4),
        ("Why every single view?", None),
        ("I would log some views", None),
        ("", None),
        ("   ", None),
    ],
)
def test_the_turn_of_selected_words(quote: str, turn: int | None) -> None:
    if turn is None:
        with pytest.raises(RejudgementRefused):
            turn_of(quote, TURNS)
    else:
        assert turn_of(quote, TURNS) == turn


def a_drill(due_day: float) -> Drill:
    return Drill(concept=CONCEPT, case_id=CASE.id, due_at=due_day * DAY, done=0, missed_in=CASE.id)


@pytest.mark.parametrize(
    ("drills", "acts"),
    [
        ([], ["start"]),
        ([a_drill(2)], ["start", "drill", *["start"] * 7]),
        ([a_drill(0.5)], ["start", "drill"]),
        ([a_drill(0.5), a_drill(0.9), a_drill(3)], ["start", "drill", "drill"]),
    ],
    ids=["none", "later", "due", "two_due"],
)
def test_what_there_is_to_do_today(drills: list[Drill], acts: list[str]) -> None:
    day = DayCase(case_id=CASE.id, title=CASE.title)
    shown = today(day, drills, {CASE.id: CASE}, now=DAY)
    assert re.findall(r'data-act="(\w+)"', shown) == acts


def test_a_plan_without_anything_due_says_when_the_next_drill_comes() -> None:
    shown = today(None, [a_drill(4)], {CASE.id: CASE}, now=DAY)
    assert "in 3 days" in shown
    assert 'data-step="serving"' in shown


def a_trend(*overall: float) -> Trend:
    points = tuple(
        TrendPoint(interview_id=f"i{at}", case_id="c", at=at * DAY, overall=score)
        for at, score in enumerate(overall)
    )
    return Trend(brain="<b>brain</b>", level=Level.SENIOR, points=points)


@pytest.mark.parametrize(
    ("overall", "words"),
    [
        ((2.0, 2.1, 3.0, 3.2), "higher"),
        ((4.0, 3.8, 3.0, 3.2), "lower"),
        ((3.0, 3.1, 3.0, 3.2), "is where"),
        ((3.0, 3.1), "Four interviews are needed"),
    ],
)
def test_a_trend_in_words(overall: tuple[float, ...], words: str) -> None:
    shown = trend([a_trend(*overall)])
    assert words in shown
    assert "<b>brain" not in shown


def test_one_interview_is_no_trend() -> None:
    assert trend([a_trend(3.0)]) == ""


def a_step_result(verdict: str, **overrides: Any) -> StepResult:
    item = next(item for _, item in CASE.items())
    row = ItemResult.model_validate(
        {
            "item": item.id,
            "verdict": verdict,
            "raised_by": None,
            "quote": None,
            "turn": None,
            "reason": "",
        }
    )
    values = {
        "step": StepId.REQUIREMENTS,
        "score": 3.0,
        "unaided": 3.0,
        "band": None,
        "status": StepStatus.SCORED,
        "items": (row,),
        "red_flags": (),
        "seconds": 60.0,
    }
    return StepResult.model_validate(values | overrides)


def a_result(verdict: str, drill: StepId | None = StepId.REQUIREMENTS) -> Result:
    return Result.model_validate(
        {
            "interview_id": "i1",
            "case_id": CASE.id,
            "settings": InterviewSettings(drill=drill),
            "brain": "b",
            "end_reason": "completed",
            "overall": 3.0,
            "unaided": 3.0,
            "band": None,
            "recommendation": None,
            "confidence": 1.0,
            "reads_as": None,
            "steps": (a_step_result(verdict),),
            "dimensions": {},
            "observations": (),
            "practice": (),
            "transcript": (),
        }
    )


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("absent", "met", "not heard \u2192 met"),
        ("met", "partial", "met \u2192 partly"),
        ("met", "met", "No point is judged otherwise"),
    ],
)
def test_before_and_after(old: str, new: str, change: str) -> None:
    assert change in before_and_after(a_result(old), a_result(new), CASE)


def test_nothing_is_compared_without_an_earlier_answer() -> None:
    assert before_and_after(None, a_result("met"), CASE) == ""
    assert before_and_after(a_result("met"), a_result("met", drill=None), CASE) == ""
