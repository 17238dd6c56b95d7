"""What commands print: text for people through Rich, JSON for programs as it is.

All of it passes here, so that no text from outside reaches a terminal with control codes in it.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderHook, RenderResult
from rich.segment import Segment

from interviewer.core.errors import InterviewerError
from interviewer.core.private_files import usual_umask
from interviewer.text.printable import INVISIBLE, laid_out, lines_of, one_line

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
    console.push_render_hook(_Visible())
    return console


class _Visible(RenderHook):
    """Takes control codes out of whatever is printed; Rich's own are no text."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """The same things, shown without what no terminal may get."""
        return [_Shown(each) for each in renderables]


class _Shown:
    """One thing to print."""

    def __init__(self, inner: ConsoleRenderable) -> None:
        self._inner = inner

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self._inner, options):
            shown = text if control else laid_out(text)
            yield Segment(shown, style, control)


def echo(sentence: str = "", *, stderr: bool = False) -> None:
    """Prints one line without any markup."""
    typer.echo(one_line(sentence), err=stderr)


def print_json(value: object) -> None:
    """Prints a value as JSON; what nobody would see of it stands there as its escape."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    typer.echo(INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], text))


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
        # A file holds what was asked for; a terminal would act upon it.
        sys.stdout.write(lines_of(text) if sys.stdout.isatty() else text)
        return
    write_file(path, text.encode(), overwrite=overwrite)


def unused_file(folder: Path, stem: str, ending: str) -> Path:
    """A file in a folder that is not there yet: `stem.ending`, or `stem-2.ending` and so on."""
    names = (f"{stem}.{ending}", *(f"{stem}-{number}.{ending}" for number in range(2, 1_000)))
    found = (folder / name for name in names)
    return next((file for file in found if not file.exists()), folder / names[0])


def write_file(path: Path, content: bytes, *, overwrite: bool = True) -> None:
    """Writes a file as a whole or not at all: readers never see a part of it.

    Raises:
        InterviewerError: the file exists and may not be overwritten.
        OSError: the file cannot be written.
    """
    if path.exists():
        if not overwrite:
            raise InterviewerError(f"{path} exists already.", "Add --force to overwrite it.")
        if not path.is_file():  # a pipe or a terminal has nothing to be replaced
            path.write_bytes(content)
            return
    target = path.resolve()  # a link stays a link
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        part.chmod(target.stat().st_mode if target.exists() else 0o666 & ~usual_umask())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
