"""Negation and speculation: whether a speaker stands behind what is said, or only names it.

Sentence vectors put a denial next to what it denies. This reads the difference off a few cues
(`negation.yaml`), in the way of NegEx (Chapman et al. 2001, "A simple algorithm for identifying
negated findings and diseases in discharge summaries"): a cue reaches to the end of its clause,
some denials are only apparent, and two of them cancel each other. A sentence that names things in a
row (`a, b, c and d`) asserts little about any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from interviewer.text.sentences import STOP_WORDS, WORD, stem, words_of

KEPT = 4096  # texts whose signs stay in memory: those of about two cases
NEAR = 0.1  # cosine by which a text may be farther than the nearest and still count as near
OPPOSED = -0.5  # agreement up to which the shared words of two texts are said against each other
DENIED_MORE = 0.2  # share of denied words beyond the other text's, where no shared word tells
MOSTLY_DENIED = 0.6  # the same whatever the shared words tell

NAMES_ONLY = 0.4  # share of a sentence's words from which its enumeration is what it says

_TERM = re.compile(r"(?!and |or )[\w-]+(?: [\w-]+)?")
_RUN_AT_END = re.compile(r"(?<![\w-])[\w-]+\Z")
_LAST = re.compile(r"(?:and|or) [\w-]+(?: [\w-]+)?")
_LAST_TWO = re.compile(r"(?!and |or )[\w-]+(?: [\w-]+)? (?:and|or) [\w-]+(?: [\w-]+)?")

Signs = Mapping[str, int]
"""Stem of a content word to +1 where it is said, -1 where it is denied."""


class Cues(NamedTuple):
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
def read_negation_cues() -> Cues:
    """Reads and compiles the shipped cues once."""
    text = files("interviewer.text").joinpath("negation.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return Cues(**{name: _union(patterns) for name, patterns in data.items()})


def _union(patterns: str | Sequence[str]) -> re.Pattern[str]:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return re.compile("|".join(f"(?:{pattern})" for pattern in listed))


@lru_cache(maxsize=KEPT)
def signs_of(text: str) -> Signs:
    """The content words of a text with their signs; words with both signs are left out."""
    parts: dict[int, list[str]] = {1: [], -1: []}
    for clause, denied in _clauses(_plain(text)):
        for piece, sign in _pieces(clause):
            parts[-sign if denied else sign].append(piece)
    # Of pieces that nobody reads again, so that no words of theirs are kept.
    words = {sign: set(WORD.findall("\n".join(parts[sign]))) - STOP_WORDS for sign in parts}
    said, unsaid = ({stem(w) for w in words[sign] if len(w) > 1} for sign in (1, -1))
    return {word: 1 if word in said else -1 for word in said ^ unsaid}


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
    cues, plain = read_negation_cues(), [_plain(sentence) for sentence in sentences]
    distant = [bool(cues.attributed.search(p) or cues.supposed.search(p)) for p in plain]
    answers = [False, *distant][: len(plain)]
    limited = [bool(cues.limited.search(p)) for p in plain]
    taken_back = [bool(cues.contrasted.search(p)) for p in [*plain, ""][1:]]
    return [not any(doubts) for doubts in zip(distant, answers, limited, taken_back, strict=True)]


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("\u2019", "'").split())


def _clauses(text: str) -> list[tuple[str, bool]]:
    """Clauses, and whether the one after each denies it."""
    cues = read_negation_cues()
    text = cues.no_denial.sub(" ", text)
    clauses = [clause for clause in cues.boundaries.split(text) if clause and clause.strip()]
    after = [*clauses, ""][1:]
    return [
        (clause, bool(cues.denies_before.search(following)) and not _denies(clause))
        for clause, following in zip(clauses, after, strict=True)
    ]


def _denies(clause: str) -> bool:
    cues = read_negation_cues()
    return bool(cues.denies_clause.search(clause) or cues.denies_rest.search(clause))


def _pieces(clause: str) -> list[tuple[str, int]]:
    """A clause cut where its sign turns; cues themselves belong to no piece."""
    cues = read_negation_cues()
    sign = -1 if len(cues.denies_clause.findall(clause)) % 2 else 1
    rest = cues.denies_clause.sub(" ", clause)
    cue = cues.denies_rest.search(rest)
    if cue is None:
        return [(rest, sign)]
    resumed = cues.resumes.search(rest, cue.end())
    end = resumed.start() if resumed else len(rest)
    return [(rest[: cue.start()], sign), (rest[cue.end() : end], -sign), (rest[end:], sign)]


# Enumerations


def enumerates(text: str) -> bool:
    """Whether a sentence mostly names things in a row, which asserts little about any of them."""
    listed = sum(len(words_of(found)) for found in enumerations(text))
    return listed >= NAMES_ONLY * max(1, len(words_of(text)))


def enumerations(text: str) -> Iterator[str]:
    """Every run of two or more terms of one or two words with `and` or `or` before the last.

    Read piece by piece between the commas, so that a text takes time by its length alone: one
    expression over the whole would begin anew at every term of a list that has no `and`.
    """
    terms: list[str] = []
    for piece in text.split(", "):
        end = _end(piece, len(terms))
        if end:
            yield ", ".join([*terms, piece[:end]])
            terms = _first(piece[end:])
        elif terms and _TERM.fullmatch(piece):
            terms.append(piece)
        else:
            terms = _first(piece)


def _end(piece: str, terms: int) -> int:
    """Where an enumeration of so many terms ends in the piece behind them; 0 where it does not."""
    last = _LAST.match(piece) if terms > 1 else None
    found = last or (_LAST_TWO.match(piece) if terms else None)
    return found.end() if found else 0


def _first(piece: str) -> list[str]:
    """The one or two words at the end of a piece as the first term of what may follow; or none."""
    before, _, last = piece.rpartition(" ")
    run = _RUN_AT_END.search(last)
    if run is None:
        return []
    if run.start() > 0 or " " not in piece:
        return [run[0]]
    second = _RUN_AT_END.search(before.rpartition(" ")[2])
    return [f"{second[0]} {run[0]}" if second else run[0]]
