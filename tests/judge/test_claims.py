"""The labelled claims are sound, and what is challenged is mostly wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evals.claims import Claim, load_claims
from evals.subjects import Embedded
from evals.suites import Row
from evals.suites.claims import read_claims, summarise
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.cases.library import load_library
from interviewer.core.settings import StepId
from interviewer.text.sentences import content_stems
from tests.shipped import the_judge

CLAIMS = load_claims()
CASES = load_library().cases
COPIED = 0.75  # share of a claim's content words in one authored text from which it is a copy


def test_half_of_the_claims_are_wrong_and_there_are_enough() -> None:
    wrong = sum(claim.wrong for claim in CLAIMS)
    assert len(CLAIMS) >= 120 and 0.4 <= wrong / len(CLAIMS) <= 0.6
    assert len({claim.id for claim in CLAIMS}) == len({claim.text for claim in CLAIMS})


def test_every_red_flag_has_a_wrong_claim_and_a_right_one_near_it() -> None:
    flags = {flag.id for case in CASES.values() for _, flag in case.red_flags()}
    assert {claim.red_flag for claim in CLAIMS if claim.wrong} - {None} <= flags
    assert {claim.near for claim in CLAIMS} - {None} <= flags


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_labels_name_what_the_step_has(claim: Claim) -> None:
    case = CASES[claim.case]
    flags = {flag.id for flag in case.steps[claim.step].red_flags}
    items = {item.id for item in case.steps[claim.step].items}
    assert {claim.red_flag, claim.near} - {None} <= flags
    assert {claim.denies} - {None} <= items
    assert claim.wrong or not (claim.red_flag or claim.denies)
    assert not claim.variant or claim.variant in {variant.id for variant in case.variants}


def test_wrong_claims_are_no_copies_of_what_the_case_says() -> None:
    copies = []
    for claim in CLAIMS:
        if claim.red_flag:
            own = set(content_stems(claim.text))
            said = CASES[claim.case].red_flag(claim.red_flag).said
            if max(len(own & set(content_stems(text))) / len(own) for text in said) >= COPIED:
                copies.append(claim.id)
    assert not copies


def a_row(*, wrong: bool, flag: str | None, raised: tuple[str, ...]) -> Row:
    claim = Claim(id="x", case="c", step=StepId.DATA, text="t", wrong=wrong, red_flag=flag)
    return Row("x", claim.model_dump(mode="json"), {"raised": raised, "met": [], "earned": []})


def test_precision_counts_only_the_labelled_red_flag() -> None:
    report = summarise(
        [
            a_row(wrong=True, flag="a", raised=("a",)),
            a_row(wrong=True, flag="a", raised=("b",)),
            a_row(wrong=False, flag=None, raised=("a",)),
            a_row(wrong=True, flag="b", raised=()),
        ]
    )
    figures = {figure.name: figure.value for figure in report.figures}
    assert figures["precision"] == pytest.approx(1 / 3, abs=1e-3)
    assert figures["recall"] == pytest.approx(1 / 3, abs=1e-3)
    assert figures["right claims challenged"] == 1


@pytest.mark.slow
def test_points_are_not_met_by_denying_them(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    subject = Embedded(tmp_path, EmbeddedBrain(the_judge(tmp_path_factory)))
    denying = [claim for claim in CLAIMS if claim.denies]
    met = [
        outcome.claim.id
        for outcome in asyncio.run(read_claims(denying, subject))
        if outcome.claim.denies in outcome.met
    ]
    assert len(met) <= 0.2 * len(denying), met  # measured: 4 of 22; likeness hears no "not"
