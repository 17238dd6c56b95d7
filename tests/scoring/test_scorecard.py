"""Every rule of scoring, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from interviewer.core.assessment import Assessment, RaisedBy, RedFlagHit
from interviewer.core.case import Dimension
from interviewer.core.settings import STEPS, InterviewSettings, Level, StepId
from interviewer.scoring import (
    Observation,
    StepRecord,
    StepStatus,
    credit,
    merge_turn,
    score_interview,
    score_step,
)
from interviewer.scoring.model import interpolate, read_model
from tests.builders import a_case, a_step, an_item
from tests.scoring.records import ALL, HALF, REQ, WORDS, flag, interview, judged, plain_case, record

HALF_MET = round(interpolate(0.5), 2)


@pytest.mark.parametrize(
    ("verdict", "by", "expected"),
    [
        ("met", "candidate", 1.0),
        ("met", "open_probe", 1.0),
        ("met", "narrow_probe", 0.9),
        ("met", "hint1", 0.8),
        ("met", "hint2", 0.6),
        ("met", "hint3", 0.4),
        ("met", "told", 0.0),
        ("partial", "candidate", 0.5),
        ("partial", "hint1", 0.4),
        ("absent", "candidate", 0.0),
        ("unassessed", "candidate", None),
    ],
)
def test_credit_is_the_verdict_capped_by_help(
    verdict: str, by: str, expected: float | None
) -> None:
    assert credit(judged(verdict, by=by)) == expected


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        pytest.param([("absent", ""), ("met", "")], "met", id="later_and_better_wins"),
        pytest.param([("met", ""), ("absent", "")], "met", id="earlier_and_better_stays"),
        pytest.param([("met", ""), ("partial", "x")], "partial", id="withdrawn_then_said_weaker"),
        pytest.param([("met", ""), (None, "x")], None, id="withdrawn"),
        pytest.param([("unassessed", ""), ("partial", "")], "partial", id="judged_later"),
        pytest.param([("absent", ""), ("unassessed", "")], "unassessed", id="may_hold_the_point"),
        pytest.param([("partial", ""), ("unassessed", "")], "partial", id="found_before"),
    ],
)
def test_verdicts_merge_by_best_except_after_a_retraction(
    turns: list[tuple[str | None, str]], expected: str | None
) -> None:
    merged: dict[str, Assessment] = {}
    for verdict, withdrawn in turns:
        heard = [judged(verdict)] if verdict else []
        merged = merge_turn(merged, heard, ["req_granite"] if withdrawn else [])
    assert [a.verdict.value for a in merged.values()] == ([expected] if expected else [])


def test_of_two_equal_verdicts_the_one_with_less_help_counts() -> None:
    merged = merge_turn({"req_granite": judged("met", by="hint2")}, [judged("met")], [])
    assert merged["req_granite"].raised_by is RaisedBy.CANDIDATE


@pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.24, 0.26, 0.49, 0.51, 0.79, 0.81, 1.0])
def test_the_curve_is_monotone_and_stays_between_1_and_5(share: float) -> None:
    assert 1 <= interpolate(share) <= interpolate(min(1.0, share + 0.01)) <= 5


def test_the_curve_passes_through_its_points() -> None:
    assert [interpolate(share) for share in read_model().shares] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("step", "status", "score"),
    [
        pytest.param(record("mmmm"), "scored", 5.0, id="everything_met"),
        pytest.param(record("aaaa"), "scored", 1.0, id="nothing_said"),
        pytest.param(record(""), "scored", 1.0, id="items_without_assessment_are_absent"),
        pytest.param(record("mmaa"), "scored", HALF_MET, id="half_met"),
        pytest.param(record("pppp"), "scored", HALF_MET, id="all_partial_is_half"),
        pytest.param(record("mmmu"), "scored", 5.0, id="unassessed_leaves_the_denominator"),
        pytest.param(record("mmuu"), "unassessed", None, id="under_60_percent_assessed"),
        pytest.param(record("", skipped=True), "skipped", 1.0, id="skipped"),
        pytest.param(
            record("mm", skipped=True), "scored", HALF_MET, id="skipped_after_saying_a_lot"
        ),
        pytest.param(record("", reached=False), "not_reached", None, id="not_reached"),
    ],
)
def test_step_scores(step: StepRecord, status: str, score: float | None) -> None:
    scored = score_step(step, plain_case(), Level.SENIOR)
    assert (scored.status, scored.score) == (StepStatus(status), score)


@pytest.mark.parametrize(
    ("flags", "cost"),
    [
        pytest.param([], 0.0, id="none"),
        pytest.param([flag(1)], 0.2, id="small_damage"),
        pytest.param([flag(3)], 0.5, id="at_most_half_a_point"),
        pytest.param([flag(3, recovered=True)], 0.05, id="recovered_costs_nearly_nothing"),
        pytest.param([flag(3, challenged=False)], 0.25, id="never_challenged_counts_half"),
        pytest.param([flag(2), flag(3)], 0.85, id="they_add_up"),
    ],
)
def test_red_flags_cost_by_damage(flags: list[RedFlagHit], cost: float) -> None:
    step = record("mmaa", red_flags=tuple(flags))
    scored = score_step(step, plain_case(), Level.SENIOR)
    assert scored.score == pytest.approx(HALF_MET - cost, abs=0.01)


def test_a_score_never_leaves_1_to_5() -> None:
    step = record("aaaa", red_flags=(flag(1), flag(2), flag(3)))
    assert score_step(step, plain_case(), Level.SENIOR).score == 1.0


@pytest.mark.parametrize(
    ("level", "score"),
    [
        pytest.param(Level.MID, 5.0, id="two_of_two_mid_items_and_a_bonus"),
        pytest.param(Level.STAFF, interpolate(3 / 4), id="staff_expects_all_four"),
    ],
)
def test_items_above_the_level_are_bonus_only(level: Level, score: float) -> None:
    levels = (Level.MID, Level.MID, Level.STAFF, Level.STAFF)
    items = tuple(
        an_item(f"req_{word}", weight=1, level=own) for word, own in zip(WORDS, levels, strict=True)
    )
    case = a_case(steps={**plain_case().steps, REQ: a_step(REQ, items=items)})
    assert score_step(record("mmma"), case, level).score == pytest.approx(score, abs=0.01)


def test_unaided_leaves_out_what_took_a_hint() -> None:
    assessments = (judged("met"), judged("met", "req_copper", by="hint1"))
    step = StepRecord(step=REQ, reached=True, assessments=assessments)
    scored = score_step(step, plain_case(), Level.SENIOR)
    assert scored.unaided == pytest.approx(interpolate(1 / 4), abs=0.01)
    assert scored.score == pytest.approx(interpolate(1.8 / 4), abs=0.01)


UNSURE = tuple(
    judged("partial" if i == 0 else "absent", f"req_{w}", confidence=0.5)
    for i, w in enumerate(WORDS)
)


@pytest.mark.parametrize(
    "doubtful",
    [
        pytest.param(record("paau"), id="something_unassessed"),
        pytest.param(record("", assessments=UNSURE), id="an_unsure_judge"),
    ],
)
def test_doubt_widens_the_band(doubtful: StepRecord) -> None:
    def width(step: StepRecord) -> float:
        band = score_step(step, plain_case(), Level.SENIOR).band
        assert band is not None
        return band.high - band.low

    assert width(doubtful) > width(record("paaa"))


NONE = dict.fromkeys(STEPS, "aaaa")
EARLY = {step: "mmmm" for step in STEPS[:2]}  # 13 of 45 minutes
MOST = {step: "mmmm" for step in STEPS[:4]}  # 31 of 45 minutes


@pytest.mark.parametrize(
    ("verdicts", "settings", "overall", "recommendation"),
    [
        pytest.param(ALL, {}, 5.0, "strong_hire", id="all_met"),
        pytest.param(HALF, {}, HALF_MET, "hire", id="half_met"),
        pytest.param(NONE, {}, 1.0, "strong_no_hire", id="nothing"),
        pytest.param(MOST, {}, 5.0, "strong_hire", id="not_reached_steps_do_not_count"),
        pytest.param(EARLY, {}, 5.0, None, id="under_60_percent_of_the_weight"),
        pytest.param({}, {}, None, None, id="nothing_reached"),
        pytest.param({REQ: "mmmm"}, {"drill": REQ}, 5.0, None, id="drills_have_none"),
    ],
)
def test_overall_and_recommendation(
    verdicts: Mapping[StepId, str],
    settings: dict[str, object],
    overall: float | None,
    recommendation: str | None,
) -> None:
    card = score_interview(interview(verdicts), plain_case(), InterviewSettings(**settings))
    assert (card.overall, card.recommendation) == (overall, recommendation)


def test_focus_shifts_the_weights() -> None:
    verdicts = {**NONE, StepId.SERVING: "mmmm"}
    balanced, serving = (
        score_interview(interview(verdicts), plain_case(), InterviewSettings(focus=focus)).overall
        for focus in ("balanced", "infrastructure")
    )
    assert balanced is not None and serving is not None and serving > balanced


@pytest.mark.parametrize(
    ("levels", "reads_as"),
    [
        pytest.param((Level.MID, Level.SENIOR, Level.SENIOR, Level.STAFF), Level.STAFF, id="staff"),
        pytest.param((Level.MID, Level.STAFF, Level.STAFF, Level.STAFF), Level.SENIOR, id="senior"),
    ],
)
def test_reads_as_is_the_highest_level_that_would_be_hired(
    levels: tuple[Level, ...], reads_as: Level
) -> None:
    steps = {
        step: a_step(
            step,
            items=tuple(
                an_item(f"{step.value[:3]}_{word}", weight=1, level=level)
                for word, level in zip(WORDS, levels, strict=True)
            ),
        )
        for step in STEPS
    }
    verdicts = dict.fromkeys(STEPS, "mmaa" if reads_as is Level.STAFF else "maaa")
    card = score_interview(interview(verdicts), a_case(steps=steps), InterviewSettings())
    assert card.reads_as is reads_as


@pytest.mark.parametrize(("seen", "score"), [((True, True), 5.0), ((True, False), 3.0), ((), None)])
def test_communication_comes_from_observables_alone(
    seen: tuple[bool, ...], score: float | None
) -> None:
    observations = tuple(Observation(id=f"o{i}", text="x", seen=s) for i, s in enumerate(seen))
    card = score_interview(
        interview(ALL, observations=observations), plain_case(), InterviewSettings()
    )
    assert card.dimensions[Dimension.COMMUNICATION] == score


def test_practice_names_the_heaviest_gap_first_and_keeps_the_quote() -> None:
    items = tuple(
        an_item(f"req_{word}", weight=weight, level=Level.SENIOR)
        for word, weight in zip(WORDS, (1, 3, 2, 1), strict=True)
    )
    case = a_case(steps={**plain_case().steps, REQ: a_step(REQ, items=items)})
    card = score_interview(interview({REQ: "mpaa"}), case, InterviewSettings(drill=REQ))
    assert [point.item for point in card.practice] == ["req_velvet", "req_copper", "req_amber"]
    assert [point.quote for point in card.practice] == [None, "as said", None]
