"""What is asked: cases, steps, rubric items, red flags, facts; strict and without any I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from interviewer.core.settings import STEPS, Level, StepId
from interviewer.core.value import Value

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class Dimension(StrEnum):
    """What a score says something about, across steps."""

    FRAMING = "framing"
    DATA = "data"
    MODELING = "modeling"
    EVALUATION = "evaluation"
    SERVING = "serving"
    MONITORING = "monitoring"
    COMMUNICATION = "communication"


class RubricItem(Value):
    """One point that an answer can earn."""

    id: Slug
    topic: str = ""
    """What it is about in a few words of the trade, without a solution; for the agenda."""
    statement: Text
    """The point itself, one sentence."""
    why: str = ""
    """What the system suffers where it is not handled; may be left out."""
    concept: Slug
    """Id of the concept note to study."""
    dimension: Dimension
    weight: int = Field(ge=1, le=3)
    level: Level
    """From which level on it is expected; above the target level it is a bonus."""
    core: bool = False
    met_when: Text
    partial_when: Text
    alternatives: tuple[Text, ...] = ()
    """Treatments of the problem that are known to be sound as well; never all of them."""
    only_if: str = ""
    """When the design has the problem at all; otherwise the item does not count."""
    said: tuple[Text, ...] = ()
    """Ways in which a candidate might put it, at least one in plain words."""
    near_misses: tuple[Text, ...] = ()
    """What sounds like it and does not earn it; one is the bare term in a list."""
    exemplar: Text
    """One to three sentences that earn it."""
    follow_ups: tuple[Text, ...] = Field(min_length=1)
    """The first is open and leaks no distinctive term; then narrower ones."""
    hints: tuple[Text, ...] = Field(default=(), max_length=3)
    staff_adds: Text | None = None
    """Cost, risk, rejected alternative, what would change the decision."""

    @property
    def label(self) -> str:
        """What it is about, in words for people; gives no solution away."""
        return self.topic or self.concept.replace("_", " ")


class RedFlag(Value):
    """A wrong or dangerous claim."""

    id: Slug
    statement: Text
    said: tuple[Text, ...] = ()
    damage: int = Field(ge=1, le=3)
    challenge: Text
    """A question about consequences that is fair even if the candidate is right."""
    accepts: str = ""
    """When the claim is right after all."""


class CaseStep(Value):
    """What one step asks and what earns its points."""

    question: Text
    items: tuple[RubricItem, ...] = Field(min_length=1)
    red_flags: tuple[RedFlag, ...] = ()
    model_answer: Text
    staff_addendum: str = ""


class Fact(Value):
    """Something the interviewer tells when asked."""

    id: Slug
    topics: tuple[Text, ...] = Field(min_length=1)
    """Ways in which people ask for it."""
    answer: Text


class ChangedFact(Value):
    """A fact that a variant changes or adds."""

    id: Slug
    topics: tuple[Text, ...] = ()
    """Left out where a fact of the same id exists: it is asked for in the same ways."""
    answer: Text


class Quantity(Value):
    """A number that a good answer derives."""

    id: Slug
    quantity: Text
    derivation: Text
    accepted: tuple[float, float]
    """Lowest and highest value that is plausible, in `unit`."""
    unit: Text
    names: tuple[Text, ...] = ()
    """Ways people call it: a figure is taken for it only where all words of one of them stand
    beside it. Without names no figure is."""
    unless: tuple[Text, ...] = ()
    """Words beside which a figure is something else."""
    rests_on: tuple[Slug, ...] = ()
    """Facts that it is derived from; where a variant changes one, the range no longer holds."""

    @model_validator(mode="after")
    def _ordered(self) -> Quantity:
        if self.accepted[0] > self.accepted[1]:
            raise ValueError("accepted must be [lowest, highest]")
        return self


class Budget(Value):
    """Time within which everything that a request waits for must be done."""

    id: Slug
    fact: Slug
    """The fact that tells it."""
    ms: float = Field(gt=0)


class Variant(Value):
    """Changed facts that change the right answer, and what is asked differently for that."""

    id: Slug
    title: Text
    summary: Text
    opening: Text | None = None
    questions: Mapping[StepId, Text] = Field(default_factory=dict)
    """Opening questions of steps that are asked differently."""
    drops: tuple[Slug, ...] = ()
    """Ids of what makes no sense here: items, red flags, facts, numbers, budgets, deep dives,
    changes, push-backs. What is only about them goes with them."""
    replaces: Mapping[Slug, Mapping[str, JsonValue]] = Field(default_factory=dict)
    """Fields that are different here, by the id of whatever has them; a step counts by its id."""
    facts: tuple[ChangedFact, ...] = ()
    """Replace the facts of the same id, or add to them."""
    emphasis: tuple[Slug, ...] = ()
    """Items that weigh one more in this variant."""
    budgets: tuple[Budget, ...] = ()
    """Replace the budgets of the same id; one whose fact is changed without that is void."""


class DeepDive(Value):
    """A planned detour into one topic."""

    id: Slug
    step: StepId
    title: Text
    question: Text
    items: tuple[Slug, ...] = Field(min_length=1)
    follow_ups: tuple[Text, ...] = ()
    needs: tuple[Text, ...] = ()
    """What the design must have, in words that a candidate may use; any one of them is enough."""


class ConstraintChange(Value):
    """A constraint that changes while the interview runs."""

    id: Slug
    after: StepId
    text: Text
    items: tuple[Slug, ...] = Field(min_length=1)
    voids: tuple[Slug, ...] = ()
    """Numbers and budgets that no longer hold once it was said."""
    needs: tuple[Text, ...] = ()
    """What the design must have, in words that a candidate may use; any one of them is enough."""


class PushBack(Value):
    """Doubt thrown at a correct choice, to see whether the candidate stands by it."""

    id: Slug
    step: StepId
    item: Slug
    text: Text
    needs: tuple[Text, ...] = ()
    """What the design must have, in words that a candidate may use; any one of them is enough."""


class ItemParaphrases(Value):
    """Paraphrases of the questions and hints about one rubric item."""

    follow_ups: tuple[tuple[Text, ...], ...] = ()
    """Per follow-up of the item, in its order."""
    hints: tuple[tuple[Text, ...], ...] = ()
    """Per hint of the item, in its order."""


class Paraphrases(Value):
    """Paraphrases: other ways in which the interviewer may say a case's own sentences.

    They stand in `ways.yaml` by the id of what is said; every one must do the same job as the
    sentence in `case.yaml`, so that a seed may choose among them.
    """

    opening: tuple[Text, ...] = ()
    facts: Mapping[Slug, tuple[Text, ...]] = Field(default_factory=dict)
    steps: Mapping[StepId, tuple[Text, ...]] = Field(default_factory=dict)
    """Opening questions."""
    items: Mapping[Slug, ItemParaphrases] = Field(default_factory=dict)
    red_flags: Mapping[Slug, tuple[Text, ...]] = Field(default_factory=dict)
    """Challenges."""
    deep_dives: Mapping[Slug, tuple[Text, ...]] = Field(default_factory=dict)
    dive_follow_ups: Mapping[Slug, tuple[tuple[Text, ...], ...]] = Field(default_factory=dict)
    """Per follow-up of a deep dive, in its order."""
    constraint_changes: Mapping[Slug, tuple[Text, ...]] = Field(default_factory=dict)
    push_backs: Mapping[Slug, tuple[Text, ...]] = Field(default_factory=dict)


class Case(Value):
    """A whole interview case."""

    id: Slug
    title: Text
    summary: Text
    tags: tuple[Text, ...] = Field(min_length=1)
    difficulty: Literal["easy", "medium", "hard"]
    opening: Text
    facts: tuple[Fact, ...] = Field(min_length=1)
    numbers: tuple[Quantity, ...] = ()
    budgets: tuple[Budget, ...] = ()
    variants: tuple[Variant, ...] = ()
    deep_dives: tuple[DeepDive, ...] = ()
    constraint_changes: tuple[ConstraintChange, ...] = ()
    push_backs: tuple[PushBack, ...] = ()
    steps: Mapping[StepId, CaseStep]
    ways: Paraphrases = Paraphrases()

    @model_validator(mode="after")
    def _all_steps(self) -> Case:
        if missing := [step.value for step in STEPS if step not in self.steps]:
            raise ValueError(f"steps lacks {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _new_facts_have_topics(self) -> Case:
        known = {fact.id for fact in self.facts}
        for variant in self.variants:
            for fact in variant.facts:
                if fact.id not in known and not fact.topics:
                    raise ValueError(f"variant {variant.id!r} adds fact {fact.id!r} without topics")
        return self

    @model_validator(mode="after")
    def _numbers_name_what_there_is(self) -> Case:
        facts = {fact.id for fact in self.facts}
        known = {q.id for q in self.numbers} | {budget.id for budget in self.budgets}
        for quantity in self.numbers:
            _all_known("fact", facts, quantity.rests_on, f"number {quantity.id!r}")
        for budget in (*self.budgets, *(b for v in self.variants for b in v.budgets)):
            _all_known("fact", facts, (budget.fact,), f"budget {budget.id!r}")
        for change in self.constraint_changes:
            _all_known("number or budget", known, change.voids, f"change {change.id!r}")
        return self

    def changed(self, **fields: object) -> Case:
        """The case with other fields; nothing that was derived from the old ones is kept."""
        return type(self).model_construct(**{**dict(self), **fields})

    def items(self) -> Iterator[tuple[StepId, RubricItem]]:
        """Every rubric item with its step, in the order of the steps."""
        for step in STEPS:
            for item in self.steps[step].items:
                yield step, item

    def red_flags(self) -> Iterator[tuple[StepId, RedFlag]]:
        """Every red flag with its step."""
        for step in STEPS:
            for flag in self.steps[step].red_flags:
                yield step, flag

    @cached_property
    def fingerprint(self) -> str:
        """A hash of what it asks and knows, whatever its layout and its other ways to say it."""
        return hashlib.sha256(self.model_dump_json(exclude={"ways"}).encode()).hexdigest()

    @cached_property
    def ids(self) -> frozenset[str]:
        """Ids of everything that a move or an assessment may name."""
        steps = self.steps.values()
        ids = {item.id for step in steps for item in step.items}
        ids |= {flag.id for step in steps for flag in step.red_flags}
        ids |= {fact.id for fact in self.facts} | {push.id for push in self.push_backs}
        return frozenset(ids | set(self.detours))

    @cached_property
    def detours(self) -> Mapping[str, tuple[str, ...]]:
        """Items that deep dives and changed constraints lead to, by their id."""
        dives = {dive.id: dive.items for dive in self.deep_dives}
        return dives | {change.id: change.items for change in self.constraint_changes}

    def item(self, item_id: str) -> RubricItem:
        """The item of that id; `KeyError` when there is none."""
        for _, item in self.items():
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def step_of(self, item_id: str) -> StepId:
        """The step an item belongs to; `KeyError` when there is none."""
        for step, item in self.items():
            if item.id == item_id:
                return step
        raise KeyError(item_id)

    def red_flag(self, flag_id: str) -> RedFlag:
        """The red flag of that id; `KeyError` when there is none."""
        for _, flag in self.red_flags():
            if flag.id == flag_id:
                return flag
        raise KeyError(flag_id)

    def fact(self, fact_id: str) -> Fact:
        """The fact of that id; `KeyError` when there is none."""
        for fact in self.facts:
            if fact.id == fact_id:
                return fact
        raise KeyError(fact_id)


def _all_known(kind: str, known: set[str], named: tuple[str, ...], where: str) -> None:
    if missing := [name for name in named if name not in known]:
        raise ValueError(f"{where} names no {kind} of the case: {', '.join(missing)}")


class Phase(Value):
    """An ordered group of steps under one title."""

    title: Text
    steps: tuple[StepId, ...] = Field(min_length=1)
    checklist: tuple[Text, ...] = ()
    """What a candidate should have covered when the phase ends."""


class Framework(Value):
    """A way through the interview: phases of steps."""

    id: Slug
    title: Text
    summary: Text
    phases: tuple[Phase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _steps_once(self) -> Framework:
        steps = [step for phase in self.phases for step in phase.steps]
        if len(steps) != len(set(steps)):
            raise ValueError("a step stands in two phases")
        return self

    @cached_property
    def steps(self) -> tuple[StepId, ...]:
        """All steps in their order."""
        return tuple(step for phase in self.phases for step in phase.steps)

    def phase_of(self, step: StepId) -> int:
        """Index of the phase that holds the step; `KeyError` when none does."""
        for index, phase in enumerate(self.phases):
            if step in phase.steps:
                return index
        raise KeyError(step)
