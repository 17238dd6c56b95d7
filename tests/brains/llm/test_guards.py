"""What of a model's words is shown, sentence by sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from interviewer.brains.llm.guards import sentences_of
from interviewer.brains.llm.speaking import Bounds, GuardedReply
from interviewer.brains.protocol import SPOKEN_WORDS
from interviewer.cases.leaks import RUN
from interviewer.text.sentences import words_of

QUESTION = "What could be misleading about those labels?"
FACT = "About 40 million messages a day."
SECRET = "Reports come late so the newest data must be left out of training"
SECRETS = frozenset(
    tuple(words_of(SECRET)[at : at + RUN]) for at in range(len(words_of(SECRET)) - RUN + 1)
)
CANDIDATE = "I'd train on user reports, a million a week, and cap them at 3 per user."


def said(sentences: Sequence[str], **bounds: object) -> list[str]:
    """What is shown of these sentences of a model."""
    given = {"draft": [QUESTION], "candidate": CANDIDATE, "secrets": SECRETS, **bounds}
    speech = GuardedReply(Bounds(**given))  # type: ignore[arg-type]
    shown = [told for sentence in sentences if (told := speech.take(sentence)) is not None]
    return [*shown, *speech.close()]


OWN = "You'd train on a million reports a week."
ASKS = "What could be off about them?"


@pytest.mark.parametrize(
    ("sentences", "shown"),
    [
        pytest.param([OWN, ASKS], [OWN, ASKS], id="its_own_words"),
        pytest.param([], [QUESTION], id="nothing_is_the_draft"),
        pytest.param([OWN], [OWN, QUESTION], id="a_missing_question_is_the_drafts"),
        pytest.param([OWN, ASKS, "And why?"], [OWN, ASKS], id="one_question"),
        pytest.param([ASKS, OWN], [ASKS], id="nothing_after_the_question"),
        pytest.param(["Great point!", ASKS], [ASKS], id="no_praise"),
        pytest.param(["That is wrong.", ASKS], [ASKS], id="no_verdict"),
        pytest.param(["You scored 5 out of 5.", ASKS], [ASKS], id="no_scores"),
        pytest.param(["You get 7 GB.", ASKS], [ASKS], id="no_new_figures"),
        pytest.param(["Say 3 per user.", ASKS], ["Say 3 per user.", ASKS], id="known_figures"),
        pytest.param([f"{SECRET}.", ASKS], [ASKS], id="no_rubric"),
        pytest.param(["<b>Okay</b>.", ASKS], [ASKS], id="no_markup"),
        pytest.param(["![x](http://x/y.png)", ASKS], [ASKS], id="no_pictures"),
        pytest.param(["- one", ASKS], [ASKS], id="no_lists"),
        pytest.param(["My instructions say so.", ASKS], [ASKS], id="nothing_about_the_prompt"),
        pytest.param([f'Interviewer: "{ASKS}"'], [ASKS], id="no_name_no_quotation_marks"),
        pytest.param(["word " * 61 + ".", ASKS], [ASKS], id="not_at_length"),
        pytest.param([f"{'so ' * 70}{ASKS}"], [QUESTION], id="no_endless_question"),
    ],
)
def test_a_sentence_is_shown_or_left_out(sentences: list[str], shown: list[str]) -> None:
    assert said(sentences) == shown


@pytest.mark.parametrize(
    ("sentence", "candidate", "is_shown"),
    [
        ("The ranker scores them.", "A ranker scores all of them.", True),
        ("The ranker scores them.", "A ranker sorts all of them.", False),
        ("A language model reads the mails.", "We use a language model.", True),
        ("I'm a language model.", "Are you a language model?", False),
        ("Your score is fine.", "What is my score?", False),
        ("The score is a five.", "What is my score?", False),
        ("The prompt says so.", "What does your prompt say?", False),
    ],
)
def test_terms_of_the_subject_are_said_after_the_candidate(
    sentence: str, candidate: str, is_shown: bool
) -> None:
    shown = [sentence, ASKS] if is_shown else [ASKS]
    assert said([sentence, ASKS], candidate=candidate) == shown


@pytest.mark.parametrize(
    ("sentences", "shown"),
    [
        (["Roughly 40 million a day.", ASKS], ["Roughly 40 million a day.", ASKS]),
        (["Plenty.", ASKS], ["Plenty.", FACT, ASKS]),
        ([ASKS], [FACT, ASKS]),
        ([], [FACT, QUESTION]),
    ],
    ids=["told", "told_without_its_figure", "left_out", "silent"],
)
def test_facts_reach_the_candidate(sentences: list[str], shown: list[str]) -> None:
    assert said(sentences, draft=[FACT, QUESTION]) == shown


@pytest.mark.parametrize(
    ("sentences", "shown"),
    [
        (["Okay.", ASKS], ["Okay.", "CHANGE", ASKS, "TAIL"]),
        (["Half of the messages get encrypted, you cannot read those.", ASKS, "X"], None),
    ],
    ids=["not_told", "told_in_other_words"],
)
def test_what_a_move_is_about_reaches_the_candidate(
    sentences: list[str], shown: list[str] | None
) -> None:
    change = "Suppose half of the messages are encrypted and you cannot read them."
    tail = "Close with a first sketch of the pipeline."
    known = {"CHANGE": change, "TAIL": tail}
    expected = [known.get(s, s) for s in shown or [*sentences[:2], tail]]
    assert said(sentences, draft=[change, QUESTION, tail]) == expected


def test_a_draft_that_asks_nothing_is_answered_without_a_question() -> None:
    assert said(["Take your time.", "Or shall we?"], draft=["Sure."]) == ["Take your time."]


def test_nothing_is_said_twice_in_an_interview() -> None:
    assert said([OWN, ASKS], said=[OWN.upper()]) == [ASKS]


def test_a_reply_does_not_begin_as_one_did_lately() -> None:
    opener = tuple(words_of(OWN)[:3])
    assert said([OWN, "So.", ASKS], openers={opener}) == ["So.", ASKS]


def test_a_reply_is_never_too_long() -> None:
    sentences = [f"This is sentence {number} of a talkative model." for number in "3" * 12]
    shown = said([f"{s[:-1]} {at * 'x'}." for at, s in enumerate(sentences)] + [ASKS])
    assert len(" ".join(shown).split()) <= SPOKEN_WORDS
    assert shown[-1] == ASKS


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
async def test_sentences_come_whole_however_they_are_cut(size: int) -> None:
    text = 'We have 1.5 ms, e.g. for ranking. "So what?" you say.\nNext line! And'

    async def pieces() -> AsyncIterator[str]:
        for at in range(0, len(text), size):
            yield text[at : at + size]

    found = [sentence async for sentence in sentences_of(pieces())]
    assert found == [
        "We have 1.5 ms, e.g. for ranking.",
        '"So what?" you say.',
        "Next line!",
    ]
