"""`python -m evals.labels sheet|take|check`: label answers item by item."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evals.labels import FOLDER, check_labels, read_answers, read_labels
from evals.labels.sheet import read_notes, write_sheet
from interviewer.cases.library import load_library
from interviewer.core.errors import InterviewerError, UnknownCase


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
