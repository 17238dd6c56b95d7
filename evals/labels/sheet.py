"""The tool for labellers: a sheet to read, and the way from what they note down to labels.

A labeller notes one JSON object a line: `{"answer": ID, ITEM: ["met", "verbatim quote"], ITEM:
"absent", ...}` with every item of the step.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evals.labels.answers import Answer
from evals.labels.label import Label, item_hash
from interviewer.core.case import Case
from interviewer.core.errors import InterviewerError
from interviewer.core.settings import STEPS


def write_sheet(case: Case, answers: Sequence[Answer]) -> str:
    """What a labeller reads: per step the items and then the answers, as Markdown."""
    lines = [f"# {case.title}", "", case.opening, ""]
    lines += [f"- {fact.answer}" for fact in case.facts]
    for step in STEPS:
        lines += ["", f"# STEP {step}", "", f"Question: {case.steps[step].question}", ""]
        for item in case.steps[step].items:
            lines += [f"## ITEM {item.id}", item.statement]
            lines += [f"MET: {item.met_when}", f"PARTIAL: {item.partial_when}"]
            lines += [f"NOT ENOUGH: {miss}" for miss in item.near_misses[:2]]
        for answer in answers:
            if (answer.case, answer.step) == (case.id, step):
                lines += ["", f"## ANSWER {answer.id}", answer.text]
    return "\n".join(lines) + "\n"


def read_notes(
    text: str, labeller: str, answers: Mapping[str, Answer], cases: Mapping[str, Case]
) -> Iterator[Label]:
    """Labels of what a labeller noted down.

    Raises:
        InterviewerError: a line is not JSON, names no answer, or lacks an item; names the line.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield from _labels_of(json.loads(line), labeller, answers, cases)
            except (ValueError, KeyError, TypeError) as error:
                raise InterviewerError(f"Line {number}: {error!r}.", "Mend the line.") from error


def _labels_of(
    note: dict[str, Any], labeller: str, answers: Mapping[str, Answer], cases: Mapping[str, Case]
) -> Iterator[Label]:
    answer = answers[note["answer"]]
    for item in cases[answer.case].steps[answer.step].items:
        found = note[item.id]
        verdict, quote = (found, "") if isinstance(found, str) else found
        yield Label(
            answer=answer.id,
            item=item.id,
            verdict=verdict,
            quote=quote,
            labeller=labeller,
            item_hash=item_hash(item),
        )
