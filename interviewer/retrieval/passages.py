"""Notes cut into passages: along their headings, then to a length that the model reads whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from interviewer.retrieval.notes import HEADING_LIMIT, Note

PASSAGE_PIECES = 220
"""Word pieces of a passage; with title and heading it stays under the model's 256."""
CHARACTERS_PER_PIECE = 8
"""No ordinary text has more; a longer 'word' is one unknown piece, however long."""
CUT_FORMAT = 1
"""To be raised when the same notes are cut differently."""

LEVELS = [("#", "title"), ("##", "heading"), ("###", "part")]


@dataclass(frozen=True)
class Passage:
    """A piece of a note, with where it comes from.

    Attributes:
        id: unique in an index: the note and the number of the passage in it.
        source: note and heading, e.g. `concepts/position_bias.md#Common mistakes`.
        title: of the note.
        heading: of the section, or empty before the first one.
        text: Markdown.
    """

    id: str
    source: str
    title: str
    heading: str
    text: str

    @property
    def note(self) -> str:
        """Id of the note that it is a piece of."""
        path = PurePosixPath(self.source.partition("#")[0])
        return path.parent.name if path.name == "notes.md" else path.stem

    @property
    def context(self) -> str:
        """What is embedded before the text, so that a passage says what it is about."""
        return f"{self.title}: {self.heading}\n" if self.heading else f"{self.title}\n"

    @property
    def embedded(self) -> str:
        """All that its vector is made from."""
        return self.context + self.text

    @property
    def content_hash(self) -> str:
        """Equal for equal embedded text; a vector is kept while it stays the same."""
        return content_hash(self.embedded)


def content_hash(text: str) -> str:
    """SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def cut(note: Note, count_pieces: Callable[[str], int]) -> list[Passage]:
    """The passages of one note, in its order.

    Args:
        note: any Markdown.
        count_pieces: how many word pieces a text has.
    """
    return [
        Passage(
            id=f"{note.source}:{number}",
            source=f"{note.source}#{heading}" if heading else note.source,
            title=note.title,
            heading=heading,
            text=text,
        )
        for number, (heading, text) in enumerate(_sections(note, count_pieces), start=1)
    ]


def _sections(note: Note, count_pieces: Callable[[str], int]) -> Iterator[tuple[str, str]]:
    from langchain_text_splitters import MarkdownHeaderTextSplitter, RecursiveCharacterTextSplitter

    def length(text: str) -> int:
        return max(count_pieces(text), len(text) // CHARACTERS_PER_PIECE)

    by_length = RecursiveCharacterTextSplitter(
        chunk_size=PASSAGE_PIECES,
        chunk_overlap=0,
        length_function=length,
        separators=[r"\n\n", r"\n", r"(?<=[.!?])\s+", r"\s+", ""],
        is_separator_regex=True,
        keep_separator="end",
    )
    for section in MarkdownHeaderTextSplitter(LEVELS).split_text(note.text):
        # The splitter joins paragraphs with a Markdown line break.
        text = section.page_content.replace("  \n", "\n\n")
        for piece in by_length.split_text(text):
            yield _heading(section.metadata, note.title), piece


def _heading(levels: Mapping[str, Any], title: str) -> str:
    named = [str(levels[name])[:HEADING_LIMIT] for _, name in LEVELS if levels.get(name)]
    return " > ".join(named[1:] if named[:1] == [title] else named)
