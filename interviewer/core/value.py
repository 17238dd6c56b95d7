"""The base of every value that is stored or handed around."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A pure value: immutable, equal by content, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
