"""What a language model proposes for a case, checked: what breaks a rule is dropped and told.

A model's words are texts and nothing else: ids are made here, fields that nobody asked for are
left out, and every text passes the schema and the checks that an author's own would.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from interviewer.cases.authored import OwnItem
from interviewer.cases.draft import Draft
from interviewer.cases.findings import quoted
from interviewer.cases.gaps import LONGEST_ID, PLAYS, StepGaps, WrittenCase, is_id
from interviewer.cases.leaks import follow_up_leaks
from interviewer.cases.lint import check_item, is_unwritten
from interviewer.core.case import Case, CaseStep, Dimension, RubricItem
from interviewer.core.settings import STEPS, StepId
from interviewer.text.printable import one_line
from interviewer.text.sentences import words_of

TEXT_WORDS = 80  # of one text; the longest of ours have about 60
TEXT_CHARACTERS = 800
TEXTS = 5  # of one list
WORDS_OF_ID = 4
HINTS = 3
_WRITTEN_AS = {"said": "earns", "near_misses": "misses"}
_PLACEHOLDER = {
    **{name: "-" for name in ("statement", "met_when", "exemplar")},
    "concept": "none",
    "follow_ups": ["?"],
}
"""In place of what is not proposed and not looked at."""


class Proposed(BaseModel):
    """What is proposed for one item; empty where nothing was asked for."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str = ""
    """Of an item of the case; empty for one that it has not."""
    topic: str = ""
    statement: str = ""
    met_when: str = ""
    partial_when: str = ""
    alternatives: list[str] = []
    why: str = ""
    concept: str = ""
    exemplar: str = ""
    follow_ups: list[str] = []
    hints: list[str] = []
    staff_adds: str = ""
    earns: list[str] = []
    misses: list[str] = []


@dataclass
class Review:
    """What becomes of proposals.

    Attributes:
        written: the case and what was proposed for it before.
        concepts: ids of the concept notes that there are.
        draft: all that passed.
        dropped: what did not, each with the reason.
    """

    written: WrittenCase
    concepts: Collection[str]
    draft: Draft = field(init=False)
    dropped: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draft = self.written.draft

    def take(self, proposed: Sequence[Proposed], gaps: StepGaps) -> None:
        """Takes what was proposed for a step into the draft, as far as it was asked for."""
        new = 0
        for one in proposed:
            if one.id in gaps.items:
                fields = self._passed(one, gaps.items[one.id], one.id, gaps.step)
                unknown = {name: v for name, v in fields.items() if name not in self._given(one.id)}
                self.draft = self.draft.with_fields(one.id, unknown) if unknown else self.draft
            elif one.id and one.id in self._ids():
                self._drop(one.id, "nothing was asked for it")
            elif new < gaps.new:
                new += self._took_new(one, gaps.step)
            else:
                self._drop(one.topic or one.id or "an item", "it is one too many")

    def _given(self, item: str) -> set[str]:
        return self.draft.fields(item)

    def _ids(self) -> set[str]:
        drafted = (one for step in self.draft.steps.values() for one in step.items)
        return {*self.written.ids(), *(str(one.get("id")) for one in drafted)}

    def _took_new(self, one: Proposed, step: StepId) -> bool:
        """Whether an item was taken; it needs all that an item of a playable case has."""
        shared = self.written.topics
        items = self._items()
        topics = {
            _flat(str(item.get("topic") or shared.get(item.get("use", "")))) for item in items
        }
        if one.topic and _flat(one.topic) in topics:
            self._drop(one.topic, "the case has that topic")
            return False
        id_ = _id_for(one.topic, self._ids())
        fields = self._passed(one, PLAYS, id_, step)
        if lacking := [name for name in PLAYS if name not in fields]:
            self._drop(id_, f"it lacks {', '.join(lacking)}")
            return False
        self.draft = self.draft.with_item(step, {"id": id_, **fields})
        return True

    def _items(self) -> Iterator[Mapping[str, Any]]:
        for step in STEPS:
            yield from self.written.items(step)
            if step in self.draft.steps:
                yield from self.draft.steps[step].items

    def _drop(self, what: str, why: str) -> None:
        self.dropped.append(one_line(f"{what[:LONGEST_ID]}: {why}"))

    def _passed(
        self, one: Proposed, wanted: Sequence[str], id_: str, step: StepId
    ) -> dict[str, Any]:
        """The fields that were asked for and pass every check."""
        fields = {}
        for name in [name for name in Proposed.model_fields if name in wanted]:
            if (value := self._cleaned(getattr(one, name), f"{id_}.{name}")) and value:
                fields[name] = value[:HINTS] if name == "hints" else value
        for name in _refused(id_, fields):
            self._drop(f"{id_}.{name}", "it is not of the form that the field has")
            del fields[name]
        self._lint(fields, id_)
        while fields.get("follow_ups") and self._leaks(fields, id_, step):
            self._drop(f"{id_}.follow_ups", f"it gives the item away: {fields['follow_ups'][0]}")
            fields["follow_ups"] = fields["follow_ups"][1:]
        return {name: value for name, value in fields.items() if value}

    def _cleaned(self, value: str | list[str], where: str) -> str | list[str]:
        """Texts in one line each, without those that nobody would write."""
        if isinstance(value, str):
            return next(iter(self._cleaned([value], where)), "")
        kept = []
        for text in dict.fromkeys(" ".join(one_line(text).split()) for text in value[:TEXTS]):
            long = len(text) > TEXT_CHARACTERS or len(text.split()) > TEXT_WORDS
            if text and (long or is_unwritten(text)):
                self._drop(where, f"it is unfinished or too long: {quoted(text)}")
            elif text:
                kept.append(text)
        return kept

    def _lint(self, fields: dict[str, Any], id_: str) -> None:
        """Takes out what `check` would report of an item."""
        gone: dict[str, set[int]] = {}
        for finding in check_item(_item(id_, fields), (), self.concepts):
            name = _WRITTEN_AS.get(str(finding.place[0]), str(finding.place[0]))
            if name in fields:
                self._drop(f"{id_}.{name}", finding.message)
                every = range(len(fields[name]))
                at = {int(finding.place[1])} if len(finding.place) > 1 else set(every)
                gone[name] = gone.get(name, set()) | at
        for name, places in gone.items():
            if isinstance(fields[name], str):
                fields[name] = ""
            else:
                fields[name] = [t for n, t in enumerate(fields[name]) if n not in places]

    def _leaks(self, fields: Mapping[str, Any], id_: str, step: StepId) -> bool:
        """Whether the first follow-up gives its item away, among those that the case writes."""
        steps: dict[StepId, CaseStep] = {}
        for each in STEPS:
            own = [one for one in self.written.items(each) if is_id(one.get("id"))]
            items = [_item(str(one["id"]), one) for one in own if one["id"] != id_]
            if each is step:
                here: dict[str, Any] = next((dict(one) for one in own if one["id"] == id_), {})
                items.append(_item(id_, {**here, **fields}))
            question = str(self.written.step(each).get("question", "-"))
            asked: dict[str, Any] = {"question": question, "items": tuple(items)}
            steps[each] = CaseStep.model_construct(None, **asked)
        known: dict[str, Any] = {"opening": str(self.written.case.get("opening", "-"))}
        case = Case.model_construct(None, **known, steps=steps)
        return any(leak.item == id_ and leak.plain for _, _, leak in follow_up_leaks(case))


