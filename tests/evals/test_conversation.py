"""What is counted in a conversation, rule by rule, and what a judge model adds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from evals.conversation import card, dialogue
from evals.conversation.dialogue import Answer, answered, takes_for_granted
from evals.conversation.interview import Heard, Reply, same_sentence
from evals.conversation.second_reader import SecondReading, read_again
from evals.conversation.telling import tells
from evals.subjects import library
from evals.suites import Options, Row, find_suite
from evals.suites.conversation import FOLDER
from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import RedFlagHit, TurnAssessment, Verdict
from interviewer.core.case import Fact
from interviewer.core.errors import EndpointError, InterviewerError
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Intent
from interviewer.llm.configuration import LLMSettings
from interviewer.llm.endpoint import Endpoint
from interviewer.results.result import CandidateLine, InterviewerLine, Result
from interviewer.scoring.values import FlagResult, ItemResult, StepResult
from interviewer.simulation.endpoints.wire import MODEL, Asked, ScriptedModel
from interviewer.simulation.expectations import Exchange, Said
from interviewer.simulation.listening import Conversation, Mention, Owed, WrongClaim
from interviewer.simulation.player import Script, load_script
from tests.builders import a_case

STEP = StepId.REQUIREMENTS
CASE = a_case(
    facts=(
        Fact(id="visitors", topics=("how many people come",), answer="About 4,000 people a day."),
        Fact(id="rules", topics=("what is forbidden",), answer="Nothing that burns may be stored."),
    )
)
FIRST = "Glass stays apart, because it breaks. All of it fits into one box. How many people come?"
SPLIT = "Glass stays apart, because it breaks."
BOX = "All of it fits into one box."
ITEM = next(item for _, item in CASE.items())


def a_place(quote: str, message: int = 1) -> dict[str, Any]:
    return {"step": STEP, "message": message, "quote": quote}


def asked(*facts: str, unknown: bool = False) -> Owed:
    return Owed(**a_place("How many people come?"), facts=facts, unknown=unknown)


def said(*items: str) -> Mention:
    return Mention(**a_place(SPLIT), items=items or (ITEM.id,))


WRONG = WrongClaim(**a_place(BOX), why="glass breaks in it")


def move(kind: MoveKind = MoveKind.PROBE, **values: Any) -> Move:
    return Move(kind=kind, step=STEP, **values)


def heard(
    *replies: tuple[str, Move],
    talk: Conversation | None = None,
    steps: Sequence[StepResult] = (),
    flags: Sequence[RedFlagHit] = (),
    intents: tuple[Intent, ...] = (),
) -> Heard:
    """An interview whose candidate says `FIRST`, then "Second.", "Third." and so on."""
    messages = [FIRST, "Second.", "Third.", "Fourth."][: len(replies)]
    lines: list[CandidateLine | InterviewerLine] = []
    answers: list[Reply] = []
    turns = {Said(step=STEP, message=n): 2 * n for n in range(1, len(messages) + 1)}
    for (place, turn), message, (text, done) in zip(turns.items(), messages, replies, strict=True):
        written = done.model_dump(mode="json", exclude_defaults=True)
        lines += [
            CandidateLine(turn=turn, step=STEP, text=message, intents=intents),
            InterviewerLine(turn=turn + 1, step=STEP, text=text, move=written),
        ]
        assessment = TurnAssessment(intents=intents, red_flags=tuple(flags) if turn == 2 else ())
        exchange = Exchange(said=place, assessment=assessment, move=done, turn=turn)
        answers.append(Reply(turn, message, text, done, exchange))
    script = Script.model_validate(
        {"id": "x", "case_id": CASE.id, "candidate": {STEP: messages}, "conversation": talk}
    )
    result = Result(
        interview_id="x",
        case_id=CASE.id,
        settings=InterviewSettings(),
        brain="test",
        end_reason="completed",
        transcript=tuple(lines),
        steps=tuple(steps),
    )
    return Heard(CASE, script, result, tuple(answers), turns)


def a_step_result(*items: ItemResult, flags: Sequence[FlagResult] = ()) -> StepResult:
    return StepResult(
        step=STEP,
        score=3.0,
        unaided=3.0,
        band=None,
        status="scored",
        items=items,
        red_flags=tuple(flags),
        seconds=60.0,
    )


def an_item_result(verdict: Verdict, quote: str | None = SPLIT, turn: int | None = 2) -> ItemResult:
    return ItemResult(
        item=ITEM.id, verdict=verdict, raised_by=None, quote=quote, turn=turn, reason=""
    )


# Questions of the candidate


@pytest.mark.parametrize(
    ("reply", "done", "owed", "wanted"),
    [
        ("About 4,000 people a day.", move(), asked("visitors"), Answer.GIVEN),
        ("Say 4,000 people. And then?", move(), asked("visitors"), Answer.GIVEN),
        ("Would 9,000 people change anything?", move(), asked("visitors"), Answer.OWED),
        ("What else would you settle?", move(), asked("visitors"), Answer.OWED),
        ("Nothing that burns is stored.", move(), asked("visitors", "rules"), Answer.GIVEN),
        ("I don't have a number for that.", move(), asked(unknown=True), Answer.GIVEN),
        ("Pick one and tell me why.", move(), asked(unknown=True), Answer.GIVEN),
        ("Have it your way.", move(acts=(Act.NO_NUMBER,)), asked(unknown=True), Answer.GIVEN),
        ("What else would you settle?", move(), asked(unknown=True), Answer.OWED),
        ("Yes, go on. What else?", move(), asked(), Answer.GIVEN),
        ("The first of the two.", move(acts=(Act.DEFINE,)), asked(), Answer.GIVEN),
        ("What else would you settle?", move(), asked(), Answer.OPEN),
    ],
)
def test_what_became_of_a_question(reply: str, done: Move, owed: Owed, wanted: Answer) -> None:
    assert answered(owed, heard((reply, done))) is wanted


def test_a_question_that_was_never_asked_is_not_owed() -> None:
    never = Owed(**a_place("What is forbidden?", message=4), facts=("rules",))
    assert answered(never, heard(("Go on.", move()))) is None


def test_a_fact_that_was_told_before_is_not_owed() -> None:
    later = Owed(**a_place("Second.", message=2), facts=("visitors",))
    talk = heard(("About 4,000 people a day.", move()), ("And then?", move()))
    assert answered(later, talk) is Answer.GIVEN


LOAD = "Roughly half a million crates a day, unevenly spread over the hours and the aisles."
LIMIT = "150 milliseconds at the 99th percentile, measured at our gate."
RULE = "Red green blue grey."


@pytest.mark.parametrize(
    ("told", "answer", "is_told"),
    [
        (LOAD, LOAD, True),
        ("That's 500,000 crates.", LOAD, True),
        ("Take half a million crates a day.", LOAD, True),
        ("Five million crates a day, unevenly spread over hours and aisles.", LOAD, False),
        ("Half a million people.", LOAD, False),
        ("The limit is 150 ms at the 99th percentile.", LIMIT, True),
        ("It should take 200 milliseconds at the gate.", LIMIT, False),
        ("Red, green.", RULE, True),  # half of its words
        ("Red.", RULE, False),
        ("About eight crates", "About 8 crates of the 20 break.", False),  # said of anything
        ("About 8 of 20 crates break", "About 8 crates of the 20 break.", True),
    ],
)
def test_what_tells_a_fact(told: str, answer: str, is_told: bool) -> None:
    assert tells(told, Fact(id="x", topics=("x",), answer=answer)) is is_told


@pytest.mark.parametrize(("asked_for", "is_told"), [(True, True), (False, False)])
def test_a_time_needs_no_words_where_it_was_asked_for(asked_for: bool, is_told: bool) -> None:
    fact = Fact(id="x", topics=("x",), answer=LIMIT)
    assert tells("It is 150 ms.", fact, asked=asked_for) is is_told


# What was said


@pytest.mark.parametrize(
    ("reply", "done", "again"),
    [
        (ITEM.follow_ups[0], move(item=ITEM.id), True),
        (f"Fine. {ITEM.follow_ups[0]}", move(MoveKind.DEEPEN, item=ITEM.id), True),
        (ITEM.follow_ups[1], move(item=ITEM.id, follow_up=1), False),
        ("Say a lorry brings ten crates. What then?", move(item=ITEM.id), False),
        (ITEM.follow_ups[0], move(item="req_other"), False),
        (ITEM.follow_ups[0], move(MoveKind.CHALLENGE, item=ITEM.id), False),
    ],
)
def test_an_open_question_for_what_was_said_is_asked_again(
    reply: str, done: Move, again: bool
) -> None:
    if done.item != ITEM.id:
        done = done.model_copy(update={"item": list(CASE.items())[1][1].id})
    found = list(dialogue.asked_again(heard((reply, done), talk=Conversation(said=(said(),)))))
    assert bool(found) is again


def test_what_is_said_later_is_not_asked_again() -> None:
    later = Mention(**a_place("Second.", message=2), items=(ITEM.id,))
    replies = (ITEM.follow_ups[0], move(item=ITEM.id)), ("And then?", move())
    assert not list(dialogue.asked_again(heard(*replies, talk=Conversation(said=(later,)))))


@pytest.mark.parametrize(
    ("sentence", "granted"),
    [
        ("How large is your vector index?", True),
        ("How often is the approximate nearest neighbour search wrong?", True),
        ("When the big old vector index is full, what then?", True),
        ("If you had a vector index, how large would it be?", False),
        ("Why is there no vector index in this?", False),
        ("Do you have a vector index?", False),
        ("The vector index is full.", False),
        ("How large is an index?", False),
        ("What do vectors look like in your index?", False),
    ],
)
def test_a_part_is_taken_for_granted_by_its_definite_name(sentence: str, granted: bool) -> None:
    part = "vector index or approximate nearest neighbour search"
    assert takes_for_granted(sentence, part) is granted


# The card


@pytest.mark.parametrize(
    ("verdict", "missing"),
    [
        (Verdict.ABSENT, True),
        (Verdict.PARTIAL, False),
        (Verdict.MET, False),
        (Verdict.UNASSESSED, False),
    ],
)
def test_what_was_said_may_not_be_called_absent(verdict: Verdict, missing: bool) -> None:
    steps = [a_step_result(an_item_result(verdict))]
    talk = heard(("And?", move()), talk=Conversation(said=(said(),)), steps=steps)
    assert bool(list(card.called_missing(talk))) is missing


@pytest.mark.parametrize(
    ("quote", "turn", "why"),
    [
        (SPLIT, 2, ""),
        ("glass stays apart, because", 2, ""),  # four words
        ("glass stays apart", 2, "too short"),
        ("Glass stays with the paper.", 2, "not in the turn"),
        ("And what else is there?", 3, "not from a turn of the candidate"),
        (None, None, "no quote"),
    ],
)
def test_a_quote_is_the_candidates_own_and_long_enough(
    quote: str | None, turn: int | None, why: str
) -> None:
    steps = [a_step_result(an_item_result(Verdict.MET, quote, turn))]
    found = list(card.loose_quotes(heard(("And what else is there?", move()), steps=steps)))
    assert [reason for _, reason in found] == ([why] if why else [])


# Wrong claims


@pytest.mark.parametrize(
    ("kinds", "flag", "caught"),
    [
        ([MoveKind.CHALLENGE], "req_flag", True),
        ([MoveKind.PROBE, MoveKind.CHALLENGE], "req_flag", True),
        ([MoveKind.PROBE, MoveKind.PROBE, MoveKind.CHALLENGE], "req_flag", False),
        ([MoveKind.CHALLENGE], "another", False),
        ([MoveKind.PROBE], "req_flag", False),
    ],
)
def test_a_wrong_claim_is_challenged_within_two_exchanges(
    kinds: Sequence[MoveKind], flag: str, caught: bool
) -> None:
    hit = RedFlagHit.heard(red_flag="req_flag", step=STEP, quote=BOX, turn=2)
    replies = [("And then?", move(kind, red_flag=flag)) for kind in kinds]
    talk = heard(*replies, talk=Conversation(wrong=(WRONG,)), flags=[hit])
    assert dialogue.challenged(WRONG, talk) is caught


@pytest.mark.parametrize(("quote", "caught"), [(BOX, True), ("one box", True), (SPLIT, False)])
def test_a_challenge_may_quote_the_claim_instead(quote: str, caught: bool) -> None:
    done = move(MoveKind.CHECK_NUMBERS, quotes=(quote,))
    assert dialogue.challenged(WRONG, heard(("And then?", done))) is caught


@pytest.mark.parametrize(("quote", "found"), [(BOX, True), (FIRST, True), (SPLIT, False)])
def test_a_credit_or_a_flag_on_the_sentence_of_a_wrong_claim(quote: str, found: bool) -> None:
    flag = FlagResult(red_flag="f", quote=quote, turn=2, challenged=False, recovered=False)
    credit = an_item_result(Verdict.PARTIAL, quote)
    talk = heard(("And?", move()), steps=[a_step_result(credit, flags=[flag])])
    assert bool(card.credited(WRONG, talk)) is found
    assert card.flagged(WRONG, talk) is found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("it breaks", "Glass stays apart", True),
        ("it breaks", "one box", False),
        ("because it breaks. All of", "one box", True),
        ("never said so", "one box", False),
        ("people", "How", True),
    ],
)
def test_quotes_of_one_sentence(one: str, other: str, same: bool) -> None:
    assert same_sentence(one, other, FIRST) is same


# Manner


@pytest.mark.parametrize(
    ("text", "praises"),
    [
        ("Great, let's go on.", True),
        ("That's a good point.", True),
        ("You're right about the box.", True),
        ("That makes sense. What next?", True),
        ("Yes, that's exactly right.", True),
        ("How would you decide whether that's good for the company?", False),
        ("What makes a good box?", False),
        ("What exactly is in the box?", False),
        ("Is that the right box for a great crowd?", False),
    ],
)
def test_praise(text: str, praises: bool) -> None:
    assert bool(dialogue.praise(heard((text, move())))) is praises


@pytest.mark.parametrize(
    ("words", "facts", "long"),
    [(60, "", False), (61, "", True), (90, "both", False), (91, "both", True)],
)
def test_how_long_a_reply_may_be(words: int, facts: str, long: bool) -> None:
    told = "About 4,000 people a day. Nothing that burns may be stored." if facts else ""
    text = " ".join([*told.split(), *["so"] * (words - len(told.split()))])
    assert bool(dialogue.too_long(heard((text, move())))) is long


@pytest.mark.parametrize(
    ("text", "kind", "fits"),
    [
        ("What then?", MoveKind.PROBE, True),
        ("Walk me through the first hour.", MoveKind.PROBE, True),
        ("That is that.", MoveKind.PROBE, False),
        ("That is that.", MoveKind.CHALLENGE, False),
        ("That is that.", MoveKind.LISTEN, True),
        ("About 4,000 people a day.", MoveKind.ANSWER, True),
        ("I don't have that number.", MoveKind.ANSWER, True),
        ("What then?", MoveKind.ANSWER, False),
        ("Thanks, that was all.", MoveKind.WRAP_UP, True),
        ("What then?", MoveKind.WRAP_UP, False),
    ],
)
def test_words_are_of_the_kind_of_their_act(text: str, kind: MoveKind, fits: bool) -> None:
    done = move(kind, ends="completed") if kind is MoveKind.WRAP_UP else move(kind)
    assert (dialogue.other_than_the_act(heard((text, done))) == []) is fits


def test_an_honest_message_that_was_taken_for_an_injection() -> None:
    assert dialogue.false_alarms(heard(("And?", move()))) == []
    assert dialogue.false_alarms(heard(("And?", move()), intents=(Intent.MANIPULATION,))) == [FIRST]


def test_two_questions_at_once() -> None:
    assert not dialogue.double_questions(heard(("And then?", move())))
    assert dialogue.double_questions(heard(("And then? What else?", move())))


# The judge model

TALK = Conversation(answers=(asked(),), said=(said(),), lacks=("conveyor",), wrong=(WRONG,))


def second_reading(replies: dict[str, Any], *said_by: str) -> SecondReading:
    """What is made of a judge model's replies, by the word that their prompt is known by."""

    def answer(call: Asked) -> str:
        section = "card" if "scorecard of" in call.messages[0][1] else "reply"
        text = replies[section]
        return text if isinstance(text, str) else json.dumps(text)

    steps = [a_step_result(an_item_result(Verdict.MET))]
    talk = heard(*((text, move()) for text in said_by), talk=TALK, steps=steps)
    settings = LLMSettings(base_url="http://127.0.0.1:9/v1", model=MODEL)

    async def read() -> SecondReading:
        endpoint = Endpoint(settings, transport=ScriptedModel(answer), pause=_no_pause)
        return await read_again(talk, endpoint)

    return asyncio.run(read())


