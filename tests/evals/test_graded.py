"""Fitting the curve and the bands of interviews that a language model graded."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from evals.graded import (
    BEFORE,
    GRADED,
    Errors,
    Graded,
    Rating,
    bent,
    claims_cost,
    errors_at,
    fit_exponent,
    fitted,
    half_width,
    read_graded,
    stripped,
    width_of,
)
from evals.lines import read_lines
from interviewer.core.design import Idea
from interviewer.core.settings import InterviewSettings, Level, StepId
from interviewer.scoring import InterviewRecord, score_interview
from interviewer.scoring.model import Width, read_model
from tests.scoring.records import HALF, REQ, flag, interview, plain_case

LONGEST_WORD = 60  # characters of anything in the data: ids and digests, and nobody's sentences
SOUND = [graded for graded in read_graded() if not graded.flaw]


def worth_what_it_scores(graded: Graded, exponent: float) -> Graded:
    """The interview as it would be rated if the bent curve were right."""
    wrong = errors_at(graded, exponent)
    steps = [step for step in StepId if graded.worth(step) is not None]
    given = {
        step: (graded.worth(step) or 0.0) + error
        for step, error in zip(steps, wrong.steps, strict=True)
    }
    return graded._replace(ratings=[Rating(graded.overall + wrong.overall, given)])


def test_an_exponent_is_found_again_where_there_are_many_interviews() -> None:
    many = [worth_what_it_scores(graded, 0.7) for graded in SOUND] * 10
    assert fit_exponent(many) == pytest.approx(0.7, abs=0.03)


def test_few_interviews_leave_the_curve_near_where_it_was() -> None:
    one = worth_what_it_scores(SOUND[0], 0.7)
    assert fit_exponent([]) == pytest.approx(1.0, abs=0.01)
    assert 0.75 < fit_exponent([one]) < 0.97


@pytest.mark.parametrize("exponent", [0.4, 0.7, 1.0, 1.5, 2.0])
def test_a_bent_curve_stays_a_curve(exponent: float) -> None:
    curves = bent(exponent)
    for shares in curves.values():
        assert shares[0] == 0.0 and shares[-1] <= 1.0
        assert all(low < high for low, high in pairwise(shares))
    for lower, higher in pairwise(curves[level] for level in Level):
        assert all(a < b for a, b in zip(lower[1:], higher[1:], strict=True))
    assert (curves == BEFORE) is (exponent == 1.0)


@pytest.mark.parametrize(
    ("errors", "coverage", "half"),
    [
        ([1.0] * 4, 0.8, 1.53),  # Student's quantiles of 90 and 95 percent
        ([-1.0, 1.0, -1.0, 1.0], 0.8, 1.53),
        ([0.5] * 4, 0.8, 0.77),
        ([1.0] * 5, 0.8, 1.48),
        ([1.0] * 30, 0.8, 1.31),
        ([1.0] * 5, 0.9, 2.02),
        ([3.0, 0.0, 0.0, 0.0], 0.8, 2.3),
    ],
)
def test_a_band_is_wider_the_fewer_interviews_it_rests_on(
    errors: list[float], coverage: float, half: float
) -> None:
    assert half_width(errors, coverage) == pytest.approx(half, abs=0.006)


def test_steps_and_interviews_have_bands_of_their_own() -> None:
    errors = [Errors(0.5, (1.0, -1.0)), Errors(-0.5, (1.0, -1.0))]
    width = width_of(errors)
    assert width.overall == pytest.approx(0.5 * 1.886, abs=0.006)
    assert width.step == pytest.approx(1.533, abs=0.006)


def test_what_ships_was_fitted_on_what_is_committed() -> None:
    made, model = fitted(SOUND), read_model()
    assert {Level(key): tuple(own) for key, own in made["graded"].items()} == model.graded
    assert Width(**made["graded_width"]) == model.graded_width


def test_rated_interviews_are_whole_and_hold_nobody_s_words() -> None:
    rows = [*read_lines(GRADED)]
    assert len({row["id"] for row in rows}) == len(rows)
    for graded in read_graded():
        assert len(graded.ratings) >= 2 and all(step.graded for step in graded.record.steps)
        assert {a.item for s in graded.record.steps for a in s.assessments} <= graded.case.ids
    assert max(map(len, texts({"rows": [row | {"flaw": ""} for row in rows]}))) < LONGEST_WORD


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "fate", [{"recovered": True}, {"challenged": False}, {"recovered": True, "defended": True}]
)
def test_what_is_kept_of_an_interview_scores_the_same(fate: dict[str, bool]) -> None:
    hit = flag(3).model_copy(update=fate)
    ideas = (Idea(step=REQ, text="Sound.", quote="One.", turn=2),)
    rec = interview({**HALF, REQ: "mpau"}, beyond=ideas)
    first = rec.steps[0].model_copy(update={"red_flags": (hit,), "graded": True})
    rec = rec.model_copy(update={"steps": (first, *rec.steps[1:])})
    kept = InterviewRecord.model_validate(stripped(rec))
    was, now = (score_interview(each, plain_case(), InterviewSettings()) for each in (rec, kept))
    assert [step.score for step in now.steps] == [step.score for step in was.steps]
    assert (now.overall, now.band) == (was.overall, was.band)


def test_claims_cost_more_only_meanwhile() -> None:
    wrong = next(graded for graded in SOUND if any(s.red_flags for s in graded.record.steps))
    was = errors_at(wrong, 1.0)
    with claims_cost(2.5):
        assert errors_at(wrong, 1.0).overall < was.overall
    assert errors_at(wrong, 1.0) == was


def test_a_file_of_nothing_is_read(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("")
    assert read_graded(tmp_path / "none.jsonl") == []
