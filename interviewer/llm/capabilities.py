"""What a model's endpoint can do, found out once: JSON schema, limits, temperature, system role.

Servers differ: many local ones know no JSON schema, reasoning models take no temperature and need
room to think, old gateways refuse `stream_options`, some templates know no system role. A request
that is rejected for one of these is made again without it, and from then on none is made with it.

What was learnt is kept in a file, so that no restart pays for it again. The file holds addresses
without their secrets, names of models and what they take: nothing that anybody said. Whatever is
wrong with it, it is only forgotten.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from interviewer.core.errors import EndpointError
from interviewer.llm.failures import Failure, Part, another_effort, largest_limit, refused_parts
from interviewer.llm.thinking import Hold

Messages = Sequence[tuple[str, str]]
"""Role and text of each."""

LEAST_EFFORT = "low"  # the only effort that all models with one take
LEAST_ROOM = 500  # tokens; with less a model that thinks says nothing
LEARNT_FROM = (Failure.REJECTED, Failure.SERVER_ERROR, Failure.TOO_LONG, Failure.CRAMPED)
_THINKERS = re.compile(
    r"(?:^|[/:_.-])(?:o[1345]|gpt-[56](?!.*chat)|gpt-oss|qwq|qwen3(?!.*(?:instruct|coder))|r1"
    r"|gemini-(?:2\.5|[3-9])[\w.-]*|magistral|deepseek-reasoner|grok-\d+-mini)(?=$|[/:@_.-]|-?\d)|thinking|reason(?:er|ing)",
    re.IGNORECASE,
)
"""Names of models that are known to think before they answer."""
_PLAIN = re.compile(
    r"(?:^|[/:_-])(?:llama|smollm|gemma|mistral|mixtral|ministral|phi|gpt-[34]|chatgpt|claude"
    r"|command|qwen-?[12]|granite|olmo|falcon|deepseek-chat)",
    re.IGNORECASE,
)
"""Names of models that do not."""
NEW, OLD = Part.NEW_LIMIT.value, Part.OLD_LIMIT.value
FILE = "endpoints.json"
MOST = 100  # models that are remembered
DAYS = 30  # until a model is tried afresh: servers are upgraded
_DAY = 86_400.0
_LONGEST = 200_000  # bytes of a file that is read


class Format(StrEnum):
    """How a model is made to answer in JSON, best first."""

    SCHEMA = "json_schema"
    JSON = "json_object"
    TEXT = "text"


@dataclass
class Capabilities:
    """What one model at one endpoint was found to take.

    Attributes:
        format: how it is made to answer in JSON.
        temperature: whether it takes one.
        usage_in_streams: whether it takes `stream_options`.
        streams: whether it answers piece by piece.
        system: whether it knows the system role.
        limits: names under which a reply is limited.
        refused: names of limits that it refused by themselves.
        room: tokens that a reply may have beyond its limit, for thinking.
        roomless: whether it refused to have any.
        effort: how much it is asked to think; empty where nothing is asked.
        knows_effort: whether it takes a `reasoning_effort` at all.
        hold: how much of a stream is held back until it is known to be no thinking.
    """

    format: Format = Format.SCHEMA
    temperature: bool = True
    usage_in_streams: bool = True
    streams: bool = True
    system: bool = True
    limits: tuple[str, ...] = (NEW, OLD)
    refused: tuple[str, ...] = ()
    room: int = 0
    roomless: bool = False
    effort: str = ""
    knows_effort: bool = True
    hold: Hold = Hold.UNKNOWN

    def learn(
        self, error: EndpointError, asked: Capabilities | None = None, *, room: int = 0
    ) -> bool:
        """Leaves out what a rejected request may have been rejected for; whether there is such.

        Args:
            error: the rejection, with the endpoint's own words.
            asked: what the request was made with; where another call has learnt meanwhile, that
                is tried first.
            room: tokens to think with, given to a model that is found to need some.
        """
        if error.failure not in LEARNT_FROM:
            return False
        if asked is not None and asked.asks != self.asks:
            return True
        if error.failure == Failure.CRAMPED:
            return self.think(room)
        broken = error.failure == Failure.SERVER_ERROR
        parts = refused_parts(error.complaint, broken=broken)
        if error.failure == Failure.TOO_LONG:  # with less room for thinking it may fit
            parts = [Part.ROOM]
        return any(self._leave_out(part, error.complaint) for part in parts)

    @property
    def asks(self) -> tuple[Any, ...]:
        """All of it that changes a request."""
        return (
            *(self.format, self.temperature, self.usage_in_streams, self.streams, self.system),
            *(self.limits, self.room, self.effort),
        )

    def think(self, room: int) -> bool:
        """Gives a model that thinks room for it; whether it had none before."""
        if self.room or self.roomless or room <= 0:
            return False
        self.room = room
        if self.knows_effort:
            self.effort = LEAST_EFFORT
        return True

    def hear(self, thought: bool, unmarked: bool, *, streamed: bool = False) -> bool:
        """Takes over how a reply was thought about; whether that changed anything.

        Args:
            thought: there was thinking in it.
            unmarked: with no mark before it.
            streamed: it was no JSON, to which a server may have held the model from its first sign.
        """
        before = self.hold
        if unmarked:
            self.hold = Hold.ALL
        elif self.hold is Hold.UNKNOWN or (streamed and self.hold is Hold.ODD):
            self.hold = Hold.MARKED if streamed or thought else Hold.ODD
        return self.hold is not before

    def _leave_out(self, part: Part, complaint: str) -> bool:
        """Does without a part of a request; whether it was in there."""
        before = self.asks
        if part is Part.TEMPERATURE:
            self.temperature = False
        elif part is Part.USAGE:
            self.usage_in_streams = False
        elif part is Part.STREAM:
            self.streams = False
        elif part is Part.SYSTEM:
            self.system = False
        elif part is Part.FORMAT and self.format is not Format.TEXT:
            self.format = Format.JSON if self.format is Format.SCHEMA else Format.TEXT
        elif part is Part.EFFORT and self.effort:
            self.effort = another_effort(complaint, self.effort)
            self.knows_effort = bool(self.effort)
        elif part is Part.ROOM and self.room:
            self._narrow(complaint)
        elif part in (Part.BOTH_LIMITS, Part.NEW_LIMIT, Part.OLD_LIMIT):
            self._limit_otherwise(part)
        return self.asks != before

    def _narrow(self, complaint: str) -> None:
        """Less room, as much as the endpoint says that it has; none where that is too little."""
        largest = largest_limit(complaint)
        half = self.room if largest is None else largest // 2  # prompts differ in length
        room = half if half < self.room else self.room // 4
        self.room = room if room >= LEAST_ROOM else 0
        self.roomless = self.room == 0

    def _limit_otherwise(self, part: Part) -> None:
        """The limit under its other name, or no limit where both were refused."""
        if part is Part.BOTH_LIMITS and len(self.limits) == 2:
            self.limits = (NEW,)
            return
        # With one name in the request, that one is meant, whatever else is mentioned.
        name = self.limits[0] if len(self.limits) == 1 else part.value
        if name in self.limits:
            self.refused = (*self.refused, name)
            self.limits = tuple(n for n in (NEW, OLD) if n not in self.refused)

    def limited(self, most: int) -> dict[str, int]:
        """The limit of a reply in tokens, with the room to think, under each of its names."""
        return {name: most + self.room for name in self.limits}

    def told(self, messages: Messages) -> list[tuple[str, str]]:
        """Messages as the model knows them: without a system role, speakers take turns."""
        if self.system:
            return list(messages)
        told: list[tuple[str, str]] = []
        for role, text in messages:
            speaker = "user" if role == "system" else role
            if told and told[-1][0] == speaker:
                told[-1] = (speaker, f"{told[-1][1]}\n\n{text}")
            else:
                told.append((speaker, text))
        return told

    def response_format(self, shape: type[BaseModel]) -> dict[str, Any] | None:
        """The `response_format` of a request for this shape."""
        if self.format is Format.SCHEMA:
            schema = {
                "name": shape.__name__.lower(),
                "strict": True,
                "schema": strict_schema(shape),
            }
            return {"type": "json_schema", "json_schema": schema}
        return {"type": "json_object"} if self.format is Format.JSON else None

    def asks_in_words(self) -> bool:
        """Whether the prompt itself has to say how the JSON looks."""
        return self.format is not Format.SCHEMA

    def in_words(self, shape: type[BaseModel]) -> str:
        """The same in words, for servers that know no schema."""
        schema = json.dumps(strict_schema(shape), separators=(",", ":"))
        return f"Reply with one JSON object and nothing else, of this JSON schema: {schema}"


def is_thinker(model: str) -> bool:
    """Whether a model is known by its name to think before it answers."""
    return _THINKERS.search(model) is not None


def speaks_plainly(model: str) -> bool:
    """Whether a model is known by its name to answer without thinking before."""
    return _PLAIN.search(model) is not None and not is_thinker(model)


_FOR_READERS = ("title", "default", "description")


@cache
def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a shape as strict mode wants it: all required, nothing else.

    What only our own readers want costs tokens with every call: titles, defaults, docstrings.
    """
    schema: dict[str, Any] = _strict(shape.model_json_schema())
    return schema


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: _strict(v) for k, v in schema.items() if k not in _FOR_READERS}
    if "properties" in schema:
        kept["properties"] = {k: _strict(v) for k, v in schema["properties"].items()}
        kept |= {"required": list(schema["properties"]), "additionalProperties": False}
    return kept


