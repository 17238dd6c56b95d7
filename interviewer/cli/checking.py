"""Command `check`: what an author has to repair in cases, frameworks and notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from interviewer.cli.options import JsonOption
from interviewer.cli.output import echo, print_json
from interviewer.core.errors import ContentError

if TYPE_CHECKING:
    from interviewer.cases.lint import Finding


class Remark(NamedTuple):
    """One finding with the place where its author finds it."""

    severity: str
    file: str
    line: int | None
    field: str
    message: str
    """File, line, field and what is wrong, in one sentence."""


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("check", rich_help_panel="Content")(check)


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            exists=True, help="Files or folders to check; everything ours and yours if none."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check cases, frameworks and notes; exit with 1 when something is wrong.

    Errors are what an interview would stumble over; warnings are worth a look.
    """
    from interviewer.core.paths import read_places
    from interviewer.retrieval.notes import note_roots

    roots = note_roots(read_places())
    named = paths or list(roots)
    # A case may name the concepts that stand beside it as well as ours and the user's.
    around = [folder for path in named for folder in (path, *path.absolute().parents[:3])]
    concepts = {note.stem for root in (*roots, *around) for note in root.glob("concepts/*.md")}
    remarks = [remark for path in named for remark in _check_path(path, concepts)]
    _print(remarks, as_json)
    if any(remark.severity == "error" for remark in remarks):
        raise typer.Exit(1)


def _print(remarks: list[Remark], as_json: bool) -> None:
    if as_json:
        print_json([remark._asdict() for remark in remarks])
        return
    for remark in remarks:
        echo(f"{remark.severity}: {remark.message}")
    errors = sum(remark.severity == "error" for remark in remarks)
    echo(f"{errors} error(s), {len(remarks) - errors} warning(s).")


def _check_path(path: Path, concepts: set[str]) -> Iterator[Remark]:
    """Everything wrong in one file, one case folder, or one folder laid out like `knowledge/`."""
    files = list(_content_files(path))
    if not files:
        yield _remark(ContentError("holds no case, framework or note to check.", file=path))
    for file in files:
        try:
            yield from _check_file(file, concepts)
        except ContentError as error:
            yield _remark(error)


def _content_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path.with_name("case.yaml") if path.name == "ways.yaml" else path
    elif (path / "case.yaml").exists():
        yield path / "case.yaml"
    else:
        cases = path if path.name == "cases" else path / "cases"
        folders = sorted(folder for folder in cases.glob("[!._]*") if folder.is_dir())
        yield from (folder / "case.yaml" for folder in folders)
        for kind in ("frameworks/[!.]*.yaml", "concepts/[!.]*.md"):
            yield from sorted(path.glob(kind))


def _check_file(file: Path, concepts: set[str]) -> Iterator[Remark]:
    """Raises ContentError when the file cannot be read at all."""
    if file.suffix.lower() == ".md":
        yield from _check_markdown(file)
        return
    from interviewer.cases.positions import field_problems, read_yaml
    from interviewer.core.case import Framework

    document = read_yaml(file)
    if not (isinstance(document.value, dict) and "phases" in document.value):
        yield from _check_case(file, concepts)
        return
    problems = field_problems(Framework, document)
    yield from (_remark(problem) for problem in problems)
    if not problems:
        yield from _check_framework(file)


def _check_markdown(file: Path) -> Iterator[Remark]:
    from interviewer.cases.lint import check_notes
    from interviewer.retrieval.notes import read_note

    of_case = file.name == "notes.md"
    path = file.absolute()
    note = read_note(path, path.parents[2 if of_case else 1])
    for finding in check_notes(note.text) if of_case else ():
        yield _remark(ContentError(finding.message, file=file), finding)


def _check_framework(file: Path) -> Iterator[Remark]:
    from interviewer.cases.library import load_framework

    load_framework(file)
    return iter(())


def _check_case(file: Path, concepts: set[str]) -> Iterator[Remark]:
    from interviewer.cases.expansion import read_case
    from interviewer.cases.library import load_case, read_notes, shared_around
    from interviewer.cases.lint import check_case, check_notes
    from interviewer.cases.paraphrases import paraphrase_errors

    shared = shared_around(file)
    read = read_case(file, shared)
    for problem in read.problems:
        yield _remark(problem)
    for notice in read.notices:
        yield Remark("warning", notice.file, notice.line, "", str(notice))
    if read.case is None or read.problems:
        return
    case = load_case(file, shared)
    for finding in check_case(case, concepts):
        yield _remark(finding.in_file(read.document), finding)
    for error, doubt in paraphrase_errors(file.parent, case):
        yield Remark(doubt.severity, error.file, error.line, doubt.where, str(error))
    for finding in check_notes(read_notes(file.parent)):
        yield _remark(ContentError(finding.message, file=file.parent / "notes.md"), finding)


def _remark(error: ContentError, finding: Finding | None = None) -> Remark:
    severity = finding.severity if finding else "error"
    return Remark(severity, error.file, error.line, finding.where if finding else "", str(error))
