"""What somebody types in the terminal, and how it is understood; at a real keyboard too."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.cli.typed import GUIDE, SILENT, SPOKEN, understood
from tests.cli.conftest import CASE, Run, listed

PASTE, PASTED = "\x1b[200~", "\x1b[201~"
CTRL_C = "\x03"
# Only the terminal that a program owns sends it Ctrl-C.
PROGRAM = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from interviewer.cli import main
main()
"""
PATIENCE = 60.0  # seconds for the program to say something
AGAIN = 5.0  # seconds without an answer after which a key is pressed again


@pytest.mark.parametrize("name", [*SPOKEN, *SILENT])
def test_every_command_is_in_the_guide_and_known_in_capitals(name: str) -> None:
    assert name in GUIDE
    assert understood(name).command == understood(name.upper()).command == name
    assert f"{name} stands alone" in understood(f"{name} now").complaint


@pytest.mark.parametrize(
    ("line", "command"), [("?", "/help"), ("Help", "/help"), ("/?", "/help"), ("", "")]
)
def test_other_names_of_commands(line: str, command: str) -> None:
    assert understood(line) == (command, "", "")


@pytest.mark.parametrize("line", ["exit", "Quit", "q", ":q", "/exit", "/q"])
def test_whoever_wants_to_leave_is_told_of_both_ways(line: str) -> None:
    """An interview that has ended cannot be continued, so no guess is made."""
    _, words, complaint = understood(line)
    assert words == "" and "/quit" in complaint and "/end" in complaint


@pytest.mark.parametrize(
    "line",
    [
        "/api/v1 serves the list",
        "/predict takes an id",
        "/api/v1",
        "I quit the cache",
        "help the ranker with a prior",
        "hint",
        "// a comment",
        "/",
    ],
)
def test_an_answer_is_an_answer(line: str) -> None:
    assert understood(line) == ("", line, "")


def test_a_mistyped_command_says_what_there_is() -> None:
    assert understood("/hnit").complaint.startswith("There is no command /hnit. /hint asks")


class Keyboard:
    """The program in a terminal of its own, and somebody who types."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.screen = ""
        self.decoder = getincrementaldecoder("utf-8")("replace")

    def wait(self, words: str) -> str:
        """What is on the screen from the last wait to these words."""
        until = time.monotonic() + PATIENCE
        while words not in self.screen:
            ready, _, _ = select.select([self.master], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"{words!r} never came: {self.screen[-500:]!r}"
            self.screen += self.decoder.decode(os.read(self.master, 65_536))
        seen, _, self.screen = self.screen.partition(words)
        return seen

    def interrupt(self, words: str) -> str:
        """Presses Ctrl-C until these words come.

        Between its prompt and its first look at the keyboard Python sees no Ctrl-C; people press
        again.
        """
        self.press(CTRL_C)
        while not select.select([self.master], [], [], AGAIN)[0]:
            self.press(CTRL_C)
        return self.wait(words)

    def type(self, text: str) -> None:
        """Types it and presses Enter."""
        self.press(f"{text}\r")

    def press(self, keys: str) -> None:
        """Presses keys."""
        os.write(self.master, keys.encode())


@pytest.fixture
def keyboard(own_home: Path, knowledge: Path) -> Iterator[Keyboard]:
    """An interview under way."""
    pty = pytest.importorskip("pty", reason="Windows has no such terminal")
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "play", CASE],
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", "LINES": "40"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    ) as program:
        os.close(slave)
        yield Keyboard(master)
        os.close(master)  # which hangs up
        program.wait(timeout=PATIENCE)


def test_somebody_at_a_keyboard(run: Run, keyboard: Keyboard) -> None:
    """Ctrl-C takes back what is being written, a paste is one message, an end is asked about."""
    keyboard.wait("You \u203a ")
    keyboard.type("/long")
    keyboard.wait("  \u203a ")
    keyboard.type("half a thought")
    keyboard.wait("  \u203a ")
    keyboard.interrupt("Nothing was sent.")

    keyboard.wait("You \u203a ")
    keyboard.press(f"{PASTE}First line.\nSecond line.{PASTED}")
    keyboard.wait("Second line.")
    keyboard.press("\r")
    keyboard.wait("Interviewer")

    keyboard.wait("You \u203a ")
    keyboard.type("/end")
    keyboard.wait("(y/n) \u203a ")
    keyboard.type("n")
    keyboard.wait("goes on")

    keyboard.wait("You \u203a ")
    kept = keyboard.interrupt("interviewer resume ")
    assert "Traceback" not in kept

    (row,) = listed(run)
    assert (row["turns"], row["end_reason"]) == (3, None)
    said = run("export", row["interview_id"]).stdout
    assert re.search(r"First line\.\s+> Second line\.", said) and "half a thought" not in said
