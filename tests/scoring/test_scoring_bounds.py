"""Every threshold that decides about people, one step to either side of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from evals.subjects import scored_by
from interviewer.core.assessment import RedFlagHit
from interviewer.core.case import Case, Dimension
from interviewer.core.design import Idea
from interviewer.core.settings import STEPS, InterviewSettings, Level, StepId
from interviewer.scoring import (
    InterviewRecord,
    Observation,
    StepRecord,
    StepStatus,
    score_interview,
    score_step,
)
from interviewer.scoring.model import Width, band_half, read_model, score_of
from interviewer.scoring.overall import next_call, recommend
from interviewer.scoring.step import core_cap
from tests.builders import a_step, an_item
from tests.scoring.records import HALF, REQ, WORDS, flag, interview, judged, plain_case, record


@pytest.mark.parametrize(
    ("overall", "call"),
    [
        (1.74, "strong_no_hire"),
        (1.75, "no_hire"),
        (2.49, "no_hire"),
        (2.5, "lean_no_hire"),
        (2.99, "lean_no_hire"),
        (3.0, "lean_hire"),
        (3.49, "lean_hire"),
        (3.5, "hire"),
        (4.24, "hire"),
        (4.25, "strong_hire"),
    ],
)
def test_the_call_changes_at_its_limit(overall: float, call: str) -> None:
    assert recommend(overall) == call


@pytest.mark.parametrize(
    ("call", "needed", "better"),
    [
        ("strong_no_hire", 1.75, "no_hire"),
        ("no_hire", 2.5, "lean_no_hire"),
        ("lean_no_hire", 3.0, "lean_hire"),
        ("lean_hire", 3.5, "hire"),
        ("hire", 4.25, "strong_hire"),
    ],
)
def test_the_next_call_takes_the_score_at_which_it_begins(
    call: Any, needed: float, better: str
) -> None:
    assert next_call(call) == (needed, better)
    assert recommend(needed) == better


SHIPPED = {
    Level.MID: (0.0, 0.045, 0.195, 0.48, 0.83),
    Level.SENIOR: (0.0, 0.06, 0.24, 0.56, 0.92),
    Level.STAFF: (0.0, 0.24, 0.56, 0.92, 1.0),
}
GRADED = {
    Level.MID: (0.0, 0.234, 0.548, 0.85, 0.975),
    Level.SENIOR: (0.0, 0.267, 0.585, 0.884, 0.984),
    Level.STAFF: (0.0, 0.472, 0.764, 0.959, 1.0),
}
BAND = 2.38


@pytest.mark.parametrize(("graded", "shares"), [(False, SHIPPED), (True, GRADED)])
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_the_curves_are_the_shipped_ones(
    graded: bool, shares: dict[Level, tuple[float, ...]], level: Level, score: int
) -> None:
    share = shares[level][score - 1]
    assert score_of(share, level, graded=graded) == pytest.approx(score)
    later = (*shares[level], 1.0)[score]
    halfway = 5.0 if score == 5 else score + 0.5
    assert score_of((share + later) / 2, level, graded=graded) == pytest.approx(halfway)


def test_a_step_is_scored_on_the_curve_of_how_it_was_judged() -> None:
    plain, graded = (
        score_step(record("mmaa", graded=graded), plain_case(), Level.SENIOR).score
        for graded in (False, True)
    )
    assert plain is not None and graded is not None and graded < plain - 0.5


@pytest.mark.parametrize(
    ("letters", "most"),
    [("mmmm", 5.0), ("pmmm", 5.0), ("ammm", 4.5), ("cmmm", 4.5), ("pppm", 2.5), ("aaam", 2.5)],
)
def test_a_step_is_capped_by_its_core_items(letters: str, most: float) -> None:
    """Three core items, and one that has nearly all of the weight."""
    items = tuple(
        an_item(f"req_{word}", weight=weight, level=Level.SENIOR, core=weight == 1)
        for word, weight in zip(WORDS, (1, 1, 1, 3), strict=True)
    )
    heavy = items[-1].model_copy(update={"weight": 100})
    step = a_step(REQ).model_copy(update={"items": (*items[:-1], heavy)})
    case = plain_case().model_copy(update={"steps": {REQ: step}})
    assert score_step(record(letters), case, Level.SENIOR).score == most


@pytest.mark.parametrize(
    ("letters", "most"),
    [("pppp", 2.5), ("ppmp", 5.0), ("pppu", 5.0)],
    ids=["nothing_met", "one_met", "one_that_may_have_been_met"],
)
def test_without_an_expected_core_item_any_point_that_is_met_will_do(
    letters: str, most: float
) -> None:
    items = [an_item(f"req_{word}", weight=1, level=Level.SENIOR, core=True) for word in WORDS]
    found = {
        item.id: assessment
        for item, assessment in zip(items, record(letters).assessments, strict=True)
    }
    assert core_cap(items, found, Level.MID) == most


@pytest.mark.parametrize(("count", "gain"), [(0, 0.0), (1, 0.2), (2, 0.4), (3, 0.5), (9, 0.5)])
def test_ideas_beyond_the_rubric_lift_a_step_by_half_a_point_at_most(
    count: int, gain: float
) -> None:
    ideas = tuple(Idea(step=REQ, text="Sound.", quote=f"{at}", turn=2) for at in range(count))
    plain = score_step(record("maaa"), plain_case(), Level.SENIOR).score
    lifted = score_step(record("maaa", beyond=ideas), plain_case(), Level.SENIOR).score
    assert plain is not None and lifted == pytest.approx(plain + gain)


@pytest.mark.parametrize(
    ("weights", "status"),
    [((2, 2, 1), StepStatus.SCORED), ((2, 3, 2), StepStatus.UNASSESSED)],
    ids=["60-percent", "57-percent"],
)
def test_a_step_is_scored_from_60_percent_on(
    weights: tuple[int, int, int], status: StepStatus
) -> None:
    """The second of three items could not be judged."""
    items = tuple(
        an_item(f"req_{word}", weight=weight, level=Level.SENIOR, core=False)
        for word, weight in zip(WORDS, weights, strict=False)
    )
    step = a_step(REQ).model_copy(update={"items": items})
    case = plain_case().model_copy(update={"steps": {REQ: step}})
    assert score_step(record("mum"), case, Level.SENIOR).status is status


SCORED = ["requirements", "framing", "data", "serving"]  # 28 of 45 minutes, 62 percent


@pytest.mark.parametrize(
    ("left_out", "called"),
    [((), True), (("requirements",), False)],
    ids=["62-percent", "47-percent"],
)
def test_a_call_takes_60_percent_of_the_weight(left_out: tuple[str, ...], called: bool) -> None:
    verdicts = {StepId(step): "mmmm" for step in SCORED if step not in left_out}
    card = score_interview(interview(verdicts), plain_case(), InterviewSettings())
    assert card.overall == 5.0
    assert (card.recommendation is not None) is (card.reads_as is not None) is called


@pytest.mark.parametrize(
    ("hit", "cost"),
    [
        (flag(1), 0.2),
        (flag(2), 0.35),
        (flag(3), 0.5),
        (flag(1, challenged=False), 0.1),
        (flag(2, challenged=False), 0.175),
        (flag(1, recovered=True), 0.05),
        (flag(3, recovered=True), 0.05),
    ],
)
def test_a_red_flag_costs_what_the_table_says(hit: RedFlagHit, cost: float) -> None:
    step = record("mmaa", red_flags=(hit,))
    clean = score_step(record("mmaa"), plain_case(), Level.SENIOR).score
    scored = score_step(step, plain_case(), Level.SENIOR).score
    assert clean is not None and scored is not None
    assert clean - scored == pytest.approx(
        cost, abs=0.0101
    )  # both scores are rounded to hundredths


@pytest.mark.parametrize(
    ("verdicts", "confidence", "doubt"),
    [
        pytest.param("maaa", 1.0, 0.4, id="certain"),
        pytest.param("maaa", 0.8, 0.5, id="half-of-the-mean-doubt"),
        pytest.param("maau", 1.0, 0.525, id="half-of-the-share-that-was-not-judged"),
    ],
)
def test_a_band_is_as_wide_as_its_doubt(verdicts: str, confidence: float, doubt: float) -> None:
    names = {"m": "met", "a": "absent", "u": "unassessed"}
    assessments = tuple(
        judged(names[letter], f"req_{word}", confidence=confidence)
        for letter, word in zip(verdicts, WORDS, strict=True)
    )
    scored = score_step(record("", assessments=assessments), plain_case(), Level.SENIOR)
    assert scored.score is not None and scored.band is not None
    assert scored.band.high == pytest.approx(min(5.0, scored.score + BAND * doubt), abs=0.006)
    assert band_half(doubt) == pytest.approx(BAND * doubt)


WIDTH = Width(step=0.8, overall=0.5)


@pytest.mark.parametrize(
    ("graded", "confidence", "step_half", "overall_half"),
    [
        pytest.param(True, 1.0, 0.8, 0.5, id="graded"),
        pytest.param(True, 0.6, 1.2, 0.75, id="half_as_wide_again_for_twice_the_doubt"),
        pytest.param(False, 1.0, 0.4, 0.4, id="judged_turn_by_turn"),
    ],
)
def test_an_interview_that_a_model_graded_has_bands_of_its_own(
    graded: bool, confidence: float, step_half: float, overall_half: float
) -> None:
    model = dataclasses.replace(read_model(), band_factor=1.0, graded_width=WIDTH)
    assessments = {
        step: tuple(
            judged("met" if at < 2 else "absent", f"{step.value[:3]}_{w}", confidence=confidence)
            for at, w in enumerate(WORDS)
        )
        for step in STEPS
    }
    rec = InterviewRecord(
        steps=tuple(
            StepRecord(step=step, reached=True, graded=graded, assessments=assessments[step])
            for step in STEPS
        )
    )
    with scored_by(model):
        card = score_interview(rec, plain_case(), InterviewSettings())
    first = card.steps[0]
    assert first.score is not None and first.band is not None
    assert first.score - first.band.low == pytest.approx(step_half, abs=0.006)
    assert card.overall is not None and card.band is not None
    assert card.overall - card.band.low == pytest.approx(overall_half, abs=0.006)


@pytest.mark.parametrize(("seen", "score"), [(0, 1.0), (1, 2.0), (2, 3.0), (3, 4.0)])
def test_communication_is_the_share_of_what_was_seen(seen: int, score: float) -> None:
    observations = tuple(Observation(id=f"o{at}", text="x", seen=at < seen) for at in range(3))
    rec = interview(HALF, observations=observations)
    card = score_interview(rec, plain_case(), InterviewSettings())
    assert card.dimensions[Dimension.COMMUNICATION] == score


def many(met: int, of: int) -> tuple[Case, InterviewRecord]:
    """An interview in which so many of the items of each step were met."""
    steps = {
        step: a_step(
            step,
            items=tuple(
                an_item(f"{step.value[:3]}_{at}", weight=1, level=Level.MID, core=False)
                for at in range(of)
            ),
        )
        for step in STEPS
    }
    case = plain_case().model_copy(update={"steps": steps})
    records = tuple(
        StepRecord(
            step=step,
            reached=True,
            assessments=tuple(judged("met", f"{step.value[:3]}_{at}") for at in range(met)),
        )
        for step in STEPS
    )
    return case, InterviewRecord(steps=records)


@pytest.mark.usefixtures("plain_model")
@pytest.mark.parametrize(
    ("met", "of", "overall", "reached"),
    [(1, 9, 2.89, False), (3, 26, 2.94, False), (3, 25, 3.0, True), (1, 8, 3.02, True)],
)
def test_answers_read_as_a_level_from_a_lean_hire_on(
    met: int, of: int, overall: float, reached: bool
) -> None:
    case, rec = many(met, of)
    card = score_interview(rec, case, InterviewSettings(level=Level.MID))
    assert card.overall == pytest.approx(overall, abs=0.01)
    assert card.level_reading is not None and card.level_reading.reached is reached


@pytest.mark.usefixtures("plain_model")
def test_lists_are_as_long_as_they_say() -> None:
    case, rec = many(1, 16)
    card = score_interview(rec, case, InterviewSettings())
    assert card.level_reading is not None
    assert (len(card.movers), len(card.practice), len(card.level_reading.points)) == (2, 5, 3)


@pytest.mark.usefixtures("plain_model")
@pytest.mark.parametrize(("met", "of", "points"), [(1, 6, 2), (2, 8, 3), (2, 9, None)])
def test_a_flip_names_three_points_at_most(met: int, of: int, points: int | None) -> None:
    case, rec = many(met, of)
    flip = score_interview(rec, case, InterviewSettings()).flip
    assert (flip and len(flip.points)) == points


@pytest.mark.usefixtures("plain_model")
@pytest.mark.parametrize(
    ("met", "of", "was", "flips_to"), [(2, 9, 3.44, 3.52), (3, 13, 3.48, None)]
)
def test_a_flip_shows_in_the_tenths_that_people_read(
    met: int, of: int, was: float, flips_to: float | None
) -> None:
    case, rec = many(met, of)
    card = score_interview(rec, case, InterviewSettings(level=Level.MID))
    assert card.overall == pytest.approx(was, abs=0.01)
    assert (card.flip and card.flip.overall) == (flips_to and pytest.approx(flips_to, abs=0.01))
