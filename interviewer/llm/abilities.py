"""What a model's endpoint can do, found out once: JSON schema, limits, temperature, system role.

Servers differ: many local ones know no JSON schema, reasoning models take no temperature and need
room to think, old gateways refuse `stream_options`, some templates know no system role. A request
that is rejected for one of these is made again without it, and from then on none is made with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import pydantic_core
from pydantic import BaseModel, ValidationError

from interviewer.core.errors import EndpointError
from interviewer.llm.failures import Failure, failed
from interviewer.llm.refusals import Part, another_effort, largest_limit, refused_parts
from interviewer.llm.thinking import Hold, without_thinking

Shape = TypeVar("Shape", bound=BaseModel)
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
_PARTS_OF_JSON = 64  # braces in a reply at which a value may begin


class Format(StrEnum):
    """How a model is made to answer in JSON, best first."""

    SCHEMA = "json_schema"
    JSON = "json_object"
    TEXT = "text"


NEW, OLD = Part.NEW_LIMIT.value, Part.OLD_LIMIT.value


@dataclass
class Abilities:
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

    def learn(self, error: EndpointError, asked: Abilities | None = None, *, room: int = 0) -> bool:
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


@cache
def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a shape as strict mode wants it: all required, nothing else, no titles."""
    schema: dict[str, Any] = _strict(shape.model_json_schema())
    return schema


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {k: _strict(v) for k, v in schema.items() if k not in ("title", "default")}
    if "properties" in schema:
        kept["properties"] = {k: _strict(v) for k, v in schema["properties"].items()}
        kept |= {"required": list(schema["properties"]), "additionalProperties": False}
    return kept


def read_reply(text: str, shape: type[Shape], *, cut: bool = False) -> Shape:
    """The value in a reply, which may stand between other words or in a fence.

    Args:
        text: the reply.
        shape: what it must be.
        cut: the reply ran into its limit; what is whole of it counts.

    Raises:
        EndpointError: there is no JSON in it, or not of this shape.
    """
    wrong = failed(Failure.NOT_JSON, text[:200])
    for data in _values_in(text, cut=cut):
        try:
            return shape.model_validate(data)
        except ValidationError as error:
            if wrong.failure == Failure.NOT_JSON:
                wrong = failed(Failure.WRONG_SHAPE, str(error.errors()[0]["msg"]))
    raise wrong


def _values_in(text: str, *, cut: bool) -> Iterator[Any]:
    """The JSON objects of a reply, in the order in which they are likely to be the answer.

    A reply that is JSON from its first sign on is taken as it is, whatever its strings quote.
    """
    bare = text.lstrip().removeprefix("```json").removeprefix("```").lstrip()
    answer = without_thinking(text).answer
    for said in dict.fromkeys((bare, answer) if bare.startswith("{") else (answer,)):
        yield from _partial_value(said) if cut else _whole_values(said)


def _whole_values(text: str) -> Iterator[Any]:
    end = 0
    for brace in islice(re.finditer(r"\{", text), _PARTS_OF_JSON):
        if brace.start() < end:
            continue  # inside a value that was found
        try:
            value, end = json.JSONDecoder().raw_decode(text, brace.start())
        except (ValueError, RecursionError):
            continue
        yield value


def _partial_value(text: str) -> Iterator[Any]:
    start = text.find("{")
    if start < 0:
        return
    # Behind the last whole object, or value, there may be half a word or half a number.
    begun = text.rfind("{", start)
    end = text.rfind("}", start) + 1 or (begun if begun > start else 0)
    end = end or max(text.rfind(",", start), start)
    with suppress(ValueError):
        yield pydantic_core.from_json(text[start:end], allow_partial=True)
