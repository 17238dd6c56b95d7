"""Figures in a text: numbers with magnitudes, units and rates as people write them.

What is written and what it means is data (`words.yaml`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from interviewer.text.sentences import STOP_WORDS

Dimension = Literal["time", "bytes", "share", "money", "count"]

SECOND = 1000.0
LONGEST = 1000  # characters of a sentence that are read; the longest we have seen has 440
MOST = 40
"""Figures of one sentence that are read; more is pasted data."""
SMALLEST, LARGEST = 1e-15, 1e21
"""Values beyond are typing errors or jokes; up to zettabytes it may be meant."""
KEPT = 1024  # texts whose figures stay in memory: every fold of an interview reads them again
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_NOUN_WORDS = 4
ENDS_A_NOUN = STOP_WORDS | frozenset(
    """across assume because comes divided every gives is means minus per plus times within
    without x yields""".split()  # noqa: SIM905
)
"""Words that are no part of what a number counts."""
_DIGITS = (
    r"(?:\d{1,3}(?:[,'\u202f\u2009]\d{3}){1,6}(?:\.\d{1,15})?|\d{1,18}(?:\.\d{1,15})?|\.\d{1,15})"
)
_POWER = r"(?:\s?\^\s?\(?-?\d{1,3}\)?|\*\*-?\d{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]{1,4}|e[+-]?\d{1,2})"


@dataclass(frozen=True)
class Vocabulary:
    """`words.yaml`, turned around: from what is written to what it means."""

    units: dict[str, tuple[Dimension, float]]
    values: dict[str, float]
    parts: dict[str, float]
    magnitudes: dict[str, float]
    counted: frozenset[str]
    rates: frozenset[str]
    shown: dict[str, dict[str, float]]


@cache
def vocabulary() -> Vocabulary:
    """Reads the shipped words once."""
    text = files("interviewer.text.quantities").joinpath("words.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    kinds: tuple[Dimension, ...] = ("time", "bytes", "share", "money")
    units = {
        word: (kind, float(factor))
        for kind in kinds
        for factor, words in data[kind].items()
        for word in words
    }
    named = {key: dict(data[key]) for key in ("values", "parts", "magnitudes", "shown")}
    counted, rates = frozenset(data["counted"]), frozenset(data["rates"])
    return Vocabulary(units=units, counted=counted, rates=rates, **named)


@dataclass(frozen=True)
class Patterns:
    """What a figure is made of, in the order in which it is read."""

    number: re.Pattern[str]
    magnitude: re.Pattern[str]
    unit: re.Pattern[str]
    to: re.Pattern[str]
    rate: re.Pattern[str]


@cache
def patterns() -> Patterns:
    """Compiles the patterns of the shipped words once."""
    words = vocabulary()
    spelt = "|".join(sorted(words.values, key=len, reverse=True))
    parts = "|".join(sorted(words.parts, key=len, reverse=True))
    spelt_magnitudes = "|".join(m for m in words.magnitudes if len(m) > 3)
    letters = "|".join(m for m in words.magnitudes if len(m) <= 3)
    units = "|".join(re.escape(u) for u in sorted(words.units, key=len, reverse=True))
    ends = "|".join(sorted(ENDS_A_NOUN))
    spans = "|".join(u for u, (kind, _) in words.units.items() if kind == "time")
    return Patterns(
        number=re.compile(
            rf"(?<![\w@.#$])(?<!\w[+_])\$?(?P<digits>{_DIGITS}\s?[x×*·]\s?10{_POWER}"
            rf"|{_DIGITS}{_POWER}?)(?!\d)"  # all digits or none
            rf"|\b(?P<part>{parts})(?=[ -](?:{spelt_magnitudes})\b)"
            rf"|\b(?P<half_unit>half an?)(?=[ -](?:{units})(?![A-Za-z]))"
            rf"|\b(?P<spelt>{spelt})(?P<half> and a half)?\b",
            re.IGNORECASE,
        ),
        magnitude=re.compile(
            rf"[ -]?(?P<word>(?i:{spelt_magnitudes})s?)\b|\s?(?P<letter>{letters})(?![A-Za-z])"
        ),
        unit=re.compile(rf"[ -]?(?P<unit>(?i:{units}))(?![A-Za-z])"),
        to=re.compile(r"\s?(?:-|\u2013|\u2014|\.\.)\s?(?=\d)|\s+to\s+(?=\S)"),
        rate=re.compile(
            r"(?:\s*(?:per |an? |each |every |in one |in a |within one |by )|/)"
            rf"(?:(?P<span>(?i:{spans}))|(?P<what>(?!(?:{ends})\b)[A-Za-z]+))\b"
            r"|\s+(?P<adverb>daily|hourly)\b(?! (?:active|users|viewers|visitors|people|dau))"
        ),
    )


@dataclass(frozen=True)
class Figure:
    """A number with what it counts.

    Attributes:
        low: the value, or the lower end of a range: milliseconds, bytes, percent, dollars, or
            ones.
        high: the upper end of a range, else as `low`.
        per: seconds over which it is counted where it is a rate, else None.
        per_what: what it is counted for besides time: `user`, `machine`.
        noun: the words that follow, at most four.
        start: where it begins in its text; `end` is behind unit and rate.
        bare: whether a plain number without magnitude, unit or rate was written.
        maybe_bytes: the value in bytes where a capital B may mean either.
    """

    low: float
    high: float
    dimension: Dimension
    per: float | None
    per_what: str
    noun: str
    start: int
    end: int
    bare: bool = False
    maybe_bytes: float | None = None


@lru_cache(maxsize=KEPT)
def read_figures(text: str) -> tuple[Figure, ...]:
    """All figures of a text in their order; vague ones ("hundreds of millions") are none."""
    figures: list[Figure] = []
    end = 0
    text = text[:LONGEST]
    for match in patterns().number.finditer(text):
        figure = _figure(text, match) if match.start() >= end else None
        if figure is not None and all(
            value == 0 or SMALLEST < value < LARGEST for value in (figure.low, figure.high)
        ):
            figures.append(figure)
            end = figure.end
        if len(figures) == MOST:
            break
    return tuple(figures)


@lru_cache(maxsize=KEPT)
def in_unit(value: float, unit: str) -> Figure | None:
    """A value written in a case's unit, such as 15 in `million scores/s`; None if unreadable."""
    figures = read_figures(f"{value:.12f} {unit}")
    return figures[0] if len(figures) == 1 else None