async def _no_pause(_seconds: float) -> None:
    return None


def test_a_judge_model_names_ids_and_code_looks_them_up() -> None:
    ids = {"answered": ["q1"], "asks_again": ["s1"], "assumes": ["p1"], "tests": ["w1"]}
    found = second_reading({"reply": ids, "card": {"unfit": [1]}}, "And the glass?")
    assert found.answered == TALK.answers
    assert [mention for _, mention in found.asked_again] == list(TALK.said)
    assert [part for _, part in found.assumed] == ["conveyor"]
    assert found.challenged == TALK.wrong
    assert [item.item for item in found.unfit] == [ITEM.id]


def test_ids_that_nobody_gave_are_nothing() -> None:
    ids = {"answered": ["q7", "w1"], "asks_again": ["q1"], "assumes": ["x"], "tests": []}
    found = second_reading({"reply": ids, "card": {"unfit": [0, 2, -1]}}, "And the glass?")
    assert found == SecondReading((), (), (), (), ())


def test_half_a_reading_is_none() -> None:
    with pytest.raises(EndpointError):
        second_reading({"reply": "no JSON", "card": {"unfit": []}}, "And the glass?")


# The suite

SUITE = find_suite("conversation")


def test_scripts_are_chosen_by_name() -> None:
    every = [task.key for task in SUITE.tasks(Options())]
    assert len(every) == 11
    chosen = SUITE.tasks(Options(scripts=("vr_weak_rambling",), judge=True))
    assert [task.key for task in chosen] == ["vr_weak_rambling"]
    assert chosen[0].payload["judge"] is True
    with pytest.raises(InterviewerError, match="'vr_nobody'"):
        SUITE.tasks(Options(scripts=("vr_nobody",)))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_scripts_name_facts_and_points_of_their_case(path: Any) -> None:
    script = load_script(path)
    case, talk = library().cases[script.case_id], script.conversation
    assert talk is not None and script.quality is not None
    facts = {fact.id for fact in case.facts}
    items = {item.id for _, item in case.items()}
    assert {fact for owed in talk.answers for fact in owed.facts} <= facts
    assert {item for mention in talk.said for item in mention.items} <= items
    assert not [owed for owed in talk.answers if owed.unknown and owed.facts]
    assert len(talk.answers) >= 4 and len(talk.said) >= 8 and talk.lacks