_FIELDS = {field.name for field in fields(Capabilities)}
_READ = TypeAdapter(Capabilities)


class Memory:
    """The file.

    Args:
        folder: where it lies.
        clock: seconds since the epoch.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._file, self._clock = folder / FILE, clock

    def recall(self, address: str, model: str) -> Capabilities | None:
        """What is known of a model at an address; None where nothing is."""
        entry = self._read().get(_key(address, model))
        if not isinstance(entry, dict) or not isinstance(entry.get("at"), int | float):
            return None
        if not 0 <= self._clock() - entry["at"] <= DAYS * _DAY:
            return None
        try:
            return _READ.validate_python({k: v for k, v in entry.items() if k in _FIELDS})
        except ValidationError:
            return None

    def keep(self, address: str, model: str, capabilities: Capabilities) -> None:
        """Remembers it, in place of what is oldest where there is too much."""
        known = self._read()
        known[_key(address, model)] = {"at": int(self._clock()), **asdict(capabilities)}
        latest = sorted(known.items(), key=lambda one: _age(one[1]), reverse=True)[:MOST]
        with suppress(OSError):
            self._write(json.dumps(dict(latest), indent=1))

    def _read(self) -> dict[str, Any]:
        try:
            with self._file.open("rb") as stream:
                known = json.loads(stream.read(_LONGEST))
        except (OSError, ValueError, RecursionError):
            return {}
        return known if isinstance(known, dict) else {}

    def _write(self, text: str) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Made with mode 0600, and never seen half written.
        handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=FILE)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
            os.replace(name, self._file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def _key(address: str, model: str) -> str:
    return f"{model} at {address}"


def _age(entry: Any) -> float:
    at = entry.get("at") if isinstance(entry, dict) else None
    return float(at) if isinstance(at, int | float) else 0.0
