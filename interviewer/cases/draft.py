"""`draft.yaml` beside a case: what was proposed for it and nobody has reviewed.

It is never part of the case. What is good is copied by hand: the parts stand as they would in
`case.yaml` and `examples.yaml`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import JsonValue

from interviewer.cases.authored import Examples
from interviewer.cases.positions import read_yaml, validate
from interviewer.core.case import Slug
from interviewer.core.settings import StepId
from interviewer.core.value import Value

DRAFT_FILE = "draft.yaml"
MARK = "# proposed, not reviewed"
HEAD = """\
# Proposed by a language model, not reviewed. Nothing here is part of the case: copy what is good,
# in your own words, and delete the rest. `interviewer cases draft` drops what the case has by now.
"""
_EXAMPLES = ("earns", "misses")
_WIDTH = 110


class DraftStep(Value):
    """Items that a step lacks, whole."""

    items: tuple[Mapping[str, JsonValue], ...] = ()


class Draft(Value):
    """Everything proposed.

    Attributes:
        items: fields that items of the case lack, by the id of the item.
        steps: items that steps lack.
        examples: as in `examples.yaml`.
    """

    items: Mapping[Slug, Mapping[str, JsonValue]] = {}
    steps: Mapping[StepId, DraftStep] = {}
    examples: Examples = Examples()

    def fields(self, item: str) -> set[str]:
        """What is proposed for an item."""
        found = self.examples.items.get(item)
        given = {name for name in _EXAMPLES if found is not None and getattr(found, name)}
        return {*self.items.get(item, {}), *given}

    @property
    def count(self) -> int:
        """How many items have something proposed."""
        new = [str(one.get("id")) for step in self.steps.values() for one in step.items]
        return len({*self.items, *self.examples.items, *new})

    def with_fields(self, item: str, fields: Mapping[str, Any]) -> Draft:
        """The same with more for an item of the case."""
        own = {name: value for name, value in fields.items() if name not in _EXAMPLES}
        items = {**self.items, item: {**self.items.get(item, {}), **own}} if own else self.items
        return self.with_examples(item, fields).model_copy(update={"items": items})

    def with_item(self, step: StepId, fields: Mapping[str, Any]) -> Draft:
        """The same with another item for a step."""
        own = {name: value for name, value in fields.items() if name not in _EXAMPLES}
        before = self.steps.get(step, DraftStep())
        steps = {**self.steps, step: DraftStep(items=(*before.items, own))}
        draft = self.with_examples(str(fields["id"]), fields)
        return draft.model_copy(update={"steps": steps})

    def with_examples(self, item: str, fields: Mapping[str, Any]) -> Draft:
        """The same with the examples among some fields of an item."""
        given = {name: fields[name] for name in _EXAMPLES if fields.get(name)}
        if not given:
            return self
        known = self.examples.items.get(item)
        both = {**(known.model_dump(exclude_defaults=True) if known else {}), **given}
        items = {**self.examples.model_dump()["items"], item: both}
        return self.model_copy(update={"examples": Examples.model_validate({"items": items})})


def read_draft(folder: Path) -> Draft:
    """What lies beside a case; nothing when there is no such file.

    Raises:
        ContentError: the file is not valid.
    """
    file = folder / DRAFT_FILE
    return validate(Draft, read_yaml(file)) if file.exists() else Draft()


def draft_text(draft: Draft) -> str:
    """The file, with a mark at everything in it."""
    return HEAD + "\n".join(_lines(draft)) + "\n"


def _lines(draft: Draft) -> Iterator[str]:
    if draft.items:
        yield "items: # fields of items that are there, to be pasted into them"
        for id_, fields in draft.items.items():
            yield f"  {id_}: {MARK}"
            yield _dumped(dict(fields), 4)
    if draft.steps:
        yield "steps: # whole items"
        for step, content in draft.steps.items():
            yield f"  {step.value}:\n    items:"
            for item in content.items:
                yield f"      {MARK}"
                yield _dumped([dict(item)], 6)
    if draft.examples.items:
        yield "examples: # for examples.yaml"
        yield "  items:"
        for id_, examples in draft.examples.items.items():
            yield f"    {id_}: {MARK}"
            yield _dumped(examples.model_dump(mode="json", exclude_defaults=True), 6)


class _Indented(yaml.SafeDumper):
    """Indents lists below their key, as cases do, and writes no aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _dumped(value: object, indent: int) -> str:
    text = yaml.dump(
        value, Dumper=_Indented, sort_keys=False, allow_unicode=True, width=_WIDTH - indent
    )
    return textwrap.indent(text.rstrip("\n"), " " * indent)
