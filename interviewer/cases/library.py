"""Cases and frameworks as files: ours and the user's, read into one library."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from interviewer.cases.paraphrases import PARAPHRASES_FILE, read_paraphrases
from interviewer.cases.positions import Document, field_problems, read_text, read_yaml, validate
from interviewer.core.case import Case, Framework, Paraphrases
from interviewer.core.errors import ContentError, SettingsError, UnknownCase
from interviewer.core.paths import shipped

CASE_FILE = "case.yaml"
NOTES_FILE = "notes.md"

Content = TypeVar("Content", Case, Framework)


@dataclass(frozen=True)
class Library:
    """Everything that can be played.

    Attributes:
        cases: cases by id; a user's case replaces ours of the same id.
        frameworks: frameworks by id; likewise.
        problems: what is wrong with the files that were left out.
        files: the `case.yaml` each case was read from, by case id.
    """

    cases: Mapping[str, Case]
    frameworks: Mapping[str, Framework]
    problems: tuple[ContentError, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)

    def case(self, case_id: str) -> Case:
        """The case of that id.

        Raises:
            UnknownCase: there is none; names the nearest ids.
        """
        if case_id in self.cases:
            return self.cases[case_id]
        raise UnknownCase(f"There is no case {case_id!r}.", _suggest(case_id, self.cases))

    def framework(self, framework_id: str) -> Framework:
        """The framework of that id.

        Raises:
            SettingsError: there is none; names the nearest ids.
        """
        if framework_id in self.frameworks:
            return self.frameworks[framework_id]
        what = f"There is no framework {framework_id!r}."
        raise SettingsError(what, _suggest(framework_id, self.frameworks))

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
    problems: list[ContentError] = []
    for root in filter(None, (ours or shipped("knowledge"), knowledge)):
        for file, case in _readable(_case_files(root), _load_case, Case, problems):
            ways = _ways_or_none(file, case, problems)
            cases[case.id] = case.model_copy(update={"ways": ways})
            files[case.id] = file
        found = sorted((root / "frameworks").glob("[!.]*.yaml"))
        for _, framework in _readable(found, load_framework, Framework, problems):
            frameworks[framework.id] = framework
    return Library(cases, frameworks, tuple(problems), files)


def load_case(path: Path) -> Case:
    """Reads one case and its `ways.yaml`; `path` is its `case.yaml` or the folder that holds it.

    Raises:
        ContentError: a file is not valid; names file, line and field.
    """
    file = path / CASE_FILE if path.is_dir() else path
    case = _load_case(file)
    return case.model_copy(update={"ways": read_paraphrases(file.parent, case)})


def _load_case(file: Path) -> Case:
    document = read_yaml(file)
    case = validate(Case, document)
    _same_name(case.id, file.absolute().parent.name, "folder", document)
    if case.ways != Paraphrases():
        raise document.error(
            ("ways",), f"other ways stand in a file of their own, {PARAPHRASES_FILE}."
        )
    return case


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


def _readable(
    files: Iterable[Path],
    load: Callable[[Path], Content],
    model: type[Content],
    problems: list[ContentError],
) -> Iterator[tuple[Path, Content]]:
    """The files that load; what is wrong with the others is added to `problems`."""
    for file in files:
        try:
            yield file, load(file)
        except ContentError as error:
            problems.extend(_all_problems(file, model) or [error])


def _all_problems(file: Path, model: type[Content]) -> list[ContentError]:
    try:
        return field_problems(model, read_yaml(file))
    except ContentError as error:
        return [error]


def _same_name(content_id: str, name: str, kind: str, document: Document) -> None:
    if content_id != name:
        what = f"the id is {content_id!r} and the {kind} is called {name!r}."
        raise document.error(("id",), what, f"Rename the {kind} or the id.")


def _suggest(wanted: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(wanted.lower(), known, n=3, cutoff=0.4) or sorted(known)[:10]
    return f"Choose one of: {', '.join(near)}." if near else "None is installed."
