"""The embedded judge on a case that has no examples: exemplars and alternatives only."""

from __future__ import annotations

import pytest

from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.core.settings import STEPS, StepId
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.reading import is_judged_coarsely
from interviewer.retrieval.embedding import shared_model
from interviewer.text.sentences import split_sentences
from tests.builders import an_item
from tests.shipped import shipped_case


@pytest.fixture(scope="module")
def bare() -> Case:
    """A shipped case as somebody writes it who gives no examples."""
    case = shipped_case()
    steps = {
        step: content.model_copy(
            update={
                "items": tuple(
                    item.model_copy(update={"said": (), "near_misses": ()})
                    for item in content.items
                ),
                "red_flags": tuple(
                    flag.model_copy(update={"said": ()}) for flag in content.red_flags
                ),
            }
        )
        for step, content in case.steps.items()
    }
    return case.model_copy(update={"steps": steps})


@pytest.fixture(scope="module")
def judge() -> EmbeddedJudge:
    return EmbeddedJudge(shared_model().encode)


def _met(judge: EmbeddedJudge, case: Case, step: StepId, text: str) -> set[str]:
    judged = judge.judge(case, step, split_sentences(text), elsewhere=False)
    return {one.item for one in judged.items if one.verdict is Verdict.MET}


def test_an_exemplar_is_told_from_a_bare_topic(judge: EmbeddedJudge, bare: Case) -> None:
    pairs = list(bare.items())
    earned = [item.id in _met(judge, bare, step, item.exemplar) for step, item in pairs]
    named = [item.id in _met(judge, bare, step, f"{item.label}.") for step, item in pairs]
    assert sum(earned) / len(pairs) >= 0.9
    assert sum(named) == 0


def test_examples_of_other_items_earn_no_more_than_with_examples(
    judge: EmbeddedJudge, bare: Case
) -> None:
    """Fewer words of its own must not make an item easier to earn."""
    full = shipped_case()
    answers = [(step, full.steps[step].model_answer) for step in STEPS]
    rich = sum(len(_met(judge, full, step, answer)) for step, answer in answers)
    poor = sum(len(_met(judge, bare, step, answer)) for step, answer in answers)
    assert poor <= rich


def test_a_wrong_claim_is_heard_by_its_statement(judge: EmbeddedJudge, bare: Case) -> None:
    flags = list(bare.red_flags())
    heard = [
        flag.id
        in {
            hit.red_flag
            for hit in judge.judge(bare, step, [flag.statement], elsewhere=False).red_flags
        }
        for step, flag in flags
    ]
    assert sum(heard) / len(flags) >= 0.5


@pytest.mark.parametrize(("examples", "coarse"), [(0, True), (2, True), (3, False)])
def test_from_three_examples_on_it_is_not_coarse(examples: int, coarse: bool) -> None:
    assert is_judged_coarsely(an_item(said=an_item().said[:examples])) is coarse


def test_a_text_of_an_alternative_earns_the_item(judge: EmbeddedJudge, bare: Case) -> None:
    other = "I would rent a lighthouse and let the keeper choose by hand, since he knows them all."
    step = StepId.DATA
    first, *rest = bare.steps[step].items
    with_other = first.model_copy(update={"alternatives": (other,)})
    changed = bare.steps[step].model_copy(update={"items": (with_other, *rest)})
    case = bare.model_copy(update={"steps": {**bare.steps, step: changed}})
    assert first.id not in _met(judge, bare, step, other)
    assert first.id in _met(judge, case, step, other)
