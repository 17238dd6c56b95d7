"""Figures in words: bands, movers, the cheapest change, levels, second verdicts."""

from __future__ import annotations

import pytest

from interviewer.core.assessment import Rejudgement, Verdict
from interviewer.core.settings import Level, StepId
from interviewer.reports.sentences import (
    flip_point_sentence,
    flip_sentence,
    heard_sentence,
    level_sentence,
    mover_sentence,
    mover_subject,
    other_ways,
    rejudged_sentence,
    sums,
    time_sentence,
)
from interviewer.reports.wording import (
    around,
    figure,
    graded,
    halves,
    level_read,
    reading,
    unaided_grade,
    uncertainty,
)
from interviewer.results.result import Result
from interviewer.results.view import StepHeard
from interviewer.scoring import Band, Flip, FlipPoint, LevelReading, Mover
from interviewer.scoring.model import read_model
from tests.builders import CONCEPT
from tests.reports.whole import CASE, RESULT

pytestmark = pytest.mark.usefixtures("plain_model")

REQ = StepId.REQUIREMENTS


@pytest.mark.parametrize(
    ("ways", "text"),
    [
        ((), ""),
        (("A box.",), "Sound as well: A box."),
        (("A box.", "No box, with a reason."), "Sound as well: A box; No box, with a reason."),
    ],
)
def test_other_sound_ways_are_one_sentence(ways: tuple[str, ...], text: str) -> None:
    step = CASE.steps[REQ]
    item = step.items[0].model_copy(update={"alternatives": ways})
    changed = step.model_copy(update={"items": (item, *step.items[1:])})
    case = CASE.model_copy(update={"steps": {**CASE.steps, REQ: changed}})
    assert other_ways(case, item.id) == text
    assert other_ways(None, item.id) == ""


def test_sums_belong_to_the_requirements() -> None:
    assert sums(CASE, REQ) == ["visits per minute: 4,000 / (10 x 60)"]
    assert sums(CASE, StepId.SERVING) == []


@pytest.mark.parametrize(
    ("score", "band", "text"),
    [
        (1.0, (1.0, 1.4), "no answer or wrong, 1–1.5"),
        (1.49, (1.1, 1.9), "no answer or wrong, 1–2"),
        (1.5, (1.1, 1.9), "weak, 1–2"),
        (2.5, (2.0, 3.0), "adequate, 2–3"),
        (3.49, (3.0, 4.0), "adequate, 3–4"),
        (3.9, (3.5, 4.5), "good, 3.5–4.5"),
        (4.57, (4.17, 4.97), "excellent, 4–5"),
        (5.0, (4.6, 5.0), "excellent, 4.5–5"),
        (None, None, "none"),
    ],
)
def test_a_score_is_a_word_and_a_range_of_halves(
    score: float | None, band: tuple[float, float] | None, text: str
) -> None:
    given = None if band is None else Band(low=band[0], high=band[1])
    assert graded(score, given) == text


@pytest.mark.parametrize("tenth", range(10, 51))
def test_a_range_holds_the_whole_band(tenth: int) -> None:
    band = around(tenth / 10)
    low, high = map(float, halves(band).split("–"))
    assert 1 <= low <= band.low <= tenth / 10 <= band.high <= high <= 5


def test_unaided_is_as_uncertain_as_with_help() -> None:
    assert unaided_grade(3.0, Band(low=3.0, high=5.0)) == "adequate, 2–4"
    assert unaided_grade(4.4, Band(low=3.9, high=5.0), 4.5) == "good, 3.5\u20135"
    assert unaided_grade(None, Band(low=3.0, high=5.0)) == "none"


def a_mover(kind: str, change: float, id_: str | None = "req_granite") -> Mover:
    return Mover(kind=kind, step=REQ, id=id_, change=change)


