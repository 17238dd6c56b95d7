"""A first version of a `case.yaml`: the shared items that fit, placeholders for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from string import Template
from textwrap import wrap

from interviewer.cases.shared import Shared, SharedItem
from interviewer.core.settings import STEPS, StepId

TEMPLATE = "skeleton.yaml.txt"
OWN_ITEM = "own_item.yaml.txt"
CORE_PACK = "core"
ENOUGH = 2  # items of a step, from which on it needs none of its own
TAKEN = 3  # items of a step; a case with all that fit would be too much for 45 minutes
LINE = 140  # characters of a comment
NAMED = 3  # shared items that are named beside a slot


def skeleton(case_id: str, shared: Shared, kind: str, concepts: Iterable[str] = ()) -> str:
    """The text of a `case.yaml` that loads and is still to be written.

    Args:
        case_id: the id it will have.
        shared: what it may use.
        kind: the pack of shared items that fits besides the core ones.
        concepts: ids of the notes that an item may name.
    """
    packs = (kind, CORE_PACK)
    fitting = {
        id_: item
        for pack in packs
        for id_, item in shared.items.items()
        if shared.packs[id_] == pack
    }
    text = _template(TEMPLATE).substitute(
        case_id=case_id,
        slots="\n".join(_slots(_taken(fitting))),
        types=", ".join(shared.facts),
        concepts="\n".join(f"# {line}" for line in wrap(", ".join(sorted(concepts)), LINE)),
        **{step.value: "\n".join(_items(step, fitting)) for step in STEPS},
    )
    return "\n".join(line for line in text.splitlines() if line.strip()) + "\n"


def _template(name: str) -> Template:
    return Template(files("interviewer.cases").joinpath(name).read_text("utf-8"))


def _slots(fitting: Mapping[str, SharedItem]) -> Iterator[str]:
    """Slots without a default are to be filled, the others may be."""
    slots = {name: text for item in fitting.values() for name, text in item.slots.items()}
    for name, text in slots.items():
        using = [id_ for id_, item in fitting.items() if name in item.slots]
        users = ", ".join(using[:NAMED]) + " and more" * (len(using) > NAMED)
        yield f"  {name}: ... # {users}" if text is None else f"  # {name}: {text} # {users}"


def _taken(fitting: Mapping[str, SharedItem]) -> dict[str, SharedItem]:
    """The heaviest shared items of every step."""
    heaviest = sorted(fitting, key=lambda id_: -int(fitting[id_].fields.get("weight", 2)))
    steps = {step: [id_ for id_ in heaviest if fitting[id_].step is step] for step in STEPS}
    return {id_: fitting[id_] for ids in steps.values() for id_ in ids[:TAKEN]}


def _items(step: StepId, fitting: Mapping[str, SharedItem]) -> Iterator[str]:
    """The shared items of a step, by name those that are too many, or a place for another one."""
    here = {id_: item for id_, item in fitting.items() if item.step is step}
    taken = [id_ for id_ in _taken(fitting) if id_ in here]
    for id_ in taken:
        yield f"      - use: {id_} # {here[id_].fields.get('topic', '')}"
    if more := [id_ for id_ in here if id_ not in taken]:
        yield f"      # more: {', '.join(more)}"
    if len(here) < ENOUGH and step is not STEPS[0]:  # the first step shows one in full
        yield _template(OWN_ITEM).substitute(step=step.value)
