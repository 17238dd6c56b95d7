"""An answer cut into the pieces that are judged: sentences and pairs of neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from interviewer.text.words import STOP_WORDS, words_of

LONG_SENTENCE = 45  # words; longer ones are cut at semicolons and dashes
MAX_SENTENCES = 120  # of one message; what follows repeats in practice

_BREAK = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Za-z0-9])|\n+|(?<=[a-z0-9)])\s*(?:;|\u2022)\s+"
    # a full stop that was forgotten
    r"|(?<=[^\s.,:;!?\"'(\[/A-Z-])[ \t]+(?=(?:The|This|That|These|There|It|We|They|You|Also|And|But"
    r"|So|Then|If|When|For|In|On|At|As|First|Second|Finally|Please)[ \t]+[a-z])"
)
_SOFT = re.compile(r"\s(?:-|\u2013|\u2014)\s+|:\s+|,\s+(?=(?:and|but|so|then|because|which)\s)")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|approx|fig|cf)\.$", re.IGNORECASE)
_LIST_MARK = re.compile(r"(?:^|\n)[ \t]*(?:\(?\d{1,2}[.)]|[-*\u2022])$")
_BARE_NUMBER = re.compile(r"\(?\d{1,2}[.)]$")
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
    sentences = [part for piece in _pieces(text) for part in _shorten(piece.strip())]
    spoken = [part for part in sentences if words_of(part) and not _BARE_NUMBER.match(part)]
    return spoken[:MAX_SENTENCES]


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for gap in _BREAK.finditer(text):
        if _ends_sentence(text, gap):
            yield text[start : gap.start()]
            start = gap.end()
    yield text[start:]


def _ends_sentence(text: str, gap: re.Match[str]) -> bool:
    """Whether a sentence ends before a gap, rather than an abbreviation or the mark of a list."""
    before = text[max(0, gap.start() - 8) : gap.start()]
    if "\n" in gap.group():
        return True
    if before.endswith("etc."):
        return not text[gap.end() : gap.end() + 1].islower()
    return not (_ABBREVIATION.search(before) or _LIST_MARK.search(before))


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
    dividers = len(re.findall(r"[,/;|\u2022]", text))
    if len(words) < 4:
        return 0.5 if _VERBISH.search(text) and not dividers else 1.0
    glue = sum(word in STOP_WORDS for word in words) / len(words)
    verbs = len(_VERBISH.findall(text)) / len(words)
    likeness = 2.2 * dividers / len(words) + 0.35 - 1.1 * glue - 2.0 * verbs
    return max(0.0, min(1.0, likeness))
