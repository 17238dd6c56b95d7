"""Cases and frameworks as files: ours and the user's, read into one library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from interviewer.cases.expansion import read_case
from interviewer.cases.paraphrases import PARAPHRASES_FILE, read_paraphrases
from interviewer.cases.positions import (
    Document,
    field_problems,
    first_of,
    nearest,
    read_text,
    read_yaml,
    validate,
)
from interviewer.cases.shared import Shared, read_shared
from interviewer.core.case import Case, Framework, Paraphrases
from interviewer.core.errors import ContentError, SettingsError, UnknownCase
from interviewer.core.paths import shipped

CASE_FILE = "case.yaml"
NOTES_FILE = "notes.md"


@dataclass(frozen=True)
class Library:
    """Everything that can be played.

    Attributes:
        cases: cases by id; a user's case replaces ours of the same id.
        frameworks: frameworks by id; likewise.
        problems: what is wrong with the files that were left out.
        notices: what is read and should be written differently now.
        files: the `case.yaml` each case was read from, by case id.
    """

    cases: Mapping[str, Case]
    frameworks: Mapping[str, Framework]
    problems: tuple[ContentError, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    notices: tuple[ContentError, ...] = ()

    def case(self, case_id: str) -> Case:
        """The case of that id.

        Raises:
            UnknownCase: there is none; names the nearest ids.
        """
        if case_id in self.cases:
            return self.cases[case_id]
        raise UnknownCase(f"There is no case {case_id!r}.", nearest(case_id, self.cases))

    def framework(self, framework_id: str) -> Framework:
        """The framework of that id.

        Raises:
            SettingsError: there is none; names the nearest ids.
        """
        if framework_id in self.frameworks:
            return self.frameworks[framework_id]
        what = f"There is no framework {framework_id!r}."
        raise SettingsError(what, nearest(framework_id, self.frameworks))

    def notes(self, case_id: str) -> str | None:
        """The study guide of a case, or None when it has none.

        Raises:
            UnknownCase: there is no such case.
            ContentError: the guide is there and cannot be read.
        """
        self.case(case_id)
        return read_notes(self.files[case_id].parent) if case_id in self.files else None


def load_library(knowledge: Path | None = None, *, ours: Path | None = None) -> Library:
    """Reads every case and framework; a broken file is left out and listed in `problems`.

    Args:
        knowledge: the user's folder (`Places.knowledge`), laid out like ours.
        ours: the shipped folder; found by itself when not given.
    """
    cases: dict[str, Case] = {}
    frameworks: dict[str, Framework] = {}
    files: dict[str, Path] = {}
    roots = [root for root in (ours or shipped("knowledge"), knowledge) if root]
    shared = read_shared(roots)
    problems = [*shared.problems]
    notices: list[ContentError] = []
    for root in roots:
        for file, case in _readable_cases(root, shared, problems, notices):
            cases[case.id], files[case.id] = case, file
        for framework in _readable_frameworks(root, problems):
            frameworks[framework.id] = framework
    return Library(cases, frameworks, tuple(problems), files, tuple(notices))


def load_case(path: Path, shared: Shared | None = None) -> Case:
    """Reads one case with what stands beside it.

    Args:
        path: its `case.yaml` or the folder that holds it.
        shared: what it may use; ours and what stands in the same folder as `cases` if not given.

    Raises:
        ContentError: a file is not valid; names file, line and field.
    """
    file = path / CASE_FILE if path.is_dir() else path
    read = read_case(file, shared or shared_around(file))
    if read.case is None or read.problems:
        raise first_of(read.problems)
    _check_name(read.case, read.document)
    return read.case.model_copy(update={"ways": read_paraphrases(file.parent, read.case)})


def shared_around(file: Path) -> Shared:
    """What the case in a file may use: ours, and what its own folder of knowledge has."""
    return read_shared((shipped("knowledge"), file.absolute().parents[2]))


def _readable_cases(
    root: Path, shared: Shared, problems: list[ContentError], notices: list[ContentError]
) -> Iterator[tuple[Path, Case]]:
    """The cases of a folder that load; what is wrong with the others is added to `problems`."""
    for file in _case_files(root):
        try:
            read = read_case(file, shared)
            if read.case is not None:
                _check_name(read.case, read.document)
        except ContentError as error:
            problems.append(error)
            continue
        problems += read.problems
        notices += read.notices
        if read.case is not None:
            ways = _ways_or_none(file, read.case, problems)
            yield file, read.case.model_copy(update={"ways": ways})


def _check_name(case: Case, document: Document) -> None:
    _same_name(case.id, document.file.absolute().parent.name, "folder", document)
    if case.ways != Paraphrases():
        raise document.error(
            ("ways",), f"other ways stand in a file of their own, {PARAPHRASES_FILE}."
        )


def _ways_or_none(file: Path, case: Case, problems: list[ContentError]) -> Paraphrases:
    """The other ways beside a case; a broken file leaves the case playable without them."""
    try:
        return read_paraphrases(file.parent, case)
    except ContentError as error:
        problems.append(error)
        return Paraphrases()


def load_framework(path: Path) -> Framework:
    """Reads one framework file.

    Raises:
        ContentError: the file is not a valid framework; names file, line and field.
    """
    document = read_yaml(path)
    framework = validate(Framework, document)
    _same_name(framework.id, path.stem, "file", document)
    return framework


def read_notes(folder: Path) -> str | None:
    """The study guide beside a case, or None when the case has none.

    Raises:
        ContentError: the guide is there and cannot be read.
    """
    file = folder / NOTES_FILE
    return read_text(file) if file.exists() else None


def _case_files(root: Path) -> list[Path]:
    """Where a case should be: one file in every visible folder under `cases`."""
    folders = sorted((root / "cases").glob("[!._]*"))
    return [folder / CASE_FILE for folder in folders if folder.is_dir()]


def _readable_frameworks(root: Path, problems: list[ContentError]) -> Iterator[Framework]:
    """The frameworks of a folder that load; what is wrong with the others is added."""
    for file in sorted((root / "frameworks").glob("[!.]*.yaml")):
        try:
            yield load_framework(file)
        except ContentError as error:
            problems += _all_problems(file) or [error]


def _all_problems(file: Path) -> list[ContentError]:
    try:
        return field_problems(Framework, read_yaml(file))
    except ContentError as error:
        return [error]


def _same_name(content_id: str, name: str, kind: str, document: Document) -> None:
    if content_id != name:
        what = f"the id is {content_id!r} and the {kind} is called {name!r}."
        raise document.error(("id",), what, f"Rename the {kind} or the id.")
