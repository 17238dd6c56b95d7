"""Clauses around a figure, and the cues for whose figure it is; the patterns are data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from interviewer.text.quantities.figures import Figure

_NEAR = 60  # characters around a figure in which an operator can be its own


class Clause(NamedTuple):
    """A part of a sentence between two boundaries."""

    text: str
    """Verbatim, without what surrounds it."""
    start: int

    @property
    def end(self) -> int:
        """Where it ends in its sentence."""
        return self.start + len(self.text)


@cache
def _data() -> Mapping[str, Any]:
    text = files("interviewer.text.quantities").joinpath("clauses.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_data()[name], re.IGNORECASE)


@cache
def _stages() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(said, re.IGNORECASE) for name, said in _data()["stages"].items()}


def says(cue: str, text: str) -> bool:
    """Whether a text shows a cue of `clauses.yaml`."""
    return bool(_pattern(cue).search(_plain(text)))


def stage_named(text: str) -> str | None:
    """The stage of the request path that a clause names first; None when it names none."""
    plain = _plain(text)
    return next((name for name, said in _stages().items() if said.search(plain)), None)


def is_held(figure: Figure, clause: str) -> bool:
    """Whether a figure is one user's or one machine's instead of the whole system's."""
    return figure.per_what in _data()["holders"] or says("one_of_many", clause)


def clause_of(sentence: str, figure: Figure) -> Clause:
    """The clause that a figure stands in."""
    start, end = 0, len(sentence)
    for gap in _pattern("boundaries").finditer(sentence):
        if gap.end() <= figure.start and not _in_number(sentence, gap):
            start = gap.end()
        elif gap.start() >= figure.end and not _in_number(sentence, gap):
            end = gap.start()
            break
    text = sentence[start:end]
    return Clause(text.strip(), start + len(text) - len(text.lstrip()))


def widened(sentence: str, clause: Clause) -> Clause:
    """A clause that only refers back ("it takes 80 ms"), with what it refers to."""
    if stage_named(clause.text) or not says("refers", clause.text):
        return clause
    gaps = [gap for gap in _pattern("boundaries").finditer(sentence) if gap.end() <= clause.start]
    starts = [0, *(gap.end() for gap in gaps)]
    for start in reversed(starts):
        if re.search(r"\d", sentence[start : clause.start]):
            break
        if stage_named(sentence[start : clause.start]):
            text = sentence[start : clause.end]
            return Clause(text.strip(), start + len(text) - len(text.lstrip()))
    return clause


def is_factor(sentence: str, figure: Figure) -> bool:
    """Whether a figure is multiplied or divided where it stands."""
    before = sentence[max(0, figure.start - _NEAR) : figure.start]
    behind = sentence[figure.end : figure.end + _NEAR]
    return says("operator_before", before) or says("operator_behind", behind)


def _in_number(sentence: str, gap: re.Match[str]) -> bool:
    around = sentence[max(0, gap.start() - 1) : gap.end() + 1]
    return gap[0] in ",:+" and bool(re.fullmatch(r"\d[,:+]\d", around))


def is_denied(sentence: str, figure: Figure, clause: Clause) -> bool:
    """Whether the words before a figure say that it is not that."""
    return says("denied", sentence[max(clause.start, figure.start - _NEAR) : figure.start])


def is_revised(sentence: str, end: int) -> bool:
    """Whether what stands behind a figure in its sentence takes it back."""
    return says("revised", sentence[end:]) and bool(re.search(r"\d|illion", sentence[end:]))


def _plain(text: str) -> str:
    return text.replace("\u2019", "'")
