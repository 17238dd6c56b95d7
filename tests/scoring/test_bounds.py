"""Both sides of every bound that decides about somebody, and the width of what is stated."""

from __future__ import annotations

import pytest

from interviewer.core.case import Dimension
from interviewer.core.settings import STEPS, InterviewSettings, Level, StepId
from interviewer.scoring import Observation, StepRecord, score_interview, score_step
from interviewer.scoring.overall import BEST, CALLS, recommend, step_weights
from interviewer.scoring.step import Credits
from tests.scoring.records import REQ, WORDS, interview, judged, plain_case, record

pytestmark = pytest.mark.usefixtures("plain_model")

SETTINGS = InterviewSettings()
UNSURE = tuple(
    judged("met" if at < 2 else "absent", f"req_{word}", confidence=0.5)
    for at, word in enumerate(WORDS)
)


def test_each_recommendation_holds_below_its_score() -> None:
    found = [(limit, recommend(limit - 0.01), recommend(limit)) for limit, _ in CALLS]
    assert found == [
        (1.75, "strong_no_hire", "no_hire"),
        (2.5, "no_hire", "lean_no_hire"),
        (3.0, "lean_no_hire", "lean_hire"),
        (3.5, "lean_hire", "hire"),
        (4.25, "hire", BEST),
    ]


@pytest.mark.parametrize(("judged_weight", "enough"), [(5.9, False), (6.0, True), (6.1, True)])
def test_a_score_is_stated_from_six_tenths_of_the_weight(
    judged_weight: float, enough: bool
) -> None:
    assert Credits(earned=1.0, judged=judged_weight, expected=10.0).enough is enough


@pytest.mark.parametrize(
    ("step", "low", "high"),
    [
        pytest.param(record("mmaa"), 3.77, 4.57, id="all_certain"),
        pytest.param(record("mmau"), 4.195, 5.0, id="a_quarter_unassessed"),
        pytest.param(record("", assessments=UNSURE), 3.52, 4.82, id="half_sure"),
        pytest.param(record("mmmm"), 4.6, 5.0, id="not_above_5"),
        pytest.param(record("aaaa"), 1.0, 1.4, id="not_below_1"),
    ],
)
def test_the_band_of_a_step(step: StepRecord, low: float, high: float) -> None:
    band = score_step(step, plain_case(), Level.SENIOR).band
    assert band is not None
    assert (band.low, band.high) == pytest.approx((low, high), abs=0.006)


def test_the_band_of_an_interview_is_the_mean_of_those_of_its_steps() -> None:
    played = interview({REQ: "mmmm", StepId.FRAMING: "aaaa"})
    card = score_interview(played, plain_case(), SETTINGS)
    weights = step_weights(SETTINGS)
    first, second = weights[REQ], weights[StepId.FRAMING]
    low = (4.6 * first + 1.0 * second) / (first + second)
    high = (5.0 * first + 1.4 * second) / (first + second)
    assert card.band is not None
    assert (card.band.low, card.band.high) == pytest.approx((low, high), abs=0.006)


@pytest.mark.parametrize(("verdicts", "confidence"), [("mmmm", 1.0), ("mmau", 0.75), ("uuuu", 0.0)])
def test_confidence_is_the_share_that_was_judged(verdicts: str, confidence: float) -> None:
    card = score_interview(interview(dict.fromkeys(STEPS, verdicts)), plain_case(), SETTINGS)
    assert card.confidence == confidence


def test_communication_is_stated_in_hundredths() -> None:
    observations = tuple(Observation(id=id_, text=id_, seen=id_ != "c") for id_ in ("a", "b", "c"))
    played = interview({REQ: "mmmm"}, observations=observations)
    card = score_interview(played, plain_case(), SETTINGS)
    assert card.dimensions[Dimension.COMMUNICATION] == 3.67
