"""A case as the settings change it: another variant, or the items of one concept only."""

from __future__ import annotations

from interviewer.core.case import (
    Budget,
    Case,
    CaseStep,
    ChangedFact,
    Fact,
    Paraphrases,
    Quantity,
    Variant,
)
from interviewer.core.settings import STEPS, StepId


def apply_variant(case: Case, variant_id: str | None) -> Case:
    """The case as the variant changes it; the case itself when `variant_id` is None.

    Raises:
        KeyError: the case has no such variant.
    """
    if variant_id is None:
        return case
    variant = {variant.id: variant for variant in case.variants}[variant_id]
    changed = {fact.id: fact for fact in variant.facts}
    kept = tuple(_change_fact(fact, changed.pop(fact.id, None)) for fact in case.facts)
    added = tuple(Fact(id=f.id, topics=f.topics, answer=f.answer) for f in changed.values())
    steps = {step: _emphasise(case.steps[step], variant.emphasis) for step in case.steps}
    return case.model_copy(
        update={
            "opening": variant.opening or case.opening,
            "facts": kept + added,
            "steps": steps,
            "numbers": tuple(q for q in case.numbers if not _rests_on_changed(q, variant)),
            "budgets": _changed_budgets(case.budgets, variant),
            "ways": _unchanged_ways(case.ways, variant),
        }
    )


def _rests_on_changed(quantity: Quantity, variant: Variant) -> bool:
    return bool({fact.id for fact in variant.facts}.intersection(quantity.rests_on))


def _changed_budgets(budgets: tuple[Budget, ...], variant: Variant) -> tuple[Budget, ...]:
    changed = {fact.id for fact in variant.facts}
    replaced = {budget.id for budget in variant.budgets}
    kept = (b for b in budgets if b.fact not in changed and b.id not in replaced)
    return (*kept, *variant.budgets)


def _unchanged_ways(ways: Paraphrases, variant: Variant) -> Paraphrases:
    """Without other ways to say what the variant changed."""
    changed = {fact.id for fact in variant.facts}
    facts = {id_: texts for id_, texts in ways.facts.items() if id_ not in changed}
    opening = () if variant.opening else ways.opening
    return ways.model_copy(update={"opening": opening, "facts": facts})


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
    return case.model_copy(update={"steps": kept})


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


def _emphasise(step: CaseStep, emphasis: tuple[str, ...]) -> CaseStep:
    items = tuple(
        item.model_copy(update={"weight": min(3, item.weight + 1)}) if item.id in emphasis else item
        for item in step.items
    )
    return step.model_copy(update={"items": items})
