"""Paraphrases of a case's own sentences (`ways.yaml`): read strictly, and checked.

The file stands beside `case.yaml` and may be left out. What it names must be in the case; what
it says must do the same job as the sentence it stands for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from interviewer.cases.leaks import leak_of, opening_leaks, telling_terms
from interviewer.cases.positions import Document, Place, read_yaml, validate, written
from interviewer.core.case import Case, Paraphrases
from interviewer.core.errors import ContentError
from interviewer.core.settings import StepId
from interviewer.text.sentences import split_prose, words_of

PARAPHRASES_FILE = "ways.yaml"
SPOKEN_WORDS = 60  # the interviewer's limit for one message

_PARTS = ("follow_ups", "hints")


class Paraphrase(NamedTuple):
    """One other way with the sentence it stands for."""

    place: Place
    text: str
    original: str


class ParaphraseFinding(NamedTuple):
    """Something an author should change in `ways.yaml`."""

    place: Place
    message: str
    severity: Literal["error", "warning"] = "error"

    @property
    def where(self) -> str:
        """The field as people write it: `items.dat_logs.hints[0][0]`."""
        return written(self.place)


def read_paraphrases(folder: Path, case: Case) -> Paraphrases:
    """The other ways beside a case; none when there is no `ways.yaml`.

    Raises:
        ContentError: the file is not valid or names what the case does not have; names file,
            line and field.
    """
    file = folder / PARAPHRASES_FILE
    if not file.exists():
        return Paraphrases()
    document = read_yaml(file)
    ways = validate(Paraphrases, document)
    if problem := next(_unknown(ways, case), None) or next(_miscounted(ways, case), None):
        raise document.error(problem.place, problem.message)
    return ways


def check_paraphrases(case: Case) -> list[ParaphraseFinding]:
    """Everything doubtful about a case's other ways, in their order in the file."""
    ways = list(all_paraphrases(case))
    findings = [*_leaks(case, ways), *_repeats(case, ways)]
    for way in ways:
        findings += _spoken(way)
    return findings


def paraphrase_errors(folder: Path, case: Case) -> Iterator[tuple[ContentError, ParaphraseFinding]]:
    """The findings of `check_paraphrases` with the lines of `ways.yaml` they stand in."""
    if (folder / PARAPHRASES_FILE).exists():
        document: Document = read_yaml(folder / PARAPHRASES_FILE)
        for finding in check_paraphrases(case):
            yield document.error(finding.place, finding.message), finding


def all_paraphrases(case: Case) -> Iterator[Paraphrase]:
    """Every other way of a case with its original, in the order of `ways.yaml`."""
    ways = case.ways
    yield from _numbered(("opening",), ways.opening, case.opening)
    for group, originals in _originals(case).items():
        texts: Mapping[str, tuple[str, ...]] = getattr(ways, group)
        for id_, said in texts.items():
            yield from _numbered((group, str(id_)), said, originals[id_])
    dives = {dive.id: dive for dive in case.deep_dives}
    for dive_id, of_dive in ways.dive_follow_ups.items():
        for index, said in enumerate(of_dive):
            original = dives[dive_id].follow_ups[index]
            yield from _numbered(("dive_follow_ups", dive_id, index), said, original)
    for item_id, of_item in ways.items.items():
        item = case.item(item_id)
        for part in _PARTS:
            for index, said in enumerate(getattr(of_item, part)):
                original = getattr(item, part)[index]
                yield from _numbered(("items", item_id, part, index), said, original)


def _numbered(place: Place, texts: Sequence[str], original: str) -> Iterator[Paraphrase]:
    for index, text in enumerate(texts):
        yield Paraphrase((*place, index), text, original)


