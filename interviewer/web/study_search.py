"""Searching the notes: what is found, as HTML, without giving a case away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from interviewer.retrieval.notes import Note, Notes
from interviewer.web.plain_pages import page
from interviewer.web.study_pages import QUERY_LIMIT, STUDY, slug
from interviewer.web.templates import part
from interviewer.web.text import prose

if TYPE_CHECKING:
    from interviewer.retrieval.index import Hit

PASSAGES = 12  # that are asked for; several may be of one note
NEAR = 0.3
"""Cosine from which on a passage is shown: the best of 17 queries about our subjects had 0.38 to
0.69, of 8 about nothing of ours 0.13 to 0.29."""
TELLING = 4  # letters of a word from which on it says something about a topic
NO_INDEX = "Searching by meaning is not ready, so this lists the notes that hold all of your words."


class Found(NamedTuple):
    """A note that was found, with the passage that was; of a guide only that it says something."""

    note: Note
    heading: str = ""
    anchor: str = ""
    text: str = ""


def search_page(query: str, found: str, root: str = "") -> Markup:
    """The search box and what was found.

    Args:
        query: what was searched for, as it was typed.
        found: one of the functions below, or nothing where nothing was asked.
        root: path that the app is served under.
    """
    title = f"Search: {shortened(query)[:60]}" if query.strip() else "Search"
    too_long = len(query) > QUERY_LIMIT
    body = part("study.search", root, shortened(query), QUERY_LIMIT, too_long, found)
    return page(title, body, here=STUDY, trail=((STUDY, "Study"),), root=root)


def shortened(query: str) -> str:
    """As much of a query as is read."""
    return query[:QUERY_LIMIT]


def by_meaning(hits: Sequence[Hit], notes: Notes, root: str = "") -> Markup:
    """Passages with their notes, best first; of guides only that they say something.

    Args:
        hits: of the index, which may be older than the notes.
        notes: as they are now.
        root: path that the app is served under.
    """
    known = {note.source: note for note in notes.notes}
    best: dict[str, tuple[Note, Hit]] = {}
    for hit in hits:
        source = hit.passage.source.partition("#")[0]
        if source in known and hit.score >= NEAR:
            best.setdefault(source, (known[source], hit))
    return part("study.found", root, [_found(note, hit) for note, hit in best.values()], "")


def _found(note: Note, hit: Hit) -> Found:
    heading = hit.passage.heading.partition(" > ")[0]
    anchor = f"#{slug(heading)}" if heading else ""
    return Found(note, heading, anchor, prose(hit.passage.text))


def by_words(query: str, notes: Notes, root: str = "") -> Markup:
    """The notes that hold every word of the query: what is left while there is no index."""
    typed = re.findall(r"\w+", query.lower())
    words = [word for word in typed if len(word) >= TELLING] or typed
    found = [note for note in notes.notes if words and _holds(note, words)]
    found.sort(key=lambda note: (not _holds_in(note.title, words), note.title.lower()))
    return part("study.found", root, [Found(note) for note in found], NO_INDEX)


def _holds(note: Note, words: Sequence[str]) -> bool:
    return _holds_in(f"{note.title}\n{note.text}", words)


def _holds_in(text: str, words: Sequence[str]) -> bool:
    lowered = text.lower()
    return all(word in lowered for word in words)
