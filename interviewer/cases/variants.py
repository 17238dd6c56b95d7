"""A case as the settings change it: another variant, or the items of one concept only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import JsonValue

from interviewer.core.case import (
    Budget,
    Case,
    CaseStep,
    ChangedFact,
    ConstraintChange,
    DeepDive,
    Fact,
    Paraphrases,
    PushBack,
    Quantity,
    RedFlag,
    RubricItem,
    Variant,
)
from interviewer.core.settings import STEPS, StepId

Entry = TypeVar(
    "Entry", RubricItem, RedFlag, CaseStep, DeepDive, ConstraintChange, PushBack, Quantity
)
"""What a variant may replace fields of."""


def apply_variant(case: Case, variant_id: str | None) -> Case:
    """The case as the variant changes it; the case itself when `variant_id` is None.

    What is only about something that the variant drops is dropped too.

    Raises:
        KeyError: the case has no such variant.
        pydantic.ValidationError: a field that the variant replaces is not valid.
    """
    if variant_id is None:
        return case
    variant = {variant.id: variant for variant in case.variants}[variant_id]
    dropped = {*variant.drops}
    changed = {fact.id: fact for fact in variant.facts}
    kept = [
        _change_fact(f, changed.pop(f.id, None)) for f in case.facts if f.id not in variant.drops
    ]
    added = [Fact(id=f.id, topics=f.topics, answer=f.answer) for f in changed.values()]
    pushes = [push for push in _kept(case.push_backs, variant) if push.item not in dropped]
    return case.changed(
        opening=variant.opening or case.opening,
        facts=(*kept, *added),
        steps={step: _changed_step(case, step, variant) for step in case.steps},
        numbers=tuple(q for q in _kept(case.numbers, variant) if not _rests_on_changed(q, variant)),
        budgets=_changed_budgets(case.budgets, variant),
        deep_dives=tuple(_about_kept(_kept(case.deep_dives, variant), dropped)),
        constraint_changes=tuple(_about_kept(_kept(case.constraint_changes, variant), dropped)),
        push_backs=tuple(pushes),
        ways=_unchanged_ways(case.ways, variant),
    )


def replaced(entry: Entry, fields: Mapping[str, JsonValue]) -> Entry:
    """An entry with some of its fields written anew.

    Raises:
        pydantic.ValidationError: a field is not valid.
    """
    return entry if not fields else type(entry).model_validate({**dict(entry), **fields})


def _kept(entries: Sequence[Entry], variant: Variant) -> Iterator[Entry]:
    """The entries that a variant does not drop, with what it replaces."""
    for entry in entries:
        if not isinstance(entry, CaseStep) and entry.id not in variant.drops:
            yield replaced(entry, variant.replaces.get(entry.id, {}))


def _changed_step(case: Case, step: StepId, variant: Variant) -> CaseStep:
    """A step with what a variant asks of it; exemplars that were its model answer are so again."""
    before = case.steps[step]
    items = tuple(_kept(before.items, variant))
    answer = before.model_answer
    if answer == exemplary(before.items):
        answer = exemplary(items) or answer
    addendum = before.staff_addendum
    if addendum == staffed(before.items):
        addendum = staffed(items)
    changed = before.model_copy(
        update={
            "question": variant.questions.get(step, before.question),
            "items": tuple(_emphasised(items, variant.emphasis)),
            "red_flags": tuple(_kept(before.red_flags, variant)),
            "model_answer": answer,
            "staff_addendum": addendum,
        }
    )
    return replaced(changed, variant.replaces.get(step, {}))


def exemplary(items: Sequence[RubricItem]) -> str:
    """The answer that the exemplars of items make in their order."""
    return " ".join(item.exemplar for item in items)


def staffed(items: Sequence[RubricItem]) -> str:
    """What a staff engineer adds to items, in their order."""
    return " ".join(item.staff_adds for item in items if item.staff_adds)


Prepared = TypeVar("Prepared", DeepDive, ConstraintChange)


def _about_kept(prepared: Iterator[Prepared], dropped: set[str]) -> Iterator[Prepared]:
    """What is still about something, without the items that were dropped."""
    for one in prepared:
        items = tuple(item for item in one.items if item not in dropped)
        if items:
            yield one.model_copy(update={"items": items})


def _rests_on_changed(quantity: Quantity, variant: Variant) -> bool:
    """Whether a number is no longer right; one that the variant writes anew is."""
    if quantity.id in variant.replaces:
        return False
    changed = {*variant.drops, *(fact.id for fact in variant.facts)}
    return bool(changed.intersection(quantity.rests_on))


def _changed_budgets(budgets: tuple[Budget, ...], variant: Variant) -> tuple[Budget, ...]:
    changed = {*variant.drops, *(fact.id for fact in variant.facts)}
    replaced_ids = {*variant.drops, *(budget.id for budget in variant.budgets)}
    kept = (b for b in budgets if b.fact not in changed and b.id not in replaced_ids)
    return (*kept, *variant.budgets)


def _unchanged_ways(ways: Paraphrases, variant: Variant) -> Paraphrases:
    """Without other ways to say what the variant changed."""
    gone = {*variant.drops, *variant.replaces, *variant.questions}
    gone |= {fact.id for fact in variant.facts}
    groups = {
        name: {id_: said for id_, said in getattr(ways, name).items() if id_ not in gone}
        for name in type(ways).model_fields
        if name != "opening"
    }
    return ways.model_copy(update={**groups, "opening": () if variant.opening else ways.opening})


def narrow_to(case: Case, concept: str | None) -> Case:
    """The case with the items of one concept only; the case itself when `concept` is None.

    Raises:
        KeyError: no item names the concept.
    """
    if concept is None:
        return case
    kept = {step: _narrowed(case.steps[step], concept) for step in case.steps}
    if not any(step.items for step in kept.values()):
        raise KeyError(concept)
    return case.changed(steps=kept)


def _narrowed(step: CaseStep, concept: str) -> CaseStep:
    items = tuple(item for item in step.items if item.concept == concept)
    # What is wrong in a step that is not asked about is not listened for either.
    return step.model_copy(update={"items": items, "red_flags": step.red_flags if items else ()})


def heaviest_step(case: Case) -> StepId:
    """The step whose items weigh most; the first of equals."""
    return max(STEPS, key=lambda step: sum(item.weight for item in case.steps[step].items))


def _change_fact(fact: Fact, change: ChangedFact | None) -> Fact:
    if change is None:
        return fact
    return Fact(id=fact.id, topics=change.topics or fact.topics, answer=change.answer)


def _emphasised(items: Sequence[RubricItem], emphasis: tuple[str, ...]) -> Iterator[RubricItem]:
    for item in items:
        more = item.id in emphasis
        yield item.model_copy(update={"weight": min(3, item.weight + 1)}) if more else item
