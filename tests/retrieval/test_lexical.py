"""Search by words, and two searches made one."""

from __future__ import annotations

from interviewer.retrieval.lexical import WordIndex, fuse

TEXTS = {"drift": "Inputs change: compare histograms.", "bias": "Top slots get clicks."}


def test_texts_that_share_a_word_are_ranked() -> None:
    words = WordIndex(list(TEXTS), list(TEXTS.values()))
    assert words.ranks("a histogram of clicks, clicks and clicks") == {"bias": 1, "drift": 2}
    assert words.ranks("nothing of it") == {}


def test_no_texts_are_no_error() -> None:
    assert WordIndex([], []).ranks("histograms") == {}


def test_what_both_searches_find_outranks_the_best_of_one() -> None:
    # With a small damping the first place of one search would outweigh two middle places.
    meant = {"first": 1, "second": 2, "both": 5}
    said = {"other": 1, "both": 6}
    assert fuse(meant, said)[0] == "both"


def test_places_of_one_search_keep_their_order() -> None:
    ranks = {f"p{place}": place for place in range(1, 101)}
    assert fuse(ranks, {}) == list(ranks)
