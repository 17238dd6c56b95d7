"""Quotes as people read them."""

from __future__ import annotations

import pytest

from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, Verdict
from interviewer.core.design import Hole, Idea
from interviewer.core.settings import StepId
from interviewer.results.quotes import WHOLE, quoted, whole_sentences
from interviewer.scoring import InterviewRecord, Observation, StepRecord
from tests.builders import a_turn

LONG = "x " * (WHOLE // 2 - 1) + "end."
TEXT = (
    f"First the goal. I log every view,\nbecause clicks lie; then I sample. Why?\n{LONG} It is. y"
)
STEP = StepId.DATA


@pytest.mark.parametrize(
    ("quote", "whole"),
    [
        ("the goal", "First the goal."),
        ("First the goal.", "First the goal."),
        ("every view", "I log every view,"),
        ("view,\nbecause clicks", "I log every view,\nbecause clicks lie"),
        ("goal. I log", "First the goal. I log every view,"),
        ("nobody said this", "nobody said this"),
        ("", ""),
        ("end. It is", "end. It is"),
    ],
    ids=["middle", "whole", "line", "two_lines", "two", "never_said", "nothing", "too_long"],
)
def test_a_quote_grows_to_its_sentences(quote: str, whole: str) -> None:
    assert whole_sentences(quote, TEXT) == whole


@pytest.mark.parametrize(("longer", "grows"), [(0, True), (1, False)])
def test_only_short_sentences_are_quoted_whole(longer: int, grows: bool) -> None:
    sentence = "x" * (WHOLE - 5 + longer) + " end."
    assert whole_sentences("end", f"{sentence} More.") == (sentence if grows else "end")


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        (Verdict.MET, "I log every view,"),
        (Verdict.PARTIAL, "I log every view,"),
        (Verdict.UNASSESSED, "I log every view,"),
        (Verdict.ABSENT, ""),
    ],
)
def test_nothing_is_quoted_for_what_was_not_heard(verdict: Verdict, shown: str) -> None:
    words = Evidence(quote="every view", turn=2)
    found = Assessment(item="a", step=STEP, verdict=verdict, evidence=words, reason="So.")
    seen = Observation(id="a", text="Decided", seen=verdict is Verdict.MET, evidence=words)
    step = StepRecord(
        step=STEP,
        reached=True,
        assessments=(found, found.model_copy(update={"item": "b", "evidence": None})),
        red_flags=(RedFlagHit(red_flag="f", step=STEP, evidence=words),),
    )
    record = InterviewRecord(
        steps=(step,),
        observations=(seen,),
        beyond=(Idea(step=STEP, text="Good.", quote="every view", turn=2),),
        holes=(Hole(step=STEP, question="And?", quote="every view", turn=2),),
    )
    ready = quoted(record, [a_turn(1, "What?"), a_turn(2, TEXT)])
    first, second = ready.steps[0].assessments
    assert (first.quote, first.reason, second.quote) == (shown, "So.", "")
    assert (ready.observations[0].evidence is not None) == (verdict is Verdict.MET)
    (flag,), (idea,), (hole,) = ready.steps[0].red_flags, ready.beyond, ready.holes
    assert {flag.quote, idea.quote, hole.quote} == {"I log every view,"}
