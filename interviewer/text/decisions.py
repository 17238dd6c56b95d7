"""Sentences in which a candidate decides something, for the notebook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import yaml

from interviewer.text.cues import normalised
from interviewer.text.sentences import words_of

MOST = 3
FEWEST_WORDS, MOST_WORDS = 4, 45


def decisions_in(sentences: Sequence[str]) -> tuple[str, ...]:
    """Up to three sentences that decide, verbatim and in their order; the short ones first."""
    said, unless = _cues()
    found = [
        sentence.strip()
        for sentence in sentences
        if FEWEST_WORDS <= len(words_of(sentence)) <= MOST_WORDS
        and said.search(normalised(sentence))
        and not unless.search(normalised(sentence))
    ]
    short = sorted(dict.fromkeys(found), key=len)[:MOST]
    return tuple(sentence for sentence in found if sentence in short)


@cache
def _cues() -> tuple[re.Pattern[str], re.Pattern[str]]:
    text = files("interviewer.text").joinpath("decisions.yaml").read_text("utf-8")
    data: dict[str, list[str]] = yaml.safe_load(text)
    said, unless = ("|".join(f"(?:{cue})" for cue in data[key]) for key in ("said", "unless"))
    return re.compile(said), re.compile(unless)
