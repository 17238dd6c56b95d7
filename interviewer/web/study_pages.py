"""What there is to read, as HTML: frameworks, case guides, concepts."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, get_args

from interviewer.cases.library import Library
from interviewer.core.case import Case, Dimension, Framework, Phase
from interviewer.core.settings import InterviewSettings, StepId, step_minutes
from interviewer.results.clock import clock
from interviewer.retrieval.notes import Note, Notes
from interviewer.text.sentences import split_prose
from interviewer.web.links import at
from interviewer.web.plain_pages import Link, page
from interviewer.web.text import plain, prose

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


def study_page(library: Library, notes: Notes) -> str:
    """Everything there is to read, with the search box.

    Args:
        library: frameworks and cases.
        notes: concepts and guides.
    """
    body = (
        '<div class="hero"><h1>Study</h1><p class="lead">What an interviewer listens for, and why. '
        f"Read before an interview or after one.</p>{search_form()}</div>"
        f"{_frameworks(library)}{_guides(library, notes)}{_concepts(library, notes)}"
    )
    return page("Study", body, here=STUDY)


def search_form(query: str = "") -> str:
    """The search box with what was searched for."""
    return (
        f'<form role="search" action="{at("/study/search")}">'
        '<label for="q">Search the notes</label>'
        f'<div><input type="search" id="q" name="q" value="{plain(query)}" '
        f'maxlength="{QUERY_LIMIT}" autocomplete="off"><button type="submit">Search</button>'
        "</div></form>"
    )


def _frameworks(library: Library) -> str:
    first = InterviewSettings().framework
    cards = "".join(
        _card(at(f"/study/frameworks/{plain(one.id)}"), one.title, one.summary)
        for one in sorted(library.frameworks.values(), key=lambda each: each.id != first)
    )
    return (
        '<section id="frameworks" aria-labelledby="of-frameworks"><h2 id="of-frameworks">'
        "Frameworks</h2><p>The way through an interview, with a checklist to print.</p>"
        f'<ul class="cards">{cards}</ul></section>'
    )


def _guides(library: Library, notes: Notes) -> str:
    cards = "".join(
        _card(at(f"/study/cases/{plain(case.id)}"), case.title, case.summary)
        for case in library.cases.values()
        if case.id in notes.cases
    )
    return (
        '<section id="cases" aria-labelledby="of-cases"><h2 id="of-cases">Case guides</h2>'
        "<p>Each guide gives its case away, so it opens only when you ask for it.</p>"
        f'<ul class="cards">{cards}</ul></section>'
    )


def _card(address: str, title: str, summary: str) -> str:
    return f'<li><h3><a href="{address}">{plain(title)}</a></h3><p>{plain(summary)}</p></li>'


def _concepts(library: Library, notes: Notes) -> str:
    groups = "".join(_group(name, found) for name, found in _grouped(library, notes))
    return (
        '<section id="concepts" aria-labelledby="of-concepts"><h2 id="of-concepts">Concepts</h2>'
        f"<p>One idea each, with common mistakes and questions to check yourself.</p>{groups}"
        "</section>"
    )


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


def _group(name: str, notes: Iterable[Note]) -> str:
    entries = "".join(
        f'<li><a href="{at("/study/concepts/")}{plain(note.id)}">{plain(note.title)}</a>'
        f"{prose(_first_sentence(note))}</li>"
        for note in notes
    )
    return f'<h3 class="group">{plain(name.capitalize())}</h3><ul class="notes">{entries}</ul>'


def _first_sentence(note: Note) -> str:
    first = sections(note)[:1]
    if not first or first[0].heading:
        return ""
    paragraph = first[0].text.strip().split("\n\n")[0]
    return next(iter(split_prose(paragraph)), "")


# One framework


def framework_page(framework: Framework) -> str:
    """A framework with its checklist, made to be printed on one page."""
    minutes = step_minutes(InterviewSettings())
    ends, phases = 0.0, ""
    for number, phase in enumerate(framework.phases, start=1):
        starts, ends = ends, ends + sum(minutes[step] for step in phase.steps)
        phases += _phase(number, phase, starts, ends, minutes)
    body = (
        f'<h1>{plain(framework.title)}</h1><p class="lead">{plain(framework.summary)}</p>'
        f'<div class="sheet"><ol class="phases">{phases}</ol>{_times(framework)}</div>'
    )
    return page(framework.title, body, here=STUDY, trail=((STUDY, "Study"), FRAMEWORKS))


def _phase(
    number: int, phase: Phase, starts: float, ends: float, minutes: Mapping[StepId, float]
) -> str:
    parts = ", ".join(f"{step.value} {minutes[step]:.0f}" for step in phase.steps)
    split = f'<p class="split">Steps: {plain(parts)} minutes</p>' if len(phase.steps) > 1 else ""
    checks = "".join(f"<li>{plain(check)}</li>" for check in phase.checklist)
    return (
        f'<li><h2><span class="number">{number}</span> {plain(phase.title)}</h2>'
        f'<p class="minutes">{ends - starts:.0f} minutes, from {starts:.0f} to {ends:.0f}</p>'
        f'{split}<ul class="checks">{checks}</ul></li>'
    )


def _times(framework: Framework) -> str:
    head = "".join(f'<th scope="col">{minutes} min</th>' for minutes in LENGTHS)
    planned = [step_minutes(InterviewSettings(minutes=minutes)) for minutes in LENGTHS]
    rows = "".join(
        f'<tr><th scope="row">{plain(phase.title)}</th>'
        + "".join(
            f"<td>{clock(round(60 * sum(of[s] for s in phase.steps)))}</td>" for of in planned
        )
        + "</tr>"
        for phase in framework.phases
    )
    return (
        '<section class="times" aria-labelledby="times"><h2 id="times">Time for each phase</h2>'
        f'<table><thead><tr><th scope="col">Phase</th>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></section>"
    )


# One note


def concept_page(note: Note, cases: Iterable[Case]) -> str:
    """A concept, and the cases that ask about it.

    Args:
        note: the concept's.
        cases: installed ones.
    """
    asking = [case for case in cases if any(item.concept == note.id for _, item in case.items())]
    body = f"<article><h1>{plain(note.title)}</h1>{_sections(note)}</article>{_asked_in(asking)}"
    return page(note.title, body, here=STUDY, trail=((STUDY, "Study"), CONCEPTS))


def _asked_in(cases: Iterable[Case]) -> str:
    titles = "".join(f"<li>{plain(case.title)}</li>" for case in cases)
    if not titles:
        return ""
    return (
        '<aside aria-labelledby="asked"><h2 id="asked">Comes up in</h2>'
        f'<ul>{titles}</ul><p><a href="{at("/")}">Practise a case</a></p></aside>'
    )


def case_page(title: str, summary: str, note: Note | None) -> str:
    """A case and its guide, which stays closed until it is asked for.

    Args:
        title: of the case.
        summary: of the case; gives nothing away.
        note: its guide, or None when nobody has written one.
    """
    guide = "<p>There is no guide to this case yet.</p>" if note is None else _guide(note)
    lead = f'<p class="lead">{plain(summary)}</p>' if summary else ""
    body = f"<article><h1>{plain(title)}</h1>{lead}{guide}</article>"
    return page(title, body, here=STUDY, trail=((STUDY, "Study"), GUIDES))


def _guide(note: Note) -> str:
    entries = "".join(
        f'<li><a href="#{part.anchor}">{plain(part.heading)}</a></li>'
        for part in sections(note)
        if part.heading
    )
    contents = f'<nav class="contents" aria-label="Guide"><ul>{entries}</ul></nav>'
    return (
        '<p class="warning" id="warning">This guide gives the case away: it says what a strong '
        f'answer holds, so <a href="{at("/")}">play the case</a> before you read it.</p>'
        '<details class="guide"><summary aria-describedby="warning">Show the guide</summary>'
        f"{contents if entries else ''}{_sections(note)}</details>"
    )


def _sections(note: Note) -> str:
    return "".join(map(_section, sections(note)))


def _section(part: Section) -> str:
    if not part.heading:
        return f'<div class="prose">{prose(part.text, top=1)}</div>'
    return (
        f'<section class="prose" id="{part.anchor}"><h2>{plain(part.heading)}</h2>'
        f"{prose(part.text, top=1)}</section>"
    )
