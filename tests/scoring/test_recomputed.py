"""Interviews that once scored too well, from verdicts given by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from evals.subjects import library
from interviewer.core.assessment import Assessment, Evidence, RaisedBy, RedFlagHit, Verdict
from interviewer.core.settings import STEPS, InterviewSettings, Level, StepId
from interviewer.scoring import InterviewRecord, Scorecard, StepRecord, score_interview, score_step

AD_CLICKS = "ad_click_prediction"
NAMES = {"m": Verdict.MET, "p": Verdict.PARTIAL, "a": Verdict.ABSENT}
BY = {"+": RaisedBy.CHALLENGE, "": RaisedBy.CANDIDATE}


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("case_id", sorted(library().cases))
def test_three_points_in_part_and_none_met_are_not_adequate(case_id: str, level: Level) -> None:
    """The heaviest three of framing in part, the others absent."""
    case = library().cases[case_id]
    items = sorted(case.steps[StepId.FRAMING].items, key=lambda item: -item.weight)
    heard = tuple(
        Assessment(item=item.id, step=StepId.FRAMING, verdict=Verdict.PARTIAL) for item in items[:3]
    )
    record = StepRecord(step=StepId.FRAMING, reached=True, assessments=heard)
    score = score_step(record, case, level).score
    assert score is not None and 1 < score < 3


FLUENT: Mapping[StepId, Mapping[str, str]] = {
    StepId.REQUIREMENTS: {
        "ac_req_three_sided_goal": "m",
        "ac_req_price_from_number": "p",
        "ac_req_load_arithmetic": "m",
        "ac_req_guardrail_limits": "p",
    },
    StepId.FRAMING: {
        "ac_frm_probability_of_click": "m",
        "ac_frm_expected_value": "p",
        "ac_frm_outcome_chain": "p",
    },
    StepId.DATA: {
        "ac_dat_negative_downsampling": "p",
        "ac_dat_sparse_ids": "m+",
        "ac_dat_consent_mask": "p",
    },
    StepId.MODELING: {
        "ac_mod_ftrl_baseline": "m",
        "ac_mod_deep_cross": "m",
        "ac_mod_undo_and_calibrate": "m+",
        "ac_mod_normalised_entropy": "p",
        "ac_mod_slice_ratio": "m",
        "ac_mod_progressive_validation": "m+",
    },
    StepId.SERVING: {
        "ac_srv_light_stage": "m",
        "ac_srv_user_once_batch": "p",
        "ac_srv_prior_fallback": "m",
    },
    StepId.MONITORING: {"ac_mon_live_ratio": "m", "ac_mon_rollback_and_credit": "p"},
    StepId.SUMMARY: {
        "ac_sum_recap_chain": "m",
        "ac_sum_price_of_choice": "m",
        "ac_sum_own_weak_point": "p",
    },
}
"""What a fluent candidate for mid earns who says eight wrong things; `+`: once challenged."""

WRONG = (
    (StepId.DATA, "ac_dat_flag_instant_negative", "upheld"),
    (StepId.DATA, "ac_dat_flag_id_as_number", "taken back"),
    (StepId.MODELING, "ac_mod_flag_auc_enough", "upheld"),
    (StepId.MODELING, "ac_mod_flag_balanced_raw", "taken back"),
    (StepId.MODELING, "ac_mod_flag_random_rows", "taken back"),
    (StepId.SERVING, "ac_req_flag_average_time", "never asked"),
    (StepId.MODELING, "a coin for each request", "never asked"),
    (StepId.MONITORING, "retraining once a month", "upheld"),
)
"""The last two are on no list of the case."""


def fluent(wrong: bool = True) -> Scorecard:
    case = library().cases[AD_CLICKS]
    listed = {flag.id for _, flag in case.red_flags()}
    hits = [
        RedFlagHit(
            red_flag=claim,
            step=step,
            evidence=Evidence(quote=claim, turn=2),
            statement="" if claim in listed else claim,
            damage=0 if claim in listed else 2,
            challenged=fate != "never asked",
            recovered=fate == "taken back",
        )
        for step, claim, fate in WRONG
    ]
    records = tuple(
        StepRecord(
            step=step,
            reached=True,
            assessments=tuple(
                Assessment(item=id_, step=step, verdict=NAMES[word[0]], raised_by=BY[word[1:]])
                for id_, word in FLUENT[step].items()
            ),
            red_flags=tuple(hit for hit in hits if hit.step is step and wrong),
        )
        for step in STEPS
    )
    return score_interview(InterviewRecord(steps=records), case, InterviewSettings(level=Level.MID))


def test_a_fluent_candidate_with_eight_wrong_claims_is_half_right() -> None:
    """Three readers of the transcript gave it 3.1."""
    card = fluent()
    assert card.overall == pytest.approx(3.1, abs=0.5)
    assert card.recommendation == "lean_hire" and card.reads_as is Level.MID
    assert card.flip is not None and card.flip.points
    assert max(step.score or 0 for step in card.steps) < 4.5


def test_the_wrong_claims_cost_it_something() -> None:
    clean, card = fluent(wrong=False), fluent()
    assert clean.overall is not None and card.overall is not None
    assert 0.2 < clean.overall - card.overall < 0.5
