"""Every rule of scoring, as tables."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from interviewer.core.assessment import Assessment, Evidence, RaisedBy, RedFlagHit
from interviewer.core.case import Dimension
from interviewer.core.design import Idea
from interviewer.core.settings import STEPS, InterviewSettings, Level, StepId
from interviewer.scoring import (
    Observation,
    StepRecord,
    StepStatus,
    credit,
    merge_turn,
    model,
    score_interview,
    score_step,
)
from interviewer.scoring.credit import unaided_credit
from interviewer.scoring.flags import each_belief, flag_cost
from interviewer.scoring.model import score_of
from interviewer.scoring.step import core_cap
from tests.builders import a_case, a_step, an_item
from tests.scoring.records import ALL, HALF, REQ, WORDS, flag, interview, judged, plain_case, record

pytestmark = pytest.mark.usefixtures("plain_model")

HALF_MET = 4.17


@pytest.mark.parametrize(
    ("verdict", "by", "expected"),
    [
        ("met", "candidate", 1.0),
        ("met", "open_probe", 1.0),
        ("met", "narrow_probe", 0.9),
        ("met", "challenge", 0.8),
        ("met", "hint1", 0.8),
        ("met", "hint2", 0.6),
        ("met", "hint3", 0.4),
        ("met", "told", 0.0),
        ("partial", "candidate", 0.5),
        ("partial", "challenge", 0.4),
        ("partial", "hint1", 0.4),
        ("absent", "candidate", 0.0),
        ("unassessed", "candidate", None),
        ("contradicted", "candidate", -0.5),
        ("contradicted", "hint2", -0.5),
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
        pytest.param([("absent", ""), ("contradicted", "")], "contradicted", id="against_it"),
        pytest.param([("contradicted", ""), ("unassessed", "")], "contradicted", id="still_so"),
        pytest.param([("contradicted", ""), ("partial", "")], "partial", id="put_right"),
    ],
)
def test_verdicts_merge_by_best_except_after_a_retraction(
    turns: list[tuple[str | None, str]], expected: str | None
) -> None:
    merged: dict[str, Assessment] = {}
    for verdict, withdrawn in turns:
        heard = [judged(verdict)] if verdict else []
        merged = merge_turn(merged, heard, ["req_granite"] if withdrawn else [])
    found = ["contradicted" if a.contradicted else a.verdict.value for a in merged.values()]
    assert found == ([expected] if expected else [])


def test_what_speaks_against_points_costs_those_that_were_earned_and_no_more() -> None:
    scores = [
        score_step(record(letters), plain_case(), Level.SENIOR).score
        for letters in ("mmaa", "mmca", "mmcc", "accc", "cccc")
    ]
    assert all(score is not None for score in scores)
    assert scores == sorted(scores, key=lambda score: -(score or 0.0))
    assert len(set(scores[:3])) == 3 and scores[-1] == 1.0


def test_of_two_equal_verdicts_the_one_with_less_help_counts() -> None:
    merged = merge_turn({"req_granite": judged("met", by="hint2")}, [judged("met")], [])
    assert merged["req_granite"].raised_by is RaisedBy.CANDIDATE


@pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.24, 0.26, 0.49, 0.51, 0.79, 0.81, 1.0])
def test_the_curve_is_monotone_and_stays_between_1_and_5(share: float) -> None:
    for level in Level:
        assert 1 <= score_of(share, level) <= score_of(min(1.0, share + 0.01), level) <= 5


def test_the_curve_passes_through_its_points() -> None:
    for level, shares in model.read_model().shares.items():
        assert [score_of(share, level) for share in shares] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7])
def test_the_same_share_is_worth_less_at_a_higher_level(share: float) -> None:
    mid, senior, staff = (score_of(share, level) for level in Level)
    assert mid > senior > staff


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
        pytest.param(record("mmnn"), "scored", 5.0, id="what_does_not_apply_is_no_item"),
        pytest.param(record("mann"), "scored", HALF_MET, id="half_of_what_applies"),
        pytest.param(record("nnnn"), "unassessed", None, id="nothing_applies"),
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


def doubted(damage: int, *, challenged: bool = True, recovered: bool = False) -> RedFlagHit:
    """A claim that the case does not list."""
    return RedFlagHit(
        red_flag="claim_2_1",
        step=REQ,
        evidence=Evidence(quote="one box", turn=2),
        statement="A coin for each request is no split by user.",
        damage=damage,
        challenged=challenged,
        recovered=recovered,
    )


@pytest.mark.parametrize(
    ("hit", "cost"),
    [
        pytest.param(doubted(1), 0.2, id="upheld_small"),
        pytest.param(doubted(3), 0.5, id="upheld_large"),
        pytest.param(doubted(0), 0.2, id="of_unknown_damage"),
        pytest.param(doubted(3, challenged=False), 0.0, id="nobody_asked"),
        pytest.param(doubted(3, recovered=True), 0.05, id="taken_back"),
        pytest.param(
            doubted(3, recovered=True).model_copy(update={"defended": True}),
            0.375,
            id="taken_back_after_it_was_stood_by",
        ),
        pytest.param(flag(3).model_copy(update={"red_flag": "gone"}), 0.0, id="gone_from_the_case"),
    ],
)
def test_a_claim_that_the_case_does_not_list_costs_when_it_is_upheld(
    hit: RedFlagHit, cost: float
) -> None:
    step = record("mmaa", red_flags=(hit,))
    scored = score_step(step, plain_case(), Level.SENIOR)
    assert scored.score == pytest.approx(HALF_MET - cost, abs=0.01)


HEARD = doubted(3)
LISTED = flag(2).model_copy(update={"evidence": HEARD.evidence})
AGAIN = HEARD.model_copy(update={"evidence": Evidence(quote="the box again", turn=8)})
OTHER = doubted(2).model_copy(update={"red_flag": "claim_8_1", "evidence": AGAIN.evidence})

ALL_OF_IT = Evidence(quote="I stay with the box and with the first.", turn=9)
SAID_AGAIN = LISTED.model_copy(
    update={"evidence": Evidence(quote="Said first.", turn=1), "again": HEARD.evidence}
)


@pytest.mark.parametrize(
    ("hits", "kept", "cost"),
    [
        pytest.param([HEARD, AGAIN], ["claim_2_1"], 0.5, id="one_id"),
        pytest.param([HEARD, OTHER], ["claim_2_1", "claim_8_1"], 0.85, id="two_sentences"),
        pytest.param([AGAIN, OTHER], ["claim_2_1"], 0.5, id="two_doubts_about_one_sentence"),
        pytest.param([HEARD, LISTED], ["req_flag2"], 0.35, id="the_listed_one_is_kept"),
        pytest.param([LISTED, HEARD], ["req_flag2"], 0.35, id="in_whatever_order"),
        pytest.param([SAID_AGAIN, HEARD], ["req_flag2"], 0.35, id="a_doubt_where_it_was_last_said"),
        pytest.param(
            [hit.model_copy(update={"again": ALL_OF_IT}) for hit in (HEARD, OTHER)],
            ["claim_2_1", "claim_8_1"],
            0.85,
            id="two_doubts_named_once_more_in_one_sentence",
        ),
        pytest.param([LISTED, flag(3)], ["req_flag2", "req_flag3"], 0.85, id="two_listed_ones"),
        pytest.param(
            [LISTED, flag(3).model_copy(update={"evidence": LISTED.evidence})],
            ["req_flag2", "req_flag3"],
            0.85,
            id="two_listed_ones_in_one_sentence",
        ),
        pytest.param(
            [doubted(3, challenged=False), AGAIN], ["claim_2_1"], 0.5, id="asked_about_once"
        ),
        pytest.param(
            [HEARD, AGAIN.model_copy(update={"recovered": True})],
            ["claim_2_1"],
            0.05,
            id="taken_back_once",
        ),
        pytest.param(
            [
                HEARD.model_copy(update={"defended": True}),
                LISTED.model_copy(update={"recovered": True}),
            ],
            ["req_flag2"],
            0.35 * 0.75,
            id="stood_by_before_it_was_taken_back",
        ),
    ],
)
def test_one_belief_costs_once(hits: list[RedFlagHit], kept: list[str], cost: float) -> None:
    assert [hit.red_flag for hit in each_belief(hits)] == kept
    assert flag_cost(hits, plain_case()) == pytest.approx(cost)


def test_a_belief_stands_in_the_step_of_its_problem() -> None:
    """A doubt about the first step, and what the case lists about the second, in one sentence."""
    claim = {"red_flag": "fra_flag2", "step": StepId.FRAMING}
    listed = LISTED.model_copy(update=claim)
    rec = interview({REQ: "mmaa", StepId.FRAMING: "mmaa"})
    first, second, *others = rec.steps
    first = first.model_copy(update={"red_flags": (HEARD,)})
    second = second.model_copy(update={"red_flags": (listed,)})
    rec = rec.model_copy(update={"steps": (first, second, *others)})
    card = score_interview(rec, plain_case(), InterviewSettings())
    assert [len(step.red_flags) for step in card.steps[:2]] == [0, 1]
    scores = [step.score for step in card.steps[:2]]
    assert scores == [HALF_MET, pytest.approx(HALF_MET - 0.35, abs=0.01)]


def test_a_score_never_leaves_1_to_5() -> None:
    step = record("aaaa", red_flags=(flag(1), flag(2), flag(3)))
    assert score_step(step, plain_case(), Level.SENIOR).score == 1.0


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("verdicts", ["maaa", "aaam", "mmaa", "amma", "mmmm"])
def test_every_item_counts_whatever_level_it_is_expected_from(level: Level, verdicts: str) -> None:
    """A step of a mid-level candidate does not rest on the items expected at mid."""
    levels = (Level.MID, Level.MID, Level.SENIOR, Level.STAFF)
    items = tuple(
        an_item(f"req_{word}", weight=1, level=own, core=False)
        for word, own in zip(WORDS, levels, strict=True)
    )
    case = a_case(steps={**plain_case().steps, REQ: a_step(REQ, items=items)})
    wanted = score_of(verdicts.count("m") / 4, level)
    assert score_step(record(verdicts), case, level).score == pytest.approx(wanted, abs=0.01)


CORE = (True, True, False, False)


@pytest.mark.parametrize(
    ("verdicts", "most"),
    [
        pytest.param("mmmm", 5.0, id="all_met"),
        pytest.param("mpmm", 5.0, id="one_in_part"),
        pytest.param("mamm", 4.5, id="one_absent"),
        pytest.param("ppmm", 2.5, id="none_met"),
        pytest.param("aamm", 2.5, id="none_said"),
        pytest.param("uamm", 4.5, id="one_may_have_been_met"),
        pytest.param("uumm", 5.0, id="nothing_known_of_them"),
        pytest.param("mmaa", 5.0, id="others_cap_nothing"),
    ],
)
def test_core_items_decide(verdicts: str, most: float) -> None:
    items = tuple(
        an_item(f"req_{word}", weight=1, level=Level.SENIOR, core=core)
        for word, core in zip(WORDS, CORE, strict=True)
    )
    judged_items = record(verdicts).assessments
    known = {assessment.item: assessment for assessment in judged_items}
    assert core_cap(items, known, Level.SENIOR) == most


@pytest.mark.parametrize(
    ("level", "most"), [(Level.MID, 5.0), (Level.SENIOR, 4.5), (Level.STAFF, 4.5)]
)
def test_only_core_items_expected_at_the_level_decide(level: Level, most: float) -> None:
    items = (
        an_item("req_granite", level=Level.MID, core=True),
        an_item("req_copper", level=Level.SENIOR, core=True),
    )
    assert core_cap(items, {"req_granite": judged("met")}, level) == most


@pytest.mark.parametrize(
    ("by", "unaided"), [("candidate", 5.0), ("open_probe", 5.0), ("challenge", 2.5), ("told", 2.5)]
)
def test_unaided_a_core_item_that_took_help_is_not_met(by: str, unaided: float) -> None:
    items = (an_item("req_granite", level=Level.MID, core=True),)
    known = {"req_granite": judged("met", by=by)}
    assert core_cap(items, known, Level.MID, unaided_credit) == unaided


def ideas(*quotes: str, step: StepId = REQ) -> tuple[Idea, ...]:
    return tuple(Idea(step=step, text="Sound.", quote=quote, turn=2) for quote in quotes)


@pytest.mark.parametrize(
    ("beyond", "gain"),
    [
        pytest.param(ideas("one"), 0.2, id="one"),
        pytest.param(ideas("one", "two"), 0.4, id="two"),
        pytest.param(ideas("one", "two", "three"), 0.5, id="half_a_point_in_all"),
        pytest.param(ideas("one", "one"), 0.2, id="the_same_words_once"),
    ],
)
def test_sound_ideas_lift_a_step(beyond: tuple[Idea, ...], gain: float) -> None:
    scored = score_step(record("maaa", beyond=beyond), plain_case(), Level.SENIOR).score
    assert scored == pytest.approx(score_of(0.25, Level.SENIOR) + gain, abs=0.01)


@pytest.mark.parametrize(
    ("step", "core", "score"),
    [
        pytest.param(record("mmmm"), False, 5.0, id="never_above_5"),
        pytest.param(record("mmuu"), False, None, id="no_score_to_lift"),
        pytest.param(record("", skipped=True), False, 1.0, id="a_step_left_out"),
        pytest.param(record("pppp"), True, 2.5, id="not_over_what_core_items_leave_open"),
    ],
)
def test_what_ideas_cannot_lift(step: StepRecord, core: bool, score: float | None) -> None:
    lifted = step.model_copy(update={"beyond": ideas("one", "two", "three")})
    assert score_step(lifted, plain_case(core=core), Level.SENIOR).score == score


def test_an_idea_of_the_interview_lifts_its_own_step_alone() -> None:
    rec = interview({REQ: "maaa", StepId.FRAMING: "maaa"}, beyond=ideas("one"))
    card = score_interview(rec, plain_case(), InterviewSettings())
    first, second = card.steps[:2]
    assert first.score is not None and second.score is not None
    assert first.score - second.score == pytest.approx(0.2)
    assert card.beyond == rec.beyond


def test_unaided_leaves_out_what_took_a_hint() -> None:
    assessments = (judged("met"), judged("met", "req_copper", by="hint1"))
    step = StepRecord(step=REQ, reached=True, assessments=assessments)
    scored = score_step(step, plain_case(), Level.SENIOR)
    assert scored.unaided == pytest.approx(score_of(1 / 4, Level.SENIOR), abs=0.01)
    assert scored.score == pytest.approx(score_of(1.8 / 4, Level.SENIOR), abs=0.01)


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
    ("verdicts", "targets"),
    [
        pytest.param("mmmm", ("staff", "staff", "staff"), id="everything"),
        pytest.param("mpaa", ("senior", "senior", "staff"), id="a_lean_hire_at_staff"),
        pytest.param("maaa", ("mid", "senior", "senior"), id="a_lean_no_hire_at_staff"),
        pytest.param("paaa", ("mid", "mid", "mid"), id="a_lean_hire_at_mid"),
    ],
)
def test_reads_as_follows_from_the_scores_at_each_level(
    verdicts: str, targets: tuple[str, str, str]
) -> None:
    """For a candidate who was interviewed for mid, senior, staff."""
    rec = interview(dict.fromkeys(STEPS, verdicts))
    cards = [score_interview(rec, plain_case(), InterviewSettings(level=each)) for each in Level]
    assert tuple(card.reads_as and card.reads_as.value for card in cards) == targets


@pytest.mark.parametrize(
    ("hit", "reads_as"),
    [
        pytest.param(flag(1), Level.SENIOR, id="upheld"),
        pytest.param(doubted(1), Level.SENIOR, id="upheld_and_not_listed"),
        pytest.param(flag(1, recovered=True), Level.STAFF, id="taken_back"),
        pytest.param(flag(1, challenged=False), Level.STAFF, id="nobody_asked"),
    ],
)
def test_who_stands_by_a_wrong_claim_does_not_read_as_staff(
    hit: RedFlagHit, reads_as: Level
) -> None:
    rec = interview(ALL)
    first = rec.steps[0].model_copy(update={"red_flags": (hit,)})
    rec = rec.model_copy(update={"steps": (first, *rec.steps[1:])})
    card = score_interview(rec, plain_case(), InterviewSettings())
    assert card.reads_as is reads_as


@pytest.mark.parametrize(("seen", "score"), [((True, True), 4.0), ((True, False), 2.5), ((), None)])
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
