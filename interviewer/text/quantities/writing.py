"""How figures are written: the words of `words.yaml` and the patterns made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from interviewer.text.sentences import STOP_WORDS

Dimension = Literal["time", "bytes", "share", "money", "count"]

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
