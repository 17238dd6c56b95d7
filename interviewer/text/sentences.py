"""A text cut into sentences and words: as candidates write it, as we do, as models stream it.

Candidates forget full stops, write lists and paste code and tables (`split_sentences`, `pieces`);
our own texts are plain prose (`split_prose`); of what a model streams a sentence is said as soon as
it is certain to have ended (`split_stream`). Words are compared by stems: those who read a text
several times ask again, so the latest results are kept. A quote is found in what was said,
verbatim, or not at all (`find_quote`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

KEPT = 1024  # texts whose words stay in memory: one message is read many times
LETTERS = 6  # of a word, with the space behind it
LONG_SENTENCE = 45  # words; longer ones are cut at semicolons and dashes
MAX_SENTENCES = 120  # of one message; what follows repeats in practice

WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]|\d[\d.,]*")
_SUFFIXES = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ies", "ers", "er")
_SHORT_SUFFIXES = ("ed", "es", "s", "ly", "e")
STOP_WORDS = frozenset(
    """a about above after again all also am an and any are aren't as at be because been before
    being below between both but by can can't could couldn't did didn't do does doesn't doing don't
    down each few for from further get gets getting go going got had has have having he her here
    hers him his how i i'd i'll i'm i've if in into is isn't it it's its itself just let let's like
    ll make makes me might more most much must my need needs no nor not now of off ok okay on once
    one only or other our ours out over own per put rather really same say see she should so some
    something such sure take than that that's the their theirs them then there there's these they
    they're thing things think this those through to too two under until up us use used using very
    want wants was wasn't way we we'd we'll we're we've were what what's when where which while who
    whom why will with won't would wouldn't yes yet you you'd you'll you're your yours
    """.split()  # noqa: SIM905 (a list of 230 strings would fill three pages)
)
_BREAK = re.compile(
    r"(?<=[.!?])[\"')\]]*\s+(?=(?:[{<>/#]+ ?)?[\"'(\[]*[A-Za-z0-9])"
    r"|\n+|(?<=[a-z0-9)])\s*(?:;|\u2022)\s+"
    # a full stop that was forgotten
    r"|(?<=[^\s.,:;!?\"'(\[/A-Z-])[ \t]+(?=(?:The|This|That|These|There|It|We|They|You|Also|And|But"
    r"|So|Then|If|When|For|In|On|At|As|First|Second|Finally|Please)[ \t]+[a-z])"
)
_SOFT = re.compile(r"\s(?:-|\u2013|\u2014)\s+|:\s+|,\s+(?=(?:and|but|so|then|because|which)\s)")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|approx|fig|cf)\.$", re.IGNORECASE)
_LIST_MARK = re.compile(r"(?:^|\n)[ \t]*(?:\(?\d{1,2}[.)]|[-*\u2022])$")
_BARE_NUMBER = re.compile(r"\(?\d{1,2}[.)]$")
_PROSE_END = re.compile(r"(?<=[.!?])\s+")
_STREAM_END = re.compile(r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[\"'\u201c(\[]?[A-Z0-9])|\n+")
_STREAM_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|vs|approx|etc|cf|Dr|Mr|Ms)\.$", re.IGNORECASE)
_VERBISH = re.compile(
    r"\b(?:is|are|was|be|will|would|should|could|can|must|has|have|had|do|does|use|train|log|keep"
    r"|split|predict|sample|serve|rank|score|cache|measure|watch|alert|start|pick|choose|want|need|take|make"
    r"|get|give|show|let|run|go|see|know|think|say|put|add|cap|join|treat|hold|ask|assume|aim|mean|beat"
    r"|\w+(?:ed|ing|ize|ise|izes|ises))\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_CELLS = re.compile(r"[|\t]")


# Words


@lru_cache(maxsize=KEPT)
def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words and numbers of a text in their order."""
    return tuple(WORD.findall(text.lower().replace("\u2019", "'")))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A crude stem: enough to let `sampling`, `samples` and `sampled` meet."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word.removesuffix(suffix)
    for suffix in _SHORT_SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word.removesuffix(suffix)
    return word


