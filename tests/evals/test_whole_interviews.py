"""What is said of the scores of whole interviews."""

from __future__ import annotations

from typing import Any

import pytest

from evals.figures import Figure
from evals.suites import Row
from evals.suites.whole_interviews import (
    GROUPS,
    assembled_tasks,
    figures,
    intended_reading,
    script_tasks,
)
from interviewer.core.settings import STEPS, Level

FITTED, OTHERS, ASSEMBLED = GROUPS


def outcome(**fields: Any) -> dict[str, Any]:
    """An interview that scored what it is worth."""
    worth = fields.get("worth", 4.0)
    usual = {
        "case": "a_case",
        "worth": worth,
        "level": "senior",
        "score": worth,
        "band": [worth - 0.5, worth + 0.5],
        "call": "hire",
        "confidence": 0.8,
        "reads_as": intended_reading(worth, Level(fields.get("level", "senior"))),
        "steps": [worth],
    }
    return usual | fields


def found(*outcomes: dict[str, Any], group: str = FITTED) -> dict[str, Figure]:
    rows = [Row(str(at), {"group": group}, one) for at, one in enumerate(outcomes)]
    return {figure.name.removeprefix(f"{group}: "): figure for figure in figures(rows)}


def test_interviews_that_score_what_they_are_worth() -> None:
    shown = found(*(outcome(worth=worth) for worth in (2.0, 3.0, 4.0, 5.0)))
    assert shown["mean error"].value == shown["bias"].value == 0
    assert shown["worth inside the band"].value == 1
    assert shown["least distance of two qualities"].value == 1
    assert shown["cases out of order"].value == 0
    assert [shown[name].value for name in ("weak", "average", "solid", "strong")] == [2, 3, 4, 5]
    assert shown["steps at 5.0"].value == 0.25


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"score": 3.0}, "mean error", 1.0),
        ({"score": 3.0}, "bias", -1.0),
        ({"band": [4.1, 5.0]}, "worth inside the band", 0.0),
        ({"call": "lean_hire"}, "call at most one beside the intended", 1.0),
        ({"call": "lean_no_hire"}, "call at most one beside the intended", 0.0),
        ({"call": "strong_hire"}, "call at most one beside the intended", 1.0),
        ({"reads_as": 3}, "reads higher", 1),
        ({"reads_as": 0}, "reads lower", 1),
        ({"reads_as": 3}, "reads as the intended level", 0.0),
        ({"steps": [5.0, 4.99]}, "steps at 5.0", 0.5),
    ],
)
def test_what_is_wrong_with_an_interview_is_counted(
    fields: dict[str, Any], name: str, value: float
) -> None:
    assert found(outcome(**fields))[name].value == value


def test_an_interview_without_a_score_counts_nowhere() -> None:
    nothing = outcome(score=None, band=None, call=None, confidence=None, reads_as=None, steps=[])
    shown = found(outcome(), nothing)
    assert shown["mean error"].of == shown["reads as the intended level"].of == 1


def test_a_case_whose_weaker_interviews_score_higher_is_out_of_order() -> None:
    swapped = [outcome(worth=2.0, score=4.0), outcome(worth=4.0, score=2.0)]
    other = [outcome(worth=worth, case="another") for worth in (2.0, 4.0)]
    shown = found(*swapped, *other)
    assert (shown["cases out of order"].value, shown["cases out of order"].of) == (1, 2)


@pytest.mark.parametrize(
    ("worth", "level", "rank"),
    [
        (2.49, Level.SENIOR, 0),
        (2.5, Level.SENIOR, 1),
        (2.99, Level.SENIOR, 1),
        (3.0, Level.SENIOR, 2),
        (4.49, Level.SENIOR, 2),
        (4.5, Level.SENIOR, 3),
        (2.99, Level.MID, 0),
        (3.0, Level.MID, 1),
        (3.74, Level.MID, 1),
        (3.75, Level.MID, 2),
        (2.0, Level.STAFF, 2),
        (2.5, Level.STAFF, 2),
        (3.0, Level.STAFF, 3),
    ],
)
def test_as_which_level_an_interview_reads_follows_from_its_worth(
    worth: float, level: Level, rank: int
) -> None:
    assert intended_reading(worth, level) == rank


def test_scripts_are_those_that_were_fitted_on_and_those_nobody_tuned_on() -> None:
    groups = [task.payload["group"] for task in script_tasks()]
    assert set(groups) == {FITTED, OTHERS} and groups.count(OTHERS) >= 10


def test_assembled_interviews_have_every_step_and_begin_with_the_best() -> None:
    rows = [
        {"id": f"{step}-{score}", "case_id": "a_case", "step": step.value, "answer": "x"}
        | {"score": score}
        for step in STEPS
        for score in (2, 5, 3)
    ]
    made = [task.payload["answers"] for task in assembled_tasks(rows)]
    assert [[answer["score"] for answer in answers] for answers in made] == [
        [score] * len(STEPS) for score in (5, 3, 2)
    ]
    assert all([a["step"] for a in answers] == [s.value for s in STEPS] for answers in made)
