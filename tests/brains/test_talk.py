"""Talk about the talk: heard in whatever words, and answered without costing anything.

`said.yaml` holds what people say; the cues were written with `tried` in view, `held_back` only says
how well they carry over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.embedded.questions import thing_asked
from interviewer.brains.embedded.quoting import parts_of
from interviewer.brains.embedded.talk import assumptions_to_confirm, terms_asked
from interviewer.brains.embedded.wording import word
from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.text.cues import read_glossary
from interviewer.text.intents import read_intents
from tests.shipped import a_line, a_scene, shipped_case

I = Intent  # noqa: E741 (the tables below read better)
REQ, DATA, SERVING = StepId.REQUIREMENTS, StepId.DATA, StepId.SERVING
CARRIED_OVER = 0.8  # of what was held back

SAID: Mapping[str, Mapping[str, Sequence[str]]] = yaml.safe_load(
    Path(__file__).with_name("said.yaml").read_text("utf-8")
)


@pytest.fixture(scope="session")
def brain(judge: EmbeddedJudge) -> EmbeddedBrain:
    return EmbeddedBrain(judge)


def all_of(group: str) -> list[tuple[str, str]]:
    return [(kind, text) for kind, groups in SAID.items() for text in groups[group]]


@pytest.mark.parametrize(("kind", "text"), all_of("tried"))
def test_what_people_say_is_heard(kind: str, text: str) -> None:
    assert Intent(kind) in read_intents(text)


@pytest.mark.parametrize(("kind", "text"), all_of("alike"))
def test_what_sounds_alike_is_not_taken_for_it(kind: str, text: str) -> None:
    assert Intent(kind) not in read_intents(text)


@pytest.mark.parametrize("kind", SAID)
def test_other_words_are_heard_as_well(kind: str) -> None:
    held_back = SAID[kind]["held_back"]
    heard = [text for text in held_back if Intent(kind) in read_intents(text)]
    assert len(heard) >= CARRIED_OVER * len(held_back)


def test_silence_asks_about_no_word() -> None:
    assert terms_asked("", "") == ()


def test_every_word_of_the_glossary_has_a_whole_sentence() -> None:
    assert len(read_glossary()) > 40
    for term in read_glossary().values():
        assert term.means[0].isupper() and term.means.endswith("."), term.id
        assert len(term.means.split()) <= 45 and "**" not in term.means, term.id


async def hear(brain: EmbeddedBrain, text: str, **scene: Any) -> TurnAssessment:
    return await brain.assess(a_scene(text, scene.pop("step", REQ), **scene))


@pytest.mark.parametrize(
    ("text", "facts", "open_"),
    [
        (
            "What is the goal, how many daily users are there, how large is the catalogue, and are "
            "people signed in?",
            {"business_goal", "daily_users", "catalogue_size", "cold_users"},
            (),
        ),
        (
            "Four things: the business goal, daily users, catalogue size, signed in?",
            {"business_goal", "daily_users", "catalogue_size", "cold_users"},
            (),
        ),
        (
            "I still need to know how many uploads per day, which signals I get (surveys, "
            "not-interested), the latency budget, and whether I can use GPUs at request time.",
            {"uploads_per_day", "available_data", "latency", "hardware_budget"},
            (),
        ),
        (
            "Do we have ads, how many countries are there, and what colour is the logo?",
            {"ads", "devices_regions"},
            ("what colour is the logo",),
        ),
        (
            "How many moderators work there, how many users are there and what is the average "
            "age of a channel?",
            {"daily_users"},
            ("How many moderators work there", "what is the average age of a channel"),
        ),
        (
            "How long may it take? And what is the budget for hardware?",
            {"latency", "hardware_budget"},
            (),
        ),
    ],
)
async def test_every_question_gets_its_fact_or_is_left_open(
    brain: EmbeddedBrain, text: str, facts: set[str], open_: tuple[str, ...]
) -> None:
    heard = await hear(brain, text)
    assert facts <= set(heard.facts) and heard.unanswered == open_


async def test_what_is_left_open_is_named_beside_the_facts(brain: EmbeddedBrain) -> None:
    text = "Do we have ads, how many countries are there, and how many moderators are there?"
    heard = await hear(brain, text)
    move = Move(kind=MoveKind.ANSWER, step=REQ, facts=heard.facts, acts=(Act.NO_NUMBER,))
    said = " ".join(word(a_scene(text, REQ, assessment=heard), move))
    assert "moderators" in said and "ads" in said and "languages" in said


async def test_asked_again_is_answered_again(brain: EmbeddedBrain) -> None:
    fact = shipped_case().fact("latency").answer
    told = Move(kind=MoveKind.ANSWER, step=REQ, facts=("latency",))
    before = a_scene("How fast must it be?", REQ)
    turns = (*before.turns, a_line(3, fact, REQ, told), a_line(4, "How fast must it be?", REQ))
    heard = await brain.assess(a_scene(turns=turns, step=REQ))
    assert heard.facts == ("latency",)
    said = " ".join(word(a_scene(turns=turns, step=REQ, assessment=heard), told))
    assert "150 milliseconds" in said


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("How many moderators work there", "moderators"),
        ("what is the average age of a channel?", "the average age of a channel"),
        ("And which currencies do we support?", "currencies"),
        ("Is there a style guide?", "style guide"),
        ("Do we have any interns?", "interns"),
        ("who paints the logo", "who paints the logo"),
        ("is kids' content in scope", ""),
    ],
)
def test_a_question_is_named_by_its_subject(question: str, thing: str) -> None:
    assert thing_asked(question) == thing


# Assumptions


@pytest.mark.parametrize(
    ("text", "facts", "stands"),
    [
        ("I'll assume 10% are new or anonymous. Is that assumption fair?", {"cold_users"}, False),
        (
            "I'd assume each user opens the app five times a day. Okay?",
            {"sessions_per_user"},
            False,
        ),
        ("Can I assume that 500 million videos are in the catalogue?", {"catalogue_size"}, False),
        ("Let's say two percent of the videos are in 4K. Is that fair?", set(), True),
        ("Can I assume that the thumbnails are already compressed?", set(), True),
        ("Suppose one in three people wears glasses. Does that sound reasonable?", set(), True),
    ],
)
async def test_an_assumption_is_confirmed_or_gets_the_fact_about_it(
    brain: EmbeddedBrain, text: str, facts: set[str], stands: bool
) -> None:
    heard = await hear(brain, text)
    assert facts <= set(heard.facts) and bool(heard.facts) is bool(facts)
    assert bool(heard.assumed) is stands and not heard.unanswered
    assert I.SEEK_VERDICT not in heard.intents


@pytest.mark.parametrize(
    "text",
    [
        "I'd split by time. Is that okay?",
        "I'll assume 10% are new. The rest have a history.",
        "We can assume nothing about bots, so I filter them.",
    ],
)
def test_what_asks_for_no_confirmation_is_none(text: str) -> None:
    assert not assumptions_to_confirm(text)


# One thing said beside another


async def test_not_knowing_one_thing_and_answering_another_is_an_answer(
    brain: EmbeddedBrain,
) -> None:
    beside = "Honestly I don't know how to roll out new codebooks."
    answer = (
        "For the label I'd take half of the video, because clicks can be bought by a thumbnail."
    )
    assert I.DONT_KNOW not in (await hear(brain, f"{beside} {answer}", step=DATA)).intents
    assert I.DONT_KNOW not in (await hear(brain, f"{answer} {beside}", step=DATA)).intents
    assert I.DONT_KNOW in (await hear(brain, beside, step=DATA)).intents


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (
            "I'd log impressions with the features of that moment. Let's move on to serving.",
            SERVING,
        ),
        ("Can we do serving now?", SERVING),
        ("Could we talk about monitoring next?", StepId.MONITORING),
        ("I'd like to cover the metrics now.", StepId.MODELING),
        ("Let's turn to deployment then.", SERVING),
    ],
)
async def test_the_part_that_is_named_is_the_one_to_go_to(
    brain: EmbeddedBrain, text: str, step: StepId
) -> None:
    heard = await hear(brain, text, step=DATA)
    assert I.MOVE_ON in heard.intents and heard.move_on_to is step


@pytest.mark.parametrize(
    "text",
    [
        "I'd take features from the log.",
        "We discuss metrics with the product team first.",
        "Serving joins the two once per request.",
        "The data moves on to serving through a queue.",
    ],
)
async def test_a_part_that_is_only_mentioned_is_not_gone_to(
    brain: EmbeddedBrain, text: str
) -> None:
    assert I.MOVE_ON not in (await hear(brain, text, step=DATA)).intents


@pytest.mark.parametrize(
    ("sketch", "parts"),
    [
        ("users -> retrieval -> ranker -> page", ["users", "retrieval", "ranker"]),
        (
            "[event log] --> [feature store]\n[model] --> [cache]",
            ["event log", "feature store", "model"],
        ),
        ("+---+\n| | |\n+---+", []),
    ],
)
def test_a_drawing_is_named_by_its_parts(sketch: str, parts: list[str]) -> None:
    assert parts_of(sketch) == parts


async def test_a_drawing_without_words_is_an_answer(brain: EmbeddedBrain) -> None:
    scene = a_scene("", DATA)
    drawn = scene.turns[-1].model_copy(
        update={"sketch": "app -> event log -> join -> training set"}
    )
    scene = a_scene(turns=(*scene.turns[:-1], drawn))
    heard = await brain.assess(scene)
    assert I.ANSWER in heard.intents and I.DONT_KNOW not in heard.intents
    item = shipped_case().steps[DATA].items[0].id
    move = Move(kind=MoveKind.PROBE, step=DATA, item=item)
    said = " ".join(word(a_scene(turns=scene.turns, assessment=heard), move))
    assert "app, event log and join" in said
