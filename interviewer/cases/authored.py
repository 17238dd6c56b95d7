"""What people write: the forms of `case.yaml` and `examples.yaml`, strict and with defaults.

They are expanded into `core.case.Case` (see `cases.expansion`), which is all that the rest of the
program knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, Tag, model_validator

from interviewer.core.case import (
    Budget,
    ConstraintChange,
    DeepDive,
    Dimension,
    Paraphrases,
    PushBack,
    Quantity,
    RedFlag,
    Slug,
    Text,
)
from interviewer.core.settings import Level, StepId
from interviewer.core.value import Value

TOP_WEIGHT = 3

Filling = Annotated[str | int | float, Field(union_mode="left_to_right")]
"""What stands for a slot; numbers are written as they are."""


class OwnItem(Value):
    """A rubric item in full; what has a default may be left out."""

    id: Slug
    topic: str = ""
    statement: Text
    met_when: Text
    partial_when: Text | None = None
    alternatives: tuple[Text, ...] = ()
    only_if: str = ""
    why: str = ""
    concept: Slug
    dimension: Dimension | None = None
    exemplar: Text
    follow_ups: tuple[Text, ...] = Field(min_length=1)
    hints: tuple[Text, ...] = Field(default=(), max_length=3)
    staff_adds: Text | None = None
    weight: int = Field(default=2, ge=1, le=TOP_WEIGHT)
    level: Level = Level.SENIOR
    core: bool | None = None
    """Whether it is one that decides; one of weight 3 is."""
    said: tuple[Text, ...] = ()
    """As it was written before there was an `examples.yaml`; still read."""
    near_misses: tuple[Text, ...] = ()
    """Likewise."""


class UsedItem(BaseModel):
    """A shared item put to use: its slots are filled, and any field may be written anew."""

    model_config = ConfigDict(frozen=True, extra="allow")

    use: Slug
    fillings: Mapping[Slug, Filling] = Field(default_factory=dict, alias="with")
    red_flags: tuple[Slug, ...] | None = None
    """Which of its red flags come along; all of them if left out."""

    @property
    def changed(self) -> dict[str, Any]:
        """The fields that are written anew."""
        return dict(self.model_extra or {})


class UsedFlag(BaseModel):
    """A red flag of a shared item put to use without the item."""

    model_config = ConfigDict(frozen=True, extra="allow")

    use: Slug
    fillings: Mapping[Slug, Filling] = Field(default_factory=dict, alias="with")

    @property
    def changed(self) -> dict[str, Any]:
        """The fields that are written anew."""
        return dict(self.model_extra or {})


def _kind(written: object) -> str:
    used = "use" in written if isinstance(written, dict) else hasattr(written, "use")
    return "(used)" if used else "(own)"


AnyItem = Annotated[
    Annotated[OwnItem, Tag("(own)")] | Annotated[UsedItem, Tag("(used)")], Discriminator(_kind)
]
AnyFlag = Annotated[
    Annotated[RedFlag, Tag("(own)")] | Annotated[UsedFlag, Tag("(used)")], Discriminator(_kind)
]


class AuthoredStep(Value):
    """A step; without a model answer it is the exemplars in their order."""

    question: Text
    items: tuple[AnyItem, ...] = Field(min_length=1)
    red_flags: tuple[AnyFlag, ...] = ()
    model_answer: Text | None = None
    staff_addendum: str = ""


class AuthoredFact(Value):
    """A fact of a known type, which brings the ways people ask for it, or one with its own."""

    type: Slug | None = None
    id: Slug | None = None
    """The type if left out."""
    topics: tuple[Text, ...] = ()
    answer: Text

    @model_validator(mode="after")
    def _named(self) -> AuthoredFact:
        if self.type is None and self.id is None:
            raise ValueError("a fact needs a type (see knowledge/facts.yaml), or an id and topics")
        return self

    @property
    def name(self) -> str:
        """The id it will have."""
        return self.id or self.type or ""


class AuthoredVariant(Value):
    """Other facts, and what is left out or asked differently for them."""

    id: Slug
    title: Text
    summary: Text
    opening: Text | None = None
    questions: Mapping[StepId, Text] = Field(default_factory=dict)
    drops: tuple[Slug, ...] = ()
    replaces: Mapping[Slug, Mapping[str, JsonValue]] = Field(default_factory=dict)
    facts: tuple[AuthoredFact, ...] = ()
    emphasis: tuple[Slug, ...] = ()
    budgets: tuple[Budget, ...] = ()


class AuthoredCase(Value):
    """A whole `case.yaml`."""

    id: Slug
    title: Text
    summary: Text
    tags: tuple[Text, ...] = ()
    """The concepts of what weighs most if left out."""
    difficulty: Literal["easy", "medium", "hard"]
    opening: Text
    fillings: Mapping[Slug, Filling] = Field(default_factory=dict, alias="with")
    """Fills the slots of all shared items; what an item's own `with` says comes first."""
    facts: tuple[AuthoredFact, ...] = Field(min_length=1)
    numbers: tuple[Quantity, ...] = ()
    budgets: tuple[Budget, ...] = ()
    variants: tuple[AuthoredVariant, ...] = ()
    deep_dives: tuple[DeepDive, ...] = ()
    constraint_changes: tuple[ConstraintChange, ...] = ()
    push_backs: tuple[PushBack, ...] = ()
    steps: Mapping[StepId, AuthoredStep]
    ways: Paraphrases = Paraphrases()

    @property
    def is_old(self) -> bool:
        """Whether examples stand among the items, where they were before they had a file."""
        steps = self.steps.values()
        items = (item for step in steps for item in step.items if isinstance(item, OwnItem))
        flags = (flag for step in steps for flag in step.red_flags if isinstance(flag, RedFlag))
        return any(i.said or i.near_misses for i in items) or any(flag.said for flag in flags)


class ItemExamples(Value):
    """Sentences of answers that earn an item, and ones that only sound like it."""

    earns: tuple[Text, ...] = ()
    misses: tuple[Text, ...] = ()


class Examples(Value):
    """A whole `examples.yaml`: for the embedded judge and its training, never needed to play."""

    items: Mapping[Slug, ItemExamples] = Field(default_factory=dict)
    red_flags: Mapping[Slug, tuple[Text, ...]] = Field(default_factory=dict)
    """Ways in which a wrong claim is made."""
