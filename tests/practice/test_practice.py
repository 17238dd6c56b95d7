"""Reasons to come back: the practice plan, the trend and the case of the day as tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from interviewer.core.settings import InterviewSettings, Level, StepId
from interviewer.practice import Review, case_of_the_day, plan_drills, reviews_of, trends
from interviewer.results.view import EndedInterview
from tests.builders import a_case, a_step, an_item

DAY = 86_400.0
FIRST = a_case(id="first_case")
SECOND = a_case(id="second_case")
CONCEPT = next(item.concept for _, item in FIRST.items())


def an_end(number: int = 1, **overrides: Any) -> EndedInterview:
    values: dict[str, Any] = {
        "interview_id": f"i{number}",
        "case_id": "first_case",
        "created_at": number * DAY,
        "settings": InterviewSettings(),
        "brain": "embedded-1",
        "overall": 3.0,
        "verdicts": {"something_heard": "met"},
    }
    return EndedInterview.model_validate(values | overrides)


def reviewed(*days_and_shares: tuple[float, float]) -> list[Review]:
    return [
        Review(concept=CONCEPT, case_id="first_case", at=day * DAY, share=share)
        for day, share in days_and_shares
    ]


@pytest.mark.parametrize(
    ("reviews", "due_day", "done"),
    [
        ([(0, 0.2)], 1, 0),
        ([(0, 0.2), (1, 1.0)], 4, 1),
        ([(0, 0.2), (1, 1.0), (4, 0.8)], 11, 2),
        ([(0, 0.2), (1, 1.0), (4, 1.0), (11, 1.0)], 32, 3),
        ([(0, 0.2), (0.5, 1.0)], 1, 0),
        ([(0, 0.2), (1, 1.0), (2, 0.0)], 3, 0),
        ([(0, 1.0), (5, 0.5)], 6, 0),
    ],
    ids=[
        "after_a_day",
        "well_once",
        "well_twice",
        "well_three_times",
        "too_early_does_not_count",
        "missed_again_starts_again",
        "missed_later",
    ],
)
def test_a_missed_concept_comes_back(
    reviews: list[tuple[float, float]], due_day: float, done: int
) -> None:
    (drill,) = plan_drills(reviewed(*reviews), {"first_case": FIRST, "second_case": SECOND})
    assert (drill.due_at / DAY, drill.done) == (due_day, done)
    assert drill.case_id == "second_case"


@pytest.mark.parametrize(
    "reviews",
    [
        [(0, 1.0)],
        [(0, 0.2), (1, 1.0), (4, 1.0), (11, 1.0), (32, 1.0)],
    ],
    ids=["never_missed", "well_after_the_last_interval"],
)
def test_what_is_known_is_not_drilled(reviews: list[tuple[float, float]]) -> None:
    assert plan_drills(reviewed(*reviews), {"first_case": FIRST}) == ()


def test_a_drill_stays_on_its_case_when_no_other_has_the_concept() -> None:
    (drill,) = plan_drills(reviewed((0, 0.0)), {"first_case": FIRST})
    assert drill.case_id == "first_case"
    assert plan_drills(reviewed((0, 0.0)), {}) == ()


def test_drills_come_soonest_first() -> None:
    late = Review(concept="a_late_one", case_id="first_case", at=9 * DAY, share=0.0)
    step = a_step(items=(an_item(concept="a_late_one"),))
    case = FIRST.model_copy(update={"steps": {**FIRST.steps, StepId.DATA: step}})
    drills = plan_drills([late, *reviewed((0, 0.0))], {"first_case": case})
    assert [drill.concept for drill in drills] == [CONCEPT, "a_late_one"]


@pytest.mark.parametrize(
    ("verdict", "share"),
    [("met", 1.0), ("partial", 0.5), ("absent", 0.0), ("unassessed", None)],
)
def test_what_an_interview_says_about_a_concept(verdict: str, share: float | None) -> None:
    item = next(item for _, item in FIRST.items())
    found = reviews_of(an_end(verdicts={item.id: verdict, "gone": "absent"}), FIRST)
    assert [review.share for review in found] == ([] if share is None else [share])


def test_what_is_expected_of_a_higher_level_is_not_missed() -> None:
    item = next(item for _, item in FIRST.items()).model_copy(update={"level": Level.STAFF})
    step = a_step(items=(item,))
    case = FIRST.model_copy(update={"steps": {**FIRST.steps, StepId.REQUIREMENTS: step}})
    assert reviews_of(an_end(verdicts={item.id: "absent"}), case) == []


def test_a_trend_joins_only_what_can_be_compared() -> None:
    staff = InterviewSettings(level=Level.STAFF)
    drill = InterviewSettings(drill=StepId.DATA)
    ends = [
        an_end(1, overall=2.0),
        an_end(2, overall=2.4),
        an_end(3, overall=3.0, brain="embedded-2"),
        an_end(4, overall=3.0, settings=staff),
        an_end(5, overall=5.0, settings=drill),
        an_end(6, overall=None),
        an_end(7, overall=1.0, verdicts={"a": "absent", "b": "unassessed"}),
        an_end(10, overall=1.0, verdicts={}),
        an_end(8, overall=3.4),
        an_end(9, overall=3.6),
    ]
    found = trends(reversed(ends))
    assert [(t.brain, t.level, [p.interview_id for p in t.points]) for t in found] == [
        ("embedded-1", Level.SENIOR, ["i1", "i2", "i8", "i9"]),
        ("embedded-1", Level.STAFF, ["i4"]),
        ("embedded-2", Level.SENIOR, ["i3"]),
    ]
    assert found[0].change == pytest.approx(1.3)
    assert found[1].change is None


def test_every_case_and_variant_has_its_day_and_none_comes_twice_in_a_row() -> None:
    start = date(2026, 1, 1)
    cases = [FIRST, SECOND]
    days = [case_of_the_day(cases, start + timedelta(days=n)) for n in range(40)]
    choices = {(case.id, variant) for case in cases for variant in (None, *_variants(case))}
    assert {(day.case_id, day.variant) for day in days if day} == choices
    assert all(a != b for a, b in zip(days, days[1:], strict=False))
    assert case_of_the_day(reversed(cases), start) == days[0]
    assert case_of_the_day([], start) is None


def _variants(case: Any) -> list[str]:
    return [variant.id for variant in case.variants]
