"""YAML with positions, read strictly: every value knows its line, nothing clever is allowed.

The text is built from parser events rather than with `yaml.load`: events carry positions, and a
hostile file cannot exhaust memory or the stack (libyaml's own composer crashes the process on
deep nesting). Tags, duplicate keys and several documents in one file are refused; aliases, too,
except in files that programs write, and then only up to a number of values.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from interviewer.core.errors import ContentError

SIZE_LIMIT = 2_000_000  # bytes; our largest case has about 200 kB
DEPTH_LIMIT = 40  # a case nests 6 deep
FEW = 6  # fields of a file, which are named where none of them can be meant
SURELY = 0.8  # likeness of two names from which one is the other misspelt
VALUES_LIMIT = 20_000  # of a file with aliases, each counted as what it stands for

Place = tuple[str | int, ...]
"""Keys and indexes from the top of a document down to one value."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.resolver.Resolver()
_CONSTRUCTOR: Any = yaml.constructor.SafeConstructor()
_TAG = "tag:yaml.org,2002:"
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ufffd\U00010000-\U0010ffff]")
_TO_SPACES = "Indent with two spaces a level."
_TO_QUOTES = 'Write text that contains ": " or starts with a symbol as a `>-` block or in quotes.'

_MAPPING = "this must be a mapping, a `name: value` on each line"
_COMPLAINTS: Mapping[str, str] = {
    "missing": "this field is missing",
    "extra_forbidden": "there is no such field",
    "string_type": "this must be text",
    "string_too_short": "this is empty",
    "string_pattern_mismatch": "this must be an id, lower-case letters, digits and underscores",
    **dict.fromkeys(("tuple_type", "list_type"), "this must be a list"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), _MAPPING),
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "this must be a whole number"),
    **dict.fromkeys(("float_parsing", "float_type"), "this must be a number"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "this must be true or false"),
    **dict.fromkeys(("enum", "literal_error"), "this must be {expected}"),
    "too_short": "this needs {min_length} or more entries, not {actual_length}",
    "too_long": "this may have {max_length} entries at most, not {actual_length}",
    "greater_than": "this must be more than {gt}",
    "greater_than_equal": "this must be {ge} or more",
    "less_than_equal": "this must be {le} or less",
}
"""What is wrong with a value, by the type of error, in an author's words."""

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Document:
    """A parsed file.

    Attributes:
        file: where it was read.
        value: dicts, lists, str, int, float, bool and None.
        lines: line number, from 1, of every value; of its key where it has one.
    """

    file: Path
    value: object
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """Line of the value, or of the nearest value around it that is written down."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def error(self, place: Place, what: str, action: str = "") -> ContentError:
        """An error about one value of this document."""
        return ContentError(
            what, file=self.file, line=self.line(place), field=written(place), action=action
        )


def written(place: Place) -> str:
    """A place as people write it: `steps.data.items[2].said`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def read_text(file: Path) -> str:
    """Reads a text file of at most `SIZE_LIMIT` bytes.

    Raises:
        ContentError: the file is missing, not readable, too large or not UTF-8.
    """
    try:
        if file.exists() and not file.is_file():
            raise ContentError("this is not a file.", file=file)
        with file.open("rb") as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        action = "Check the names of file and folder."
        raise ContentError("there is no such file.", file=file, action=action) from None
    except OSError as error:
        what = f"cannot be read: {error.strerror or error}."
        raise ContentError(
            what, file=file, action="Check that it exists and is readable."
        ) from None
    if len(data) > SIZE_LIMIT:
        what = f"the file is larger than {SIZE_LIMIT // 1_000_000} MB."
        raise ContentError(what, file=file, action="Split it or shorten it.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{data[error.start]:02x} is not UTF-8."
        raise ContentError(what, file=file, line=line, action="Save the file as UTF-8.") from None


def read_yaml(file: Path, *, aliases: bool = False) -> Document:
    """Reads one YAML file; see `parse_yaml`.

    Raises:
        ContentError: the file cannot be read or is not plain YAML; names the line.
    """
    return parse_yaml(read_text(file), file, aliases=aliases)


def parse_yaml(text: str, file: Path, *, aliases: bool = False) -> Document:
    """Parses YAML text.

    Args:
        text: of the file.
        file: only named in errors.
        aliases: whether `*name` may stand for what was written as `&name` before.

    Raises:
        ContentError: the text is not plain YAML; names the line.
    """
    if bad := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        what = f"the character {bad.group()!r} is not allowed in YAML."
        raise ContentError(what, file=file, line=line, action="Delete it.")
    builder = _Builder(yaml.parse(text, Loader=_LOADER), file, aliases)
    try:
        return Document(file, builder.document(), builder.lines)
    except yaml.YAMLError as error:
        raise _broken(error, text, file) from None


def validate(model: type[Model], document: Document) -> Model:
    """The document as a model.

    Raises:
        ContentError: the first of `field_problems`, and how many more there are.
    """
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise first_of(refused_fields(error, document, model)) from None


def field_problems(model: type[BaseModel], document: Document) -> list[ContentError]:
    """Every field that the model refuses: unknown ones, then the others from top to bottom."""
    try:
        model.model_validate(document.value)
    except ValidationError as error:
        return refused_fields(error, document, model)
    return []


def refused_fields(
    error: ValidationError, document: Document, model: type[BaseModel], within: Place = ()
) -> list[ContentError]:
    """The fields that a model refused: unknown ones, then the others from top to bottom.

    Args:
        error: what the model said of a value of the document.
        document: where the value was read.
        model: the model, whose fields a misspelt one may have meant.
        within: the place of the value.
    """
    found = [((*within, *_place(detail)), detail) for detail in error.errors(include_url=False)]
    # What is misspelt is reported as missing too.
    found.sort(key=lambda one: (one[1]["type"] != "extra_forbidden", document.line(one[0])))
    return [_field_error(place, detail, document, model) for place, detail in found]


def first_of(problems: Sequence[ContentError]) -> ContentError:
    """The first problem of a file, which says how many more there are."""
    first, *more = problems
    if not more:
        return first
    action = f"{first.action} ({len(more)} more in this file.)".strip()
    return ContentError(
        first.complaint, file=first.file, line=first.line, field=first.field, action=action
    )


def nearest(wanted: str, known: Iterable[str]) -> str:
    """The name that somebody who wrote `wanted` must have meant, or some, as one sentence."""
    names = sorted(known)
    if meant := difflib.get_close_matches(wanted.lower(), names, n=1, cutoff=SURELY):
        return f"Did you mean {meant[0]!r}?"
    near = difflib.get_close_matches(wanted.lower(), names, n=3, cutoff=0.4) or names[:10]
    return f"Choose one of: {', '.join(near)}." if near else "None is installed."


def _place(detail: ErrorDetails) -> Place:
    """Without the names that pydantic gives to keys and to the forms that a value may have."""
    return tuple(p for p in detail["loc"] if not (isinstance(p, str) and p.startswith(("[", "("))))


@cache
def _field_names(model: type[BaseModel]) -> frozenset[str]:
    """Names of the fields of a model and of all models in it."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    return frozenset(name for part in parts for name in part.get("properties", {}))


def _field_error(
    place: Place, detail: ErrorDetails, document: Document, model: type[BaseModel]
) -> ContentError:
    kind, context = detail["type"], detail.get("ctx", {})
    what = _COMPLAINTS.get(kind, detail["msg"].removeprefix("Value error, ")).format(**context)
    action = ""
    if kind == "extra_forbidden":
        meant = difflib.get_close_matches(str(place[-1]), _field_names(model), n=1, cutoff=0.7)
        action = f"Did you mean {meant[0]!r}?" if meant else ""
        if not meant and len(place) == 1 and len(model.model_fields) <= FEW:
            action = nearest("", model.model_fields)
    elif kind != "missing" and isinstance(value := detail["input"], str | int | float):
        what = f"{what}, not {value!r:.60}"
        known = [name.strip("'") for name in what.replace(" or ", ", ").split(", ")]
        if kind in ("enum", "literal_error") and (said := nearest(str(value), known[:-1])):
            action = said if said.startswith("Did") else ""
    return document.error(place, f"{what}.", action)


class _Builder:
    """Builds plain values from parser events and remembers where each one stood."""

    def __init__(self, events: Iterator[Any], file: Path, aliases: bool = False) -> None:
        self.events = events
        self.file = file
        self.aliases = aliases
        self.lines: dict[Place, int] = {}
        self.anchors: dict[str, tuple[object, int]] = {}
        """What can be meant by an alias, and how many values it is."""
        self.values = 0

    def document(self) -> object:
        """The value of the only document in the stream."""
        next(self.events)  # start of the stream
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise ContentError(
                "the file is empty.", file=self.file, line=1, action="Write it, or delete it."
            )
        value = self.value(next(self.events), ())
        next(self.events)  # end of the document
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.refusal(after, (), "a second document starts here.", "Keep one per file.")
        return value

    def value(self, event: Any, place: Place) -> object:
        """The value that starts with this event."""
        self.lines.setdefault(place, _line(event))
        self.values += 1
        if isinstance(event, yaml.AliasEvent):
            return self.alias(event, place)
        before = self.values
        value = self.plain(event, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, self.values - before)
        return value

    def alias(self, event: Any, place: Place) -> object:
        """What an alias stands for."""
        if not self.aliases:
            raise self.refusal(event, place, "aliases (*name) are not allowed.", "Write it out.")
        if event.anchor not in self.anchors:
            what = f"nothing before it is called &{event.anchor}."
            raise self.refusal(event, place, what, "Write it out.")
        value, size = self.anchors[event.anchor]
        self.values += size
        if self.values > VALUES_LIMIT:
            raise self.refusal(event, place, f"these are more than {VALUES_LIMIT:,} values.")
        return value

    def plain(self, event: Any, place: Place) -> object:
        """The value that starts with this event, which is no alias."""
        if event.tag not in (None, "!"):
            raise self.refusal(event, place, f"the tag {event.tag!r} is not allowed.", "Delete it.")
        if len(place) >= DEPTH_LIMIT:
            raise self.refusal(event, place[:6], f"nested deeper than {DEPTH_LIMIT} levels.")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(place)
        return self.mapping(place)

    def sequence(self, place: Place) -> list[object]:
        """The list whose start was just read."""
        values: list[object] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self.value(event, (*place, len(values))))
        return values

    def mapping(self, place: Place) -> dict[str, object]:
        """The mapping whose start was just read; keys are text however they look."""
        values: dict[str, object] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.refusal(event, place, "a key must be plain text.", _TO_QUOTES)
            key = str(event.value)
            if key in values:
                first = self.lines[*place, key]
                what = f"the key {key!r} is written twice, first on line {first}."
                raise self.refusal(event, (*place, key), what, "Keep one of them.")
            self.lines[*place, key] = _line(event)
            values[key] = self.value(next(self.events), (*place, key))
        return values

    def refusal(self, event: Any, place: Place, what: str, action: str = "") -> ContentError:
        return ContentError(
            what, file=self.file, line=_line(event), field=written(place), action=action
        )


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: Any) -> object:
    """Dates and times of day stay text; the rest is YAML's plain text, number, bool or null."""
    text = event.value
    if not event.implicit[0]:
        return text
    tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)).removeprefix(_TAG)
    node = yaml.ScalarNode(_TAG + tag, text)
    try:
        if tag == "int" and ":" not in text:
            return _CONSTRUCTOR.construct_yaml_int(node)
        if tag == "float" and ":" not in text:
            return _CONSTRUCTOR.construct_yaml_float(node)
    except ValueError:  # more digits than Python converts
        return text
    if tag == "bool":
        return _CONSTRUCTOR.construct_yaml_bool(node)
    return None if tag == "null" else text


def _broken(error: yaml.YAMLError, text: str, file: Path) -> ContentError:
    """What the parser stumbled over, at the line where the author has to look."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return ContentError(f"not YAML: {error}.", file=file)
    lines = text.splitlines()
    index = error.problem_mark.line
    if error.context_mark is not None and index >= len(lines) - 1:
        index = error.context_mark.line  # it was opened here and never closed
    line = lines[index] if index < len(lines) else ""
    what, action = f"not YAML: {error.problem or error.context}.", _TO_QUOTES
    if "\t" in line[: len(line) - len(line.lstrip())]:
        what, action = "a tab is used for indentation.", _TO_SPACES
    elif error.context:
        what = f"not YAML: {error.context}, {error.problem}."
    return ContentError(what, file=file, line=index + 1, action=action)
