"""A case as its author writes it today, with as little as the form allows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from interviewer.cases.expansion import Expanded, read_case
from interviewer.cases.shared import read_shared
from interviewer.core.settings import STEPS

PACK = """
sorted_shelf:
  slots: [thing, {where: shelf}]
  step: data
  topic: order of {thing}s
  statement: The {thing}s are sorted before they reach the {where}.
  met_when: Sorts the {thing}s and says what that saves.
  alternatives: ["{A thing} is looked up in a list instead."]
  concept: time_based_split
  exemplar: I sort each {thing} on arrival, so that {a where} can be searched by halves.
  follow_ups: ["How do you find {a thing} again?"]
  weight: 3
  examples:
    earns: ["{Thing}s are sorted, because looking through all of them takes a day."]
    misses: ["The {where} has {thing}s, labels and lamps."]
  red_flags:
    - id: no_order
      statement: The order of {thing}s does not matter.
      said: ["Just throw the {thing}s in, nobody cares."]
      damage: 2
      challenge: How long does it take to find {a thing}?
"""
TYPES = """
visitors:
  title: How many come
  topics: ["How many visitors are there?", "How many people come?", "How busy is it?"]
"""


def an_own_item(id: str, **fields: Any) -> dict[str, Any]:
    """An item with all that it needs and nothing else."""
    return {
        "id": id,
        "statement": f"What {id} is about is decided with a reason.",
        "met_when": "Decides it and says why.",
        "concept": "latency_budget",
        "exemplar": f"I decide {id} early, because it is dear to change.",
        "follow_ups": ["What would you settle first?"],
        **fields,
    }


def an_authored_case(**fields: Any) -> dict[str, Any]:
    """One item a step and one fact."""
    return {
        "id": "shed",
        "title": "A shed",
        "summary": "A place for tools.",
        "difficulty": "easy",
        "opening": "Design a shed.",
        "facts": [{"type": "visitors", "answer": "About 40 a day."}],
        "steps": {
            step.value: {"question": "Where do you begin?", "items": [an_own_item(f"{step}_one")]}
            for step in STEPS
        },
        **fields,
    }


def with_step(step: str, **fields: Any) -> dict[str, Any]:
    """The case with something else in one step."""
    case = an_authored_case()
    return case | {"steps": case["steps"] | {step: {**case["steps"][step], **fields}}}


def expand(root: Path, case: Mapping[str, Any], examples: object = None) -> Expanded:
    """Writes a case with the pack and the types above and reads it."""
    folder = root / "cases" / "shed"
    folder.mkdir(parents=True)
    (root / "items").mkdir()
    (root / "items" / "core.yaml").write_text(PACK)
    (root / "facts.yaml").write_text(TYPES)
    written = json.loads(json.dumps(case))  # nothing is the same object twice: no aliases
    (folder / "case.yaml").write_text(yaml.safe_dump(written, sort_keys=False, width=1000))
    if examples is not None:
        (folder / "examples.yaml").write_text(yaml.safe_dump(examples, sort_keys=False))
    shared = read_shared([root])
    assert [str(problem) for problem in shared.problems] == []
    return read_case(folder / "case.yaml", shared)
