"""What is linked, what is doubted, what the doubt quotes, and what a later turn changes."""

from __future__ import annotations

import pytest

from interviewer.cases.variants import apply_variant
from interviewer.core.assessment import StatedNumber
from interviewer.text.quantities import Doubt, find_doubts, newest, stated_numbers
from interviewer.text.quantities.clauses import sums_in
from interviewer.text.quantities.stated import clipped
from interviewer.text.sentences import split_sentences
from tests.quantities.replaying import doubts_in, doubts_of, entries, the_case

VIDEO, SEARCH, ADS = "video_recommendation", "search_autocomplete", "ad_click_prediction"

LINKED = [
    (VIDEO, "I plan for 40k requests per second on average.", "qps_average", 40_000),
    (VIDEO, "That makes 3.6 billion feed loads a day.", "qps_average", 41_667),
    (VIDEO, "About 100k QPS at the evening peak.", "qps_peak", 100_000),
    (VIDEO, "Retrieval gets 30 ms.", "latency_retrieval", 30),
    (VIDEO, "The ranker gets 0.06 seconds.", "latency_ranking", 60),
    (VIDEO, "The video embeddings need 256 GB.", "vector_storage", 256),
    (VIDEO, "I wait one day before a label is final.", "label_delay", 24),
    (VIDEO, "1.4 million users per arm.", "experiment_users_per_arm", 1.4),
    (SEARCH, "The trie takes about 50 GB.", "index_memory", 50),
    (SEARCH, "A removal is effective everywhere in 2 minutes.", "takedown_seconds", 120),
    (SEARCH, "58 thousand searches a second.", "searches_per_second", 58_000),
    (ADS, "60 million scores a second at peak.", "scores_peak", 60),
    (ADS, "We collect 100 million clicks a day.", "clicks_daily", 100),
    (ADS, "The embedding tables take 32 GB.", "table_memory", 32),
]
UNLINKED = [
    (VIDEO, "Is it 40k requests per second?"),
    (VIDEO, "It is not 400 requests per second."),
    (VIDEO, "Each user sends 12 requests a day."),
    (VIDEO, "A machine serves 400 requests per second per core."),
    (VIDEO, "My last company had 40k requests per second."),
    (VIDEO, "If we got 40k requests per second, one host would not do."),
    (VIDEO, "40k writes per second go to the log."),
    (VIDEO, "The label is one after 30 seconds of watching."),
    (SEARCH, "Each shard of the trie takes 1 GB."),
    (ADS, "100 million impressions."),
]


@pytest.mark.parametrize(("case", "text", "quantity", "value"), LINKED)
def test_a_figure_is_linked_by_unit_and_words(
    case: str, text: str, quantity: str, value: float
) -> None:
    (number,) = stated_numbers(the_case(case), [text])
    assert number.quantity == quantity
    assert number.value == pytest.approx(value, rel=1e-3)
    assert number.quote in text


@pytest.mark.parametrize(("case", "text"), UNLINKED)
def test_what_is_not_sure_is_not_linked(case: str, text: str) -> None:
    assert not [n for n in stated_numbers(the_case(case), [text]) if n.quantity]


SUMS = [
    ("200M users times 10 requests a day is 2 million requests a day", True),
    ("200M users times 10 requests a day is 2 billion requests a day", False),
    ("2 billion a day is about 200,000 per second", True),
    ("2 billion a day is about 23,000 per second", False),
    ("2 billion a day is about 50,000 per second at peak", False),
    ("500M x 128 x 4 bytes = 256 TB", True),
    ("500M \u00d7 128 \u00d7 4B = 256 GB", False),
    ("300 million times 128 floats is around 150 GB", False),
    ("1% of 10 billion is 1 billion", True),
    ("1% of 10 billion is 100 million", False),
    ("6 billion / 86,400 = 7,000 per second", True),
    ("0.01 / (0.01 + 0.99 x 0.05) = 0.168", False),
    ("half a percent of 40 minutes gives about 1.5 million users", False),
    ("2 models x 3 heads", False),
]


@pytest.mark.parametrize(("text", "doubtful"), SUMS)
def test_arithmetic(text: str, doubtful: bool) -> None:
    assert any(one.doubtful for one in sums_in(text)) is doubtful


def test_quotes_are_verbatim_and_short() -> None:
    doubts = [(e, d) for e in entries("seeded.yaml") for d in doubts_of(e)]
    assert doubts
    for entry, doubt in doubts:
        said = "\n".join(entry["messages"])
        assert doubt.quotes and all(quote and quote in said for quote in doubt.quotes), doubt
        assert sum(len(quote.split()) for quote in doubt.quotes) <= 12