def an_outcome(**found: Any) -> dict[str, Any]:
    lists: tuple[str, ...] = (
        "owed",
        "undecided",
        "again",
        "assumed",
        "missing",
        "loose",
        "credited",
        "slipped",
    )
    lists += ("untouched", "unfit", "alarms", "praise", "double", "long", "unlike")
    counts = ("asked", "questions", "checkable", "credits", "wrong", "messages", "replies")
    return {**{name: [] for name in lists}, **dict.fromkeys(counts, 10), **found}


def test_figures_count_over_all_interviews() -> None:
    payload = {"script": "x", "judge": False, "answered_by": "A bridge (2026-11-30)"}
    rows = [
        Row("one", payload, an_outcome(owed=["a", "b"], wrong=4, slipped=["c"])),
        Row("two", payload, an_outcome(praise=["d"], wrong=0)),
    ]
    report = SUITE.summarise(rows)
    figures = {figure.name: (figure.value, figure.of) for figure in report.figures}
    assert figures["questions owed"] == (2, 20)
    assert figures["praise"] == (1, 20)
    assert "quotes that do not show their verdict" not in figures  # rules cannot tell
    assert figures["faults of one"] == (3, 10)  # two questions owed, one claim that passed
    assert figures["wrong claims challenged or named"] == (0.75, 4)
    assert "A bridge (2026-11-30)" in report.rests_on and "rules alone" in report.rests_on
    titles = {finding.title: finding.evidence for finding in report.findings}
    assert titles["one: questions owed"] == ("a", "b")
    assert titles["one: wrong claims that passed"] == ("c",)
