"""The embedded judge with a cross-encoder that reads the items of the step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from interviewer.core.assessment import Judgement, Verdict
from interviewer.judge.criteria import of_item
from interviewer.judge.cross_encoder import Chances
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.pooling import FEATURES, Pooling
from interviewer.judge.reading import Encode
from interviewer.judge.stacked import READ, Stacked
from tests.judge.near import (
    CASE,
    FAR,
    FLAG,
    ITEM,
    SAID,
    STEP,
    SURE,
    flat,
    vectors_of,
)

MET, AGAINST, ABSENT = (0.0, 0.0, 1.0, 0.0), (0.0, 0.0, 0.0, 1.0), (1.0, 0.0, 0.0, 0.0)
EARNED, CONTRADICTED = FEATURES.index("earned"), FEATURES.index("contradicted")


class Told:
    """A cross-encoder that says what a test tells it, and remembers what it was asked.

    Args:
        chances: of the texts that are not absent.
    """

    def __init__(self, chances: Mapping[str, tuple[float, ...]]) -> None:
        self._chances = chances
        self.asked: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> Chances:
        """See `Reader.read`."""
        self.asked += pairs
        rows = [self._chances.get(text, ABSENT) for _, text in pairs]
        return np.array(rows, dtype=np.float32).reshape(len(rows), 4)


def believing() -> Pooling:
    """A model that believes whatever was read."""
    weights = np.zeros((4, len(FEATURES)))
    weights[2, EARNED], weights[3, CONTRADICTED] = 9.0, 9.0
    rows = tuple(map(tuple, weights.tolist()))
    none, one = (0.0,) * len(FEATURES), (1.0,) * len(FEATURES)
    return Pooling(none, one, rows, (0.0, -9.0, 0.0, 0.0), 0.5, 0.5, 0.4, 0.5)


def where(near: Mapping[str, Mapping[str, float]]) -> Encode:
    """Vectors as in the tests of likeness; what an item asks lies near to what earns it."""
    questions = {text: item.id for _, item in CASE.items() for text in of_item(item).texts}
    return vectors_of({**{text: {id_: 0.9} for text, id_ in questions.items()}, **near})


def judged(
    near: Mapping[str, Mapping[str, float]],
    read: Mapping[str, tuple[float, ...]],
    *,
    elsewhere: bool = False,
    **weights: Any,
) -> tuple[Judgement, Told]:
    """What the judge makes of these sentences, and what it read."""
    reader, encode = Told(read), where(near)
    stacked = Stacked(reader, believing(), encode)
    judge = EmbeddedJudge(encode, weights=flat(**weights), stacked=stacked)
    return judge.judge(CASE, STEP, list(near), elsewhere=elsewhere), reader


def verdict(found: Judgement) -> Verdict:
    return next(one.verdict for one in found.items if one.item == ITEM.id)


def test_the_windows_nearest_to_what_is_asked_are_read() -> None:
    texts = {f"{SAID} That is what number {at} says of it.": at / 10 for at in range(1, 7)}
    _, reader = judged({text: {ITEM.id: cosine} for text, cosine in texts.items()}, {})
    read = [text for question, text in reader.asked if question == of_item(ITEM).question]
    assert len(read) == READ == 4 and read[0] == list(texts)[-1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(SAID, Verdict.MET, id="a-claim"),
        pytest.param(
            "the index shards, the latency budget, the queue depth, slow gateway errors",
            Verdict.ABSENT,
            id="a-list",
        ),
        pytest.param(f"Somebody might say that {SAID}", Verdict.ABSENT, id="reported"),
    ],
)
def test_only_what_claims_something_is_read(text: str, found: Verdict) -> None:
    made, _ = judged({text: {ITEM.id: 0.6}}, {text: MET})
    assert verdict(made) is found


def test_a_red_flag_earns_nothing_whatever_is_read() -> None:
    near = {SAID: {ITEM.id: 0.6, FLAG.id: 0.6}}
    made, _ = judged(near, {SAID: MET}, flag_intercept=SURE)
    assert verdict(made) is Verdict.ABSENT


def test_what_speaks_against_an_item_is_absent_and_quoted() -> None:
    made, _ = judged({SAID: {ITEM.id: 0.6}}, {SAID: AGAINST})
    one = made.items[0]
    assert (one.verdict, one.contradicted, one.quote) == (Verdict.ABSENT, True, SAID)


def test_items_of_other_steps_are_found_by_likeness_alone() -> None:
    near = {SAID: {ITEM.id: 0.6, FAR.id: 0.6}}
    made, reader = judged(near, {}, elsewhere=True)
    assert verdict(made) is Verdict.ABSENT
    assert FAR.id in {one.item for one in made.items if one.verdict is Verdict.MET}
    assert of_item(FAR).question not in {question for question, _ in reader.asked}


def test_what_is_seen_before_a_verdict_is_what_decides() -> None:
    reader, encode = Told({SAID: MET}), where({SAID: {ITEM.id: 0.6}})
    judge = EmbeddedJudge(encode, weights=flat(), stacked=Stacked(reader, believing(), encode))
    seen = judge.see(CASE, STEP, [SAID])
    assert len(seen) == len(CASE.steps[STEP].items)
    assert seen[0].chances.tolist() == [list(MET)] and seen[0].earning.tolist() == [True]
    assert not EmbeddedJudge(encode, weights=flat()).see(CASE, STEP, [SAID])
