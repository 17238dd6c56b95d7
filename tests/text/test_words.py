"""Words, stems and counts."""

from __future__ import annotations

import pytest

from interviewer.text.sentences import STOP_WORDS, content_stems, count_words, stem, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("?! ... --", []),
        ("We log it.", ["we", "log", "it"]),
        ("Don't", ["don't"]),
        ("I\u2019d wait", ["i'd", "wait"]),
        ("point-in-time join", ["point-in-time", "join"]),
        ("150 ms, 1,000 videos, 0.5%", ["150", "ms", "1,000", "videos", "0.5"]),
        ("p99 and A/B", ["p", "99", "and", "a", "b"]),
        ("'quoted' words-", ["quoted", "words"]),
        ("recall@k", ["recall", "k"]),
        ("\u4e0d\u77e5\u9053", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


@pytest.mark.parametrize(
    ("family", "common"),
    [
        (("sample", "samples", "sampled", "sampling", "sampler"), "sampl"),
        (("log", "logs"), "log"),
        (("ranking", "ranker", "ranks"), "rank"),
        (("normalise", "normalises", "normalised"), "normalis"),
        (("correction", "corrections", "correct"), "correct"),
        (("monitoring", "monitor", "monitors"), "monitor"),
        (("feature", "features"), "featur"),
        (("daily",), "dai"),
    ],
)
def test_words_of_one_family_share_a_stem(family: tuple[str, ...], common: str) -> None:
    stems = {stem(word) for word in family}
    assert stems == {common} or len(family) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("train", "trained"), ("cache", "caching"), ("alert", "alerting"), ("drift", "drifts")],
)
def test_inflections_meet(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["is", "as", "his", "used", "a", "ms", "ing", "red", "loss"])
def test_short_words_keep_enough_to_be_told_apart(word: str) -> None:
    assert len(stem(word)) >= min(3, len(word))


@pytest.mark.parametrize(
    ("one", "other"),
    [("recall", "rank"), ("serving", "server"), ("latency", "late"), ("precision", "predict")],
)
def test_different_words_do_not(one: str, other: str) -> None:
    assert stem(one) != stem(other) or one[:4] == other[:4]


def test_content_stems_leave_out_what_carries_no_meaning() -> None:
    assert list(content_stems("We would log the features as they were at that time.")) == [
        "log",
        "featur",
        "tim",
    ]
    assert not content_stems("I'd just use it, so that we can")


def test_single_letters_carry_no_meaning_but_numbers_do() -> None:
    assert list(content_stems("k of x in 150 ms")) == ["150", "ms"]


@pytest.mark.parametrize(
    ("texts", "count"), [((), 0), (("",), 0), (("one two", "three"), 3), (("a, b; c!",), 3)]
)
def test_counting_words(texts: tuple[str, ...], count: int) -> None:
    assert count_words(texts) == count


def test_stop_words_are_as_words_of_sees_them() -> None:
    assert all(list(words_of(word)) == [word] for word in STOP_WORDS)
