"""Topics, reasons and premises of the shipped cases: what an agenda is made of."""

from __future__ import annotations

import pytest

from interviewer.cases.library import load_library
from interviewer.cases.lint import check_case
from interviewer.core.case import Case, ConstraintChange, DeepDive, PushBack
from interviewer.text.sentences import content_stems, words_of

CASES = load_library().cases
# A topic with one of these words tells a solution and not what is to be solved.
SOLUTIONS = """
logq calibrator trie cache caching downsampling exploration holdback holdout fallback canary shadow
tower towers hnsw ann quantisation attention experts gates sharding blocklist overlay window
streaming batch propensity guardrails rollback funnel heads leakage
"""


def _scenarios(case: Case) -> dict[str, tuple[str, ...]]:
    """What every prepared scenario needs, by its id."""
    prepared: tuple[DeepDive | ConstraintChange | PushBack, ...]
    prepared = (*case.deep_dives, *case.constraint_changes, *case.push_backs)
    return {scenario.id: scenario.needs for scenario in prepared}


def _opens(needs: tuple[str, ...], said: str) -> bool:
    """Whether a message has all words of one of the phrases."""
    return any(set(content_stems(need)) <= set(content_stems(said)) for need in needs)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_topics_name_a_problem_in_a_few_words(case: Case) -> None:
    for _, item in case.items():
        words = item.topic.split()
        assert 2 <= len(words) <= 6, item.id
        assert item.topic.replace("A/B", "").islower(), item.id
        assert not set(SOLUTIONS.split()) & set(words_of(item.topic)), item.id


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_topics_and_reasons_pass_the_lint(case: Case) -> None:
    concepts = {item.concept for _, item in case.items()}
    found = [finding.where for finding in check_case(case, concepts)]
    assert [where for where in found if where.endswith((".topic", ".why"))] == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_no_premise_holds_for_every_design(case: Case) -> None:
    told = [case.opening, *(step.question for step in case.steps.values())]
    for id_, needs in _scenarios(case).items():
        assert all(content_stems(need) for need in needs), id_
        assert not any(_opens(needs, text) for text in told), id_


TWO_TOWERS = "A two-tower model trained on watches finds some hundreds of videos."
FOLLOWED = "The first cut is what is followed and what is popular in the country, no model at all."
APART = "Each outcome has its own boosted model, so that owners do not get into each other's way."
SHARED = "One multi-task ranker predicts the watch, the like and the hide."
ARGMAX = "We always show what the model likes best, and nothing else."
CHANCE = "One percent is randomised traffic, with the odds in the log."
GENERATED = "A language model writes the completions while people type."
VETTED = "Only strings from a vetted set may appear, which enough people have typed."
TRANSFORMER = "A distilled transformer on small accelerators sorts the list."
SEARCHED = "Hybrid retrieval finds eight passages, and the model writes from those."
PASTED = "All 250 pages go into the prompt, which is cheap enough here."
DECLINES = "If the best passage is weak, it declines and shows links."
ANSWERS = "It always writes an answer with citations."
TREES = "A few hundred gradient-boosted trees sort the list."


@pytest.mark.parametrize(
    ("case", "scenario", "design", "opens"),
    [
        ("video_recommendation", "train_the_retriever", TWO_TOWERS, True),
        ("video_recommendation", "train_the_retriever", FOLLOWED, False),
        ("video_recommendation", "one_net_seems_risky", SHARED, True),
        ("video_recommendation", "one_net_seems_risky", APART, False),
        ("video_recommendation", "random_costs_minutes", CHANCE, True),
        ("video_recommendation", "random_costs_minutes", ARGMAX, False),
        ("ad_click_prediction", "why_not_auc", "I go by log loss on fresh views.", True),
        ("ad_click_prediction", "why_not_auc", "I go by AUC within a request.", False),
        ("ad_click_prediction", "random_slice_costs", CHANCE, True),
        ("ad_click_prediction", "random_slice_costs", ARGMAX, False),
        ("ad_click_prediction", "one_purse_is_simpler", "I split the budget by arm.", True),
        ("ad_click_prediction", "one_purse_is_simpler", "Users are drawn by hash.", False),
        ("search_autocomplete", "let_a_model_write", VETTED, True),
        ("search_autocomplete", "let_a_model_write", GENERATED, False),
        ("search_autocomplete", "trees_look_old", TREES, True),
        ("search_autocomplete", "trees_look_old", TRANSFORMER, False),
        ("search_autocomplete", "no_list_group_costs", "A holdout types without help.", True),
        ("search_autocomplete", "no_list_group_costs", "Everybody gets the list.", False),
        ("enterprise_rag", "paste_everything", SEARCHED, True),
        ("enterprise_rag", "paste_everything", PASTED, False),
        ("enterprise_rag", "always_answer", DECLINES, True),
        ("enterprise_rag", "always_answer", ANSWERS, False),
    ],
)
def test_a_scenario_is_for_designs_that_have_its_premise(
    case: str, scenario: str, design: str, opens: bool
) -> None:
    assert _opens(_scenarios(CASES[case])[scenario], design) is opens


def test_upload_to_screen_assumes_no_index() -> None:
    """A generative design and one without any model are asked it as well."""
    dive = next(d for d in CASES["video_recommendation"].deep_dives if d.id == "upload_to_screen")
    assert dive.needs == ()
    asked = {stem for text in (dive.question, *dive.follow_ups) for stem in content_stems(text)}
    assert not asked & set(content_stems("vector encoder index tower embedding ranker"))
