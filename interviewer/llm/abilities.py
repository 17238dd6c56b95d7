"""What a model's endpoint can do, found out once: JSON schema, JSON mode, temperature, usage.

Servers differ: many local ones know no JSON schema, reasoning models take no temperature, old
gateways refuse `stream_options`. A request that is rejected for one of these is made again without
it, and from then on none is made with it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import pydantic_core
from pydantic import BaseModel, ValidationError

from interviewer.errors import EndpointError
from interviewer.llm.failures import Failure, failed

Shape = TypeVar("Shape", bound=BaseModel)


class Format(StrEnum):
    """How a model is made to answer in JSON, best first."""

    SCHEMA = "json_schema"
    JSON = "json_object"
    TEXT = "text"


@dataclass
class Abilities:
    """What one model at one endpoint was found to take."""

    format: Format = Format.SCHEMA
    temperature: bool = True
    usage_in_streams: bool = True

    def learn(self, error: EndpointError, asked: Abilities | None = None) -> bool:
        """Leaves out what a rejected request may have been rejected for; whether there is such.

        Args:
            error: the rejection, with the endpoint's own words.
            asked: what the request was made with; where another call has learnt meanwhile, that
                is tried first.
        """
        if error.failure not in (Failure.REJECTED, Failure.SERVER_ERROR):
            return False
        if asked is not None and asked != self:
            return True
        said = error.detail.lower()
        if self.temperature and "temperature" in said:
            self.temperature = False
            return True
        if self.usage_in_streams and "stream_options" in said:
            self.usage_in_streams = False
            return True
        if self.format is not Format.TEXT and re.search(
            r"response.?format|json|schema|grammar", said
        ):
            self.format = Format.JSON if self.format is Format.SCHEMA else Format.TEXT
            return True
        return False

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
    start = text.find("{")
    if start < 0:
        raise failed(Failure.NOT_JSON, text[:200])
    try:
        data = _value_at(text[start:], cut=cut)
    except ValueError:
        raise failed(Failure.NOT_JSON, text[:200]) from None
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        raise failed(Failure.WRONG_SHAPE, str(error.errors()[0]["msg"])) from None


def _value_at(text: str, *, cut: bool) -> Any:
    if not cut:
        return json.JSONDecoder().raw_decode(text)[0]
    # Behind the last whole object, or value, there may be half a word or half a number.
    begun = text.rfind("{")
    end = text.rfind("}") + 1 or begun or max(text.rfind(","), 0)
    return pydantic_core.from_json(text[:end], allow_partial=True)
