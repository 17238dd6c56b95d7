"""What a short message does, when no pattern knows its words.

A message takes the intent of the example it is closest to (`examples.yaml`), unless an answer or
something of the case is about as close: then nothing is read into it.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import yaml

from interviewer.core.transcript import Intent
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.vectors import CaseVectors
from interviewer.text.cues import TALK
from interviewer.text.words import words_of

SHORT = 14  # words; longer sentences say more than one thing
ALIKE = 0.4  # cosine to an example from which a message says the same
AHEAD = 0.1  # by which the example must be closer than any answer
SURER = {
    Intent.END: 0.75,
    **dict.fromkeys((Intent.HINT_REQUEST, Intent.GO_BACK, *TALK, Intent.DISAGREE), 0.5),
}
"""The same as `ALIKE` where a wrong guess would cost the candidate something."""


@cache
def read_examples() -> tuple[tuple[Intent | None, str], ...]:
    """The shipped examples with their intents; None for answers."""
    text = files("interviewer.brains.embedded").joinpath("examples.yaml").read_text("utf-8")
    data: dict[str, list[str]] = yaml.load(text, Loader=yaml.BaseLoader)
    known = {intent.value: intent for intent in Intent if intent is not Intent.ANSWER}
    return tuple((known.get(name), text) for name, texts in data.items() for text in texts)


def gist_of(judge: EmbeddedJudge, case: CaseVectors, sentence: str) -> Intent | None:
    """The intent of a short sentence, or None when it may well be an answer."""
    if not 0 < len(words_of(sentence)) <= SHORT:
        return None
    examples = read_examples()
    known = judge.remember("intents", [text for _, text in examples])
    vector = judge.encode([sentence])
    cosines = (known @ vector.T)[:, 0]
    wish = np.array([intent is not None for intent, _ in examples])
    best = int(np.where(wish, cosines, -1.0).argmax())
    banks = (case.earns, case.misses, case.flags, case.facts)
    answer = max(float(bank.closest(vector).max(initial=-1.0)) for bank in banks)
    answer = max(answer, float(cosines[~wish].max(initial=-1.0)))
    intent = examples[best][0]
    enough = SURER.get(intent, ALIKE) if intent else ALIKE
    return intent if cosines[best] >= max(enough, answer + AHEAD) else None
