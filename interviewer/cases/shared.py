"""What cases share: items with slots, types of facts, and what holds where nothing is written.

Ours stand in `knowledge/items` (a pack is a file or a folder of files), `facts.yaml` and
`defaults.yaml`. A user's folder may add items and types of its own or replace ours by their ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, field_validator

from interviewer.cases.authored import ItemExamples, OwnItem
from interviewer.cases.positions import Document, Place, read_yaml, refused_fields, validate
from interviewer.core.case import Dimension, RedFlag, Slug, Text
from interviewer.core.errors import ContentError
from interviewer.core.paths import shipped
from interviewer.core.settings import StepId
from interviewer.core.value import Value

FACTS_FILE = "facts.yaml"
DEFAULTS_FILE = "defaults.yaml"

_PLACEHOLDER = re.compile(r"\{(?:([Aa]n?) )?([A-Za-z][a-z0-9_]*)\}")
_VOWEL = re.compile(r"[aeio]|u(?!s|ni)|hour|hono|heir", re.IGNORECASE)


class SharedItem(BaseModel):
    """A rubric item with slots; its other fields are those of an `OwnItem` without its id."""

    model_config = ConfigDict(frozen=True, extra="allow")

    slots: Mapping[Slug, str | None] = Field(default_factory=dict)
    """Names of slots with what fills them by default; without that, a case has to."""
    step: StepId
    """Where it usually stands."""
    red_flags: tuple[RedFlag, ...] = ()
    examples: ItemExamples = ItemExamples()

    @field_validator("slots", mode="before")
    @classmethod
    def _listed(cls, written: object) -> object:
        """A list of names and of `name: default` as one mapping."""
        if not isinstance(written, list):
            return written
        pairs = (one if isinstance(one, dict) else {one: None} for one in written)
        return {name: default for pair in pairs for name, default in pair.items()}

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the item itself, placeholders and all."""
        return dict(self.model_extra or {})


class FactType(Value):
    """What people ask in every interview, and how they put it."""

    title: Text
    topics: tuple[Text, ...] = Field(min_length=3)


class Defaults(Value):
    """What holds where nothing is written.

    Attributes:
        partial_when: when an item is earned in part.
        steps: the dimension of a step's items.
        concepts: the concepts whose items belong to another dimension than their step's, by that.
    """

    partial_when: Text
    steps: Mapping[StepId, Dimension]
    concepts: Mapping[Dimension, tuple[Slug, ...]]

    def dimension(self, concept: str, step: StepId) -> Dimension:
        """What an item about a concept says something about."""
        named = (dimension for dimension, ids in self.concepts.items() if concept in ids)
        return next(named, self.steps[step])


class _Pack(RootModel[Mapping[Slug, SharedItem]]):
    """A file of shared items by their ids."""


class _Types(RootModel[Mapping[Slug, FactType]]):
    """The types of facts by their ids."""


class SharedFlag(NamedTuple):
    """A red flag with the item that brings it and has its slots."""

    flag: RedFlag
    item: SharedItem


@dataclass(frozen=True)
class Shared:
    """Everything that a case may use.

    Attributes:
        items: shared items by id.
        facts: types of facts by id.
        defaults: what holds where nothing is written.
        packs: name of the pack of each item.
        problems: what is wrong with the files that were left out.
    """

    items: Mapping[str, SharedItem]
    facts: Mapping[str, FactType]
    defaults: Defaults
    packs: Mapping[str, str]
    problems: tuple[ContentError, ...] = ()

    @property
    def red_flags(self) -> Mapping[str, SharedFlag]:
        """The red flags of all items by their ids."""
        items = self.items.values()
        return {flag.id: SharedFlag(flag, item) for item in items for flag in item.red_flags}


