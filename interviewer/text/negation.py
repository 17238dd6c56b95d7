"""Whether a speaker stands behind what is said: denials, their reach, and what is only reported.

Sentence vectors put a denial next to what it denies. This reads the difference off a few cues
(`negation.yaml`), in the way of NegEx (Chapman et al. 2001, "A simple algorithm for identifying
negated findings and diseases in discharge summaries"): a cue reaches to the end of its clause,
some denials are only apparent, and two of them cancel each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from interviewer.text.sentences import content_stems

KEPT = 4096  # texts whose signs stay in memory: those of about two cases
NEAR = 0.1  # cosine by which a text may be farther than the nearest and still count as near
OPPOSED = -0.5  # agreement up to which the shared words of two texts are said against each other
DENIED_MORE = 0.2  # share of denied words beyond the other text's, where no shared word tells
MOSTLY_DENIED = 0.6  # the same whatever the shared words tell

Signs = Mapping[str, int]
"""Stem of a content word to +1 where it is said, -1 where it is denied."""


class Stance(NamedTuple):
    """The cues of `negation.yaml`, compiled."""

    boundaries: re.Pattern[str]
    no_denial: re.Pattern[str]
    denies_clause: re.Pattern[str]
    denies_rest: re.Pattern[str]
    denies_before: re.Pattern[str]
    resumes: re.Pattern[str]
    attributed: re.Pattern[str]
    supposed: re.Pattern[str]
    limited: re.Pattern[str]
    contrasted: re.Pattern[str]


@cache
def read_stance() -> Stance:
    """Reads and compiles the shipped cues once."""
    text = files("interviewer.text").joinpath("negation.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return Stance(**{name: _union(patterns) for name, patterns in data.items()})


def _union(patterns: str | Sequence[str]) -> re.Pattern[str]:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return re.compile("|".join(f"(?:{pattern})" for pattern in listed))


@lru_cache(maxsize=KEPT)
def signs_of(text: str) -> Signs:
    """The content words of a text with their signs; words with both signs are left out."""
    found: dict[str, set[int]] = {}
    for clause, denied in _clauses(_plain(text)):
        for piece, sign in _pieces(clause):
            for stem in content_stems(piece):
                found.setdefault(stem, set()).add(-sign if denied else sign)
    return {stem: signs.pop() for stem, signs in found.items() if len(signs) == 1}


def agreement(one: Signs, other: Signs) -> float:
    """How far two texts say, rather than deny, the same words: -1 to 1, and 0 without any."""
    shared = one.keys() & other.keys()
    return sum(one[stem] * other[stem] for stem in shared) / len(shared) if shared else 0.0


def denied_share(text: str) -> float:
    """Share of a text's content words that are denied, 0-1."""
    signs = signs_of(text)
    return sum(sign < 0 for sign in signs.values()) / len(signs) if signs else 0.0


def opposes(text: str, authored: Sequence[str], cosines: Sequence[float]) -> bool:
    """Whether a text denies the words that it shares with the nearest of some authored texts.

    Args:
        text: what was said.
        authored: texts that mean the same, at least one.
        cosines: of `text` to each of them.
    """
    near = _near(authored, cosines)
    return max(agreement(signs_of(text), signs_of(known)) for known in near) <= OPPOSED


def stands_behind(text: str, authored: Sequence[str], cosines: Sequence[float]) -> bool:
    """Whether a text says, in words or as a whole, what some authored texts say.

    Stricter than not to oppose them: a challenge must be fair, so what is doubtful does not count.
    """
    near = _near(authored, cosines)
    shared = [agreement(signs_of(text), signs_of(known)) for known in near]
    agreed = sum(shared) / len(shared)
    more = denied_share(text) - max(denied_share(known) for known in near)
    return agreed >= 0 and more <= (MOSTLY_DENIED if max(shared) > 0 else DENIED_MORE)


def _near(authored: Sequence[str], cosines: Sequence[float]) -> list[str]:
    top = max(cosines)
    return [known for known, cosine in zip(authored, cosines, strict=True) if cosine >= top - NEAR]


def claimed(sentences: Sequence[str]) -> list[bool]:
    """Which of some sentences in a row are claimed as they stand.

    One is not when it gives the view of others, thinks a case through, asks or sets limits; nor
    when it answers such a sentence, or the next one takes it back.
    """
    stance, plain = read_stance(), [_plain(sentence) for sentence in sentences]
    distant = [bool(stance.attributed.search(p) or stance.supposed.search(p)) for p in plain]
    answers = [False, *distant][: len(plain)]
    limited = [bool(stance.limited.search(p)) for p in plain]
    taken_back = [bool(stance.contrasted.search(p)) for p in [*plain, ""][1:]]
    return [not any(doubts) for doubts in zip(distant, answers, limited, taken_back, strict=True)]


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("\u2019", "'").split())


def _clauses(text: str) -> list[tuple[str, bool]]:
    """Clauses, and whether the one after each denies it."""
    stance = read_stance()
    text = stance.no_denial.sub(" ", text)
    clauses = [clause for clause in stance.boundaries.split(text) if clause and clause.strip()]
    after = [*clauses, ""][1:]
    return [
        (clause, bool(stance.denies_before.search(following)) and not _denies(clause))
        for clause, following in zip(clauses, after, strict=True)
    ]


def _denies(clause: str) -> bool:
    stance = read_stance()
    return bool(stance.denies_clause.search(clause) or stance.denies_rest.search(clause))


def _pieces(clause: str) -> list[tuple[str, int]]:
    """A clause cut where its sign turns; cues themselves belong to no piece."""
    stance = read_stance()
    sign = -1 if len(stance.denies_clause.findall(clause)) % 2 else 1
    rest = stance.denies_clause.sub(" ", clause)
    cue = stance.denies_rest.search(rest)
    if cue is None:
        return [(rest, sign)]
    resumed = stance.resumes.search(rest, cue.end())
    end = resumed.start() if resumed else len(rest)
    return [(rest[: cue.start()], sign), (rest[cue.end() : end], -sign), (rest[end:], sign)]