@lru_cache(maxsize=KEPT)
def content_stems(text: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning."""
    return tuple(stem(word) for word in words_of(text) if word not in STOP_WORDS and len(word) > 1)


def count_words(texts: Iterable[str]) -> int:
    """Number of words in all texts together."""
    return sum(len(words_of(text)) for text in texts)


def spoken_words(text: str) -> int:
    """About how many words a text has in any script; not all of them set words apart."""
    return max(len(text.split()), len(text) // LETTERS)


# Sentences


@lru_cache(maxsize=64)
def split_sentences(text: str) -> tuple[str, ...]:
    """Sentences of what a candidate wrote, verbatim; long ones cut at dashes and conjunctions."""
    found: list[str] = []
    start = 0
    ends = [gap.span() for gap in _BREAK.finditer(text) if _ends_sentence(text, gap)]
    for end, after in (*ends, (len(text), len(text))):
        sentence = text[start:end].strip()
        is_long = len(words_of(sentence)) > LONG_SENTENCE
        found += [part.strip() for part in _SOFT.split(sentence)] if is_long else [sentence]
        start = after
    spoken = [part for part in found if words_of(part) and not _BARE_NUMBER.match(part)]
    return tuple(spoken[:MAX_SENTENCES])


def _ends_sentence(text: str, gap: re.Match[str]) -> bool:
    """Whether a sentence ends before a gap, rather than an abbreviation or the mark of a list."""
    before = text[max(0, gap.start() - 8) : gap.start()]
    if "\n" in gap.group():
        return True
    if before.endswith("etc."):
        return not text[gap.end() : gap.end() + 1].islower()
    return not (_ABBREVIATION.search(before) or _LIST_MARK.search(before))


def split_prose(text: str) -> list[str]:
    """Sentences of our own texts: they end with a mark and a space, whatever follows."""
    return [sentence for sentence in _PROSE_END.split(text) if sentence]


def split_stream(text: str) -> tuple[list[str], str]:
    """The whole sentences of what has come of a stream, and the rest that may go on.

    Stricter than `split_prose`: a model is stopped between sentences, so "3 a.m. and" must not end
    one, and a line break always does.
    """
    whole: list[str] = []
    start = 0
    for gap in _STREAM_END.finditer(text):
        before = text[max(0, gap.start() - 12) : gap.start()]
        if "\n" in gap.group() or not _STREAM_ABBREVIATION.search(before):
            whole.append(text[start : gap.start()].strip())
            start = gap.end()
    return [sentence for sentence in whole if sentence], text[start:]


class Segment(NamedTuple):
    """A piece of an answer."""

    text: str
    """Verbatim, so that it can be quoted."""
    start: int
    """Index of its first sentence."""
    length: int
    """Number of sentences in it."""


def windows(sentences: Sequence[str]) -> list[Segment]:
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


# What is pasted into a message


class Piece(NamedTuple):
    """A sentence of a message, or a line of something pasted.

    Code and tables may answer, but they never ask and never inject: `pass`, `next` and `what` mean
    something else in them.
    """

    text: str
    pasted: bool


@lru_cache(maxsize=64)
def pieces(text: str) -> tuple[Piece, ...]:
    """Sentences and pasted lines of a message in their order.

    A row of a table reads as a sentence: its cells are joined with colons and dashes, so that
    the words between them still stand in the message in the same order.
    """
    found: list[Piece] = []
    prose: list[str] = []
    for line, pasted in (*_lines(text), ("", "")):
        if pasted is None:
            prose.append(line)
            continue
        found += [Piece(sentence, False) for sentence in split_sentences("\n".join(prose))]
        prose.clear()
        if words_of(pasted):
            found.append(Piece(pasted, True))
    return tuple(found)


def prose_of(text: str) -> str:
    """A text without what is pasted into it."""
    return "\n".join(line for line, pasted in _lines(text) if pasted is None)


def _lines(text: str) -> Iterator[tuple[str, str | None]]:
    """Lines of a text, the marks of code blocks left out, with what each says if it is pasted."""
    inside = False
    for line in text.split("\n"):
        if _FENCE.match(line):
            inside = not inside
        elif inside:
            yield line, line.strip()
        else:
            is_row = line.count("|") >= 2 or "\t" in line.strip()
            yield line, _row(line) if is_row else None


def _row(line: str) -> str:
    """A row of a table as a sentence."""
    cells = [cell.strip() for cell in _CELLS.split(line.strip().strip("|")) if words_of(cell)]
    first, rest = cells[:1], cells[1:]
    return ": ".join([*first, *([" - ".join(rest)] if rest else [])])


QUOTE_LIMIT = 400  # characters of a quote kept as evidence
LONGEST_QUOTE = 20_000  # characters that are looked for; no turn and sketch together have more
TEXTS_KEPT = 32  # texts whose words stay in memory: one is asked about many quotes


_SPOKEN = re.compile(r"\w+")


def overlaps(quote: str, others: Iterable[str]) -> bool:
    """Whether a quote stands in one of others, or one of them in it."""
    return any(other in quote or quote in other for other in others)


def find_quote(quote: str, text: str) -> str | None:
    """What a text really says where it is quoted; None when it does not say so.

    Marks between the words may differ. Where words were left out in between, it is the longest
    sentence of the quote that the text has.
    """
    if len(quote) > LONGEST_QUOTE:
        return None
    sentences = sorted(split_prose(quote), key=len, reverse=True)
    for part in (quote, *sentences):
        if part and part in text:
            return part
        if (found := _find_words(part, text)) is not None:
            return found
    return None


def _find_words(quote: str, text: str) -> str | None:
    """Where a text has the words of a quote in a row, whatever stands between them.

    The words are looked for as one string: an expression that allows marks between them would
    begin anew at each word of the text.
    """
    wanted = " ".join(_SPOKEN.findall(quote.lower()))
    spans, words = _spoken(text)
    at = f" {words} ".find(f" {wanted} ") if wanted else -1
    if at < 0:
        return None
    first = words.count(" ", 0, at)
    start, end = spans[first][0], spans[first + wanted.count(" ")][1]
    return text[start : end + (text[end : end + 1] in (".", "!", "?"))]


@lru_cache(maxsize=TEXTS_KEPT)
def _spoken(text: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """Where each word of a text stands, and the words in lower case with spaces between them."""
    found = list(_SPOKEN.finditer(text))
    return tuple(word.span() for word in found), " ".join(word[0].lower() for word in found)


def shorten_quote(quote: str, words: int | None = None) -> str:
    """The beginning of a quote, at most `QUOTE_LIMIT` characters, cut between words.

    Args:
        quote: what was said.
        words: how many of its words at most; None for any number.
    """
    if words is not None:
        quote = " ".join(quote.split()[:words])
    if len(quote) <= QUOTE_LIMIT:
        return quote
    return quote[: quote.rfind(" ", 0, QUOTE_LIMIT + 1)] if " " in quote[:QUOTE_LIMIT] else quote
