"""What the embedded judge makes of the shipped case's own texts; rates where it holds mostly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest

from interviewer.core.assessment import Judgement, Verdict
from interviewer.core.settings import STEPS, StepId
from interviewer.judge.embedded import EmbeddedJudge, Weights, probability, read_weights
from interviewer.judge.reading import FLAG_FEATURES, ITEM_FEATURES
from interviewer.text.sentences import split_sentences, words_of
from tests.builders import a_case
from tests.shipped import shipped_case

EARNED = (Verdict.MET, Verdict.PARTIAL)
CASE = shipped_case()
ITEMS = list(CASE.items())
SOME_ITEMS = ITEMS[::2]  # where all of them would take too long


def judged(judge: EmbeddedJudge, step: StepId, text: str, *, elsewhere: bool = False) -> Judgement:
    return judge.judge(CASE, step, split_sentences(text), elsewhere=elsewhere)


def verdict_on(judge: EmbeddedJudge, step: StepId, item: str, text: str) -> Verdict:
    items = judged(judge, step, text).items
    return next(found.verdict for found in items if found.item == item)


def earned(judgement: Judgement) -> list[str]:
    return [item.item for item in judgement.items if item.verdict in EARNED]


def rate(hits: Sequence[object], of: int) -> float:
    return len(hits) / of


# What earns an item


def test_an_items_own_exemplar_meets_it(judge: EmbeddedJudge) -> None:
    verdicts = {i.id: verdict_on(judge, step, i.id, i.exemplar) for step, i in ITEMS}
    below = {item: verdict for item, verdict in verdicts.items() if verdict is not Verdict.MET}
    assert not below  # measured: all 54


@pytest.mark.parametrize(
    "noise",
    ["Sorry, my dog is barking, one second.", "My last job was at a small bank in Lisbon."],
)
def test_a_sentence_about_something_else_adds_nothing(judge: EmbeddedJudge, noise: str) -> None:
    rank = [Verdict.ABSENT, Verdict.UNASSESSED, Verdict.PARTIAL, Verdict.MET]
    raised = []
    for step, item in SOME_ITEMS:
        alone, beside = item.near_misses[0], f"{item.near_misses[0]} {noise}"
        before, after = (verdict_on(judge, step, item.id, text) for text in (alone, beside))
        if rank.index(after) > rank.index(before):
            raised.append(item.id)
    assert not raised


def test_ways_to_say_it_that_the_author_gave_earn_it(judge: EmbeddedJudge) -> None:
    said = [(step, i.id, i.said[0]) for step, i in ITEMS]
    missed = [
        text for step, item, text in said if verdict_on(judge, step, item, text) not in EARNED
    ]
    assert rate(missed, len(said)) <= 0.06, missed  # measured: 3 of 55, all of them lists


def test_an_answer_with_everything_in_it_earns_most_of_its_step(judge: EmbeddedJudge) -> None:
    for step in STEPS:
        items = CASE.steps[step].items
        text = " ".join(item.exemplar for item in items)
        assert rate(earned(judged(judge, step, text)), len(items)) >= 0.85, step


@pytest.mark.parametrize("step", STEPS)
def test_order_of_sentences_matters_little(judge: EmbeddedJudge, step: StepId) -> None:
    texts = [item.exemplar for item in CASE.steps[step].items]
    forward = earned(judged(judge, step, " ".join(texts)))
    backward = earned(judged(judge, step, " ".join(reversed(texts))))
    assert len(set(forward) ^ set(backward)) <= 1


# What does not


def test_near_misses_do_not_meet_their_item(judge: EmbeddedJudge) -> None:
    misses = [(step, i.id, text) for step, i in ITEMS for text in i.near_misses]
    verdicts = [verdict_on(judge, step, item, text) for step, item, text in misses]
    met = [miss for miss, verdict in zip(misses, verdicts, strict=True) if verdict is Verdict.MET]
    earning = [verdict for verdict in verdicts if verdict in EARNED]
    assert rate(met, len(misses)) <= 0.02, met  # measured: none
    assert rate(earning, len(misses)) <= 0.1, Counter(verdicts)


@pytest.mark.parametrize("step", STEPS)
def test_a_bare_list_of_every_term_earns_nothing(judge: EmbeddedJudge, step: StepId) -> None:
    vectors = judge.prepare(CASE)
    terms = [
        ", ".join(sorted(terms, key=lambda term: -terms[term])[:3])
        for terms, own in zip(vectors.terms, vectors.steps, strict=True)
        if own is step
    ]
    assert not earned(judged(judge, step, ", ".join(terms)))
    assert not earned(judged(judge, step, "\n".join(f"- {term}" for term in terms)))


def test_keyword_lists_of_practitioners_earn_nothing(judge: EmbeddedJudge) -> None:
    lists = {
        StepId.DATA: "impression logs, point-in-time joins, delayed labels, negatives, time split",
        StepId.MODELING: "two towers, in-batch negatives, log-q, MMoE, DIN, NDCG, AUC, A/B test",
        StepId.SERVING: "HNSW, IVF-PQ, p99 budget, caching, canary, fallback, feature store, GPU",
        StepId.MONITORING: "PSI, KS, drift, alerts, exploration, holdback, retraining, rollback",
    }
    for step, text in lists.items():
        assert not earned(judged(judge, step, text)), text


@pytest.mark.parametrize("text", ["", " ", "?!", "..."])
@pytest.mark.parametrize("elsewhere", [True, False])
def test_an_empty_text_is_absent_everywhere(
    judge: EmbeddedJudge, text: str, elsewhere: bool
) -> None:
    found = judged(judge, StepId.DATA, text, elsewhere=elsewhere)
    assert [item.item for item in found.items] == [i.id for i in CASE.steps[StepId.DATA].items]
    assert {item.verdict for item in found.items} == {Verdict.ABSENT}
    assert all(item.quote == "" and item.confidence == 1 for item in found.items)
    assert not found.red_flags


def test_an_exemplar_of_another_step_earns_nothing_here(judge: EmbeddedJudge) -> None:
    tried = 0
    wrongly: list[str] = []
    for at, (step, item) in enumerate(SOME_ITEMS):
        here = STEPS[(STEPS.index(step) + 1 + at % 6) % 7]
        found = judged(judge, here, item.exemplar)
        assert {judgement.step for judgement in found.items} == {here}
        tried += len(found.items)
        wrongly += [f"{item.id} -> {other}" for other in earned(found)]
    assert rate(wrongly, tried) <= 0.04, wrongly  # measured: 0.014


@pytest.mark.parametrize(
    "text",
    [
        "I would follow best practices and make sure that everything is of high quality.",
        "We would clean the data, train the best model and put it into production.",
        "It rained all weekend and the children baked bread.",
        "The system should be scalable, reliable, secure and easy to maintain.",
        "Machine learning is a very powerful tool for this kind of problem.",
    ],
)
def test_generic_sentences_earn_nothing(judge: EmbeddedJudge, text: str) -> None:
    for step in STEPS:
        assert not any(item.verdict is Verdict.MET for item in judged(judge, step, text).items), (
            step
        )


# Other steps


def test_items_of_other_steps_are_found_where_they_may_be_earned(judge: EmbeddedJudge) -> None:
    missed: list[str] = []
    for at, (step, item) in enumerate(SOME_ITEMS):
        here = STEPS[(STEPS.index(step) + 1 + at % 6) % 7]
        found = judged(judge, here, item.exemplar, elsewhere=True)
        abroad = [other for other in found.items if other.step is not here]
        assert all(other.verdict in EARNED for other in abroad) and len(abroad) <= 8
        if item.id not in {other.item for other in abroad}:
            missed.append(item.id)
    assert rate(missed, len(SOME_ITEMS)) <= 0.1, missed


# Red flags


def test_what_a_red_flag_says_is_heard(judge: EmbeddedJudge) -> None:
    said = [(step, flag.id, text) for step, flag in CASE.red_flags() for text in flag.said]
    unheard = [
        text
        for step, flag, text in said
        if flag not in {found.red_flag for found in judged(judge, step, text).red_flags}
    ]
    assert rate(unheard, len(said)) <= 0.02, unheard  # measured: all heard


def test_what_earns_points_is_no_red_flag(judge: EmbeddedJudge) -> None:
    texts = [(step, item.exemplar) for step, item in ITEMS]
    texts += [(step, CASE.steps[step].model_answer) for step in STEPS]
    flagged = [text for step, text in texts if judged(judge, step, text).red_flags]
    assert rate(flagged, len(texts)) <= 0.05, flagged


def test_a_red_flag_earns_nothing(judge: EmbeddedJudge) -> None:
    said = [(step, text) for step, flag in CASE.red_flags() for text in flag.said]
    earning = [text for step, text in said if earned(judged(judge, step, text))]
    assert rate(earning, len(said)) <= 0.05, earning


def test_a_red_flag_is_quoted_as_one_sentence(judge: EmbeddedJudge) -> None:
    flag = CASE.steps[StepId.DATA].red_flags[0]
    text = f"First the logs. {flag.said[0]} Then the labels."
    found = judged(judge, StepId.DATA, text).red_flags
    assert [(hit.red_flag, hit.quote) for hit in found] == [(flag.id, flag.said[0])]


def test_red_flags_of_other_steps_are_not_heard(judge: EmbeddedJudge) -> None:
    flag = CASE.steps[StepId.DATA].red_flags[0]
    for step in set(STEPS) - {StepId.DATA}:
        found = judged(judge, step, flag.said[0], elsewhere=True)
        assert flag.id not in {hit.red_flag for hit in found.red_flags}


REJECTING = (
    "A colleague of mine would say that {}",
    "Suppose somebody told us that {}",
    "You might think that {}",
)


@pytest.mark.parametrize("frame", REJECTING)
def test_a_red_flag_that_is_only_reported_is_not_heard(judge: EmbeddedJudge, frame: str) -> None:
    said = [(step, flag.id, flag.said[0]) for step, flag in CASE.red_flags()]
    heard = [
        text
        for step, flag, text in said
        if flag
        in {
            found.red_flag
            for found in judged(judge, step, frame.format(text[0].lower() + text[1:])).red_flags
        }
    ]
    assert rate(heard, len(said)) <= 0.1, heard


def test_a_term_or_a_heading_is_no_red_flag(judge: EmbeddedJudge) -> None:
    for step, flag in CASE.red_flags():
        text = " ".join(flag.said[0].split()[:3])
        assert not judged(judge, step, text).red_flags


DENIED = {
    "srv_fallback_ladder": "We do not need a fallback with timeouts, the stages are reliable.",
    "mod_baseline_first": "A simple baseline like popularity is pointless, I would not build one.",
    "dat_time_split": "Splitting training and test by time is unnecessary.",
    "mon_input_drift": "Watching null rates and PSI of the features is overkill.",
    "srv_staged_rollout": "I would skip mirrored traffic and the canary.",
}


@pytest.mark.parametrize("item", DENIED)
def test_a_point_is_not_met_by_denying_it(judge: EmbeddedJudge, item: str) -> None:
    assert verdict_on(judge, CASE.step_of(item), item, DENIED[item]) is not Verdict.MET


# Form


@pytest.mark.parametrize("step", STEPS)
def test_every_item_of_the_step_is_judged_once_and_quoted(
    judge: EmbeddedJudge, step: StepId
) -> None:
    text = CASE.steps[step].model_answer
    sentences = split_sentences(text)
    quotable = {*sentences, *(f"{a} {b}" for a, b in zip(sentences, sentences[1:], strict=False))}
    found = judged(judge, step, text)
    assert [item.item for item in found.items] == [item.id for item in CASE.steps[step].items]
    for item in found.items:
        assert (item.quote in quotable) or (not item.quote and item.verdict is Verdict.ABSENT)
        assert 0 <= item.confidence <= 1 and 0 <= item.closeness <= 1
        assert item.reason


def test_more_words_around_a_point_do_not_lose_it(judge: EmbeddedJudge) -> None:
    padding = "That is what I would do here. Let me go on with the next thing I had in mind."
    lost = [
        item.id
        for step, item in SOME_ITEMS
        if verdict_on(judge, step, item.id, f"{padding} {item.exemplar} {padding}")
        is not Verdict.MET
    ]
    assert not lost


def test_padding_earns_nothing_by_itself(judge: EmbeddedJudge) -> None:
    words = "In general there are many aspects and one has to look at all of them carefully. "
    short, long = judged(judge, StepId.DATA, words), judged(judge, StepId.DATA, words * 20)
    assert earned(short) == earned(long) == []


def test_the_same_text_gets_the_same_verdicts(judge: EmbeddedJudge) -> None:
    text = CASE.steps[StepId.MODELING].model_answer
    assert judged(judge, StepId.MODELING, text) == judged(judge, StepId.MODELING, text)


# Parts


def test_the_judge_works_for_a_case_it_has_never_seen() -> None:
    def encode(texts: Sequence[str]) -> np.ndarray:
        """Bags of words: enough for texts that share hardly a word."""
        rows = np.zeros((len(texts), 384), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words_of(text) or ["-"]:
                row[sum(map(ord, word)) % 384] += 1
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    case, judge = a_case(), EmbeddedJudge(encode)
    item = case.steps[StepId.DATA].items[0]
    found = judge.judge(case, StepId.DATA, split_sentences(item.exemplar), elsewhere=False)
    best = max(found.items, key=lambda judged: judged.closeness)
    assert best.item == item.id and judge.name == read_weights().name


def test_weights_name_every_feature_and_order_their_thresholds() -> None:
    weights: Weights = read_weights()
    assert set(weights.item) == set(ITEM_FEATURES) and set(weights.flag) == set(FLAG_FEATURES)
    assert 0 < weights.unsure < weights.partial < weights.met < weights.elsewhere < 1
    assert weights.item["closest_earning"] > 0 > weights.item["closest_flag"]
    assert weights.flag["two_closest_said"] > 0 > weights.flag["closest_earning"]


def test_probability_is_logistic() -> None:
    chances = probability(np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([1.0, 0.5]), -2.0)
    assert chances == pytest.approx([0.1192, 0.5], abs=1e-4)