@pytest.mark.parametrize(
    ("mover", "about", "says"),
    [
        pytest.param(a_mover("point", 0.3), "the granite", "overall score a lot (+0.3"),
        pytest.param(a_mover("gap", -0.12), "the granite", "the overall score clearly (-0.1"),
        pytest.param(a_mover("red_flag", -0.02, "dat_flag"), "one box", "a little (under 0.1"),
        pytest.param(a_mover("step", -0.5, None), "step requirements", "Nothing was earned"),
        pytest.param(a_mover("point", 0.2, "gone"), "gone", "lifted"),
        pytest.param(a_mover("red_flag", -0.3, "doubt_6_1"), "A coin per request", "a lot (-0.3"),
        pytest.param(a_mover("red_flag", -0.3, "gone"), "gone", "lowered"),
    ],
)  # fmt: skip
def test_a_mover_says_what_and_how_much(mover: Mover, about: str, says: str) -> None:
    assert about in mover_subject(mover, RESULT, CASE)
    assert says in mover_sentence(mover)


def a_flip(points: int, overall: float | None, enough: bool = True) -> Flip:
    point = FlipPoint(item="req_velvet", step=REQ, verdict=Verdict.ABSENT)
    return Flip(to="lean_hire", points=(point,) * points, overall=overall, enough=enough)


@pytest.mark.parametrize(
    ("flip", "says"),
    [
        (a_flip(1, 3.1), "One point, earned in full, would have made it lean hire: the overall "
         "score would have been 3.1 instead of 2.9, give or take 0.6."),
        (a_flip(2, 3.04), "Two points, earned in full, would have made it lean hire: the overall "
         "score would have been 3.0 instead of 2.9, give or take 0.6."),
        (a_flip(3, 2.94), ""),
        (a_flip(3, 2.9, enough=False), ""),
        (a_flip(0, None), ""),
        (None, ""),
    ],
)  # fmt: skip
def test_the_cheapest_change_is_told_where_it_shows(flip: Flip | None, says: str) -> None:
    band = Band(low=2.3, high=3.5)
    result = RESULT.model_copy(update={"overall": 2.91, "band": band})
    assert flip_sentence(flip, result) == says


@pytest.mark.parametrize(
    ("score", "band", "text"),
    [
        (3.36, (2.76, 3.96), "3.4 of 5, most likely between 2.8 and 4.0"),
        (4.8, (4.2, 5.0), "4.8 of 5, most likely between 4.2 and 5.0"),
        (3.36, None, "3.4 of 5"),
    ],
)
def test_a_score_is_one_figure_with_its_width(
    score: float, band: tuple[float, float] | None, text: str
) -> None:
    assert figure(score, None if band is None else Band(low=band[0], high=band[1])) == text


@pytest.mark.parametrize(
    ("verdict", "by", "says"),
    [
        ("absent", None, "Not heard."),
        ("partial", "candidate", "in part"),
        ("met", "hint2", "only after a second hint"),
    ],
)
def test_how_far_a_point_was_earned(verdict: str, by: str | None, says: str) -> None:
    point = FlipPoint(item="req_velvet", step=REQ, verdict=verdict, raised_by=by)
    assert says in flip_point_sentence(point)


def reading_as(level: str, *points: str, reached: bool = True) -> Result:
    reading = LevelReading(level=Level(level), reached=reached, points=points)
    return RESULT.model_copy(update={"reads_as": reading.level, "level_reading": reading})


@pytest.mark.parametrize(
    ("result", "says"),
    [
        pytest.param(reading_as("mid", "req_copper"), "mid; expected above that", id="under"),
        pytest.param(
            reading_as("mid", "req_copper", reached=False), "below mid; expected there", id="below"
        ),
        pytest.param(reading_as("senior", "req_walnut"), "senior; expected at the next", id="at"),
        pytest.param(reading_as("staff", "req_walnut"), "only above senior", id="over"),
        pytest.param(reading_as("staff"), "read as staff.", id="nothing-to-name"),
        pytest.param(RESULT.model_copy(update={"reads_as": None}), "", id="no-recommendation"),
    ],
)  # fmt: skip
def test_what_separates_the_levels(result: Result, says: str) -> None:
    sentence = level_sentence(result, CASE, {CONCEPT: "Latency"})
    assert says in sentence
    named = result.level_reading is not None and bool(result.level_reading.points)
    assert ("Latency (requirements)" in sentence) is (named and bool(says))


