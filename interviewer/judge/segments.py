"""An answer cut into the pieces that are judged: sentences and pairs of neighbours."""

from __future__ import annotations

import re
from typing import NamedTuple

from interviewer.words import STOP_WORDS, words_of

LONG_SENTENCE = 45  # words; longer ones are cut at semicolons and dashes
MAX_SENTENCES = 120  # of one message; what follows repeats in practice

_BREAK = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Za-z0-9])|\n+|(?<=[a-z0-9)])\s*(?:;|\u2022)\s+"
)
_SOFT = re.compile(r"\s+(?:-|\u2013|\u2014)\s+|:\s+|,\s+(?=(?:and|but|so|then|because|which)\s)")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|approx|no|fig)\.$", re.IGNORECASE)
_VERBISH = re.compile(
    r"\b(?:is|are|was|be|will|would|should|could|can|must|has|have|had|do|does|use|train|log|keep"
    r"|split|predict|sample|serve|rank|score|cache|measure|watch|alert|start|pick|choose|want|need|take|make"
    r"|get|give|show|let|run|go|see|know|think|say|put|add|cap|join|treat|hold|ask|assume|aim|mean|beat"
    r"|\w+(?:ed|ing|ize|ise|izes|ises))\b",
    re.IGNORECASE,
)


class Segment(NamedTuple):
    """A piece of an answer."""

    text: str
    """Verbatim, so that it can be quoted."""
    start: int
    """Index of its first sentence."""
    length: int
    """Number of sentences in it."""


def split_sentences(text: str) -> list[str]:
    """Sentences of a text, verbatim; long ones cut at dashes, colons and conjunctions."""
    pieces: list[str] = []
    for piece in _BREAK.split(text):
        if pieces and _ABBREVIATION.search(pieces[-1]):
            pieces[-1] += " " + piece
        else:
            pieces.append(piece)
    sentences = [part for piece in pieces for part in _shorten(piece.strip())]
    return [part for part in sentences if words_of(part)][:MAX_SENTENCES]


def _shorten(sentence: str) -> list[str]:
    if len(words_of(sentence)) <= LONG_SENTENCE:
        return [sentence]
    return [part.strip() for part in _SOFT.split(sentence) if part.strip()]


def windows(sentences: list[str]) -> list[Segment]:
    """Every sentence and every pair of neighbours, in order."""
    single = [Segment(text, index, 1) for index, text in enumerate(sentences)]
    pairs = [
        Segment(f"{left} {right}", index, 2)
        for index, (left, right) in enumerate(zip(sentences, sentences[1:], strict=False))
    ]
    return single + pairs


def list_likeness(text: str) -> float:
    """How far a text is a bare list of terms, 0 (prose) to 1 (keywords only)."""
    words = words_of(text)
    if len(words) < 4:
        return 1.0 if not _VERBISH.search(text) else 0.5
    commas = len(re.findall(r"[,/;|\u2022]", text)) / len(words)
    glue = sum(word in STOP_WORDS for word in words) / len(words)
    verbs = len(_VERBISH.findall(text)) / len(words)
    likeness = 2.2 * commas + 0.35 - 1.1 * glue - 2.0 * verbs
    return max(0.0, min(1.0, likeness))
