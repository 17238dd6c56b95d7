"""What a candidate types in the terminal: a line, several up to a dot, a command with a slash."""

from __future__ import annotations

import importlib
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from interviewer.core.transcript import Intent
from interviewer.text.printable import visible

SPOKEN: dict[str, tuple[Intent, str]] = {
    "/hint": (Intent.HINT_REQUEST, "Could I have a hint?"),
    "/skip": (Intent.MOVE_ON, "Let's move on to the next step."),
    "/back": (Intent.GO_BACK, "Could we go back to the previous step?"),
    "/end": (Intent.END, "Let's end the interview here."),
}
"""Commands that say something to the interviewer, and what they say."""
SILENT = ("/notes", "/pause", "/long", "/sketch", "/quit", "/help")
GUIDE = (
    "/hint asks for a hint, /skip moves on, /back goes back, /end ends the interview, "
    "/notes shows the facts so far, /quit leaves it to be continued. /long begins a message of "
    "several lines and /sketch a sketch; a line with only a dot ends them. /pause stops the clock, "
    "/help shows this again."
)
LAST_LINE = "."
LEAVING = {"exit", "quit", "q", ":q", "/exit", "/q"}
ASKING = {"help", "?", "/?"}
LEAVE_OR_END = (
    "Nothing was sent. /quit leaves the interview to be continued, /end ends it with its scorecard."
)
_COMMAND = re.compile(r"(/[a-z]+)(\s+\S.*)?", re.DOTALL)


class Typed(NamedTuple):
    """A line as it is understood: a command, words, or what is wrong with it."""

    command: str = ""
    words: str = ""
    complaint: str = ""


def understood(line: str) -> Typed:
    """What a line means; commands are known in capitals too.

    Args:
        line: without spaces around it.
    """
    bare = line.lower()
    if not line or bare in ASKING:
        return Typed(command="/help" if line else "")
    if bare in LEAVING:
        return Typed(complaint=LEAVE_OR_END)
    found = _COMMAND.fullmatch(bare)
    if found is None:
        return Typed(words=line)
    name, more = found[1], found[2]
    known = name in SPOKEN or name in SILENT
    if known and more:
        return Typed(complaint=f"{name} stands alone on its line. Nothing was sent.")
    if known:
        return Typed(command=name)
    # An answer may begin with a path; a slash and one word alone is a command mistyped.
    return Typed(words=line) if more else Typed(complaint=f"There is no command {name}. {GUIDE}")


def prepare_input() -> None:
    """Has lines edited where the system can, and a paste of several lines taken as one message."""
    with suppress(ImportError):  # Windows edits lines without it
        readline = importlib.import_module("readline")
        if "libedit" not in (readline.__doc__ or ""):  # which knows no such setting
            readline.parse_and_bind("set enable-bracketed-paste on")


def ask_line(prompt: str) -> str | None:
    """The next line; None when the input ends or Ctrl-C is pressed."""
    try:
        with _interruptible():
            return visible(input(prompt)).strip()
    except (EOFError, KeyboardInterrupt):
        return None


def ask_lines(prompt: str) -> str | None:
    """Lines up to one with only a dot or to the end of the input; None when Ctrl-C is pressed."""
    lines: list[str] = []
    try:
        with suppress(EOFError), _interruptible():
            while (line := visible(input(prompt))).strip() != LAST_LINE:
                lines.append(line)
    except KeyboardInterrupt:
        return None
    return "\n".join(lines)


def is_watched() -> bool:
    """Whether somebody sits at the keyboard, who can be asked back."""
    return sys.stdin.isatty()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the reading of a line at once; asyncio's handler would wait for Enter."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
