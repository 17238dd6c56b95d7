"""Facts: every question and assumption of a message gets the fact that speaks about it.

`facts.yaml` holds what people said, with what they should be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.embedded.phrases import time_left
from interviewer.brains.embedded.talk import NEAR, Assumed, assumptions_to_confirm, is_near
from interviewer.brains.embedded.wording import word
from interviewer.cases.library import load_library
from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.text.intents import read_intents
from tests.shipped import a_line, a_scene, shipped_case

REQ = StepId.REQUIREMENTS
CASES = {"V": "video_recommendation", "S": "search_autocomplete", "A": "ad_click_prediction"}
ROWS: Mapping[str, Sequence[Any]] = yaml.safe_load(
    Path(__file__).with_name("facts.yaml").read_text("utf-8")
)


@pytest.fixture(scope="session")
def brain(judge: EmbeddedJudge) -> EmbeddedBrain:
    return EmbeddedBrain(judge)


@cache
def case_of(letter: str) -> Case:
    return shipped_case() if letter == "V" else load_library().cases[CASES[letter]]


async def hear(brain: EmbeddedBrain, letter: str, text: str) -> TurnAssessment:
    return await brain.assess(a_scene(text, REQ, case=case_of(letter)))


@pytest.mark.parametrize(("letter", "text", "facts", "open_"), ROWS["asked"])
async def test_every_question_gets_its_fact(
    brain: EmbeddedBrain, letter: str, text: str, facts: str, open_: int
) -> None:
    heard = await hear(brain, letter, text)
    assert set(heard.facts) == set(facts.split())
    assert len(heard.unanswered) == open_


@pytest.mark.parametrize(("letter", "text", "facts"), ROWS["assumed"])
async def test_an_assumption_gets_the_fact_about_it(
    brain: EmbeddedBrain, letter: str, text: str, facts: str
) -> None:
    heard = await hear(brain, letter, text)
    assert set(heard.facts) >= set(facts.split()) and bool(heard.facts) is bool(facts)
    assert bool(heard.assumed) is not bool(facts)
    assert Intent.SEEK_VERDICT not in heard.intents


@pytest.mark.parametrize("text", ROWS["decided"])
async def test_a_decision_is_no_assumption(brain: EmbeddedBrain, text: str) -> None:
    heard = await hear(brain, "V", text)
    assert not heard.assumed and not heard.facts
    assert not any(one.presumed for one in assumptions_to_confirm(text))


@pytest.mark.parametrize(("letter", "text"), ROWS["answers"])
async def test_what_is_said_and_not_asked_gets_no_fact(
    brain: EmbeddedBrain, letter: str, text: str
) -> None:
    heard = await hear(brain, letter, text)
    assert not heard.facts and not heard.unanswered and not heard.terms
    assert Intent.DEFINE not in heard.intents


@pytest.mark.parametrize(("text", "term"), ROWS["words"])
async def test_a_word_is_explained(brain: EmbeddedBrain, text: str, term: str) -> None:
    heard = await hear(brain, "V", text)
    assert heard.terms == (term,)
    assert not heard.unanswered


@pytest.mark.parametrize("text", ROWS["clock"])
def test_the_clock_is_asked_for(text: str) -> None:
    assert Intent.ASK_TIME in read_intents(text)


@pytest.mark.parametrize("text", ROWS["no_clock"])
def test_other_times_are_no_matter_of_the_clock(text: str) -> None:
    assert Intent.ASK_TIME not in read_intents(text)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ((23.2, 45.0), "About 22 of 45 minutes are left."),
        ((44.2, 45.0), "About one of 45 minutes is left."),
        ((44.6, 45.0), "Less than one of 45 minutes is left."),
        ((45.0, 45.0), "The 45 minutes are used up."),
        ((60.0, 45.0), "The 45 minutes are used up."),
    ],
)
def test_the_clock_is_told(minutes: tuple[float, float], said: str) -> None:
    scene = a_scene("Time check?", REQ, minutes=minutes)
    assert time_left(scene) == said
    alone = Move(kind=MoveKind.LISTEN, step=REQ, acts=(Act.CLOCK,))
    beside = Move(kind=MoveKind.ANSWER, step=REQ, facts=("latency",), acts=(Act.CLOCK,))
    assert word(scene, alone) == [said]
    assert word(scene, beside)[0] == said


@pytest.mark.parametrize(
    ("assumed", "fact", "near"),
    [
        ("about 1.2% of views are clicked", "About 1% of views.", True),
        ("about 1.21% of views are clicked", "About 1% of views.", False),
        ("about 0.8% of views are clicked", "About 1% of views.", True),
        ("about 0.79% of views are clicked", "About 1% of views.", False),
        ("views are clicked often", "About 1% of views.", False),
        ("the view takes 1 ms", "About 1% of views.", False),
    ],
)
def test_a_figure_is_near_within_a_fifth(assumed: str, fact: str, near: bool) -> None:
    assert NEAR == 0.2
    assert is_near(Assumed(assumed, assumed), fact) is near


async def test_what_was_skipped_is_answered(brain: EmbeddedBrain) -> None:
    asked = "How many GPUs do we have, and how many uploads are there a day?"
    told = Move(kind=MoveKind.ANSWER, step=REQ, facts=("hardware_budget",))
    before = a_scene(asked, REQ)
    last = a_line(4, "You skipped one of my questions.", REQ)
    turns = (*before.turns, a_line(3, "About 2,000.", REQ, told), last)
    heard = await brain.assess(a_scene(turns=turns, step=REQ))
    assert heard.facts == ("uploads_per_day",)


async def test_a_fact_is_told_whole_and_nothing_is_quoted(brain: EmbeddedBrain) -> None:
    text = "Do creators get a quota, and is there a plan for Mars?"
    heard = await hear(brain, "V", text)
    move = Move(kind=MoveKind.ANSWER, step=REQ, facts=heard.facts, acts=(Act.NO_NUMBER,))
    said = " ".join(word(a_scene(text, REQ, assessment=heard), move))
    assert case_of("V").fact("creators").answer in said
    assert '"' not in said and "other one" not in said and "number" not in said


async def test_nobody_consents_to_what_a_fact_contradicts(brain: EmbeddedBrain) -> None:
    text = "Shall I assume everything is in English for now?"
    heard = await hear(brain, "S", text)
    move = Move(kind=MoveKind.ANSWER, step=REQ, facts=heard.facts)
    said = " ".join(word(a_scene(text, REQ, case=case_of("S"), assessment=heard), move))
    assert said.startswith("On that: about 150 languages")
