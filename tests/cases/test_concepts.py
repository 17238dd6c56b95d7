"""The shipped concept notes: one form for all, and each is what an item of a case asks about."""

from __future__ import annotations

import re

import pytest

from interviewer.cases.library import load_library
from interviewer.core.paths import shipped
from interviewer.retrieval.notes import Note, load_notes

NOTES = load_notes([shipped("knowledge")]).concepts
SECTIONS = [
    "Why interviewers ask",
    "How to reason about it",
    "Common mistakes",
    "Say it in an interview",
    "Check yourself",
]
WORDS = range(400, 521)
ANSWERED = re.compile(r"^\*\*.+\*\* \S", re.MULTILINE)


def _parts(note: Note) -> list[tuple[str, str]]:
    """Headings with their texts; what stands before the first one is under the title."""
    pieces = re.split(r"^##? (.+)\n", note.text, flags=re.MULTILINE)[1:]
    return list(zip(pieces[::2], pieces[1::2], strict=True))


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_a_note_has_the_form_of_all(note: Note) -> None:
    parts = _parts(note)
    assert [heading for heading, _ in parts] == [note.title, *SECTIONS]
    texts = dict(parts)
    assert len(note.text.split()) in WORDS
    assert len(re.findall(r"^- ", texts["Common mistakes"], re.MULTILINE)) >= 4
    assert texts["Say it in an interview"].strip().startswith('"')
    assert len(ANSWERED.findall(texts["Check yourself"])) == 2


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_a_note_sets_the_terms_of_the_field_in_bold(note: Note) -> None:
    terms = re.findall(r"\*\*([^*]+)\*\*", note.text.partition("## Say it")[0])
    assert terms
    assert [term for term in set(terms) if terms.count(term) > 1] == []


@pytest.mark.parametrize("id_", NOTES)
def test_a_note_is_what_an_item_of_a_case_asks_about(id_: str) -> None:
    """The page of a note lists the cases by their items, so it says where a note comes up."""
    asked = {item.concept for case in load_library().cases.values() for _, item in case.items()}
    assert id_ in asked