def read_shared(roots: Iterable[Path] = ()) -> Shared:
    """Reads what cases share; a broken file is left out and listed in `problems`.

    Args:
        roots: folders laid out like `knowledge`, in which later ones replace earlier ones; the
            shipped one if none is given.
    """
    items: dict[str, SharedItem] = {}
    facts: dict[str, FactType] = {}
    packs: dict[str, str] = {}
    problems: list[ContentError] = []
    for root in dict.fromkeys(roots) or (shipped("knowledge"),):
        found: dict[str, SharedItem] = {}
        for file in sorted((root / "items").rglob("[!.]*.yaml")):
            pack, wrong = read_pack(file)
            wrong += [_twice(file, id_) for id_ in pack if id_ in found]
            problems += wrong
            found |= pack
            name = file.relative_to(root / "items").with_suffix("").parts[0]
            packs |= dict.fromkeys(pack, name)
        items |= found
        types, wrong = read_fact_types(root / FACTS_FILE)
        facts, problems = facts | types, problems + wrong
    return Shared(items, facts, read_defaults(), packs, tuple(problems))


def read_defaults() -> Defaults:
    """What holds where nothing is written; ours alone.

    Raises:
        ContentError: the file is not valid.
    """
    return validate(Defaults, read_yaml(shipped("knowledge") / DEFAULTS_FILE))


def read_pack(file: Path) -> tuple[dict[str, SharedItem], list[ContentError]]:
    """The items of one pack that can be used, and what is wrong with it."""
    try:
        document = read_yaml(file)
        pack = dict(validate(_Pack, document).root)
    except ContentError as error:
        return {}, [error]
    wrong = {id_: list(_wrong_in(id_, item, document)) for id_, item in pack.items()}
    usable = {id_: item for id_, item in pack.items() if not wrong[id_]}
    return usable, [problem for problems in wrong.values() for problem in problems]


def read_fact_types(file: Path) -> tuple[dict[str, FactType], list[ContentError]]:
    """The types of facts of one file, none when there is no file, and what is wrong with it."""
    if not file.exists():
        return {}, []
    try:
        return dict(validate(_Types, read_yaml(file)).root), []
    except ContentError as error:
        return {}, [error]


def _twice(file: Path, item_id: str) -> ContentError:
    return ContentError(f"another pack has an item {item_id!r} too.", file=file, field=item_id)


def _wrong_in(id_: str, item: SharedItem, document: Document) -> Iterator[ContentError]:
    """Fields that an item may not have or lacks, and placeholders that are no slots."""
    try:
        OwnItem.model_validate({"id": id_, **item.fields})
    except ValidationError as error:
        yield from refused_fields(error, document, OwnItem, (id_,))
    used: set[str] = set()
    for place, name in placeholders(cast(dict[str, object], document.value)[id_], (id_,)):
        used.add(name)
        if name not in item.slots:
            yield document.error(place, f"{{{name}}} is no slot of this item.", "List it in slots.")
    if unused := sorted(set(item.slots) - used):
        yield document.error((id_, "slots"), f"nothing uses the slot {unused[0]!r}.")


def placeholders(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Names of the slots that a text, or the texts of a list or mapping, have to be filled at."""
    if isinstance(value, str):
        for match in _PLACEHOLDER.finditer(value):
            yield place, match[2].lower()
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from placeholders(one, (*place, index))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from placeholders(one, (*place, key))


def fill(value: Any, fillings: Mapping[str, str]) -> Any:
    """A value with its placeholders filled.

    `{item}` becomes what is given; `{Item}` begins with a capital letter; `{a item}` and `{A item}`
    have the article that fits.

    Raises:
        KeyError: a placeholder has no filling.
    """
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: _filled(match, fillings), value)
    if isinstance(value, list | tuple):
        return [fill(one, fillings) for one in value]
    if isinstance(value, dict):
        return {key: fill(one, fillings) for key, one in value.items()}
    return value


def _filled(match: re.Match[str], fillings: Mapping[str, str]) -> str:
    article, name = match[1], match[2]
    text = fillings[name.lower()]
    if name[0].isupper():
        text = text[:1].upper() + text[1:]
    if article is None:
        return text
    fitting = "an" if _VOWEL.match(text) else "a"
    return f"{fitting.capitalize() if article[0] == 'A' else fitting} {text}"
