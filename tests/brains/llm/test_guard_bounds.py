"""Every bound of the guards, just inside and just outside of it.

A guard decides what people see of a model's words and what counts of its verdicts, so that a
threshold that moves has to be noticed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from interviewer.brains.llm import assessing, context, debriefing, grading, speaking
from interviewer.brains.llm.evidence import Evidence
from interviewer.brains.llm.speaking import Bounds, GuardedReply
from interviewer.brains.llm.transcript import NumberedTranscript
from interviewer.brains.protocol import Draft
from interviewer.core.act import Move, MoveKind
from interviewer.core.settings import StepId
from interviewer.llm.call import Request
from interviewer.llm.tokens import count_tokens
from interviewer.text.sentences import words_of
from tests.shipped import a_line, a_scene, interviewer_said, shipped_case

QUESTION = "What could be misleading about those labels?"
STEP = StepId.DATA
ITEM = shipped_case().steps[STEP].items[0].id


def said(sentences: Sequence[str], **bounds: object) -> list[str]:
    """What is shown of these sentences of a model."""
    speech = GuardedReply(Bounds(**{"draft": [QUESTION], **bounds}))  # type: ignore[arg-type]
    shown = [told for sentence in sentences if (told := speech.take(sentence)) is not None]
    return [*shown, *speech.close()]


# What has to reach the candidate


@pytest.mark.parametrize(
    ("statement", "is_owed", "told", "is_said"),
    [
        pytest.param("Encrypted messages arrive.", False, "Okay.", False, id="3_words_a_bridge"),
        pytest.param("Encrypted messages arrive daily.", False, "Okay.", True, id="4_words"),
        pytest.param(
            "Encrypted messages arrive daily unread.",
            False,
            "Encrypted messages, then.",
            False,
            id="2_of_5_words_conveyed",
        ),
        pytest.param(
            "Encrypted messages arrive daily unread.",
            False,
            "Encrypted, then.",
            True,
            id="1_of_5_words_not_conveyed",
        ),
        pytest.param(
            "Encrypted messages arrive daily unread.",
            True,
            "Encrypted messages arrive, then.",
            False,
            id="3_of_5_words_of_a_fact_told",
        ),
        pytest.param(
            "Encrypted messages arrive daily unread.",
            True,
            "Encrypted messages, then.",
            True,
            id="2_of_5_words_of_a_fact_not_told",
        ),
    ],
)
def test_what_counts_as_conveyed(statement: str, is_owed: bool, told: str, is_said: bool) -> None:
    owed = frozenset([statement]) if is_owed else frozenset()
    shown = said([told], draft=[statement, QUESTION], owed=owed)
    assert shown == [told, *([statement] if is_said else []), QUESTION]


# What is not said again


@pytest.mark.parametrize(
    ("before", "question", "is_asked"),
    [
        pytest.param(
            "Which labels arrive late?", "Late, which labels arrive?", True, id="3_words_only_whole"
        ),
        pytest.param(
            "Which labels arrive late daily?",
            "Daily, which late labels arrive?",
            False,
            id="4_words_alike",
        ),
        pytest.param(
            "Would red green blue black white brown paint dry?",
            "Would red green blue black white brown varnish dry?",
            False,
            id="7_of_9_words_alike",
        ),
        pytest.param(
            "Would red green blue black white brown paint?",
            "Would red green blue black white brown varnish?",
            False,
            id="6_of_8_words_alike",
        ),
        pytest.param(
            "Would red green blue black white paint?",
            "Would red green blue black white varnish?",
            True,
            id="5_of_7_words_not",
        ),
        pytest.param(
            "What would change your mind about sampling?",
            "Which figure would make you reconsider the index?",
            False,
            id="what_fits_everything",
        ),
    ],
)
def test_a_question_is_not_asked_twice(before: str, question: str, is_asked: bool) -> None:
    assert said([question], said=[before]) == [question if is_asked else QUESTION]


@pytest.mark.parametrize(
    ("sentence", "is_shown"),
    [("You train on reports daily.", False), ("You train often on reports.", True)],
    ids=["three_first_words", "two_first_words"],
)
def test_a_reply_does_not_begin_with_the_same_three_words(sentence: str, is_shown: bool) -> None:
    turns = interviewer_said(["You train on clicks."])
    bounds = speaking.bounds_of(replace(a_scene(), turns=turns), Draft([QUESTION]), frozenset())
    reply = GuardedReply(bounds)
    assert (reply.take(sentence) is not None) == is_shown


@pytest.mark.parametrize(("others", "is_shown"), [(5, False), (6, True)])
def test_first_words_are_free_again_after_six_turns(others: int, is_shown: bool) -> None:
    texts = ["You train on clicks.", *(f"Turn {'x' * n} goes by." for n in range(1, others + 1))]
    scene = replace(a_scene(), turns=interviewer_said(texts))
    reply = GuardedReply(speaking.bounds_of(scene, Draft([QUESTION]), frozenset()))
    assert (reply.take("You train on reports daily.") is not None) == is_shown


# How much is said


@pytest.mark.parametrize(("words", "is_shown"), [(53, True), (54, False)])
def test_a_statement_leaves_room_for_the_question(words: int, is_shown: bool) -> None:
    assert len(QUESTION.split()) == 7
    sentence = "so " * (words - 1) + "on."
    assert said([sentence]) == [*([sentence] if is_shown else []), QUESTION]


@pytest.mark.parametrize(("words", "is_shown"), [(60, True), (61, False)])
def test_a_question_of_the_model_is_no_longer_than_a_reply(words: int, is_shown: bool) -> None:
    question = "so " * (words - 1) + "why?"
    assert said([question]) == [question if is_shown else QUESTION]


@pytest.mark.parametrize(("words", "is_shown"), [(83, True), (84, False)])
def test_a_fact_makes_room_for_itself(words: int, is_shown: bool) -> None:
    sentence = "so " * (words - 1) + "on."
    assert said([sentence], room=90) == [*([sentence] if is_shown else []), QUESTION]


# What no model says


@pytest.mark.parametrize(
    "sentence",
    [
        "You have two minutes left.",
        "We are running out of time.",
        "We are close to the end of our interview, short on time.",
        "For only a few more minutes we stay here.",
        "# Data",
        "Look at [this](x).",
        "Say so & lt;b&gt; now.",
        "**Okay** then.",
        "See www.example.org now.",
    ],
)
def test_time_and_markup_are_left_out(sentence: str) -> None:
    assert said([sentence, "Go on."]) == ["Go on.", QUESTION]


def test_the_time_may_be_told_where_the_draft_tells_it() -> None:
    sentence = "Two of 45 minutes are left."
    draft = ["About two of 45 minutes are left.", QUESTION]
    assert said([sentence], draft=draft) == [sentence, QUESTION]


def test_quoted_words_and_the_draft_are_no_verdict() -> None:
    draft = ["That is a good moment to stop.", QUESTION]
    told = ["That is a good moment to stop.", 'You said "the right labels".']
    assert said(told, draft=draft, candidate="the right labels") == [*told, QUESTION]


# What counts as evidence

QUOTE = "we log every single impression together with its exact position"


@pytest.mark.parametrize(
    ("words", "is_admitted"), [(8, False), (7, True)], ids=["8_of_10_words", "7_of_10_words"]
)
def test_an_echo_is_four_fifths_of_a_quote(words: int, is_admitted: bool) -> None:
    assert len(words_of(QUOTE)) == 10
    asked = "Remember: " + " ".join(QUOTE.split()[:words]) + "."
    assert (Evidence(QUOTE, (), (asked,)).admit(QUOTE) is not None) == is_admitted


@pytest.mark.parametrize(("words", "is_admitted"), [(3, False), (4, True)])
def test_evidence_has_four_words(words: int, is_admitted: bool) -> None:
    quote = " ".join(QUOTE.split()[:words])
    assert (Evidence(QUOTE).admit(quote) is not None) == is_admitted


@pytest.mark.parametrize(
    ("words", "is_admitted"), [(3, True), (4, False)], ids=["3_of_5_words", "4_of_5_words"]
)
def test_an_echo_has_at_least_four_words(words: int, is_admitted: bool) -> None:
    quote = " ".join(QUOTE.split()[:5])
    asked = " ".join(QUOTE.split()[:words])
    assert (Evidence(QUOTE, (), (asked,)).admit(quote) is not None) == is_admitted


# What of a debrief is shown

WORDING = debriefing.Wording(NumberedTranscript((), {}, (), frozenset()), None)


@pytest.mark.parametrize(
    ("words", "is_shown"), [(24, False), (25, True), (190, True), (191, False)]
)
def test_a_summary_is_neither_short_nor_long(words: int, is_shown: bool) -> None:
    told = WORDING.summary("so " * (words - 1) + "on.", "")
    assert bool(told) == is_shown


# What a model is shown

LONG = " ".join(["word"] * 900)
RICH = " ".join(["counterintuitiveness"] * 200)
"""Words of several tokens."""
MOVE = Move(kind=MoveKind.PROBE, step=STEP, item=ITEM)
PREPARED = assessing.PreparedMessage(("We log it.",))


def asked_at_length() -> str:
    return context.last_asked(replace(a_scene(), turns=(a_line(1, LONG, STEP),)))


@pytest.mark.parametrize(
    ("shown", "tokens"),
    [
        pytest.param(asked_at_length, 90, id="what_was_asked"),
        pytest.param(lambda: speaking._message(a_scene(RICH), ()), 260, id="the_message"),
        pytest.param(lambda: _section(say([LONG]), "word"), 90, id="why_interviewers_ask"),
    ],
)
def test_what_is_shown_is_bounded(shown: Callable[[], str], tokens: int) -> None:
    assert tokens * 0.7 <= count_tokens(shown()) <= tokens


def say(sources: Sequence[str]) -> Request:
    return speaking.say_request(a_scene("We log it."), MOVE, [QUESTION], sources, ())


def _section(request: Request, word: str) -> str:
    """The run of a word in a prompt."""
    return " ".join(part for part in request.messages[-1][1].split() if part == word)


def grade(asked: str = "") -> Request:
    questions = {0: asked} if asked else {}
    return grading.grade_request(shipped_case(), STEP, replace(PREPARED, questions=questions), ())


PLANNED = "We plan for ten thousand requests a second in that region."  # eleven tokens
OPEN = "What would those records miss?"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        pytest.param(OPEN, OPEN, id="whole"),
        pytest.param(f"{PLANNED} {OPEN}", f"{PLANNED} {OPEN}", id="with_the_fact_before_it"),
        pytest.param(f"{PLANNED} " * 9 + OPEN, f"{PLANNED} " * 3 + OPEN, id="its_end"),
        pytest.param("and " * 80 + "why?", " ".join(["and"] * 49), id="one_long_sentence"),
        pytest.param("See [3] and\n[4] now?", "See (3) and (4) now?", id="no_numbers_of_ours"),
    ],
)
def test_a_grader_sees_the_end_of_what_was_asked_before_a_message(asked: str, shown: str) -> None:
    lines = grade(asked).messages[-1][1].splitlines()
    assert [line for line in lines if line.startswith("Q: ")] == [f"Q: {shown}"]


@pytest.mark.parametrize(
    ("request_", "most"),
    [
        pytest.param(lambda: assessing.notes_request(a_scene("x"), PREPARED), 700, id="notes"),
        pytest.param(lambda: grade(), 1800, id="grade"),
        pytest.param(lambda: say(()), 160, id="say"),
    ],
)
def test_a_reply_has_so_many_tokens(request_: Callable[[], Request], most: int) -> None:
    assert request_().most == most
