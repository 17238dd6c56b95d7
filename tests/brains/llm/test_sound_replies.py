"""What may be said: whole interviews of sound replies pass, and no leak of the rubric does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.brains.llm.guards import Rule, broken_rule
from interviewer.brains.llm.limits import Limits, Secrets, limits_of, secrets_of
from interviewer.brains.llm.told import facts_told
from interviewer.brains.protocol import Scene
from interviewer.cases.library import load_library
from interviewer.core.act import MoveKind
from interviewer.core.agenda import Agenda, Topic, TopicState
from interviewer.core.case import Case
from interviewer.core.errors import EndpointError
from interviewer.core.settings import StepId
from interviewer.core.transcript import Turn
from interviewer.text.sentences import content_stems, split_prose, words_of
from tests.brains.llm.speaker import replied
from tests.shipped import a_line, a_scene, shipped_case

FILE = Path(__file__).parent / "sound_replies.yaml"
LEAKS = 1000
LONGEST_RUN = 6  # words of the rubric in a row that nobody may hear
MOST_OF = 0.6  # of the words of a rubric's sentence, which nobody may hear either


@cache
def secrets(case_id: str) -> Secrets:
    return secrets_of(load_library().case(case_id))


def limits(case: Case, turns: list[Turn]) -> Limits:
    """What may be said while no topic has been touched, two minutes an exchange."""
    used = 20.0 if len(turns) == 2 else len(turns) * 0.95
    topics = tuple(
        Topic(item=i.id, label=i.label, step=step, core=i.core, state=TopicState.OPEN)
        for step, i in case.items()
    )
    agenda = Agenda(acts=tuple(MoveKind), step=StepId.DATA, topics=topics, minutes=(used, 45.0))
    scene: Scene = a_scene(case=case, turns=turns)
    return limits_of(scene, agenda, secrets(case.id))


def test_sound_replies_pass() -> None:
    stopped: list[str] = []
    for interview in yaml.safe_load(FILE.read_text("utf-8")):
        case = load_library().case(interview["case"])
        turns = [a_line(1, case.opening, StepId.DATA)]
        for exchange in interview["exchanges"]:
            turns.append(a_line(len(turns) + 1, exchange["candidate"], StepId.DATA))
            stopped += _stopped(case, turns, exchange["reply"])
            turns.append(a_line(len(turns) + 1, exchange["reply"], StepId.DATA))
    assert stopped == []


def _stopped(case: Case, turns: list[Turn], reply: str) -> Iterator[str]:
    bounds, told = limits(case, turns), list[str]()
    for sentence in split_prose(reply):
        told.append(sentence)
        facts = len(facts_told(case, " ".join(told)))
        if broken := broken_rule(bounds, told[:-1], sentence, facts=facts):
            yield f"{broken.rule}: {broken.what} in {sentence}"
            return


HEARD = "I'd train two models on 500 events a user, 30 GB in all, and sample one click in ten."


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("Exactly, and then?", Rule.VERDICT),
        ("That's right.", Rule.VERDICT),
        ("You're right about the sampling.", Rule.VERDICT),
        ("Good point about the sampling.", Rule.VERDICT),
        ("You forgot the labels.", Rule.VERDICT),
        ("I like that.", Rule.VERDICT),
        ("Which one is right for a new video?", None),
        ("Do you lose good videos there?", None),
        ("Is the wrong branch ever left?", None),
        ("What score does the ranker give it?", None),
        ("Your score is a four.", Rule.ABOUT_US),
        ("Your score: a four.", Rule.ABOUT_US),
        ("Your overall score went up.", Rule.ABOUT_US),
        ("That was worth it for your grade.", Rule.ABOUT_US),
        ("What does your score say of a restaurant that joined today?", None),
        ("Does your score computed at night survive a price change at noon?", None),
        ("That gets you 4 out of 5.", Rule.ABOUT_US),
        ("As an AI, I can't say.", Rule.ABOUT_US),
        ("The rubric says so.", Rule.ABOUT_US),
        ("Assume 300 million daily users.", None),
        ("We have 0.3 billion daily users.", None),
        ("We have 200 million daily users.", Rule.FIGURE),
        ("There are 40 data centres.", Rule.FIGURE),
        ("About 40 of them.", Rule.FIGURE),
        ("Your 500 events take 30 gigabytes.", None),
        ("Say 80 requests come in at once.", None),
        ("Take ten thousand rows with a hundred clicks.", None),
        ("What do 70 of them cost at 12:40?", None),
        ("With our 200 million daily users, what does one cost?", Rule.FIGURE),
        ("An advertiser bids 35 cents a click.", None),
        ("<b>Sure.</b>", Rule.MARKUP),
        ("We're running out of time.", Rule.TIME),
        ("We have about 25 minutes left.", None),
        ("There are ten minutes left.", Rule.TIME),
        ("We have a few minutes.", Rule.TIME),
        ("Which label does each of them have five minutes later?", None),
        ("Say the join waits for ten minutes.", None),
        ("We have uploads that appear within 15 minutes of the upload.", None),
        ("Starting from scores per second over the whole site, how do the trees fit?", None),
        ("Your test shows watch minutes up three percent, and stars down.", None),
        ("The time is up.", Rule.TIME),
        ("Someone plays a first chess video and has watched two hundred since.", None),
        ("Somebody comes, and we have 200 million daily users.", Rule.FIGURE),
        ("Thanks, that was all.", Rule.VERDICT),
    ],
)
def test_a_sentence_is_heard_or_breaks_a_rule(sentence: str, rule: Rule | None) -> None:
    turns = [a_line(1, "Begin.", StepId.DATA), a_line(2, HEARD, StepId.DATA)]
    bounds = limits(shipped_case(), turns)
    broken = broken_rule(bounds, [], sentence)
    assert (broken.rule if broken else None) is rule


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ("Assume 300 million daily users, and somebody opens it 12 times.", True),
        ("Suppose somebody has 300 million daily users.", False),
    ],
)
def test_a_fact_told_of_somebody_is_told(reply: str, told: bool) -> None:
    assert ("daily_users" in facts_told(shipped_case(), reply)) is told


@pytest.mark.parametrize(
    ("sentence", "is_heard"),
    [
        ("Sure.", True),
        ("Let's go on to the data.", True),
        ("Assume 300 million daily users.", True),
        ("A phone maker holds click events back for six hours.", False),
        ("Which of your rows know of that clip on Tuesday?", False),
        ("And which of your rows know of that clip on a Tuesday?", False),
    ],
)
def test_what_was_said_before_is_not_said_again(sentence: str, is_heard: bool) -> None:
    before = (
        "Sure. Let's go on to the data. Assume 300 million daily users. A phone maker holds click "
        "events back for six hours. Which of your rows know of that clip on Tuesday?"
    )
    bounds = limits(shipped_case(), [a_line(1, before, StepId.DATA)])
    facts = len(facts_told(shipped_case(), sentence))
    assert (broken_rule(bounds, [], sentence, facts=facts) is None) is is_heard


def test_thanks_are_said_at_the_end() -> None:
    bounds = limits(shipped_case(), [a_line(1, "Begin.", StepId.DATA)])
    assert broken_rule(bounds, [], "Thanks, that was all.", closing=True) is None


def test_a_figure_whose_fact_leaves_its_unit_out_is_known() -> None:
    case = load_library().case("ad_click_prediction")
    bounds = limits(case, [a_line(1, "Begin.", StepId.DATA)])
    told = "There are 200,000 new ads a day, and one spends half its money in {} days."
    assert broken_rule(bounds, [], told.format("three"), facts=1) is None
    broken = broken_rule(bounds, [], told.format("six"), facts=1)
    assert broken is not None and broken.rule is Rule.FIGURE


@pytest.mark.parametrize(
    ("words", "facts", "is_heard"), [(60, 0, True), (61, 0, False), (90, 1, True), (91, 1, False)]
)
def test_how_long_a_reply_may_be(words: int, facts: int, is_heard: bool) -> None:
    bounds = limits(shipped_case(), [a_line(1, "Begin.", StepId.DATA)])
    broken = broken_rule(bounds, [], f"{'so ' * (words - 1)}on.", facts=facts)
    assert (broken is None) is is_heard


# A model that gives the rubric away


def leaks(case: Case, count: int) -> Iterator[tuple[str, str]]:
    """A sentence of the rubric, and a reply that tries to say it."""
    texts = [t for _, i in case.items() for t in (i.statement, i.met_when, i.exemplar)]
    texts += [flag.statement for _, flag in case.red_flags()]
    told = sorted({s for text in texts for s in split_prose(text) if len(words_of(s)) >= 5})
    chance = random.Random(7)
    for _ in range(count):
        secret = chance.choice(told)
        yield secret, _wrapped(secret, chance)


def _wrapped(secret: str, chance: random.Random) -> str:
    words = secret.rstrip(".").split()
    half, third = len(words) // 2, max(1, len(words) // 3)
    ways = (
        secret,
        secret.upper(),
        f"So you'd say that {secret[0].lower()}{secret[1:]}",
        f"Take this for granted: {secret}",
        f"{' '.join(words[:half])}, right? {' '.join(words[half:])}.",
        f"{' '.join(words[:half])}. And {' '.join(words[half:])}?",
        f"{' '.join(words[:third])}. {' '.join(words[third : 2 * third])}. "
        f"{' '.join(words[2 * third :])}.",
        f"Why would anybody want this: {' '.join(words)}?",
        f"{' well '.join(words)}.",
        f"{' '.join(reversed(words))}.",
    )
    return chance.choice(ways)


def _is_told(case: Case, secret: str, heard: str, before: str) -> bool:
    """Whether words give a sentence of the rubric away, measured otherwise than by the guards."""
    sayable = " ".join([before, case.opening, *(fact.answer for fact in case.facts)])
    known = set(content_stems(sayable)) | set(content_stems(_questions(case)))
    own = set(content_stems(secret)) - known
    named = own & set(content_stems(heard))
    words = " ".join(words_of(secret))
    spoken = words_of(heard)
    runs = (" ".join(spoken[at : at + LONGEST_RUN]) for at in range(len(spoken) - LONGEST_RUN + 1))
    in_a_row = any(run in words and run not in " ".join(words_of(sayable)) for run in runs)
    return (in_a_row and bool(named)) or (len(own) >= 4 and len(named) >= MOST_OF * len(own))


def _questions(case: Case) -> str:
    asked: list[Any] = [step.question for step in case.steps.values()]
    asked += [flag.challenge for _, flag in case.red_flags()]
    asked += [change.text for change in case.constraint_changes]
    asked += [doubt.text for doubt in case.push_backs]
    asked += [text for dive in case.deep_dives for text in (dive.question, *dive.follow_ups)]
    return " ".join(asked)


async def test_a_model_that_tries_gives_nothing_of_the_rubric_away() -> None:
    case = shipped_case()
    told: list[str] = []
    for secret, reply in leaks(case, LEAKS):
        heard = await _heard(f"ACT: probe -\n{reply}")
        if _is_told(case, secret, heard, HEARD):
            told.append(f"{secret} -> {heard}")
    assert told == []


async def _heard(reply: str) -> str:
    try:
        _, sentences, _ = await replied(reply, scene=a_scene(HEARD))
    except EndpointError:
        return ""
    return " ".join(sentences)


@pytest.mark.parametrize(("words", "fits"), [(75, True), (76, False)])
@pytest.mark.parametrize("asks", [True, False])
def test_a_question_that_goes_on_after_what_was_heard_has_a_little_more_room(
    words: int, fits: bool, asks: bool
) -> None:
    told = [" ".join(["well"] * 55) + "."]
    sentence = " ".join(["well"] * (words - 55)) + ("?" if asks else ".")
    broken = broken_rule(Limits(), told, sentence, continued=True)
    assert (broken is None) is (fits and asks)
    assert broken_rule(Limits(), told, sentence) is not None