@pytest.mark.parametrize(
    ("quote", "words", "kept"),
    [
        ("ranking takes 250 ms", 12, "ranking takes 250 ms"),
        ("a b c d e 250 ms", 4, "d e 250 ms"),
        ("250 ms a b c d e", 4, "250 ms a b"),
        ("a b c 250 ms d e f", 2, "250 ms"),
        ("no figure at all in here", 3, "no figure at"),
        ("3 million a day, which is 7 per second", 6, "which is 7 per second"),
        ("3 million a day is 7 per second", 5, "is 7 per second"),
    ],
)
def test_clipping_keeps_the_figure(quote: str, words: int, kept: str) -> None:
    assert clipped(quote, words) == kept


# Budgets


def ids(doubts: list[Doubt]) -> list[str]:
    return [doubt.id for doubt in doubts]


@pytest.mark.parametrize(
    ("messages", "told", "found"),
    [
        (["Ranking takes 250 ms."], True, ["stage-latency:ranking"]),
        (["Ranking takes 250 ms."], False, []),
        (
            ["We have a total budget of 200 ms.", "Ranking takes 250 ms."],
            False,
            ["stage-own:ranking"],
        ),
        (
            ["We have a total budget of 200 ms.", "Ranking takes 190 ms."],
            True,
            ["stage-latency:ranking"],
        ),
        (["Retrieval 60 ms, features 40 ms, ranking 70 ms."], True, ["total-latency"]),
        (["Retrieval 60 ms, features 40 ms, ranking 50 ms."], True, []),
        (["Retrieval 60 ms.", "Features 40 ms.", "Ranking 70 ms."], True, ["total-latency"]),
        (["Retrieval 60 ms.", "Features 40 ms.", "Retrieval 30 ms, ranking 70 ms."], True, []),
        (["Retrieval 60 ms, ranking 80 ms.", "The 150 ms are kept."], True, []),
    ],
)
def test_time_budgets(messages: list[str], told: bool, found: list[str]) -> None:
    assert ids(doubts_in(the_case(VIDEO), messages, ["latency"] if told else [])) == found


def test_a_sketch_is_read_like_a_list() -> None:
    sketch = "gateway (20 ms) -> retrieval (60 ms) -> ranking (90 ms)\nrerank (10 ms)"
    assert ids(doubts_in(the_case(VIDEO), [sketch], ["latency"])) == ["total-latency"]


def test_a_changed_constraint_makes_its_numbers_void() -> None:
    case = the_case(VIDEO)
    stated = stated_numbers(case, ["Ranking takes 1,900 ms."])
    change = next(c for c in case.constraint_changes if c.id == "eighty_milliseconds")
    assert ids(find_doubts(case, [], stated, told=["latency"]))
    assert not find_doubts(case, [], stated, told=["latency"], void=change.voids)


def test_a_variant_brings_its_own_limit_and_drops_other_ranges() -> None:
    case = apply_variant(the_case(ADS), "small_network")
    texts = ["On average 40 ad requests per second.", "Scoring takes 60 ms."]
    assert doubts_in(case, texts, ["latency"]) == []
    assert ids(doubts_in(case, ["Scoring takes 160 ms."], ["latency"])) == ["stage-latency:ranking"]
    assert ids(doubts_in(the_case(ADS), texts, ["latency"])) == [
        "figure-requests_average",
        "stage-latency:ranking",
    ]


# The notebook


def noted(*messages: str, case: str = VIDEO) -> list[str]:
    known: list[StatedNumber] = []
    for message in messages:
        known = newest(known, stated_numbers(the_case(case), split_sentences(message)))
    return [number.quote for number in known]


@pytest.mark.parametrize(
    ("messages", "quotes"),
    [
        (["400 requests a second.", "Sure, 40k requests a second."], ["40k requests a second"]),
        (["Ranking takes 250 ms.", "Ranking takes 60 ms."], ["Ranking takes 60 ms"]),
        (["Retrieval: 30 ms.", "Ranking: 60 ms."], ["Retrieval: 30 ms", "Ranking: 60 ms"]),
        (["Ranking takes 250 ms. Sorry, I mean 60 ms."], []),
        (["It takes 36 billion, no, 3.6 billion requests a day."], ["3.6 billion requests a day"]),
        (["Two models and ten features."], []),
    ],
)  # fmt: skip
def test_the_newest_figure_replaces_the_older(messages: list[str], quotes: list[str]) -> None:
    found = noted(*messages)
    assert found[: len(quotes)] == quotes
    assert not any("250" in quote or "400" in quote or "36 b" in quote for quote in found)
