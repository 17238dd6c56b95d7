"""What a case still lacks of its items, read from the file as it is: it need not load yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from interviewer.cases.authored import TOP_WEIGHT, Examples, ItemExamples
from interviewer.cases.draft import Draft, DraftStep
from interviewer.cases.findings import Level
from interviewer.cases.lint import CORE_HINTS, FEWEST_EXAMPLES, FEWEST_ITEMS, ITEMS, is_unwritten
from interviewer.core.settings import STEPS, StepId

LOADS = ("statement", "met_when", "concept", "exemplar", "follow_ups")
PLAYS = (*LOADS, "topic", "why", "alternatives", "earns", "misses")
WANTED = {Level.DRAFT: LOADS, Level.PLAYABLE: PLAYS, Level.POLISHED: (*PLAYS, "partial_when")}
"""What an item has at each level."""
OF_CORE = ("hints", "staff_adds")
"""What a core item has besides at the highest."""
ENOUGH = {"hints": CORE_HINTS, "earns": FEWEST_EXAMPLES}
"""How many there should be where one is too few."""
LEAST_ITEMS = {Level.DRAFT: 1, Level.PLAYABLE: FEWEST_ITEMS, Level.POLISHED: ITEMS.start}
LONGEST_ID = 64
POINTS_AT_ONCE = 3  # of a request; a reply that breaks loses no more than these


@dataclass(frozen=True)
class StepGaps:
    """What one step lacks, as far as one request asks for it.

    Attributes:
        step: the step.
        items: the fields that each item lacks, by its id.
        new: how many items the step lacks.
    """

    step: StepId
    items: Mapping[str, Sequence[str]]
    new: int = 0


@dataclass(frozen=True)
class WrittenCase:
    """A case as it stands in its files, whatever is wrong with it.

    Attributes:
        case: the values of `case.yaml`.
        examples: those of `examples.yaml`.
        draft: what was proposed before.
        topics: of the shared items that it may use.
    """

    case: Mapping[str, Any]
    examples: Mapping[str, Any]
    draft: Draft
    topics: Mapping[str, str] = field(default_factory=dict)

    def step(self, step: StepId) -> Mapping[str, Any]:
        """What stands under a step."""
        return _mapping(_mapping(self.case.get("steps")).get(step.value))

    def items(self, step: StepId) -> list[Mapping[str, Any]]:
        """The items of a step that say what they are about, shared ones included."""
        items = self.step(step).get("items")
        written = [_mapping(one) for one in items] if isinstance(items, list) else []
        return [one for one in written if "use" in one or _is_begun(one)]

    def ids(self) -> set[str]:
        """Everything that is called something."""
        drafted = (one for step in self.draft.steps.values() for one in step.items)
        return {*_ids(self.case), *(str(one.get("id")) for one in drafted)}

    def examples_of(self, item: str, field: str) -> Sequence[Any]:
        """Examples beside the case, of one item and kind."""
        texts = _mapping(_mapping(self.examples.get("items")).get(item)).get(field)
        return texts if isinstance(texts, list) else ()


def gaps_of(written: WrittenCase, level: Level, steps: Sequence[StepId] = STEPS) -> list[StepGaps]:
    """What each step lacks at a level and nobody has proposed yet, a request each.

    Args:
        written: the case.
        level: how far it should be.
        steps: those to look at.
    """
    return [part for step in steps for part in _parts(step, written, level)]


def first_of(gaps: Sequence[StepGaps], limit: int) -> list[StepGaps]:
    """The same with so many points at most: items to be completed and items to be added."""
    kept = []
    for gap in gaps:
        items = dict(list(gap.items.items())[:limit])
        new = min(gap.new, limit - len(items))
        limit -= len(items) + new
        if items or new:
            kept.append(StepGaps(gap.step, items, new))
    return kept


def without_settled(written: WrittenCase) -> Draft:
    """The draft without what the case has by now, and without what was for items that are gone."""
    draft = written.draft
    own = {str(one["id"]): one for step in STEPS for one in written.items(step) if "id" in one}
    drafted = {str(one.get("id")) for step in draft.steps.values() for one in step.items}
    items = {}
    for id_, fields in draft.items.items():
        if left := {n: v for n, v in fields.items() if id_ in own and _lacks(own[id_], n, written)}:
            items[id_] = left
    steps = {}
    for step, content in draft.steps.items():
        if new := tuple(one for one in content.items if one.get("id") not in own):
            steps[step] = DraftStep(items=new)
    examples = {
        id_: _open_examples(own.get(id_, {"id": id_}), found, written)
        for id_, found in draft.examples.items.items()
        if id_ in own or id_ in drafted
    }
    kept = {id_: found for id_, found in examples.items() if found != ItemExamples()}
    return Draft(items=items, steps=steps, examples=Examples(items=kept))


def _open_examples(
    item: Mapping[str, Any], proposed: ItemExamples, written: WrittenCase
) -> ItemExamples:
    """The proposed examples of an item of which the case has too few."""
    lacks = {name for name in ItemExamples.model_fields if _lacks(item, name, written)}
    return ItemExamples(**proposed.model_dump(include=lacks))


def _parts(step: StepId, written: WrittenCase, level: Level) -> Iterator[StepGaps]:
    own = [one for one in written.items(step) if "use" not in one]
    lacks = {str(one["id"]): fields for one in own if (fields := _lacking(one, written, level))}
    drafted = written.draft.steps.get(step)
    count = len(written.items(step)) + (len(drafted.items) if drafted else 0)
    new, ids = max(0, LEAST_ITEMS[level] - count), list(lacks)
    for start in range(0, len(ids), POINTS_AT_ONCE):
        yield StepGaps(step, {id_: lacks[id_] for id_ in ids[start : start + POINTS_AT_ONCE]})
    if new:
        yield StepGaps(step, {}, new)


def _lacking(item: Mapping[str, Any], written: WrittenCase, level: Level) -> list[str]:
    """The fields that an item lacks and that were not proposed."""
    id_ = str(item["id"])
    core = item.get("core", item.get("weight") == TOP_WEIGHT) is True
    wanted = (*WANTED[level], *(OF_CORE if core and level is Level.POLISHED else ()))
    return [
        field
        for field in wanted
        if _lacks(item, field, written) and field not in written.draft.fields(id_)
    ]


def _lacks(item: Mapping[str, Any], field: str, written: WrittenCase) -> bool:
    value = item.get(field)
    if field in ("earns", "misses"):
        old = item.get({"earns": "said", "misses": "near_misses"}[field]) or ()
        value = [*old, *written.examples_of(str(item["id"]), field)]
    if is_unwritten(value):
        return True
    return isinstance(value, list) and len(value) < ENOUGH.get(field, 1)


def _is_begun(item: Mapping[str, Any]) -> bool:
    """Whether an item has an id and says what it is about; otherwise it is a place for one."""
    said = [item.get("topic"), item.get("statement")]
    return is_id(item.get("id")) and not all(map(is_unwritten, said))


def is_id(value: object) -> bool:
    """Whether something can be an id: lower-case letters, digits, underscores."""
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isidentifier()
        and value == value.lower()
        and value[0] != "_"
        and len(value) <= LONGEST_ID
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _ids(one)
    elif isinstance(value, dict):
        yield from (str(value[key]) for key in ("id", "use", "type") if key in value)
        for one in value.values():
            yield from _ids(one)
