"""A case of made-up vectors, in which a sentence is exactly as near to an item as a test says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from interviewer.core.settings import STEPS, StepId
from interviewer.judge.embedded import Weights, read_weights
from interviewer.judge.reading import FLAG_FEATURES, ITEM_FEATURES, Encode, Vectors, earning_texts
from tests.builders import a_case, a_red_flag, a_step

NONSENSE = ("{} is a lottery.", "Magic does {}.", "Forget {}.")
STEPS_OF_CASE = {
    step: a_step(
        step,
        red_flags=(
            a_red_flag(f"{step.value[:3]}_flag", said=[one.format(step.value) for one in NONSENSE]),
        ),
    )
    for step in STEPS
}
CASE, STEP = a_case(steps=STEPS_OF_CASE), StepId.DATA
ITEM = CASE.steps[STEP].items[0]
FLAG = CASE.steps[STEP].red_flags[0]
FAR = CASE.steps[StepId.SERVING].items[0]
SAID = "I would choose this way of doing it because it suits what people asked us for."
THEN = "After that we wait until somebody has looked at what came out of the whole thing."
SURE, NEVER = 9.0, -9.0  # intercepts with which every chance is nearly 1 or 0
SLOPE = 10.0
TURNED = "turned away"  # marks a sentence whose rest points the other way

# The text of each item, near miss and red flag has a direction of its own.
OWNERS = (
    {text: item.id for _, item in CASE.items() for text in earning_texts(item)}
    | {text: f"{item.id} missed" for _, item in CASE.items() for text in item.near_misses}
    | {text: flag.id for _, flag in CASE.red_flags() for text in flag.said}
    | {text: fact.id for fact in CASE.facts for text in fact.topics}
)
AXES = {owner: at for at, owner in enumerate(dict.fromkeys(OWNERS.values()))}


def vectors_of(near: Mapping[str, Mapping[str, float]]) -> Encode:
    """Vectors of the case's texts, and of sentences with these cosines to what they name."""

    def vector(text: str) -> Vectors:
        cosines = near.get(text) or {OWNERS[text]: 1.0}
        row = np.zeros(384, dtype=np.float32)
        for owner in cosines.keys() - {TURNED}:
            row[AXES[owner]] = cosines[owner]
        rest = math.sqrt(max(0.0, 1.0 - float(row @ row)))
        row[-1] = -rest if TURNED in cosines else rest
        return row

    return lambda texts: np.stack([vector(text) for text in texts])


def flat(**changes: Any) -> Weights:
    """The shipped thresholds over models that look at nothing but how near a sentence is."""
    kept: dict[str, Any] = {
        "item": dict.fromkeys(ITEM_FEATURES, 0.0),
        "flag": dict.fromkeys(FLAG_FEATURES, 0.0),
        "item_intercept": SURE,
        "flag_intercept": NEVER,
    }
    return replace(read_weights(), **(kept | changes))
