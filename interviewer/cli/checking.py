"""Command `check`: what an author has to repair in cases, frameworks and notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple, get_args

import typer

from interviewer.cli.options import CaseLevel, JsonOption
from interviewer.cli.output import echo, print_json
from interviewer.core.errors import ContentError

CASE = "case.yaml"
LEVELS: tuple[str, ...] = get_args(CaseLevel)
_IN_PACK: Mapping[str, tuple[str, ...]] = {
    "said": ("examples", "earns"),
    "near_misses": ("examples", "misses"),
}
"""Where a pack has what a case has."""

if TYPE_CHECKING:
    from interviewer.cases.findings import Finding
    from interviewer.cases.positions import Document, Place
    from interviewer.core.case import Case


class Remark(NamedTuple):
    """One finding with the place where its author finds it."""

    severity: str
    file: str
    line: int | None
    field: str
    message: str
    """File, line, field and what is wrong, in one sentence."""
    level: str = "draft"
    """The lowest level that it matters for."""


@dataclass
class Look:
    """What was looked at, and what was found.

    Attributes:
        concepts: ids of the concept notes that a case may name.
        seen: how many there were of each kind of content.
        cases: what each case consists of.
        remarks: what is wrong.
    """

    concepts: set[str]
    seen: Counter[str] = field(default_factory=Counter)
    cases: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


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
    level: Annotated[
        CaseLevel,
        typer.Option(
            help="How far a case should be: draft loads, playable can be played, polished is as "
            "complete as ours."
        ),
    ] = "playable",
    as_json: JsonOption = False,
) -> None:
    """Check cases, shared items, frameworks and notes; exit with 1 when something is wrong.

    Errors are what keeps a case from the level; warnings are worth a look.
    """
    from interviewer.core.paths import read_places
    from interviewer.retrieval.notes import note_roots

    roots = note_roots(read_places())
    named = paths or list(roots)
    # A case may name the concepts that stand beside it as well as ours and the user's.
    around = [folder for path in named for folder in (path, *path.absolute().parents[:3])]
    concepts = {note.stem for root in (*roots, *around) for note in root.glob("concepts/*.md")}
    look = Look(concepts)
    for path in named:
        _look_at(path, look)
    remarks = [one for one in look.remarks if LEVELS.index(one.level) <= LEVELS.index(level)]
    if as_json:
        print_json([remark._asdict() for remark in remarks])
    else:
        _print(look, remarks, level)
    if any(remark.severity == "error" for remark in remarks):
        raise typer.Exit(1)


def _print(look: Look, remarks: list[Remark], level: str) -> None:
    for remark in remarks:
        echo(f"{remark.severity}: {remark.message}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in look.seen.items())
    echo(f"Looked at {kinds or 'nothing'}.")
    for line in look.cases:
        echo(f"  {line}")
    errors = sum(remark.severity == "error" for remark in remarks)
    echo(f"{level}: {errors} error(s), {len(remarks) - errors} warning(s).")
    for other in LEVELS[LEVELS.index(level) + 1 :]:
        lacks = [one for one in look.remarks if (one.level, one.severity) == (other, "error")]
        if lacks:
            echo(f"{other} also lacks {len(lacks)}; see them with --level {other}.")


def _look_at(path: Path, look: Look) -> None:
    """Everything wrong in one file, one case folder, or one folder laid out like `knowledge/`."""
    files = list(_content_files(path))
    if not files:
        what = "holds no case, shared item, framework or note to check."
        look.remarks.append(_remark(_where_to_look(path, what)))
    elif path.is_dir() and not any(file.name == CASE for file in files):
        nowhere = _where_to_look(path, "holds no case.")
        look.remarks.append(Remark("warning", nowhere.file, None, "", str(nowhere)))
    for file in files:
        try:
            look.remarks += _check_file(file, look)
        except ContentError as error:
            look.remarks.append(_remark(error))


def _where_to_look(path: Path, what: str) -> ContentError:
    action = "A case is at cases/<id>/case.yaml in the folder that INTERVIEWER_KNOWLEDGE names."
    return ContentError(what, file=path, action=action)


def _content_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        beside = path.name in ("ways.yaml", "examples.yaml", "draft.yaml")
        yield path.with_name(CASE) if beside else path
    elif (path / CASE).exists():
        yield path / CASE
    else:
        cases = path if path.name == "cases" else path / "cases"
        folders = sorted(folder for folder in cases.glob("[!._]*") if folder.is_dir())
        yield from (folder / CASE for folder in folders)
        yield from path.glob("facts.yaml")
        for kind in ("items/**/[!.]*.yaml", "frameworks/[!.]*.yaml", "concepts/[!.]*.md"):
            yield from sorted(path.glob(kind))


def _check_file(file: Path, look: Look) -> Iterator[Remark]:
    """Raises ContentError when the file cannot be read at all."""
    if file.suffix.lower() == ".md":
        look.seen["note(s)"] += 1
        yield from _check_markdown(file)
    elif file.name == "facts.yaml":
        yield from _check_fact_types(file, look)
    elif file.name != CASE and "items" in [folder.name for folder in file.absolute().parents[:2]]:
        yield from _check_pack(file, look)
    elif file.name != CASE and _is_framework(file):
        look.seen["framework(s)"] += 1
        yield from _check_framework(file)
    else:
        look.seen["case(s)"] += 1
        yield from _check_draft(file)
        yield from _check_case(file, look)


def _is_framework(file: Path) -> bool:
    from interviewer.cases.positions import read_yaml

    value = read_yaml(file).value
    return file.absolute().parent.name == "frameworks" or (
        isinstance(value, dict) and "phases" in value
    )


def _check_markdown(file: Path) -> Iterator[Remark]:
    from interviewer.cases.lint import check_notes
    from interviewer.retrieval.notes import read_note

    of_case = file.name == "notes.md"
    path = file.absolute()
    note = read_note(path, path.parents[2 if of_case else 1])
    for finding in check_notes(note.text) if of_case else ():
        yield _remark(ContentError(finding.message, file=file), finding)


def _check_fact_types(file: Path, look: Look) -> Iterator[Remark]:
    from interviewer.cases.shared import read_fact_types

    types, problems = read_fact_types(file)
    look.seen["type(s) of facts"] += len(types)
    return map(_remark, problems)


def _check_pack(file: Path, look: Look) -> Iterator[Remark]:
    from interviewer.cases.lint import check_shared
    from interviewer.cases.positions import read_yaml
    from interviewer.cases.shared import read_pack

    items, problems = read_pack(file)
    look.seen["shared item(s)"] += len(items)
    yield from map(_remark, problems)
    for id_, item in items.items():
        for finding in check_shared(id_, item, look.concepts):
            name = _IN_PACK.get(str(finding.place[1]), (finding.place[1],))
            place = (finding.place[0], *name, *finding.place[2:])
            found = replace(finding, place=place)
            yield _remark(found.in_file(read_yaml(file)), found)


def _check_framework(file: Path) -> Iterator[Remark]:
    from interviewer.cases.library import load_framework
    from interviewer.cases.positions import field_problems, read_yaml
    from interviewer.core.case import Framework

    problems = field_problems(Framework, read_yaml(file))
    yield from map(_remark, problems)
    if not problems:
        load_framework(file)


def _check_draft(file: Path) -> Iterator[Remark]:
    """Proposals beside a case that still wait for their author."""
    from interviewer.cases.draft import DRAFT_FILE, read_draft

    draft = file.with_name(DRAFT_FILE)
    try:
        count = read_draft(file.parent).count
    except ContentError as error:
        yield _remark(error)._replace(severity="warning")
        return
    if draft.exists():
        what = f"proposes something for {count} item(s) that nobody has reviewed."
        action = "Copy what is good into the case, then delete the file."
        told = ContentError(what, file=draft, action=action)
        yield Remark("warning", told.file, None, "", str(told))


def _check_case(file: Path, look: Look) -> Iterator[Remark]:
    from interviewer.cases.expansion import read_case
    from interviewer.cases.library import load_case, read_notes, shared_around
    from interviewer.cases.lint import check_case, check_notes, check_written
    from interviewer.cases.paraphrases import paraphrase_errors

    shared = shared_around(file)
    read = read_case(file, shared)
    yield from map(_remark, read.problems)
    for notice in read.notices:
        yield Remark("warning", notice.file, notice.line, "", str(notice))
    if read.case is None or read.problems:
        return
    case = load_case(file, shared)
    look.cases.append(_consists_of(case))
    for finding in (*check_written(read.document), *check_case(case, look.concepts)):
        yield _remark(_located(finding, case, read.document), finding)
    for error, doubt in paraphrase_errors(file.parent, case):
        yield Remark(doubt.severity, error.file, error.line, doubt.where, str(error))
    for finding in check_notes(read_notes(file.parent)):
        yield _remark(ContentError(finding.message, file=file.parent / "notes.md"), finding)


def _located(finding: Finding, case: Case, document: Document) -> ContentError:
    """A finding where its author finds it: examples may stand in a file of their own."""
    from interviewer.cases.expansion import EXAMPLES_FILE
    from interviewer.cases.positions import read_yaml
    from interviewer.core.settings import StepId

    place, beside = finding.place, document.file.with_name(EXAMPLES_FILE)
    lists = {"said": "earns", "near_misses": "misses"}
    if len(place) < 5 or place[4] not in lists or place[:5] in document.lines:
        return finding.in_file(document)
    _, step, _, at, name, *rest = place
    item = case.steps[StepId(str(step))].items[int(at)]
    written: Place = ("items", item.id, lists[str(name)], *rest)
    examples = read_yaml(beside) if beside.exists() else document
    if written[:2] not in examples.lines:  # the example came with a shared item
        return finding.in_file(document)
    return examples.error(written, finding.message)


def _consists_of(case: Case) -> str:
    items = [item for _, item in case.items()]
    core = sum(item.core for item in items)
    flags = sum(1 for _ in case.red_flags())
    return (
        f"{case.id}: {len(items)} items ({core} core), {flags} red flags, {len(case.facts)} facts, "
        f"{len(case.variants)} variants"
    )


def _remark(error: ContentError, finding: Finding | None = None) -> Remark:
    if finding is None:
        return Remark("error", error.file, error.line, "", str(error))
    where = (error.file, error.line, finding.where)
    return Remark(finding.severity, *where, str(error), finding.level.value)