@pytest.mark.parametrize(
    ("kind", "before", "after", "words", "says"),
    [
        ("said", "absent", "met", "not heard; then: met", "The second verdict counts"),
        ("said", "partial", "absent", "partly; then: not heard", "The first verdict counts"),
        ("said", "unassessed", "absent", "not judged; then: not heard", "The first verdict counts"),
        ("said", "absent", "absent", "not heard; then: not heard", "The verdict stays"),
        ("not_earned", "met", "partial", "met; then: partly", "The second verdict counts"),
        ("not_earned", "met", "absent", "met; then: not heard", "The second verdict counts"),
        ("not_earned", "met", "met", "met; then: met", "The verdict stays"),
        ("not_earned", "partial", "met", "partly; then: met", "The first verdict counts"),
        ("not_earned", "met", "unassessed", "met; then: not judged", "The first verdict counts"),
    ],
)
def test_both_verdicts_are_told_and_which_counts(
    kind: str, before: str, after: str, words: str, says: str
) -> None:
    one = Rejudgement(
        kind=kind, item="req_velvet", step=REQ, turn=2, quote="x", before=before, after=after
    )
    assert rejudged_sentence(one).startswith(f"First judged: {words}. ")
    assert says in rejudged_sentence(one)


@pytest.mark.parametrize(
    ("heard", "in_part", "not_heard", "said"),
    [
        (("goal", "scale"), (), ("limits", "users"), ": heard goal, scale; not heard yet: limits."),
        (("a", "b", "c", "d"), (), (), ": heard a, b, c."),
        (("a",), ("b", "c"), (), ": heard a."),
        ((), ("b",), ("c",), ": in part b; not heard yet: c."),
        ((), (), ("c", "d"), ", not heard yet: c."),
    ],
)
def test_a_step_that_has_ended_in_one_line(
    heard: tuple[str, ...], in_part: tuple[str, ...], not_heard: tuple[str, ...], said: str
) -> None:
    one = StepHeard(step=REQ, turn=5, heard=heard, in_part=in_part, not_heard=not_heard)
    assert heard_sentence(one) == f"Goals and constraints{said}"


def test_nothing_is_said_of_a_step_that_could_not_be_judged() -> None:
    assert heard_sentence(StepHeard(step=REQ, turn=5)) == ""


def test_where_the_time_went() -> None:
    assert time_sentence(RESULT).startswith("2:30 of interview time in all")


@pytest.mark.parametrize(
    ("brain", "says", "not_so"),
    [
        ("embedded-1", "lying anywhere in its range (2–3.5 of 5)", "four of five"),
        ("llm some-model, prompts 1.1, embedded-1", "to hold four of five ratings", "anywhere"),
    ],
)
def test_how_sure_a_score_is_depends_on_who_judged(brain: str, says: str, not_so: str) -> None:
    """Bands are made to hold as many ratings as the sentence says."""
    result = RESULT.model_copy(update={"brain": brain, "band": Band(low=2.2, high=3.4)})
    told = uncertainty(result)
    assert says in told and not_so not in told
    assert f"confidence {result.confidence:.0%}" in told
    assert read_model().coverage == 4 / 5


@pytest.mark.parametrize(
    ("result", "level", "says"),
    [
        (reading_as("senior"), "senior", "reads as senior"),
        (reading_as("mid", reached=False), "below mid", "reads below mid"),
        (RESULT.model_copy(update={"reads_as": None}), "", ""),
    ],
)
def test_a_level_that_was_not_reached_is_never_named_alone(
    result: Result, level: str, says: str
) -> None:
    assert (level_read(result), reading(result)) == (level, says)
