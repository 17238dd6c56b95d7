"""Words of the field that the interviewer explains when somebody asks what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from interviewer.core.paths import shipped
from interviewer.text.sentences import split_prose, words_of

WHOLE_QUESTION = 4  # words beside a term in "what is X?", from which it asks for more than the word

_WHAT_IS = re.compile(
    r"^(?:(?:sorry|and|so|ok(?:ay)?|hm+|wait|um+|uh+)[,. ]+)*(?:what(?:'s| is| are| exactly is)|"
    r"explain|define) (?:exactly )?(?:an? )?(?P<rest>[^?]*)\??$"
)
_ASKED_AS_FACTS = frozenset({"latency", "throughput", "objective", "budget", "north_star"})
"""Words after which "what is X?" asks for a figure of the case."""
_BESIDE = frozenset(
    ("exactly", "here", "again", "in", "this", "context", "mean", "please", "now", "then", "case")
)


class Term(NamedTuple):
    """A word with what it means."""

    id: str
    said: re.Pattern[str]
    means: str


@cache
def read_glossary() -> Mapping[str, Term]:
    """Reads the shipped words once, by id; those whose study note is gone are left out."""
    text = files("interviewer.text").joinpath("glossary.yaml").read_text("utf-8")
    data: dict[str, dict[str, str | list[str]]] = yaml.safe_load(text)
    terms = (_term(id_, entry) for id_, entry in data.items())
    found = {term.id: term for term in terms if term.means}
    explained = {entry.get("note") for entry in data.values()}
    notes = (shipped("knowledge") / "concepts").glob("*.md")
    for note in sorted(file.stem for file in notes):  # each study note explains its own title
        if note not in explained and note not in found:
            found[note] = _term(note, {"said": [note.replace("_", " ")], "note": note})
    return found


def _term(id_: str, entry: Mapping[str, str | Sequence[str]]) -> Term:
    said = sorted(entry["said"], key=len, reverse=True)
    pattern = rf"(?<![\w-])(?:{'|'.join(map(re.escape, said))})s?(?![\w-])"
    means = str(entry.get("means", "")) or _first_sentence(str(entry.get("note", "")))
    return Term(id_, re.compile(pattern), means)


def _first_sentence(note: str) -> str:
    """What a study note begins with, after its title."""
    file = shipped("knowledge") / "concepts" / f"{note}.md"
    if not note or not file.exists():
        return ""
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    body = next((line for line in lines if line and not line.startswith("#")), "")
    return next(iter(split_prose(body)), "")


def terms_in(line: str) -> tuple[str, ...]:
    """Ids of the words of the glossary in a normalised sentence, those written longest first.

    A word inside a longer one ("recall" in "recall at ten" stays, "label" in "label leakage" does
    not) counts once, as the longer.
    """
    found = [
        (match.start(), match.end(), term.id)
        for term in read_glossary().values()
        for match in term.said.finditer(line)
    ]
    found.sort(key=lambda span: (span[0] - span[1], span[0]))
    kept: list[tuple[int, int, str]] = []
    for start, end, id_ in found:
        if not any(begin < end and start < stop for begin, stop, _ in kept):
            kept.append((start, end, id_))
    return tuple(dict.fromkeys(id_ for _, _, id_ in kept))


def asks_what_it_is(line: str) -> bool:
    """Whether a normalised sentence is "what is X?" of a word of the glossary and nothing more."""
    match = _WHAT_IS.match(line)
    if match is None or not (terms := terms_in(match["rest"])):
        return False
    if terms[0] in _ASKED_AS_FACTS:
        return False
    term = read_glossary()[terms[0]].said.search(match["rest"])
    begins = term is not None and not words_of(match["rest"][: term.start()])
    beside = words_of(match["rest"][term.end() :]) if term is not None else []
    return begins and _BESIDE.issuperset(beside) and len(beside) <= WHOLE_QUESTION
