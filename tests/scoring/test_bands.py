"""How sure a score is: the bands of steps and interviews, and the confidence in all of it."""

from __future__ import annotations

import pytest

from interviewer.core.settings import STEPS, InterviewSettings, Level, StepId
from interviewer.scoring import StepRecord, score_interview, score_step
from interviewer.scoring.overall import step_weights
from tests.scoring.records import REQ, WORDS, interview, judged, plain_case, record

pytestmark = pytest.mark.usefixtures("plain_model")

SETTINGS = InterviewSettings()
UNSURE = tuple(
    judged("met" if at < 2 else "absent", f"req_{word}", confidence=0.5)
    for at, word in enumerate(WORDS)
)


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
