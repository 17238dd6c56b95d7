"""Every threshold of the embedded judge, one step to either side of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from interviewer.core.assessment import Verdict
from interviewer.judge.embedded import SHORTLIST, EmbeddedJudge, read_weights
from interviewer.judge.reading import (
    FLAG_FEATURES,
    ITEM_FEATURES,
    earning_texts,
    term_coverage,
)
from interviewer.text.sentences import list_likeness, stem, words_of
from tests.judge.near import (
    CASE,
    FAR,
    FLAG,
    ITEM,
    SAID,
    SLOPE,
    STEP,
    SURE,
    THEN,
    TURNED,
    flat,
    vectors_of,
)


class Judged:
    """What the judge makes of sentences that lie where a test puts them.

    Args:
        near: the cosines of each sentence by what they are to.
        elsewhere: whether items of other steps may be earned.
        weights: in place of those of `flat`.
    """

    def __init__(
        self, near: Mapping[str, Mapping[str, float]], *, elsewhere: bool = False, **weights: Any
    ) -> None:
        judge = EmbeddedJudge(vectors_of(near), weights=flat(**weights))
        found = judge.judge(CASE, STEP, list(near), elsewhere=elsewhere)
        self.verdicts = {item.item: item.verdict for item in found.items}
        self.quotes = {item.item: item.quote for item in found.items}
        self.flags = {flag.red_flag for flag in found.red_flags}


def model(kind: str, feature: str, chance: float, at: float) -> dict[str, Any]:
    """A model that gives this chance where its one feature has this value."""
    names = ITEM_FEATURES if kind == "item" else FLAG_FEATURES
    intercept = math.log(chance / (1 - chance)) - SLOPE * at
    return {kind: dict.fromkeys(names, 0.0) | {feature: SLOPE}, f"{kind}_intercept": intercept}


@pytest.mark.parametrize(
    ("chance", "verdict"),
    [
        (0.355, Verdict.ABSENT),
        (0.365, Verdict.UNASSESSED),
        (0.395, Verdict.UNASSESSED),
        (0.405, Verdict.PARTIAL),
        (0.695, Verdict.PARTIAL),
        (0.705, Verdict.MET),
    ],
)
def test_the_chance_decides_the_verdict(chance: float, verdict: Verdict) -> None:
    judged = Judged({SAID: {ITEM.id: 0.6}}, **model("item", "closest_earning", chance, 0.6))
    assert judged.verdicts[ITEM.id] is verdict


@pytest.mark.parametrize(("chance", "heard"), [(0.795, False), (0.805, True)])
def test_more_certainty_earns_a_point_of_another_step(chance: float, heard: bool) -> None:
    shipped = model("item", "closest_earning", chance, 0.6)
    judged = Judged({SAID: {FAR.id: 0.6}}, elsewhere=True, **shipped)
    assert (FAR.id in judged.verdicts) is heard


def test_no_more_points_of_other_steps_than_the_shortlist_has() -> None:
    far = [item.id for step, item in CASE.items() if step is not STEP]
    shipped = model("item", "closest_earning", 0.9, 0.3) | {"floor": 0.1}
    judged = Judged({SAID: dict.fromkeys(far[:10], 0.3)}, elsewhere=True, **shipped)
    assert len(set(judged.verdicts) & set(far)) == SHORTLIST == 8


@pytest.mark.parametrize(("cosine", "earned"), [(0.345, False), (0.355, True)])
def test_what_is_far_from_every_earning_text_earns_nothing(cosine: float, earned: bool) -> None:
    judged = Judged({SAID: {ITEM.id: cosine}})
    assert (judged.verdicts[ITEM.id] is Verdict.MET) is earned


@pytest.mark.parametrize(("nearer", "earned"), [(0.145, True), (0.155, False)])
def test_what_is_nearer_to_a_near_miss_earns_nothing(nearer: float, earned: bool) -> None:
    judged = Judged({SAID: {ITEM.id: 0.5, f"{ITEM.id} missed": 0.5 + nearer}})
    assert (judged.verdicts[ITEM.id] is Verdict.MET) is earned


@pytest.mark.parametrize(("cosine", "pair"), [(0.245, False), (0.255, True)])
def test_a_sentence_about_something_else_makes_no_pair(cosine: float, pair: bool) -> None:
    near = {SAID: {ITEM.id: 0.6}, THEN: {ITEM.id: cosine, TURNED: 1.0}}
    judged = Judged(near, **model("item", "closest_earning", 0.9, 0.6))
    assert judged.quotes[ITEM.id] == (f"{SAID} {THEN}" if pair else SAID)


LISTS = [
    ("the index shards, the latency budget, the queue depth, a gateway", False),  # 0.55
    ("the index shards, the latency budget, the queue depth, slow gateway errors", True),  # 0.625
]


@pytest.mark.parametrize(("text", "is_list"), LISTS)
def test_a_list_of_terms_earns_nothing_and_is_no_red_flag(text: str, is_list: bool) -> None:
    earned = Judged({text: {ITEM.id: 0.9}})
    claimed = Judged({text: {FLAG.id: 0.9}}, flag_intercept=SURE)
    assert (list_likeness(text) >= read_weights().keywords) is is_list
    assert (earned.verdicts[ITEM.id] is Verdict.ABSENT) is is_list
    assert (FLAG.id not in claimed.flags) is is_list


@pytest.mark.parametrize(("chance", "earned"), [(0.395, True), (0.405, False)])
def test_what_is_likely_a_red_flag_earns_nothing_in_its_step(chance: float, earned: bool) -> None:
    flagged = model("flag", "closest_said", chance, 0.6)
    near = {SAID: {ITEM.id: 0.5, FAR.id: 0.5, FLAG.id: 0.6}}
    judged = Judged(near, elsewhere=True, **flagged)
    assert (judged.verdicts[ITEM.id] is Verdict.MET) is earned
    assert judged.verdicts[FAR.id] is Verdict.MET


@pytest.mark.parametrize(("chance", "heard"), [(0.595, False), (0.605, True)])
def test_a_red_flag_is_heard_from_a_chance_on(chance: float, heard: bool) -> None:
    judged = Judged({SAID: {FLAG.id: 0.6}}, **model("flag", "closest_said", chance, 0.6))
    assert (FLAG.id in judged.flags) is heard


@pytest.mark.parametrize(("cosine", "heard"), [(0.545, False), (0.555, True)])
def test_a_red_flag_is_not_heard_from_afar_yet_earns_nothing(cosine: float, heard: bool) -> None:
    judged = Judged({SAID: {ITEM.id: 0.6, FLAG.id: cosine}}, flag_intercept=SURE)
    assert (FLAG.id in judged.flags) is heard
    assert judged.verdicts[ITEM.id] is Verdict.ABSENT


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        pytest.param("We would split randomly.", False, id="four-words-are-a-heading"),
        pytest.param("We would just split randomly.", True, id="five-words-claim"),
        pytest.param("We need visits, clicks, shares, purchases and returns.", False, id="names"),
        pytest.param(
            "We need visits and clicks from everybody who came to the shop.", True, id="says-more"
        ),
    ],
)
def test_a_red_flag_takes_a_sentence_that_claims_something(text: str, heard: bool) -> None:
    judged = Judged({text: {FLAG.id: 0.9}}, flag_intercept=SURE, keywords=1.1)
    assert (FLAG.id in judged.flags) is heard


def test_the_words_of_an_item_count_no_more_than_a_quarter() -> None:
    case = EmbeddedJudge(vectors_of({})).prepare(CASE)
    first, weights = case.items[0], case.terms[0]
    least = min((word for word in words_of(first.exemplar) if stem(word) in weights), key=len)
    assert term_coverage(least, case)[0] == pytest.approx(weights[stem(least)])
    assert weights[stem(least)] < 0.25
    assert term_coverage(" ".join(earning_texts(first)), case)[0] == 0.25


def test_the_problem_alone_is_no_text_that_earns_an_item() -> None:
    first = CASE.steps[STEP].items[0]
    other = first.model_copy(update={"alternatives": ("Let the keeper choose by hand.",)})
    assert first.statement not in earning_texts(other)
    assert {*first.said, first.exemplar, *other.alternatives} <= set(earning_texts(other))
