"""Searching the notes: what is found, as HTML, without giving a case away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from interviewer.retrieval.notes import Note, Notes
from interviewer.web.links import at
from interviewer.web.plain_pages import page
from interviewer.web.study_pages import QUERY_LIMIT, STUDY, search_form, slug
from interviewer.web.text import plain, prose

if TYPE_CHECKING:
    from interviewer.retrieval.index import Hit

PASSAGES = 12  # that are asked for; several may be of one note
NEAR = 0.3
"""Cosine from which on a passage is shown: the best of 17 queries about our subjects had 0.38 to
0.69, of 8 about nothing of ours 0.13 to 0.29."""
TELLING = 4  # letters of a word from which on it says something about a topic
NO_INDEX = "Searching by meaning is not ready, so this lists the notes that hold all of your words."


def search_page(query: str, found: str) -> str:
    """The search box and what was found.

    Args:
        query: what was searched for, as it was typed.
        found: one of the functions below, or nothing where nothing was asked.
    """
    title = f"Search: {shortened(query)[:60]}" if query.strip() else "Search"
    told = found or "<p>Type what you are looking for, in your own words.</p>"
    body = (
        f"<h1>Search the notes</h1>{search_form(shortened(query))}{_too_long(query)}"
        f'<section class="found" aria-label="Results">{told}</section>'
    )
    return page(title, body, here=STUDY, trail=((STUDY, "Study"),))


def shortened(query: str) -> str:
    """As much of a query as is read."""
    return query[:QUERY_LIMIT]


def _too_long(query: str) -> str:
    if len(query) <= QUERY_LIMIT:
        return ""
    return f"<p>Only the first {QUERY_LIMIT} characters were searched for.</p>"


def by_meaning(hits: Sequence[Hit], notes: Notes) -> str:
    """Passages with their notes, best first; of guides only that they say something.

    Args:
        hits: of the index, which may be older than the notes.
        notes: as they are now.
    """
    known = {note.source: note for note in notes.notes}
    best: dict[str, tuple[Note, Hit]] = {}
    for hit in hits:
        source = hit.passage.source.partition("#")[0]
        if source in known and hit.score >= NEAR:
            best.setdefault(source, (known[source], hit))
    return _listed(_result(note, hit) for note, hit in best.values())


def by_words(query: str, notes: Notes) -> str:
    """The notes that hold every word of the query: what is left while there is no index."""
    typed = re.findall(r"\w+", query.lower())
    words = [word for word in typed if len(word) >= TELLING] or typed
    found = [note for note in notes.notes if words and _holds(note, words)]
    found.sort(key=lambda note: (not _holds_in(note.title, words), note.title.lower()))
    entries = (_entry(note) if note.kind == "concept" else _guide(note) for note in found)
    return f'<p role="status">{NO_INDEX}</p>{_listed(entries)}'


def _holds(note: Note, words: Sequence[str]) -> bool:
    return _holds_in(f"{note.title}\n{note.text}", words)


def _holds_in(text: str, words: Sequence[str]) -> bool:
    lowered = text.lower()
    return all(word in lowered for word in words)


def _listed(entries: Iterable[str]) -> str:
    listed = "".join(entries)
    return f"<ol>{listed}</ol>" if listed else "<p>Nothing was found. Try other words.</p>"


def _result(note: Note, hit: Hit) -> str:
    if note.kind == "case":
        return _guide(note)
    heading = hit.passage.heading.partition(" > ")[0]
    anchor = f"#{plain(slug(heading))}" if heading else ""
    below = f'<p class="under">{plain(heading)}</p>' if heading else ""
    return _entry(note, anchor, f'{below}<div class="prose">{prose(hit.passage.text)}</div>')


def _entry(note: Note, anchor: str = "", more: str = "") -> str:
    address = at(f"/study/concepts/{plain(note.id)}{anchor}")
    return f'<li><h2><a href="{address}">{plain(note.title)}</a></h2>{more}</li>'


def _guide(note: Note) -> str:
    return (
        f'<li><h2><a href="{at("/study/cases/")}{plain(note.id)}">{plain(note.title)}</a></h2>'
        '<p class="under">Case guide; it gives the case away</p></li>'
    )
