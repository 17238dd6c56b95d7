"""What commands print: text for people through Rich, JSON for programs as it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from interviewer.errors import InterviewerError

if TYPE_CHECKING:
    from rich.table import Table

PIPE_WIDTH = 120  # columns when the output is not a terminal


def terminal(*, stderr: bool = False) -> Console:
    """A console that interprets nothing in what it prints: no markup, no emoji codes.

    Colours follow `NO_COLOR` and whether the stream is a terminal.
    """
    console = Console(stderr=stderr, markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console


def print_json(value: object) -> None:
    """Prints a value as JSON."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def table(*columns: str, rows: Iterable[Sequence[str]]) -> Table:
    """A table without lines; cells fold rather than lose text."""
    from rich.table import Table

    grid = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for column in grid.columns:
        column.overflow = "fold"
    for row in rows:
        grid.add_row(*row)
    return grid


def write_text(path: Path | None, text: str, *, overwrite: bool = True) -> None:
    """Writes a file as UTF-8, or prints the text when there is no path.

    Raises:
        InterviewerError: the file exists and may not be overwritten.
        OSError: the file cannot be written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    try:
        with path.open("w" if overwrite else "x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise InterviewerError(f"{path} exists already.", "Add --force to overwrite it.") from None
