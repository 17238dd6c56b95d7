"""Red flags that earned points speak against are not believed."""

from __future__ import annotations

import pytest

from interviewer.brains.embedded.red_flags import KIN, credible_flags, kin_of
from interviewer.cases.library import load_library
from interviewer.core.assessment import RedFlagHit
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.reading import CaseVectors

CASE = load_library().cases["video_recommendation"]
FLAGS = [(step, flag.id) for step, flag in CASE.red_flags()]
STEP, FLAG = FLAGS[0]
HEARD = (RedFlagHit.heard(red_flag=FLAG, step=STEP, quote="as said"),)


@pytest.fixture(scope="module")
def vectors(judge: EmbeddedJudge) -> CaseVectors:
    return judge.prepare(CASE)


@pytest.mark.parametrize(("step", "flag"), FLAGS, ids=[flag for _, flag in FLAGS])
def test_the_kin_of_a_red_flag_is_of_its_own_step(
    vectors: CaseVectors, step: str, flag: str
) -> None:
    own = {item.id for item in CASE.steps[step].items}  # type: ignore[index]
    kin = kin_of(flag, vectors)
    assert len(kin) == KIN and kin <= own


def test_a_red_flag_is_believed_of_whoever_earned_nothing_near_it(vectors: CaseVectors) -> None:
    far = {item.id for _, item in CASE.items()} - kin_of(FLAG, vectors)
    assert credible_flags(HEARD, (), vectors) == HEARD
    assert credible_flags(HEARD, far, vectors) == HEARD


def test_a_red_flag_is_not_believed_of_whoever_earned_its_kin(vectors: CaseVectors) -> None:
    for item in kin_of(FLAG, vectors):
        assert credible_flags(HEARD, [item], vectors) == ()
