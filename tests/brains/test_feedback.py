"""The feedback of the embedded brain, from scorecards as they come out."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from interviewer.brains.embedded.feedback import summarize
from interviewer.brains.protocol import NAMES
from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import STEPS, InterviewSettings, StepId
from interviewer.scoring import InterviewRecord, Scorecard, StepRecord, score_interview
from tests.builders import a_case

CASE = a_case()


def heard(step: StepId, verdict: Verdict, turn: int = 4) -> tuple[Assessment, ...]:
    """Every item of a step with one verdict."""
    evidence = None if verdict is Verdict.ABSENT else Evidence(quote="as said", turn=turn)
    return tuple(
        Assessment(item=item.id, step=step, verdict=verdict, evidence=evidence)
        for item in CASE.steps[step].items
    )


def card(
    verdicts: Sequence[Verdict | None], flags: Sequence[RedFlagHit] = (), case: Case = CASE
) -> Scorecard:
    """A scorecard with one verdict for all items of each step; None for a step not reached."""
    steps = tuple(
        StepRecord(
            step=step,
            reached=verdict is not None,
            assessments=heard(step, verdict) if verdict else (),
            red_flags=tuple(flag for flag in flags if flag.step is step),
        )
        for step, verdict in zip(STEPS, verdicts, strict=True)
    )
    return score_interview(InterviewRecord(steps=steps), case, InterviewSettings())


MET, PARTIAL, ABSENT, UNASSESSED = Verdict.MET, Verdict.PARTIAL, Verdict.ABSENT, Verdict.UNASSESSED


def a_flag(step: StepId, *, recovered: bool) -> RedFlagHit:
    flag = CASE.steps[step].red_flags[0].id
    quote = Evidence(quote="one box", turn=6)
    return RedFlagHit(
        red_flag=flag, step=step, evidence=quote, challenged=True, recovered=recovered
    )


@pytest.mark.parametrize(
    ("verdicts", "said", "unsaid"),
    [
        pytest.param([MET] * 7, "strongest part", "weakest", id="all_met"),
        pytest.param([ABSENT] * 7, "No part reached", "strongest", id="nothing_said"),
        pytest.param(
            [ABSENT, *[MET] * 6],
            f"The weakest was {NAMES[StepId.REQUIREMENTS]}, with 5 points not heard.",
            "No part",
            id="one_weak_step",
        ),
        pytest.param(
            [*[ABSENT] * 3, MET, *[ABSENT] * 3],
            f"Your strongest part was {NAMES[StepId.MODELING]}; what carried it is in turn 4.",
            "could not judge",
            id="one_strong_step",
        ),
        pytest.param(
            [UNASSESSED, *[MET] * 6],
            f"I could not judge enough of {NAMES[StepId.REQUIREMENTS]}",
            "No part",
            id="one_step_unassessed",
        ),
        pytest.param([None] * 7, "No part reached", "weakest", id="nothing_reached"),
        pytest.param([MET, *[None] * 6], "strongest part", "weakest", id="one_step_is_no_contrast"),
    ],
)
def test_what_is_said_about_a_scorecard(
    verdicts: list[Verdict | None], said: str, unsaid: str
) -> None:
    text = summarize(CASE, card(verdicts))
    assert said in text
    assert unsaid not in text


@pytest.mark.parametrize(
    "verdicts",
    [
        pytest.param([PARTIAL, *[None] * 6], id="no_recommendation"),
        pytest.param([*[MET] * 6, PARTIAL], id="the_best_recommendation"),
    ],
)
def test_without_a_better_call_the_largest_gap_is_to_be_practised_first(
    verdicts: list[Verdict | None],
) -> None:
    scorecard = card(verdicts)
    first = CASE.item(scorecard.practice[0].item).label
    assert scorecard.flip is None
    assert f"Practise this first: {first}" in summarize(CASE, scorecard)


def test_what_to_practise_first_is_the_cheapest_change_of_the_call() -> None:
    scorecard = card([*[MET] * 4, *[ABSENT] * 3])
    flip = scorecard.flip
    assert flip is not None and flip.points
    first = CASE.item(flip.points[0].item).label
    call = flip.to.replace("_", " ")
    assert f"would have made it a {call}. Practise this first: {first}" in summarize(
        CASE, scorecard
    )


def test_points_that_would_not_do_are_not_said_to_change_the_call() -> None:
    scorecard = card([*[MET] * 4, *[ABSENT] * 3])
    assert scorecard.flip is not None
    short = scorecard.flip.model_copy(update={"enough": False})
    text = summarize(CASE, scorecard.model_copy(update={"flip": short}))
    first = CASE.item(scorecard.practice[0].item).label
    assert "would have made it" not in text and f"Practise this first: {first}" in text


def test_of_several_claims_the_most_damaging_one_is_named() -> None:
    small = CASE.steps[StepId.DATA].red_flags[0].model_copy(update={"damage": 1})
    large = small.model_copy(update={"id": "dat_worse", "statement": "A worse one.", "damage": 3})
    step = CASE.steps[StepId.DATA].model_copy(update={"red_flags": (small, large)})
    case = CASE.model_copy(update={"steps": {**CASE.steps, StepId.DATA: step}})
    first = a_flag(StepId.DATA, recovered=False)
    worse = first.model_copy(update={"red_flag": large.id})
    assert "A worse one." in summarize(case, card([MET] * 7, [first, worse], case))


@pytest.mark.parametrize(
    ("count", "said"), [(1, ""), (2, "2 wrong claims were heard and taken back (turn 6).")]
)
def test_several_claims_are_named_although_they_were_taken_back(count: int, said: str) -> None:
    steps = (StepId.DATA, StepId.MODELING)[:count]
    text = summarize(CASE, card([MET] * 7, [a_flag(step, recovered=True) for step in steps]))
    assert said in text and ("wrong claims" in text) == bool(said)


@pytest.mark.parametrize("recovered", [True, False])
def test_only_a_claim_that_stands_is_held_against_the_candidate(recovered: bool) -> None:
    flag = a_flag(StepId.DATA, recovered=recovered)
    text = summarize(CASE, card([MET] * 7, [flag]))
    statement = CASE.red_flag(flag.red_flag).statement
    assert (f"One claim counted against the score (turn 6): {statement}" in text) is not recovered


@pytest.mark.parametrize(
    "verdicts", [[MET] * 7, [ABSENT] * 7, [UNASSESSED] * 7, [None] * 7, [PARTIAL, None] * 3 + [MET]]
)
def test_feedback_is_short_and_made_of_sentences(verdicts: list[Verdict | None]) -> None:
    flags = [a_flag(StepId.DATA, recovered=False)] if verdicts[2] else []
    text = summarize(CASE, card(verdicts, flags))
    assert text and text == text.strip() and "  " not in text
    assert text[0].isupper() and text[-1] in ".!?"
    assert len(text.split()) <= 120
    assert "None" not in text and "_" not in text


def test_every_step_has_a_name_that_can_be_read_aloud() -> None:
    assert set(NAMES) == set(STEPS)
