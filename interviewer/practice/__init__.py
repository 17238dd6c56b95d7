"""Reasons to come back: the practice plan, the trend, the case of the day; pure functions."""

from interviewer.practice.day import DayCase, case_of_the_day
from interviewer.practice.plan import Drill, Review, plan_drills, reviews_of
from interviewer.practice.trend import Trend, TrendPoint, trends

__all__ = [
    "DayCase",
    "Drill",
    "Review",
    "Trend",
    "TrendPoint",
    "case_of_the_day",
    "plan_drills",
    "reviews_of",
    "trends",
]
