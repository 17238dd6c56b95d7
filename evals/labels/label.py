"""The format of a label, and what makes one valid.

One JSON object a line: `answer, item, verdict, quote, labeller, item_hash`. The hash is of the
item's text, so that a label of an item that was rewritten since is told apart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from evals.labels.answers import DATA, Answer
from evals.lines import read_lines
from interviewer.core.case import Case, RubricItem
from interviewer.core.value import Value

FOLDER = DATA / "labels"
HASH_LENGTH = 12


class Label(Value):
    """What a labeller says of one item in one answer."""

    answer: str
    item: str
    verdict: Literal["absent", "partial", "met"]
    quote: str = ""
    """Verbatim words of the answer; empty when absent."""
    labeller: str
    """A person's initials, or `machine-` and a name."""
    item_hash: str


class LabelFinding(NamedTuple):
    """Something wrong with a label."""

    answer: str
    item: str
    message: str


def item_hash(item: RubricItem) -> str:
    """Fingerprint of what an item demands: its statement and when it is met or partial."""
    text = "\n".join((item.statement, item.met_when, item.partial_when))
    return hashlib.sha256(text.encode()).hexdigest()[:HASH_LENGTH]


def read_labels(path: Path) -> tuple[Label, ...]:
    """The labels of a JSONL file, or of every such file in a folder, in order.

    Raises:
        ValidationError: a line is not a label.
        OSError: the file cannot be read.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return tuple(Label.model_validate(row) for file in files for row in read_lines(file))


def check_labels(
    labels: Iterable[Label], answers: Mapping[str, Answer], cases: Mapping[str, Case]
) -> Iterator[LabelFinding]:
    """What is wrong with labels: unknown or double ones, stale items, quotes nobody said."""
    seen: set[tuple[str, str, str]] = set()
    for label in labels:
        key = (label.answer, label.item, label.labeller)
        for message in _faults(label, answers, cases):
            yield LabelFinding(label.answer, label.item, message)
        if key in seen:
            yield LabelFinding(label.answer, label.item, "labelled twice by the same labeller")
        seen.add(key)


def _faults(
    label: Label, answers: Mapping[str, Answer], cases: Mapping[str, Case]
) -> Iterator[str]:
    answer = answers.get(label.answer)
    if answer is None:
        yield "no such answer"
        return
    items = {item.id: item for item in cases[answer.case].steps[answer.step].items}
    item = items.get(label.item)
    if item is None:
        yield f"{answer.step} has no such item"
    elif label.item_hash != item_hash(item):
        yield "the item was rewritten since"
    if label.verdict == "absent" and label.quote:
        yield "absent, and yet quoted"
    if label.verdict != "absent" and not label.quote.strip():
        yield "without a quote"
    if label.quote and label.quote not in answer.text:
        yield "the quote is not in the answer"
