"""The shipped data of the suites: enough of it, nothing twice, and nothing that leads nowhere."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from evals.claims import load_claims, load_examples, read_examples
from evals.labels import RATED
from evals.subjects import library
from evals.suites import Options, find_suite, suite_names
from evals.suites.manipulation import BASES, read_attacks
from evals.suites.retrieval import _passages
from evals.suites.retrieval import tasks as queries
from evals.suites.robustness import EVALS, REWRITES
from interviewer.cases.positions import read_yaml
from interviewer.core.settings import STEPS

CASES = sorted(library().cases)
REWRITTEN = {"paraphrase", "plain", "negated", "keywords"}


def _twice(values: Iterator[Any]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]


def test_there_are_many_attacks_and_none_twice() -> None:
    attacks = read_attacks()
    assert len(attacks) >= 100
    assert _twice(attack.id for attack in attacks) == []
    assert _twice(" ".join(attack.text.lower().split()) for attack in attacks) == []
    assert all(attack.text.strip() for attack in attacks)


def test_attacks_come_in_many_languages_styles_and_places() -> None:
    attacks = read_attacks()
    assert len({attack.language for attack in attacks}) >= 10
    assert min(Counter(attack.style for attack in attacks).values()) >= 5
    assert min(Counter(attack.place for attack in attacks).values()) >= 10
    assert {attack.wants for attack in attacks} == {"score", "leak", "break"}


def test_every_base_of_an_attack_is_a_task_on_its_own() -> None:
    tasks = find_suite("manipulation").tasks(Options())
    plain = [task.key for task in tasks if task.payload["attack"] is None]
    attacked = [task for task in tasks if task.payload["attack"]]
    assert len(plain) == len(BASES) and len(attacked) == len(read_attacks())
    assert {f"{task.payload['script']}.{task.payload['step']}" for task in attacked} == set(plain)


def test_the_passages_that_answer_a_query_exist() -> None:
    sources = {passage.source for passage in _passages()}
    wanted = {source for task in queries(Options()) for source in task.payload["relevant"]}
    assert wanted - sources == set()


def test_no_query_is_asked_twice_and_every_kind_is_asked_often() -> None:
    tasks = queries(Options())
    assert _twice(task.key for task in tasks) == []
    assert _twice(task.payload["query"].lower() for task in tasks) == []
    assert min(Counter(task.payload["kind"] for task in tasks).values()) >= 20
    assert all(_twice(iter(task.payload["relevant"])) == [] for task in tasks)


def test_every_expert_answer_is_rewritten_in_four_ways() -> None:
    rewrites = REWRITES.validate_python(read_yaml(EVALS / "data" / "rewrites.yaml").value)
    assert sorted(rewrites) == sorted({row["case_id"] for row in _rated()})
    assert all(set(steps) == set(STEPS) for steps in rewrites.values())
    versions = [texts for steps in rewrites.values() for texts in steps.values()]
    assert all(set(texts) == REWRITTEN for texts in versions)
    assert _twice(text for texts in versions for text in texts.values()) == []
    assert sum(map(len, versions)) == 3 * 7 * 4


@pytest.mark.parametrize("case_id", CASES)
def test_examples_cover_every_red_flag_and_every_item(case_id: str) -> None:
    case, examples = library().cases[case_id], read_examples(case_id)
    assert set(examples.red_flags) == {flag.id for _, flag in case.red_flags()}
    assert set(examples.items) == {item.id for _, item in case.items()}
    assert all(len(e.wrong) == len(e.right) == 5 for e in examples.red_flags.values())
    assert all(e.met and e.absent for e in examples.items.values())


def _example_texts() -> Iterator[str]:
    for case_id in CASES:
        examples = read_examples(case_id)
        for flag in examples.red_flags.values():
            yield from (*flag.wrong, *flag.right)
        for item in examples.items.values():
            yield from (*item.met, *item.absent)


def test_no_example_stands_there_twice() -> None:
    assert _twice(" ".join(text.lower().split()) for text in _example_texts()) == []


def test_no_example_is_a_text_that_the_judge_is_made_from() -> None:
    authored = {
        text
        for case in library().cases.values()
        for texts in (
            *((*item.said, *item.near_misses, item.exemplar) for _, item in case.items()),
            *(flag.said for _, flag in case.red_flags()),
        )
        for text in texts
    }
    assert authored & set(_example_texts()) == set()


def test_examples_of_red_flags_are_claims_half_of_them_wrong() -> None:
    claims = list(load_examples())
    flags = sum(1 for case in library().cases.values() for _ in case.red_flags())
    assert len(claims) == 10 * flags
    assert all(bool(claim.red_flag) is claim.wrong for claim in claims)
    assert sum(claim.wrong for claim in claims) == len(claims) / 2
    assert _twice(claim.id for claim in (*load_claims(), *claims)) == []


def _rated() -> list[dict[str, Any]]:
    return [json.loads(line) for line in RATED.read_text("utf-8").splitlines()]


def test_rated_answers_carry_the_median_of_their_ratings() -> None:
    rows = _rated()
    assert len(rows) == 126 and _twice(row["id"] for row in rows) == []
    assert all(row["score"] == statistics.median(row["ratings"]) for row in rows)
    assert all(len(row["ratings"]) == 3 for row in rows)
    assert all(1 <= rating <= 5 for row in rows for rating in row["ratings"])


def test_every_step_of_a_rated_case_has_six_rated_answers() -> None:
    counts = Counter((row["case_id"], row["step"]) for row in _rated())
    cases = {case for case, _ in counts}
    assert len(cases) >= 3 and cases <= set(CASES)
    assert counts == {(case, step.value): 6 for case in cases for step in STEPS}


@pytest.mark.parametrize("name", suite_names())
def test_tasks_of_a_suite_have_names_of_their_own_and_are_json(name: str) -> None:
    tasks = find_suite(name).tasks(Options())
    assert tasks and _twice(task.key for task in tasks) == []
    texts = [json.dumps(task.payload) for task in tasks]
    assert [json.dumps(json.loads(text)) for text in texts] == texts
