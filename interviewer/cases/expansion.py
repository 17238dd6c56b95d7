"""From what people write to what the program has: defaults, types of facts and shared items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from interviewer.cases.authored import (
    TOP_WEIGHT,
    AuthoredCase,
    AuthoredFact,
    AuthoredStep,
    AuthoredVariant,
    Examples,
    ItemExamples,
    OwnItem,
    UsedFlag,
    UsedItem,
)
from interviewer.cases.positions import (
    Document,
    Place,
    field_problems,
    first_of,
    nearest,
    read_yaml,
    refused_fields,
    validate,
)
from interviewer.cases.shared import Shared, SharedItem, fill
from interviewer.cases.variants import replaced
from interviewer.core.case import Case, RedFlag, Variant
from interviewer.core.errors import ContentError
from interviewer.core.settings import STEPS, StepId

EXAMPLES_FILE = "examples.yaml"
OF_STEP = {"question", "model_answer", "staff_addendum"}  # what a variant may replace of a step
TAGS = 5  # concepts that become tags where none are written
OLD_FORM = (
    "is written in the old form, which is still read: `said` and `near_misses` have moved to "
    f"{EXAMPLES_FILE} beside it (`earns`, `misses`) and may be left out."
)


class Expanded(NamedTuple):
    """A case, and what is wrong with its files; without a case it cannot be played."""

    case: Case | None
    document: Document
    problems: list[ContentError]
    notices: list[ContentError]


def read_case(file: Path, shared: Shared) -> Expanded:
    """Reads a `case.yaml` and the `examples.yaml` beside it.

    A broken `examples.yaml` leaves the case playable without it.

    Raises:
        ContentError: `case.yaml` cannot be read at all.
    """
    document = read_yaml(file)
    if problems := field_problems(AuthoredCase, document):
        return Expanded(None, document, problems, [])
    authored = AuthoredCase.model_validate(document.value)
    notices = [document.error((), OLD_FORM)] if authored.is_old else []
    expansion = _Expansion(authored, document, shared, Examples())
    case = expansion.case()
    if case is None:
        return Expanded(None, document, expansion.problems, notices)
    try:
        examples = read_examples(file.parent, case)
    except ContentError as error:
        return Expanded(case, document, [error], notices)
    whole = _Expansion(authored, document, shared, examples).case()
    return Expanded(whole, document, [], notices)


def read_examples(folder: Path, case: Case) -> Examples:
    """The examples beside a case; none when there is no `examples.yaml`.

    Raises:
        ContentError: the file is not valid or names what the case does not have.
    """
    file = folder / EXAMPLES_FILE
    if not file.exists():
        return Examples()
    document = read_yaml(file)
    examples = validate(Examples, document)
    known = {
        "items": [item.id for _, item in case.items()],
        "red_flags": [flag.id for _, flag in case.red_flags()],
    }
    unknown = [
        document.error((group, id_), f"the case has no such id {id_!r}.", nearest(id_, ids))
        for group, ids in known.items()
        for id_ in getattr(examples, group)
        if id_ not in ids
    ]
    if unknown:
        raise first_of(unknown)
    return examples


class _Expansion:
    """The expansion of one case; `problems` is filled on the way."""

    def __init__(
        self, authored: AuthoredCase, document: Document, shared: Shared, examples: Examples
    ) -> None:
        self.authored = authored
        self.document = document
        self.shared = shared
        self.examples = examples
        self.problems: list[ContentError] = []
        self.all_known = True
        """Whether everything shared that the case names is there."""
        self.slots: set[str] = set()
        """Slots of everything shared that the case uses."""
        self.brought: dict[str, set[str]] = {}
        """Red flags that shared items have brought, with these items; none comes twice."""

    def case(self) -> Case | None:
        """The case, or None where `problems` say why not."""
        facts = [self._fact(f, ("facts", n)) for n, f in enumerate(self.authored.facts)]
        known = {fact["id"] for fact in facts}
        steps = {step: self._step(step, written) for step, written in self.authored.steps.items()}
        self._check_fillings()
        self._check_named(known)
        variants = [
            self._variant(v, known, ("variants", n)) for n, v in enumerate(self.authored.variants)
        ]
        if self.problems:
            return None
        values = self.authored.model_dump(exclude={"fillings"})
        values |= {"facts": facts, "steps": steps, "variants": variants}
        values["tags"] = self.authored.tags or _tags(steps)
        try:
            case = Case.model_validate(values)
        except ValidationError as error:
            self.problems += refused_fields(error, self.document, Case)
            return None
        self.problems += self._unusable_variants(case)
        return None if self.problems else case

    def _error(self, place: Place, what: str, action: str = "") -> None:
        self.problems.append(self.document.error(place, what, action))

    def _fact(self, fact: AuthoredFact, place: Place, *, renewed: bool = False) -> dict[str, Any]:
        """A fact with the ways people ask for it; one that renews another asks for nothing."""
        topics = fact.topics
        if fact.type is not None:
            known = self.shared.facts.get(fact.type)
            if known is None:
                what = f"there is no type of facts {fact.type!r}."
                self._error((*place, "type"), what, nearest(fact.type, self.shared.facts))
            elif not renewed:
                topics = (*known.topics, *topics)
        elif not topics and not renewed:
            self._error((*place, "topics"), "this field is missing: in which ways do people ask?")
        return {"id": fact.name, "topics": topics, "answer": fact.answer}

    @property
    def _written_flags(self) -> Iterator[RedFlag | UsedFlag]:
        """The red flags that stand in the case itself."""
        for step in self.authored.steps.values():
            yield from step.red_flags

    def _step(self, step: StepId, written: AuthoredStep) -> dict[str, Any]:
        place: Place = ("steps", step.value)
        items: list[dict[str, Any]] = []
        brought: list[tuple[str, dict[str, Any]]] = []
        for index, item in enumerate(written.items):
            if isinstance(item, OwnItem):
                items.append(self._complete(item, step))
            elif found := self._used(item, step, (*place, "items", index)):
                items.append(found[0])
                brought += [(found[0]["id"], flag) for flag in found[1]]
        flags = [
            flag
            for index, one in enumerate(written.red_flags)
            if (flag := self._flag(one, (*place, "red_flags", index))) is not None
        ]
        own = {flag.id if isinstance(flag, RedFlag) else flag.use for flag in self._written_flags}
        for by, flag in brought:
            if flag["id"] in own:
                continue
            if flag["id"] not in self.brought:
                flags.append(flag)
            self.brought.setdefault(flag["id"], set()).add(by)
        return {
            "question": written.question,
            "items": items,
            "red_flags": [self._with_examples(flag) for flag in flags],
            "model_answer": written.model_answer or " ".join(item["exemplar"] for item in items),
            "staff_addendum": written.staff_addendum
            or " ".join(item["staff_adds"] for item in items if item["staff_adds"]),
        }

    def _complete(
        self, item: OwnItem, step: StepId, shared: ItemExamples | None = None
    ) -> dict[str, Any]:
        """An item with its defaults and its examples."""
        own = self.examples.items.get(item.id, ItemExamples())
        shared = shared or ItemExamples()
        defaults = self.shared.defaults
        return item.model_dump() | {
            "partial_when": item.partial_when or defaults.partial_when,
            "dimension": item.dimension or defaults.dimension(item.concept, step),
            "core": self._decides(item) if item.core is None else item.core,
            "said": (*item.said, *own.earns, *shared.earns),
            "near_misses": (*item.near_misses, *own.misses, *shared.misses),
        }

    def _decides(self, item: OwnItem) -> bool:
        """Whether an item is core of which nothing says so; in the old form none was."""
        return item.weight == TOP_WEIGHT and not self.authored.is_old

    def _used(
        self, used: UsedItem, step: StepId, place: Place
    ) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
        """A shared item put to use and the red flags it brings; None where it cannot be."""
        shared = self.shared.items.get(used.use)
        if shared is None:
            self.all_known = False
            what = f"there is no shared item {used.use!r}."
            self._error((*place, "use"), what, nearest(used.use, self.shared.items))
            return None
        fillings = self._fillings(used, shared, place)
        if fillings is None:
            return None
        values = {"id": used.use, **fill(shared.fields, fillings), **used.changed}
        try:
            item = OwnItem.model_validate(values)
        except ValidationError as error:
            self.problems += refused_fields(error, self.document, OwnItem, place)
            return None
        examples = ItemExamples.model_validate(fill(shared.examples.model_dump(), fillings))
        wanted = used.red_flags
        self._check_flags(used, shared, place)
        brought = [
            fill(flag.model_dump(), fillings)
            for flag in shared.red_flags
            if wanted is None or flag.id in wanted
        ]
        return self._complete(item, step, examples), brought

    def _check_flags(self, used: UsedItem, shared: SharedItem, place: Place) -> None:
        known = [flag.id for flag in shared.red_flags]
        for index, id_ in enumerate(used.red_flags or ()):
            if id_ not in known:
                what = f"{used.use!r} has no red flag {id_!r}."
                self._error((*place, "red_flags", index), what, nearest(id_, known))

    def _flag(self, flag: RedFlag | UsedFlag, place: Place) -> dict[str, Any] | None:
        if isinstance(flag, RedFlag):
            return flag.model_dump()
        shared = self.shared.red_flags.get(flag.use)
        if shared is None:
            self.all_known = False
            what = f"no shared item has a red flag {flag.use!r}."
            self._error((*place, "use"), what, nearest(flag.use, self.shared.red_flags))
            return None
        fillings = self._fillings(flag, shared.item, place)
        if fillings is None:
            return None
        try:
            filled = fill(shared.flag.model_dump(), fillings)
            return RedFlag.model_validate({**filled, **flag.changed}).model_dump()
        except ValidationError as error:
            self.problems += refused_fields(error, self.document, RedFlag, place)
            return None

    def _with_examples(self, flag: dict[str, Any]) -> dict[str, Any]:
        said = self.examples.red_flags.get(flag["id"], ())
        return flag | {"said": (*flag["said"], *said)}

    def _fillings(
        self, used: UsedItem | UsedFlag, shared: SharedItem, place: Place
    ) -> dict[str, str] | None:
        """What fills the slots of a shared item here; None where something lacks or is too much."""
        self.slots |= set(shared.slots)
        for name in used.fillings:
            if name not in shared.slots:
                what = f"{used.use!r} has no slot {name!r}."
                self._error((*place, "with", name), what, nearest(name, shared.slots))
        given = {**shared.slots, **self._of_case(shared), **used.fillings}
        lacking = [name for name in shared.slots if given[name] is None]
        if lacking:
            what = f"{used.use!r} lacks the slot {', '.join(map(repr, lacking))}."
            example = ", ".join(f"{name}: ..." for name in lacking)
            self._error((*place, "use"), what, f"Write `with: {{{example}}}`.")
        wrong = lacking or set(used.fillings) - set(shared.slots)
        return None if wrong else {name: str(given[name]) for name in shared.slots}

    def _of_case(self, shared: SharedItem) -> Mapping[str, str | int | float]:
        """What the case says once for all shared items, as far as this one has slots for it."""
        return {name: f for name, f in self.authored.fillings.items() if name in shared.slots}

    def _check_fillings(self) -> None:
        if not self.all_known:  # what is not known may have had the slot
            return
        for name in self.authored.fillings:
            if name not in self.slots:
                what = f"nothing shared that this case uses has a slot {name!r}."
                self._error(("with", name), what, nearest(name, self.slots))

    def _check_named(self, facts: set[str]) -> None:
        """What numbers, budgets and changes of constraints name has to be there."""
        case = self.authored
        limits = {number.id for number in case.numbers} | {budget.id for budget in case.budgets}
        named: list[tuple[Place, str]] = [
            (("budgets", n, "fact"), b.fact) for n, b in enumerate(case.budgets)
        ]
        named += [
            (("variants", n, "budgets", at, "fact"), budget.fact)
            for n, variant in enumerate(case.variants)
            for at, budget in enumerate(variant.budgets)
        ]
        named += [
            (("numbers", n, "rests_on", at), id_)
            for n, number in enumerate(case.numbers)
            for at, id_ in enumerate(number.rests_on)
        ]
        for place, id_ in named:
            if id_ not in facts:
                self._error(place, f"the case has no fact {id_!r}.", nearest(id_, facts))
        for n, change in enumerate(case.constraint_changes):
            for at, id_ in enumerate(change.voids):
                if id_ not in limits:
                    what = f"the case has no number or budget {id_!r}."
                    self._error(("constraint_changes", n, "voids", at), what, nearest(id_, limits))

    def _variant(self, variant: AuthoredVariant, known: set[str], place: Place) -> dict[str, Any]:
        facts = [
            self._fact(fact, (*place, "facts", n), renewed=fact.name in known)
            for n, fact in enumerate(variant.facts)
        ]
        replaces = {id_: dict(fields) for id_, fields in variant.replaces.items()}
        for fields in replaces.values():
            if "weight" in fields and "core" not in fields:
                fields["core"] = fields["weight"] == TOP_WEIGHT
        # What a dropped item has brought goes with it, unless the variant words it anew.
        gone = [flag for flag, by in self.brought.items() if by.issubset(variant.drops)]
        drops = dict.fromkeys((*variant.drops, *(flag for flag in gone if flag not in replaces)))
        return variant.model_dump() | {"facts": facts, "replaces": replaces, "drops": tuple(drops)}

    def _unusable_variants(self, case: Case) -> Iterator[ContentError]:
        """What a variant drops or replaces and the case has not, or cannot be without."""
        for index, variant in enumerate(case.variants):
            place: Place = ("variants", index)
            unknown = [
                self.document.error(
                    (*place, group, at), f"there is nothing called {id_!r}.", nearest(id_, ids)
                )
                for group, ids, named in (
                    ("drops", _droppable(case), list(enumerate(variant.drops))),
                    ("replaces", _replaceable(case), [(id_, id_) for id_ in variant.replaces]),
                )
                for at, id_ in named
                if id_ not in ids and id_ not in _told(case)
            ]
            yield from unknown
            for id_ in _told(case).intersection(variant.replaces):
                what = f"{id_!r} is a fact or a budget."
                action = "Write it under the variant's `facts` or `budgets`."
                yield self.document.error((*place, "replaces", id_), what, action)
            if not unknown:
                yield from self._refused(case, variant, place)

    def _refused(self, case: Case, variant: Variant, place: Place) -> Iterator[ContentError]:
        """Fields that a variant replaces and that are not valid, and steps that it empties."""
        known = _replaceable(case)
        for id_, fields in variant.replaces.items():
            if id_ not in known:
                continue
            within: Place = (*place, "replaces", id_)
            fixed = set(fields) - OF_STEP if id_ in STEPS else {"id"} & set(fields)
            for name in sorted(fixed):
                yield self.document.error((*within, name), "this cannot be replaced.")
            try:
                replaced(known[id_], {name: fields[name] for name in set(fields) - fixed})
            except ValidationError as error:
                yield from refused_fields(error, self.document, Case, within)
        for step in STEPS:
            if not {item.id for item in case.steps[step].items} - set(variant.drops):
                what = f"nothing is left to ask in the step {step.value!r}."
                yield self.document.error((*place, "drops"), what)


def _droppable(case: Case) -> set[str]:
    return _told(case) | (set(_replaceable(case)) - set(STEPS))


def _told(case: Case) -> set[str]:
    """What a variant has fields of its own for."""
    return {fact.id for fact in case.facts} | {budget.id for budget in case.budgets}


def _replaceable(case: Case) -> Mapping[str, Any]:
    """What a variant may replace fields of, by its id."""
    return {
        **{str(step): content for step, content in case.steps.items()},
        **{item.id: item for _, item in case.items()},
        **{flag.id: flag for _, flag in case.red_flags()},
        **{dive.id: dive for dive in case.deep_dives},
        **{change.id: change for change in case.constraint_changes},
        **{push.id: push for push in case.push_backs},
        **{quantity.id: quantity for quantity in case.numbers},
    }


def _tags(steps: Mapping[StepId, Mapping[str, Any]]) -> Sequence[str]:
    """The concepts of the heaviest items, in the order of the steps."""
    items = [item for step in STEPS if step in steps for item in steps[step]["items"]]
    heaviest = sorted(items, key=lambda item: -int(item["weight"]))
    return tuple(dict.fromkeys(item["concept"] for item in heaviest))[:TAGS]