# One number


@dataclass(frozen=True)
class _Number:
    value: float
    end: int
    bare: bool
    letter: str = ""
    plain: float = 0.0


def _figure(text: str, match: re.Match[str]) -> Figure | None:
    low = _number(text, match)
    if low is None:
        return None
    high = _upper_end(text, low)
    last = high or low
    unit = patterns().unit.match(text, last.end)
    dimension, factor, end = _unit(text, match, last, unit)
    if unit is None and text[last.end : last.end + 1].isalpha():
        return None  # `5xx`, `3rd`
    # In "20 to 50 million" the factor of the second number is the first one's too.
    shares = high is not None and low.bare and not high.bare and high.plain
    shared = last.value / last.plain if shares else 1.0
    noun, per, per_what, end = _rate(text, end)
    return Figure(
        low=low.value * shared * factor,
        high=last.value * factor,
        dimension=dimension,
        per=per,
        per_what=per_what,
        noun=noun,
        start=match.start(),
        end=end,
        bare=low.bare and last.bare and dimension == "count" and per is None,
        maybe_bytes=low.plain if low.letter == "B" and per is None else None,
    )


def _number(text: str, match: re.Match[str]) -> _Number | None:
    words = vocabulary()
    if match["digits"]:
        value = _digits(match["digits"])
    elif part := match["part"] or match["half_unit"]:
        value = words.parts[part.lower()]
    else:
        value = words.values[match["spelt"].lower()] + (0.5 if match["half"] else 0.0)
    return _magnified(text, match.end(), value)


