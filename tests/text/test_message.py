"""How a message is cut up: what is pasted, what only looks like a question, what is conceded."""

from __future__ import annotations

import pytest

from interviewer.core.transcript import Intent
from interviewer.text.cues import attempts, concedes, is_filler, is_personal
from interviewer.text.message import cut
from interviewer.text.sentences import find_quote, pieces, split_sentences

CODE = """```python
for row in log:
    if row.bot:
        continue
    what = row.next or skip  # why? it was never shown
    pass
```"""
TABLE = """| stage | ms | what next? |
|:------|---:|-----------|
| fetch | 20 | can we skip it? |
| score | 45 | i don't know |"""
SPREADSHEET = "stage\tms\tlimit\nfetch\t20\t30\nscore\t45\t60"


# Pasted


@pytest.mark.parametrize("pasted", [CODE, TABLE, SPREADSHEET], ids=["code", "table", "cells"])
@pytest.mark.parametrize(
    "around", ["{}", "It would look like this:\n\n{}", "{}\n\nThat is all of it."]
)
def test_what_is_pasted_neither_asks_nor_steers(pasted: str, around: str) -> None:
    message = cut(around.format(pasted))
    assert not message.questions
    assert not message.intents & {Intent.MOVE_ON, Intent.DONT_KNOW, Intent.QUESTION, Intent.THINK}
    assert message.words > 5


def test_prose_around_it_still_does() -> None:
    message = cut(f"{TABLE}\n\nCan we move on?")
    assert Intent.MOVE_ON in message.intents
    assert (
        cut(f"How many users are there?\n{CODE}").questions[0].text == "How many users are there?"
    )


@pytest.mark.parametrize("pasted", [TABLE, SPREADSHEET], ids=["table", "cells"])
def test_a_row_reads_as_a_sentence_that_can_be_quoted(pasted: str) -> None:
    rows = [piece.text for piece in pieces(pasted)]
    assert rows[1].startswith("fetch: 20 - ")
    for row in rows:
        found = find_quote(row, pasted)
        assert found is not None and found in pasted


def test_a_fence_that_is_never_closed_is_code_to_the_end() -> None:
    assert all(piece.pasted for piece in pieces("```\nwhat is this?\nskip"))


@pytest.mark.parametrize(
    "text",
    ["A or B | C, I'd say.", "A -> B -> C", "p(click | seen) is what I predict.", "One.\nTwo."],
)
def test_a_bar_or_an_arrow_is_no_table(text: str) -> None:
    assert [piece.text for piece in pieces(text)] == list(split_sentences(text))
    assert not any(piece.pasted for piece in pieces(text))


# Questions


@pytest.mark.parametrize(
    "text",
    [
        "It's a regression, I guess?",
        "maybe a hash map per country?",
        "So we'd count people and not events, right?",
        "I'd say twenty candidates or so?",
        "Not sure.. the median?",
        "idk, two weeks?",
        "probably a decision tree? and a cache in front",
    ],
)
def test_an_answer_put_carefully_is_no_question(text: str) -> None:
    message = cut(text)
    assert not message.questions and message.claims
    assert Intent.DONT_KNOW not in message.intents


@pytest.mark.parametrize(
    "text",
    [
        "Is it a regression, maybe?",
        "What is the budget, I guess some GPUs?",
        "Do you think I should count people?",
        "And the number of users?",
        "Perhaps you have a figure for the load?",
        "Are there limits, or so?",
    ],
)
def test_a_question_stays_one_however_politely_it_is_put(text: str) -> None:
    assert cut(text).questions


LONG = (
    "I would count people and not events, because one busy account would otherwise decide alone. "
)


@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        (f"{LONG} How long may the answer take?", True),
        (f"{LONG} I'd like to know how the score is used. {LONG}", True),
        (f"{LONG} Why people? Because bots repeat themselves. {LONG}", False),
        (f"{LONG} Which one is better? {LONG}", False),
    ],
)
def test_what_is_put_to_the_interviewer(text: str, addressed: bool) -> None:
    assert [question.addressed for question in cut(text).questions] == [addressed]


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("Did you catch the game on Sunday?", True),
        ("Have you ever been to Porto?", True),
        ("Do you have kids?", True),
        ("How was your weekend?", True),
        ("Do you have a latency target?", False),
        ("Do you like me to go on?", False),
        ("Did you say 150 milliseconds?", False),
        ("Have users seen the list?", False),
    ],
)
def test_a_question_about_the_interviewer(text: str, personal: bool) -> None:
    assert is_personal(text) is personal


# Wishes and doubts


@pytest.mark.parametrize(
    "text", ["Hmm.", "hm, well...", "ok so", "Uh, let me see.", "Right, okay, um"]
)
def test_the_sound_of_thinking(text: str) -> None:
    assert is_filler(text)
    assert Intent.DONT_KNOW not in cut(f"A table of counts per prefix. {text}").intents


@pytest.mark.parametrize("text", ["Hmm, a tree.", "So a cache.", "no", "Okay, next.", "well known"])
def test_what_says_something_is_no_filler(text: str) -> None:
    assert not is_filler(text)


def test_a_wish_before_a_short_last_word_counts() -> None:
    back = "Could we go back to the labels?"
    assert Intent.GO_BACK in cut(f"{LONG}{back} I left something out.").intents
    assert Intent.GO_BACK not in cut(f"{LONG}{back} {LONG}").intents


@pytest.mark.parametrize(
    ("text", "granted"),
    [
        ("True, the slow ones would never be seen.", True),
        ("Oh, you're right about the tail.", True),
        ("Hmm, that would favour the loudest.", True),
        ("Okay then it has to be the maximum.", True),
        ("Nobody would pass that bar, sure.", True),
        ("I hadn't thought of the bots.", True),
        ("So no, the level has to be exact.", True),
        ("Fair, but I still keep the clicks.", False),
        ("I see that, however the clicks are what we have.", False),
        ("I'd still use the clicks.", False),
        ("No, the clicks are fine.", False),
        ("It's a truly large table.", False),
        ("Rightly so many people click.", False),
    ],
)
def test_what_grants_a_challenge(text: str, granted: bool) -> None:
    assert concedes(text) is granted


def test_a_sentence_in_another_language_is_left_out_and_told() -> None:
    message = cut("Also ich würde die Daten nach der Zeit teilen. I'd train on four weeks of logs.")
    assert message.claims == ("I'd train on four weeks of logs.",)
    assert Intent.UNJUDGEABLE in message.intents


@pytest.mark.parametrize(
    "again", ["not sure ", "hm ", "ok, ", "idk, a", "right, so ", "a, ", "true "]
)
def test_no_repetition_takes_long_to_read(again: str) -> None:
    # A pattern that backtracks would not come back within the patience of a test run.
    text = (again * 1000)[:900] + "?"
    assert not attempts(text) and not is_filler(text + "!x")
    assert concedes(text) in (True, False) and is_personal(text) in (True, False)
