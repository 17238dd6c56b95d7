"""What a sentence says around its figures: clauses, stages of the request path, calculations.

The cues for whose figure it is and what it is about are data (`clauses.yaml`).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from interviewer.core.assessment import StatedNumber
from interviewer.text.quantities.figures import (
    KEPT,
    SECOND,
    Figure,
    in_unit,
    read_figures,
    vocabulary,
)

LONGEST_MS = 10_000.0
"""Nobody waits longer for a reply: such a time is about something else."""
_LIST = 3
"""Times and bare numbers beside stages from which a sentence is a list of times."""
_LABEL_WORDS = 12
OFF = 3.0
"""Factor from which a result is doubted: rounded terms, binary units and a safety factor stay
below it, while a lost zero, a thousand for a million or a wrong unit are 8 and more."""
OFF_AT_PEAK = 10.0
"""The same where a peak, a margin or a reduction stands between a calculation and its result."""
DAY = 86_400.0
TINY = 1e-30
_GAP = 80
"""Characters between two figures of one calculation; more is another thought."""
_FILLER = (
    r"(?:\s*(?:about|around|roughly|approximately|approx\.?|some|just|only|even|maybe|perhaps"
    r"|nearly|almost|under|over|~|\u2248))*\s*$"
)
_WORDS = r"^[\s,]*(?:[A-Za-z'-]+\s+){0,5}?"


class Clause(NamedTuple):
    """A part of a sentence between two boundaries."""

    text: str
    """Verbatim, without what surrounds it."""
    start: int

    @property
    def end(self) -> int:
        """Where it ends in its sentence."""
        return self.start + len(self.text)


class Cues(NamedTuple):
    """`clauses.yaml`, compiled: cues, stages of the request path, words for one of many."""

    patterns: Mapping[str, re.Pattern[str]]
    stages: Mapping[str, re.Pattern[str]]
    holders: Collection[str]


@cache
def read_clause_cues() -> Cues:
    """Reads and compiles the shipped cues once."""
    text = files("interviewer.text.quantities").joinpath("clauses.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    stages, holders = data.pop("stages"), data.pop("holders")
    patterns, named = (
        {name: re.compile(said, re.IGNORECASE) for name, said in cues.items()}
        for cues in (data, stages)
    )
    return Cues(patterns, named, holders)


def says(cue: str, text: str) -> bool:
    """Whether a text shows a cue of `clauses.yaml`."""
    return bool(read_clause_cues().patterns[cue].search(text.replace("\u2019", "'")))


def stage_named(text: str) -> str | None:
    """The stage of the request path that a clause names first; None when it names none."""
    plain = text.replace("\u2019", "'")
    stages = read_clause_cues().stages.items()
    return next((name for name, said in stages if said.search(plain)), None)


def clause_of(sentence: str, figure: Figure) -> Clause:
    """The clause that a figure stands in."""
    start, end = 0, len(sentence)
    for gap in read_clause_cues().patterns["boundaries"].finditer(sentence):
        around = sentence[max(0, gap.start() - 1) : gap.end() + 1]
        if gap[0] in ",:+" and re.fullmatch(r"\d[,:+]\d", around):
            continue  # inside a number
        if gap.end() <= figure.start:
            start = gap.end()
        elif gap.start() >= figure.end:
            end = gap.start()
            break
    text = sentence[start:end]
    return Clause(text.strip(), start + len(text) - len(text.lstrip()))


def widened(sentence: str, clause: Clause) -> Clause:
    """A clause that only refers back ("it takes 80 ms"), with what it refers to."""
    if stage_named(clause.text) or not says("refers", clause.text):
        return clause
    gaps = read_clause_cues().patterns["boundaries"].finditer(sentence)
    starts = [0, *(gap.end() for gap in gaps if gap.end() <= clause.start)]
    for start in reversed(starts):
        if re.search(r"\d", sentence[start : clause.start]):
            break
        if stage_named(sentence[start : clause.start]):
            text = sentence[start : clause.end]
            return Clause(text.strip(), start + len(text) - len(text.lstrip()))
    return clause


def is_revised(sentence: str, end: int) -> bool:
    """Whether what stands behind a figure in its sentence takes it back."""
    return says("revised", sentence[end:]) and bool(re.search(r"\d|illion", sentence[end:]))


# Times along the request path: stages, the limit for all of them, and lists that share it


class Stage(NamedTuple):
    """A stage of the request path with its time."""

    name: str
    ms: float
    quote: str


def in_ms(number: StatedNumber) -> float | None:
    """A stated time in milliseconds; None where it is no time."""
    figure = in_unit(number.value, number.unit) if number.unit else None
    return figure.high if figure is not None and figure.dimension == "time" else None


@lru_cache(maxsize=KEPT)
def stage_of(number: StatedNumber) -> Stage | None:
    """The stage that a stated time belongs to, if it names one."""
    ms = in_ms(number)
    if ms is None or not is_on_the_path(number.quote, ms) or says("whole", number.quote):
        return None
    name = stage_named(number.quote)
    return Stage(name, ms, number.quote) if name else None


@lru_cache(maxsize=KEPT)
def limit_of(number: StatedNumber) -> float | None:
    """The milliseconds that a candidate allows for everything, where the words say so."""
    ms = in_ms(number)
    if ms is None or not is_on_the_path(number.quote, ms) or stage_named(number.quote):
        return None
    return ms if says("whole", number.quote) or says("percentile", number.quote) else None


def is_on_the_path(clause: str, ms: float) -> bool:
    """Whether a time in a clause can be one that a request waits for."""
    return 0 < ms <= LONGEST_MS and not says("elsewhere", clause)


def bare_times(
    sentence: str, figures: Sequence[Figure], limits: Sequence[float]
) -> Iterator[tuple[Figure, Clause]]:
    """Bare numbers that are milliseconds because the sentence lists stages with them.

    Args:
        sentence: the sentence.
        figures: its figures.
        limits: milliseconds known to be the limit of the case.
    """
    timed = any(figure.dimension == "time" for figure in figures)
    opens = bool(figures) and figures[0].bare and figures[0].high in limits
    if not (timed or opens):
        return
    found: dict[int, tuple[Figure, Clause]] = {}
    for figure in figures:
        if not figure.bare or is_whole(sentence, figure) or is_count(figure):
            continue
        clause = _label(sentence, figure, figures)
        if stage_named(clause.text) and len(clause.text.split()) <= _LABEL_WORDS:
            found.setdefault(clause_of(sentence, figure).start, (figure, clause))
    written = [f for f in figures if f.dimension == "time" and not is_whole(sentence, f)]
    if len(found) + len(written) >= _LIST:
        yield from found.values()


def is_count(figure: Figure) -> bool:
    """Whether a bare number counts things, as in "500 candidates" and "one batch"."""
    first = figure.noun.split(" ")[0].lower()
    return figure.high < 2 or first in vocabulary().counted


def is_whole(sentence: str, figure: Figure) -> bool:
    """Whether a figure of a list is what the list shares: "of the 30 ms", "150 = "."""
    clause = clause_of(sentence, figure)
    before = sentence[clause.start : figure.start].lower()
    behind = sentence[figure.end : figure.end + 30]
    return says("whole_before", before) and before != "" or says("whole_behind", behind)


def _label(sentence: str, figure: Figure, figures: Sequence[Figure]) -> Clause:
    """The words beside a bare number: its clause without what another number stands with."""
    clause = clause_of(sentence, figure)
    start = max([f.end for f in figures if f.end <= figure.start] + [clause.start])
    end = min([f.start for f in figures if f.start >= figure.end] + [clause.end])
    start, end = max(start, clause.start), min(end, clause.end)
    text = sentence[start:end]
    return Clause(text.strip(), start + len(text) - len(text.lstrip()))


# Calculations: products, shares and rates, and how far off they are


class _Link(Enum):
    TIMES = "times"
    DIVIDED = "divided"
    SHARE = "share"
    EQUALS = "equals"
    CONTINUES = "continues"
    NONE = "none"


_TIMES = re.compile(
    _WORDS + r"(?:\s*(?:x|\u00d7|\*|\u00b7)|(?:times|multiplied by|by))" + _FILLER, re.IGNORECASE
)
_EACH = re.compile(r"^[\s,]*(?:[A-Za-z'-]+\s+){0,3}?(?:with|at|of)" + _FILLER, re.IGNORECASE)
_UNREADABLE = re.compile(
    r"[()]|[.!?;]\s|\b(?:and|squared|cubed|root|log|ln)\b|\b[a-z]\s*=|flop", re.IGNORECASE
)
"""Another thought, another variable, or what no product can express."""
_OF_MORE = re.compile(r"^(?:\s[A-Za-z'-]+){1,4}\s$")
"""Words without a stop between an earlier figure and a calculation: it belongs to it somehow."""
LARGE = 1000.0
"""Without a term of this size or one with a unit it is a ratio or a formula, not an estimate."""
_BY_EACH = re.compile(r"(?: [A-Za-z'-]+){0,3} (?:each|apiece)\b", re.IGNORECASE)
_DIVIDED = re.compile(
    r"^[\s,]*(?:[A-Za-z'-]+\s+){0,4}?(?:divided by|over|\u00f7|/)" + _FILLER, re.IGNORECASE
)
_EQUALS = re.compile(
    r"^[^=\d]{0,40}?(?:=|\u2248|~|\b(?:is|are|gives?(?: us| me)?|makes?|equals"
    r"|comes? (?:to|out (?:at|as))|works? out (?:to|at)|yields?"
    r"|means|amounts? to|(?:that|this|it|which|there)(?:'s| is| makes| gives)"
    r"|(?:i|we)(?: would|'d)? get|i end up (?:at|with)|i\.e\.))" + _FILLER,
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"^[\s,]*(?:(?:so|or|thus|hence)\b)?" + _FILLER, re.IGNORECASE)
_EXTRA = re.compile(
    r"\b(?:peak|busiest|margin|headroom|burst|spike|after|reserve|only)\b", re.IGNORECASE
)
_OPERATOR_BEFORE = re.compile(
    r"(?:[x\u00d7*/^\u00b7+\u2212(-]|\b(?:times|by|plus|minus|over))\s*$", re.IGNORECASE
)


@dataclass(frozen=True)
class Sum:
    """A calculation with its stated result.

    Attributes:
        start: where it begins in the sentence; `end` is behind the result.
        result: the figure stated.
        off: how many times too large or too small the result is, at least 1.
        tolerance: the factor up to which that is nothing to ask about.
    """

    start: int
    end: int
    terms: tuple[Figure, ...]
    result: Figure
    off: float
    tolerance: float

    @property
    def doubtful(self) -> bool:
        """Whether it is too far off to pass."""
        return self.off > self.tolerance


@lru_cache(maxsize=KEPT)
def sums_in(sentence: str) -> tuple[Sum, ...]:
    """All calculations of a sentence whose terms and result can be read for certain."""
    figures = read_figures(sentence)
    links = [_link(sentence, a, b) for a, b in zip(figures, figures[1:], strict=False)]
    found = (_sum(sentence, figures, links, at) for at in range(len(links)))
    return tuple(one for one in found if one is not None)


def _link(sentence: str, left: Figure, right: Figure) -> _Link:
    gap = sentence[left.end : right.start]
    if len(gap) > _GAP or _UNREADABLE.search(gap):
        return _Link.NONE
    if left.dimension == "share" and re.match(r"^\s+of" + _FILLER, gap, re.IGNORECASE):
        return _Link.SHARE
    if _DIVIDED.match(gap):
        return _Link.DIVIDED
    if _TIMES.match(gap):
        return _Link.TIMES
    each = _BY_EACH.match(sentence, right.end) or right.dimension in ("money", "bytes")
    if each and _EACH.match(gap):
        return _Link.TIMES
    if _EQUALS.match(gap):
        return _Link.EQUALS
    rates = left.per is not None and right.per is not None
    return _Link.CONTINUES if rates and _GOES_ON.match(gap) else _Link.NONE


def _sum(sentence: str, figures: Sequence[Figure], links: Sequence[_Link], at: int) -> Sum | None:
    """The calculation whose result stands behind link `at`."""
    if links[at] not in (_Link.EQUALS, _Link.CONTINUES):
        return None
    first = at
    while first and links[first - 1] in (_Link.TIMES, _Link.DIVIDED, _Link.SHARE):
        first -= 1
    terms, result = tuple(figures[first : at + 1]), figures[at + 1]
    if at + 1 < len(links) and links[at + 1] in (_Link.TIMES, _Link.DIVIDED, _Link.SHARE):
        return None
    before = sentence[max(0, terms[0].start - _GAP) : terms[0].start]
    if first and _OF_MORE.search(sentence[figures[first - 1].end : terms[0].start]):
        return None
    if _OPERATOR_BEFORE.search(before) or (first and re.search(r"\bwith\s*$", before)):
        return None
    if not _comparable(terms, result) or not _same_kind(terms, links[first:at], result):
        return None
    between = sentence[terms[-1].end : result.end + 20]
    extra = links[at] is _Link.CONTINUES or _EXTRA.search(between)
    return Sum(
        start=terms[0].start,
        end=result.end,
        terms=terms,
        result=result,
        off=_off(terms, links[first:at], result),
        tolerance=OFF_AT_PEAK if extra else OFF,
    )


def _comparable(terms: Sequence[Figure], result: Figure) -> bool:
    """A lone figure is only converted, from one rate into another."""
    if any(figure.low != figure.high for figure in (*terms, result)) or result.high <= 0:
        return False
    if any(term.high <= 0 for term in terms) or result.dimension == "share":
        return False
    if "flop" in result.noun.lower():
        return False
    if len(terms) > 1:
        return any(not term.bare or term.high >= LARGE for term in terms)
    rates = terms[0].per is not None and result.per is not None and terms[0].per != result.per
    return rates and terms[0].dimension == result.dimension and not _held_apart(terms[0], result)


def _same_kind(terms: Sequence[Figure], links: Sequence[_Link], result: Figure) -> bool:
    """Whether a product of the terms can be what the result is; of times and counts, who knows."""
    divisors = [term for term, link in zip(terms[1:], links, strict=True) if link is _Link.DIVIDED]
    factors = {term.dimension for term in terms if term not in divisors}
    if (result.dimension == "time") != ("time" in factors):
        return False
    if (result.dimension == "money") != ("money" in factors):
        return False
    return "bytes" not in factors or result.dimension == "bytes"


def _held_apart(left: Figure, right: Figure) -> bool:
    return left.per_what != right.per_what


def _off(terms: Sequence[Figure], links: Sequence[_Link], result: Figure) -> float:
    """The smallest factor between the result and a reading of its terms."""
    readings = [_values(term) for term in terms]
    targets = _values(result)
    return min(
        max(value / target, target / max(value, TINY))
        for chosen in itertools.product(*readings)
        for value in _outcomes(chosen, links, terms, result)
        for target in targets
    )


def _values(figure: Figure) -> tuple[float, ...]:
    """What a figure may mean in a product; seconds for times, a fraction for shares."""
    scale = {"time": 1 / SECOND, "share": 0.01}.get(figure.dimension, 1.0)
    value = figure.high * scale
    return (value,) if figure.maybe_bytes is None else (value, figure.maybe_bytes)


def _outcomes(
    values: Sequence[float], links: Sequence[_Link], terms: Sequence[Figure], result: Figure
) -> Iterator[float]:
    """The product in every unit of time and size that may be meant."""
    product = values[0]
    for link, value in zip(links, values[1:], strict=True):
        product = product / value if link is _Link.DIVIDED else product * value
    spans = {term.per for term in terms if term.per is not None}
    plain = len(terms) > 1
    for span in spans:
        if result.per is not None:
            yield product / span * result.per
        elif plain:
            yield product
            yield product / span
    if not spans or any(link is _Link.DIVIDED for link in links):
        yield product
        if result.per is not None:
            yield product / DAY * result.per
    sizes = any(term.dimension == "bytes" for term in terms)
    if result.dimension == "bytes" and not sizes:
        yield from (product * width for width in (2.0, 4.0, 8.0))
