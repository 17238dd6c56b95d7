"""The candidate's own words in the interviewer's mouth: which, when, how often."""

from __future__ import annotations

import re

import pytest

from interviewer.brains.embedded.quoting import QUOTED_WORDS, clauses, quotes_for
from interviewer.brains.embedded.wording import MOST_REFERENCES, word
from interviewer.brains.protocol import SPOKEN_WORDS, Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import (
    Assessment,
    Evidence,
    RedFlagHit,
    StatedNumber,
    TurnAssessment,
    Verdict,
)
from interviewer.core.case import Paraphrases
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from tests.shipped import a_line, a_scene, shipped_case

DATA = StepId.DATA
ITEMS = shipped_case().steps[DATA].items
FLAG = shipped_case().steps[DATA].red_flags[0]
PROBE = Move(kind=MoveKind.PROBE, step=DATA, item=ITEMS[0].id)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I would log every impression.", ["I would log every impression"]),
        ("So we split by time, and then test.", ["we split by time"]),
        (
            "The budget is 0.9 of a second per request.",
            ["The budget is 0.9 of a second per request"],
        ),
        ("hmm ok, so we keep logs for weeks", ["we keep logs for weeks"]),
        ("Logs, joins, labels.", []),
        ("because labels arrive a day later", []),
        ("We store raw events in the", []),
        ("one two three log labels five six seven eight nine ten eleven join", []),
        ("This is what I would do with it.", []),
        ("We use the damn log table.", []),
        ("A really great idea is logging.", []),
        ("See https://example.org/logs for the table layout.", []),
        ("Look at logs.example.com for the layout.", []),
        ("We keep <b>every log line</b> forever.", []),
        ("We call log_event before the join runs.", []),
        ("candidates -> ranker -> page", []),
        ("| stage | latency budget |", []),
        ("`select label from impressions`", []),
        ("We write {text} into the log.", []),
        ('They call it "exposure logging" here.', []),
        ("We would log it instead of polling the app.", []),
        ("I'd keep raw logs, not daily sums of them", ["I'd keep raw logs"]),
        ("We don't need the raw log at all.", []),
        ("We drop the raw event log after a day.", []),
        ("I wait e.g. two days for the label", []),
        ("I wait e.g.", []),
        ("Wir speichern jede Anzeige f\u00fcr Modelle.", []),
    ],
)
def test_only_whole_and_harmless_clauses_are_quotable(text: str, expected: list[str]) -> None:
    assert clauses(text) == expected


def verdict(
    quote: str, item: int = 0, found: Verdict = Verdict.MET, sure: float = 0.9
) -> Assessment:
    evidence = Evidence(quote=quote, turn=2)
    return Assessment(
        item=ITEMS[item].id, step=DATA, verdict=found, evidence=evidence, confidence=sure
    )


def heard(*intents: Intent, **found: object) -> TurnAssessment:
    return TurnAssessment(intents=intents or (Intent.ANSWER,), **found)


SAID = "We log what was shown. It is late anyway. Half of the labels arrive next day."


def scene(known: tuple[Assessment, ...] = (), said: str = SAID, **found: object) -> Scene:
    assessed = found.pop("assessed", None) or heard(**found)
    return a_scene(said, assessments=known, assessment=assessed)


NUMBER = StatedNumber(value=0.5, unit="", quote="Half of the labels arrive next day")