def _originals(case: Case) -> dict[str, dict[str, str]]:
    """What the case itself says, by the groups of `ways.yaml` and the ids in them."""
    steps: dict[str, str] = {step: case.steps[step].question for step in StepId}
    return {
        "facts": {fact.id: fact.answer for fact in case.facts},
        "steps": steps,
        "red_flags": {flag.id: flag.challenge for _, flag in case.red_flags()},
        "deep_dives": {dive.id: dive.question for dive in case.deep_dives},
        "constraint_changes": {change.id: change.text for change in case.constraint_changes},
        "push_backs": {push.id: push.text for push in case.push_backs},
    }


def _unknown(ways: Paraphrases, case: Case) -> Iterator[ParaphraseFinding]:
    known: dict[str, Iterable[str]] = {**_originals(case)}
    known["items"] = {item.id for _, item in case.items()}
    known["dive_follow_ups"] = {dive.id for dive in case.deep_dives}
    for group, ids in known.items():
        for id_ in getattr(ways, group):
            if id_ not in ids:
                message = f"the case has no {group.removesuffix('s').replace('_', ' ')} {id_!r}."
                yield ParaphraseFinding((group, str(id_)), message)


def _miscounted(ways: Paraphrases, case: Case) -> Iterator[ParaphraseFinding]:
    for dive in case.deep_dives:
        given = len(ways.dive_follow_ups.get(dive.id, dive.follow_ups))
        if given != len(dive.follow_ups):
            message = f"there are {given} lists; the case has {len(dive.follow_ups)} follow-ups."
            yield ParaphraseFinding(("dive_follow_ups", dive.id), message)
    for item_id, of_item in ways.items.items():
        item = case.item(item_id)
        for part in _PARTS:
            given, wanted = len(getattr(of_item, part)), len(getattr(item, part))
            if given and given != wanted:
                message = (
                    f"there are {given} lists; the case has {wanted} {part.replace('_', '-')}."
                )
                yield ParaphraseFinding(("items", item_id, part), message)


def _leaks(case: Case, ways: Iterable[Paraphrase]) -> Iterator[ParaphraseFinding]:
    terms = telling_terms(case)
    for way in ways:
        if way.place[0] == "opening":
            for leak in opening_leaks(case, way.text):
                message = f"gives {leak.item!r} away: {', '.join(leak.words)}."
                yield ParaphraseFinding(way.place, message)
        if way.place[0] == "items" and way.place[2:4] == ("follow_ups", 0):
            item_id = str(way.place[1])
            if found := leak_of(item_id, terms[item_id], way.text):
                message = (
                    f"the first follow-up uses the item's own words: {', '.join(found.words)}."
                )
                yield ParaphraseFinding(way.place, message, "error" if found.plain else "warning")


def _repeats(case: Case, ways: Iterable[Paraphrase]) -> Iterator[ParaphraseFinding]:
    """Whoever plays a case twice should not hear the same sentence both times."""
    said = {key: "case.yaml" for text in _spoken_by(case) for key in _sentences(text)}
    for way in ways:
        for key, sentence in _sentences(way.text).items():
            if key in said:
                yield ParaphraseFinding(
                    way.place, f"repeats a sentence of {said[key]}: {sentence!r}."
                )
            said.setdefault(key, "this file")


def _spoken_by(case: Case) -> Iterator[str]:
    yield case.opening
    for originals in _originals(case).values():
        yield from originals.values()
    for _, item in case.items():
        yield from (*item.follow_ups, *item.hints)
    for dive in case.deep_dives:
        yield from dive.follow_ups


def _sentences(text: str) -> dict[str, str]:
    """Sentences of a text by what makes them the same: their words."""
    return {" ".join(words_of(sentence)): sentence for sentence in split_prose(text)}


def _spoken(way: Paraphrase) -> Iterator[ParaphraseFinding]:
    if (count := len(way.text.split())) > SPOKEN_WORDS:
        message = f"has {count} words; nothing is spoken longer than {SPOKEN_WORDS}."
        yield ParaphraseFinding(way.place, message)
    asks, original = way.text.count("?"), way.original.count("?")
    if asks != original and not (asks <= 1 < original):
        yield ParaphraseFinding(
            way.place, f"has {asks} question marks where the case has {original}."
        )