def _refused(id_: str, fields: Mapping[str, Any]) -> set[str]:
    """The fields that the schema does not take."""
    own = {name: value for name, value in fields.items() if name not in ("earns", "misses")}
    try:
        OwnItem.model_validate({**_PLACEHOLDER, "id": id_, **own})
    except ValidationError as error:
        return {str(detail["loc"][0]) for detail in error.errors()} & own.keys()
    return set()


def _item(id_: str, fields: Mapping[str, Any]) -> RubricItem:
    """An item for the checks: what nobody wrote, or wrote otherwise than as text, is left out."""
    known = {"topic", "why", "partial_when", "alternatives", "hints", *_PLACEHOLDER}
    written = {name: fields[name] for name in known if _is_text(fields.get(name))}
    values: dict[str, Any] = {
        **_PLACEHOLDER,
        **written,
        "id": id_,
        "said": _texts(fields, "said", "earns"),
        "near_misses": _texts(fields, "near_misses", "misses"),
        "partial_when": "-",
        "dimension": Dimension.COMMUNICATION,
        "weight": 1,
        "level": "senior",
    }
    return RubricItem.model_construct(**values)


def _texts(fields: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    return tuple(text for name in names if _is_text(fields.get(name)) for text in fields[name])


def _is_text(value: object) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(one, str) and one for one in value)
    return isinstance(value, str) and bool(value)


def _flat(text: str) -> str:
    return " ".join(text.casefold().split())


def _id_for(topic: str, known: Collection[str]) -> str:
    """An id that nothing has, from the words of a topic."""
    words = [word for word in words_of(topic.lower()) if word.isascii() and word.isalnum()]
    base = "_".join(words[:WORDS_OF_ID])[: LONGEST_ID - 4]
    base = base if is_id(base) else "point"
    names = (base, *(f"{base}_{n}" for n in range(2, len(known) + 3)))
    return next(name for name in names if name not in known)
