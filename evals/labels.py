"""Item-level labels: what people or machines say of one rubric item in one answer.

`python -m evals.labels sheet|take|check` is the tool for labellers. A label is one JSON object a
line: `answer, item, verdict, quote, labeller, item_hash`. The hash is of the item's text, so that a
label of an item that was rewritten since is told apart. A labeller notes one JSON object a line:
`{"answer": ID, ITEM: ["met", "verbatim quote"], ITEM: "absent", ...}` with every item of the step.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from evals.lines import read_lines
from interviewer.cases.library import load_library
from interviewer.core.case import Case, RubricItem
from interviewer.core.errors import InterviewerError, UnknownCase
from interviewer.core.settings import STEPS, StepId
from interviewer.core.value import Value
from interviewer.simulation.player import load_script

DATA = Path(__file__).parent / "data"
RATED = DATA / "gold" / "dev.jsonl"
SCRIPTS = Path(__file__).parent / "transcripts"
LABELLED_SCRIPTS = (
    *("vr_average", "vr_rambler", "vr_weak", "vr_wrong"),
    *("sa_junior", "sa_rambler", "sa_strong", "sa_wrong"),
    *("ac_junior", "ac_rambler", "ac_strong", "ac_wrong"),
)
FOLDER = DATA / "labels"
HASH_LENGTH = 12


class Label(Value):
    """What a labeller says of one item in one answer."""

    answer: str
    item: str
    verdict: Literal["absent", "partial", "met", "contradicted"]
    """Contradicted where the answer decides the opposite; `data/labels` calls that absent."""
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


class Answer(Value):
    """What one person said in one step."""

    id: str
    case: str
    step: StepId
    text: str


def read_answers() -> tuple[Answer, ...]:
    """Every answer that is labelled, rated ones first."""
    return (*_rated(), *_scripted())


def _rated() -> Iterator[Answer]:
    for row in read_lines(RATED):
        yield Answer(id=row["id"], case=row["case_id"], step=row["step"], text=row["answer"])


def _scripted() -> Iterator[Answer]:
    for name in LABELLED_SCRIPTS:
        script = load_script(SCRIPTS / f"{name}.yaml")
        for step, messages in script.candidate.items():
            said = [m.text if m.sketch is None else f"{m.text}\n{m.sketch}" for m in messages]
            yield Answer(
                id=f"{name}.{step}", case=script.case_id, step=step, text="\n\n".join(said)
            )


def write_sheet(case: Case, answers: Sequence[Answer]) -> str:
    """What a labeller reads: per step the items and then the answers, as Markdown."""
    lines = [f"# {case.title}", "", case.opening, ""]
    lines += [f"- {fact.answer}" for fact in case.facts]
    for step in STEPS:
        lines += ["", f"# STEP {step}", "", f"Question: {case.steps[step].question}", ""]
        for item in case.steps[step].items:
            lines += [f"## ITEM {item.id}", item.statement]
            lines += [f"MET: {item.met_when}", f"PARTIAL: {item.partial_when}"]
            lines += [f"SOUND, AMONG OTHERS: {sound}" for sound in item.alternatives]
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="evals.labels", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sheet = commands.add_parser("sheet", help="print what a labeller reads")
    sheet.add_argument("case")
    take = commands.add_parser("take", help="turn a labeller's notes into labels")
    take.add_argument("notes", type=Path)
    take.add_argument("--labeller", required=True)
    take.add_argument("--out", type=Path, required=True, help="a JSONL file")
    check = commands.add_parser("check", help="say what is wrong with labels")
    check.add_argument("path", type=Path, nargs="?", default=FOLDER)
    try:
        return _run(parser.parse_args(arguments))
    except (InterviewerError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    cases, answers = load_library().cases, read_answers()
    if options.command == "sheet":
        if options.case not in cases:
            raise UnknownCase(f"There is no case {options.case!r}.", f"Choose {', '.join(cases)}.")
        print(write_sheet(cases[options.case], answers))
        return 0
    known = {answer.id: answer for answer in answers}
    if options.command == "take":
        labels = tuple(read_notes(options.notes.read_text("utf-8"), options.labeller, known, cases))
        lines = (label.model_dump_json() + "\n" for label in labels)
        options.out.write_text("".join(lines), "utf-8")
    else:
        labels = read_labels(options.path)
    findings = list(check_labels(labels, known, cases))
    for finding in findings:
        print(f"{finding.answer} {finding.item}: {finding.message}")
    print(f"{len(labels)} labels, {len(findings)} finding(s).")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
