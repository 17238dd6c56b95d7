"""What there is to read, as HTML: frameworks, case guides, concepts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, get_args

from markupsafe import Markup

from interviewer.cases.library import Library
from interviewer.core.case import Case, Dimension, Framework, Phase
from interviewer.core.settings import InterviewSettings, step_minutes
from interviewer.results.clock import clock
from interviewer.retrieval.notes import Note, Notes
from interviewer.text.sentences import split_prose
from interviewer.web.plain_pages import Link, page
from interviewer.web.templates import part
from interviewer.web.text import prose

QUERY_LIMIT = 300  # characters of a search that are read
STUDY = "/study"
FRAMEWORKS: Link = ("/study#frameworks", "Frameworks")
GUIDES: Link = ("/study#cases", "Case guides")
CONCEPTS: Link = ("/study#concepts", "Concepts")
LENGTHS = tuple(
    sorted(get_args(InterviewSettings.model_fields["minutes"].annotation), reverse=True)
)
OTHER = "other"  # concepts that no installed case asks about


class Section(NamedTuple):
    """A part of a note below one of its `##` headings; no heading before the first one."""

    heading: str
    text: str

    @property
    def anchor(self) -> str:
        """Where a link to it leads."""
        return slug(self.heading)

    @property
    def prose(self) -> Markup:
        """Its text as HTML."""
        return prose(self.text, top=1)


def slug(heading: str) -> str:
    """A heading as an anchor, `on-` before its words: no heading takes an id of the page's own."""
    return "-".join(["on", *re.findall(r"\w+", heading.lower())])


def sections(note: Note) -> list[Section]:
    """A note cut at its `##` headings, its title left out."""
    found = [Section("", "")]
    fenced = False
    lines = note.text.strip().split("\n")
    for line in lines[1:] if lines[0].startswith("# ") else lines:
        fenced ^= line.strip().startswith("```")
        if line.startswith("## ") and not fenced:
            found.append(Section(line[3:].strip(), ""))
        else:
            heading, text = found[-1]
            found[-1] = Section(heading, f"{text}{line}\n")
    return [part for part in found if part.heading or part.text.strip()]


# The start page


def study_page(library: Library, notes: Notes, root: str = "") -> Markup:
    """Everything there is to read, with the search box.

    Args:
        library: frameworks and cases.
        notes: concepts and guides.
        root: path that the app is served under.
    """
    first = InterviewSettings().framework
    frameworks = sorted(library.frameworks.values(), key=lambda each: each.id != first)
    guides = [case for case in library.cases.values() if case.id in notes.cases]
    groups = [
        (name, [(note, prose(_first_sentence(note))) for note in found])
        for name, found in _grouped(library, notes)
    ]
    body = part("study.overview", root, QUERY_LIMIT, frameworks, guides, groups)
    return page("Study", body, here=STUDY, root=root)


def _grouped(library: Library, notes: Notes) -> Iterator[tuple[str, list[Note]]]:
    """Concepts under the dimension that most rubric items about them belong to."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for case in library.cases.values():
        for _, item in case.items():
            counts[item.concept][item.dimension.value] += 1
    groups: dict[str, list[Note]] = defaultdict(list)
    for note in notes.concepts.values():
        known = counts[note.id].most_common(1)
        groups[known[0][0] if known else OTHER].append(note)
    for name in (*(dimension.value for dimension in Dimension), OTHER):
        if found := groups[name]:
            yield name, sorted(found, key=lambda note: note.title.lower())


def _first_sentence(note: Note) -> str:
    first = sections(note)[:1]
    if not first or first[0].heading:
        return ""
    paragraph = first[0].text.strip().split("\n\n")[0]
    return next(iter(split_prose(paragraph)), "")


# One framework


class PhaseRow(NamedTuple):
    """A phase with its time."""

    phase: Phase
    minutes: str
    starts: str
    ends: str
    parts: str
    """Its steps, each with its minutes."""
    times: Sequence[str]
    """Its time in an interview of each of `LENGTHS`."""


def framework_page(framework: Framework, root: str = "") -> Markup:
    """A framework with its checklist, made to be printed on one page.

    Args:
        framework: to be shown.
        root: path that the app is served under.
    """
    body = part("study.framework", framework, list(_phases(framework)), LENGTHS)
    trail = ((STUDY, "Study"), FRAMEWORKS)
    return page(framework.title, body, here=STUDY, trail=trail, root=root)


def _phases(framework: Framework) -> Iterator[PhaseRow]:
    minutes = step_minutes(InterviewSettings())
    planned = [step_minutes(InterviewSettings(minutes=length)) for length in LENGTHS]
    ends = 0.0
    for phase in framework.phases:
        starts, ends = ends, ends + sum(minutes[step] for step in phase.steps)
        yield PhaseRow(
            phase,
            f"{ends - starts:.0f}",
            f"{starts:.0f}",
            f"{ends:.0f}",
            ", ".join(f"{step.value} {minutes[step]:.0f}" for step in phase.steps),
            [clock(round(60 * sum(of[step] for step in phase.steps))) for of in planned],
        )


# One note


def concept_page(note: Note, cases: Iterable[Case], root: str = "") -> Markup:
    """A concept, and the cases that ask about it, with the steps where they do.

    Args:
        note: the concept's.
        cases: installed ones.
        root: path that the app is served under.
    """
    asking = [
        (case.title, ", ".join(dict.fromkeys(found)))
        for case in cases
        if (found := [step.value for step, item in case.items() if item.concept == note.id])
    ]
    body = part("study.concept", root, note, sections(note), asking)
    return page(note.title, body, here=STUDY, trail=((STUDY, "Study"), CONCEPTS), root=root)


def case_page(title: str, summary: str, note: Note | None, root: str = "") -> Markup:
    """A case and its guide, which stays closed until it is asked for.

    Args:
        title: of the case.
        summary: of the case; gives nothing away.
        note: its guide, or None when nobody has written one.
        root: path that the app is served under.
    """
    body = part("study.case", root, title, summary, None if note is None else sections(note))
    return page(title, body, here=STUDY, trail=((STUDY, "Study"), GUIDES), root=root)