def _digits(written: str) -> float:
    plain = re.sub(r"[,'\u202f\u2009\s()]", "", written.lower())
    plain = re.sub(r"(?<=[\d.])([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", r"^\1", plain).translate(_SUPERSCRIPTS)
    value = 1.0
    for factor in re.split(r"(?<!\*)[x×·*](?!\*)", plain):
        base, _, power = factor.replace("**", "^").partition("^")
        value *= float(base) ** max(-30, min(30, int(power or 1)))
    return value


def _magnified(text: str, end: int, value: float) -> _Number | None:
    magnitudes = vocabulary().magnitudes
    plain, letter, bare = value, "", True
    while found := patterns().magnitude.match(text, end):
        word = (found["word"] or "").lower()
        if word.endswith("s") and not bare:
            break
        value *= magnitudes.get(word.removesuffix("s") if word else found["letter"], 1.0)
        letter, end, bare = found["letter"] or "", found.end(), False
    if half := re.compile(r" and a half\b").match(text, end):
        value, end = value * (plain + 0.5) / plain if plain else value, half.end()
    if bare and (small := re.compile(r"m(?= ([a-z]+)|/)").match(text, end)):
        if small[1] and small[1].lower() not in vocabulary().counted:
            return None
        return _Number(value * 1e6, small.end(), bare=False)
    return _Number(value, end, bare, letter, plain)


def _upper_end(text: str, low: _Number) -> _Number | None:
    """The second number of a range; a year or a name such as `10-fold` is none."""
    unit = patterns().unit.match(text, low.end)
    start = unit.end() if unit else low.end
    link = patterns().to.match(text, start)
    before = text[max(0, low.end - 45) : low.end].lower()
    if link is None and re.search(r"\bbetween\b[^,;.]{0,30}$", before):
        link = re.compile(r"\s+and\s+(?=\d)").match(text, start)
    second = patterns().number.match(text, link.end()) if link else None
    high = _number(text, second) if second else None
    if high is None or high.value * 1.0 < low.value * (1.0 if high.bare == low.bare else 0.0):
        return None
    return high


def _unit(
    text: str, match: re.Match[str], last: _Number, unit: re.Match[str] | None
) -> tuple[Dimension, float, int]:
    if unit is not None and not (unit["unit"] == "S" or unit["unit"] == "D"):
        dimension, factor = vocabulary().units[unit["unit"].lower()]
        return dimension, factor, unit.end()
    if match[0].startswith("$"):
        return "money", 1.0, last.end
    return "count", 1.0, last.end


# What follows: a noun and a rate


def _rate(text: str, end: int) -> tuple[str, float | None, str, int]:
    noun, at = _noun(text, end)
    first = noun.split(" ")[0].lower()
    if first in vocabulary().rates:
        return "requests", 1.0, "", text.index(noun.split(" ")[0], end) + len(first)
    per, per_what = None, ""
    while found := patterns().rate.match(text, at):
        if found["span"] or found["adverb"]:
            span = found["span"] or {"daily": "day", "hourly": "hour"}[found["adverb"]]
            per = vocabulary().units[span.lower()][1] / SECOND
        elif (
            per_what
            or found[0].strip().split(" ")[0] not in ("per", "each", "every")
            and "/" not in found[0]
        ):
            break
        else:
            per_what = found["what"].lower()
        at = end = found.end()
    return noun, per, per_what, end


def _noun(text: str, start: int) -> tuple[str, int]:
    """Up to four words after a number, ending before a rate or a word that is no part of it."""
    end = start
    for _ in range(_NOUN_WORDS):
        if patterns().rate.match(text, end):
            break
        word = re.compile(r"[ -]([A-Za-z][A-Za-z'-]*)").match(text, end)
        if word is None or word[1].lower() in ENDS_A_NOUN:
            break
        end = word.end()
    return text[start:end].strip(" -"), end


def normal_units(value: float, dimension: str) -> tuple[float, str]:
    """A value in the largest unit in which it is at least one: 0.3 s is 300 ms."""
    scale = vocabulary().shown.get(dimension, {})
    fitting = [(unit, factor) for unit, factor in scale.items() if abs(value) >= factor]
    unit, factor = fitting[-1] if fitting else next(iter(scale.items()), ("", 1.0))
    return value / factor, unit