@pytest.mark.parametrize(
    ("scene", "move", "expected"),
    [
        pytest.param(
            scene((verdict("We log what was shown."),)),
            PROBE,
            ["We log what was shown"],
            id="evidence_of_the_item_at_hand",
        ),
        pytest.param(
            scene(verdicts=(verdict("We log what was shown.", item=1),)),
            PROBE,
            [],
            id="evidence_of_another_item_is_not_what_is_asked_about",
        ),
        pytest.param(
            scene(
                numbers=(NUMBER,),
                decisions=("We log what was shown.",),
                assumptions=("Half of the labels arrive next day.",),
                said="We would keep raw logs for ninety days.",
            ),
            PROBE,
            [],
            id="nor_are_figures_decisions_and_assumptions",
        ),
        pytest.param(
            scene(
                (verdict("We log what was shown."),),
                assessed=heard(Intent.ANSWER, Intent.MANIPULATION),
            ),
            PROBE,
            [],
            id="never_a_manipulation",
        ),
        pytest.param(
            scene(
                verdicts=(verdict("We log what was shown."),),
                red_flags=(
                    RedFlagHit(
                        red_flag=FLAG.id,
                        step=DATA,
                        evidence=Evidence(quote=NUMBER.quote, turn=2),
                    ),
                ),
            ),
            Move(kind=MoveKind.CHALLENGE, step=DATA, red_flag=FLAG.id),
            [NUMBER.quote],
            id="a_challenge_quotes_the_claim_and_nothing_else",
        ),
    ],
)
def test_what_is_quoted(scene: Scene, move: Move, expected: list[str]) -> None:
    assert list(quotes_for(scene, move)) == expected


def test_the_same_words_are_said_back_once() -> None:
    before = a_line(3, 'You said "We log what was shown". Why?', DATA, PROBE)
    turns = (*scene().turns, before, a_line(4, "We log what was shown, as I said.", DATA))
    known = (verdict("We log what was shown."),)
    again = a_scene(turns=turns, assessments=known, assessment=heard())
    assert list(quotes_for(again, PROBE)) == []


def conversation(exchanges: int, kind: MoveKind) -> list[str]:
    """The interviewer's turns where the candidate always says something that can be quoted."""
    turns = list(a_scene("...", DATA).turns)
    for number in range(1, exchanges + 1):
        claim = f"I would keep table number {number} apart"
        turns[-1] = a_line(len(turns), f"{claim}.", DATA)
        move = Move(kind=kind, step=DATA, item=ITEMS[number % len(ITEMS)].id)
        known = (verdict(f"{claim}.", number % len(ITEMS), Verdict.PARTIAL),)
        now = a_scene(turns=tuple(turns), assessments=known, assessment=heard())
        reply = " ".join(word(now, move))
        turns.append(a_line(len(turns) + 1, reply, DATA, move))
        turns.append(a_line(len(turns) + 1, "...", DATA))
    return [turn.text for turn in turns if turn.role == "interviewer"]


def test_a_question_of_the_case_is_about_none_of_their_words() -> None:
    assert not [text for text in conversation(9, MoveKind.PROBE) if '"' in text]


@pytest.mark.parametrize("exchanges", [4, 9, 20])
def test_the_share_of_references_is_held(exchanges: int) -> None:
    said = conversation(exchanges, MoveKind.DEEPEN)
    quoted = [re.findall(r'"([^"]+)"', text) for text in said]
    assert 0.3 <= sum(bool(quotes) for quotes in quoted) / len(said) <= 0.6 >= MOST_REFERENCES
    flat = [quote for quotes in quoted for quote in quotes]
    assert len(flat) == len(set(flat))
    assert all(len(quote.split()) <= QUOTED_WORDS for quote in flat)


@pytest.mark.parametrize(("filler", "quoted"), [(3, True), (18, False)])
def test_a_reference_gives_way_where_there_is_no_room(filler: int, quoted: bool) -> None:
    case = shipped_case()
    flag = FLAG.model_copy(update={"challenge": "and so on " * filler + "then?"})
    step = case.steps[DATA].model_copy(update={"red_flags": (flag,)})
    case = case.model_copy(update={"steps": {**case.steps, DATA: step}, "ways": Paraphrases()})
    turns = (*a_scene("Fine.").turns, a_line(3, "And?", DATA), a_line(4, SAID, DATA))
    evidence = Evidence(quote="We log what was shown.", turn=4)
    hit = RedFlagHit(red_flag=FLAG.id, step=DATA, evidence=evidence)
    now = a_scene(case=case, turns=turns, assessment=heard(red_flags=(hit,)))
    move = Move(kind=MoveKind.CHALLENGE, step=DATA, red_flag=FLAG.id)
    text = " ".join(word(now, move))
    assert len(text.split()) <= SPOKEN_WORDS
    assert ('"We log what was shown"' in text) is quoted
