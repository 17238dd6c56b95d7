"""Answers cut into sentences and pairs, and how far a text is a bare list."""

from __future__ import annotations

import pytest

from interviewer.text.sentences import (
    LONG_SENTENCE,
    MAX_SENTENCES,
    list_likeness,
    split_sentences,
    windows,
    words_of,
)
from tests.shipped import shipped_case


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("  \n ", [], id="spaces"),
        pytest.param("?! ...", [], id="no_words"),
        pytest.param("One. Two! Three?", ["One.", "Two!", "Three?"], id="marks"),
        pytest.param("one. two", ["one.", "two"], id="lower_case"),
        pytest.param("It is 1.5 s at p99.9.", ["It is 1.5 s at p99.9."], id="decimals"),
        pytest.param("Use e.g. HNSW or IVF.", ["Use e.g. HNSW or IVF."], id="abbreviation"),
        pytest.param("Batch vs. online.", ["Batch vs. online."], id="versus"),
        pytest.param("Logs, joins, etc. and labels.", ["Logs, joins, etc. and labels."], id="etc"),
        pytest.param("Logs, etc. Then labels.", ["Logs, etc.", "Then labels."], id="etc_ends"),
        pytest.param("No. I would wait.", ["No.", "I would wait."], id="no_is_a_word"),
        pytest.param("1. Log it\n2. Join it", ["1. Log it", "2. Join it"], id="numbered_lines"),
        pytest.param("1. Log it. 2. Join it.", ["1. Log it.", "Join it."], id="in_line"),
        pytest.param("- log\n- join", ["- log", "- join"], id="bullets"),
        pytest.param("log it; then join it", ["log it", "then join it"], id="semicolon"),
        pytest.param('"Wait." Then we left.', ['"Wait.', "Then we left."], id="quote"),
        pytest.param("a\n\nb", ["a", "b"], id="paragraphs"),
        pytest.param("Wait... what?", ["Wait...", "what?"], id="dots"),
        pytest.param("we log it The rest is lost", ["we log it", "The rest is lost"], id="no_stop"),
        pytest.param("log it \U0001f600 Then join", ["log it \U0001f600", "Then join"], id="emoji"),
        pytest.param("as in The Economist", ["as in The Economist"], id="a_name"),
        pytest.param("Data: The log.", ["Data: The log."], id="after_a_colon"),
        pytest.param("We log it.We join it.", ["We log it.We join it."], id="no_space"),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert list(split_sentences(text)) == sentences


AUTHORED = [item.exemplar for _, item in shipped_case().items()] + [
    step.model_answer for step in shipped_case().steps.values()
]


def test_sentences_are_verbatim_in_order_and_keep_every_word() -> None:
    for text in AUTHORED:
        at = 0
        for sentence in split_sentences(text):
            at = text.index(sentence, at) + len(sentence)
        kept = [word for sentence in split_sentences(text) for word in words_of(sentence)]
        assert kept == list(words_of(text))


def test_a_long_sentence_is_cut_where_it_pauses() -> None:
    half = "we log every impression with the features that the ranker saw at that moment " * 2
    parts = split_sentences(f"{half.strip()}, and {half.strip()}, because {half.strip()}.")
    assert len(parts) == 3 and parts[1].startswith("and ") and parts[2].startswith("because ")
    assert list(split_sentences(half.strip())) == [half.strip()]
    assert len(words_of(half)) <= LONG_SENTENCE


def test_very_long_messages_are_cut_off() -> None:
    assert len(split_sentences("We log it. " * 500)) == MAX_SENTENCES


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_windows_are_all_sentences_and_all_pairs_of_neighbours(count: int) -> None:
    sentences = [f"Sentence {number}." for number in range(count)]
    found = windows(sentences)
    assert [w.text for w in found if w.length == 1] == sentences
    pairs = [w for w in found if w.length == 2]
    assert [w.start for w in pairs] == list(range(max(0, count - 1)))
    assert all(w.text == f"{sentences[w.start]} {sentences[w.start + 1]}" for w in pairs)


@pytest.mark.parametrize(
    "text",
    [
        "two-tower, ANN, HNSW, NDCG, MMoE, A/B test",
        "quota, subscriptions, co-watch",
        "retrieval / features / towers / caches",
        "drift, PSI, KS, alerts, retraining",
        "HNSW",
        "\u2022 logging \u2022 joining \u2022 sampling \u2022 labels",
    ],
)
def test_lists_of_terms_look_like_lists(text: str) -> None:
    assert list_likeness(text) >= 0.6


@pytest.mark.parametrize(
    "text",
    [
        "I would log the features as they were, because joining them later leaks the future.",
        "We split by time, so that the test days come after the training days.",
        "150 ms is the tail, so all stages share it and the ranker gets sixty.",
        "Users who skip, hide or report a video tell us more than those who only scroll past it.",
    ],
)
def test_sentences_do_not_look_like_lists(text: str) -> None:
    assert list_likeness(text) <= 0.3


@pytest.mark.parametrize("text", ["", ",", "a", "a b c d", "x, " * 50])
def test_likeness_is_a_share(text: str) -> None:
    assert 0 <= list_likeness(text) <= 1


def test_exemplars_are_no_lists() -> None:
    likeness = [list_likeness(item.exemplar) for _, item in shipped_case().items()]
    assert max(likeness) < 0.6
