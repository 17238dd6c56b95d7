"""Words in the terminal as they arrive."""

from __future__ import annotations

import re

from rich.console import Console


class WordStream:
    """Writes words as they arrive and breaks lines between them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.column = 0
        self.started = False

    def write(self, piece: str) -> None:
        """Writes a sentence or some words of it; the space between two pieces is ours."""
        if self.started:
            piece = f" {piece}"
        self.started = True
        for part in re.findall(r"\n|[^\S\n]+|\S+", piece):
            if part == "\n" or self.column + len(part) > self.console.width:
                self._put("\n")
                self.column = 0
            if part.strip() or (self.column and part != "\n"):
                self._put(part)
                self.column += len(part)

    def close(self) -> None:
        """Ends the last line."""
        if self.started:
            self._put("\n\n")

    def _put(self, text: str) -> None:
        self.console.file.write(text)
        self.console.file.flush()
