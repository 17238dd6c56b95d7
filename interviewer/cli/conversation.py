"""An interview in the terminal: streamed words, a line of text at a time, commands with a slash."""

from __future__ import annotations

import asyncio
import importlib
import re
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console

from interviewer.cli.output import terminal
from interviewer.cli.streaming import WordStream
from interviewer.cli.summary import print_summary
from interviewer.errors import InterviewEnded, MessageRejected, PauseRefused, TurnConflict
from interviewer.interview import Interviews, open_interviews
from interviewer.report.brains import brain_phrase, stood_in
from interviewer.report.clock import clock
from interviewer.report.escape import visible
from interviewer.settings import Mode, read_places
from interviewer.transcript import Intent, Turn
from interviewer.views import InterviewView

SPOKEN: dict[str, tuple[Intent, str]] = {
    "/hint": (Intent.HINT_REQUEST, "Could I have a hint?"),
    "/skip": (Intent.MOVE_ON, "Let's move on to the next step."),
    "/back": (Intent.GO_BACK, "Could we go back to the previous step?"),
    "/end": (Intent.END, "Let's end the interview here."),
}
GUIDE = (
    "/hint asks for a hint, /skip moves on, /back goes back, /end ends the interview, "
    "/notes shows the facts so far, /quit leaves it to be continued. /long begins a message of "
    "several lines and /sketch a sketch; a line with only a dot ends them. /pause stops the clock."
)
LAST_LINE = "."
_COMMAND = re.compile(r"/[a-z]+")


def run_in_terminal(begin: Callable[[Interviews], Awaitable[str]]) -> None:
    """Holds a conversation until the interview ends or the candidate leaves.

    Args:
        begin: starts or finds the interview; gives its id.
    """
    conversation = Conversation(terminal())
    with suppress(ImportError):  # Windows edits lines without it
        importlib.import_module("readline")
    try:
        asyncio.run(conversation.hold(begin))
    except KeyboardInterrupt:
        conversation.console.print()
    finally:
        conversation.say_how_to_continue()


class Conversation:
    """One interview in one terminal."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.interview_id: str | None = None
        self.shown = 0
        """Number of the last turn that is on the screen."""
        self.phase = ""
        self.sketch = ""

    async def hold(self, begin: Callable[[Interviews], Awaitable[str]]) -> None:
        """Talks until the interview has ended or the input has.

        Raises:
            InterviewerError: the interview cannot be started, found or continued.
        """
        async with open_interviews(read_places()) as interviews:
            self.interview_id = await begin(interviews)
            await self._talk(interviews, self.interview_id)

    async def _talk(self, interviews: Interviews, interview_id: str) -> None:
        view = await interviews.view(interview_id)
        self.sketch = view.notebook.sketch
        if not view.ended:
            self.console.print(f"You talk to {visible(brain_phrase(view.brain))}.", style="dim")
            self.console.print(f"{GUIDE}\n", style="dim")
            self._show_new(view)
            # Nothing is said unless the program died before its last reply was stored.
            await self._stream(interviews.resume(interview_id))
            view = await self._catch_up(interviews)
        while not view.ended:
            self._show_new(view)
            text = self._ask(view)
            if text is None:
                return
            await self._react(interviews, view, text)
            view = await interviews.view(interview_id)
        self._show_new(view)
        print_summary(self.console, await interviews.result(interview_id))
        self.interview_id = None
        self._print_whole(f"\nThe whole scorecard: interviewer export {interview_id}")

    async def _catch_up(self, interviews: Interviews) -> InterviewView:
        """The view after words that were streamed to the screen already."""
        view = await interviews.view(self.interview_id or "")
        for turn in view.turns[self.shown :]:
            self._show_stand_in(turn)
        self.shown = view.last_turn
        return view

    # What the candidate does

    def _ask(self, view: InterviewView) -> str | None:
        """The candidate's next line; None when the input ends or Ctrl-C is pressed."""
        used = f"{clock(view.seconds_used)} of {clock(view.seconds_planned)}"
        self.console.print(used, style="dim")
        try:
            with _interruptible():
                text = visible(input("You › ")).strip()
        except (EOFError, KeyboardInterrupt):
            self.console.print()
            return None
        if not sys.stdin.isatty():
            self.console.print(text)
        return None if text == "/quit" else text

    async def _react(self, interviews: Interviews, view: InterviewView, text: str) -> None:
        if text == "/notes":
            self._show_notebook(view)
            return
        if text == "/pause":
            await self._pause(interviews, view)
            return
        if text == "/sketch":
            self.sketch = self._read_lines()
            self.console.print("It goes with your next message.", style="dim")
            return
        if text == "/long":
            text = self._read_lines()
        intent, words = SPOKEN.get(text, (None, text))
        if intent is None and _COMMAND.fullmatch(text):
            self.console.print(f"There is no command {text}. {GUIDE}", style="yellow")
            return
        after = view.last_turn or None
        reply = interviews.submit(
            view.interview_id, words, sketch=self.sketch, after=after, intent=intent
        )
        try:
            await self._stream(reply)
        except (MessageRejected, TurnConflict, InterviewEnded) as error:
            self.console.print(str(error), style="yellow")
            return
        await self._catch_up(interviews)

    def _read_lines(self) -> str:
        """Lines up to one with only a dot, or to the end of the input."""
        lines: list[str] = []
        with suppress(EOFError, KeyboardInterrupt), _interruptible():
            while (line := visible(input("  › "))).strip() != LAST_LINE:
                lines.append(line)
        return "\n".join(lines)

    async def _pause(self, interviews: Interviews, view: InterviewView) -> None:
        try:
            await interviews.pause(view.interview_id)
        except PauseRefused as error:
            self.console.print(str(error), style="yellow")
            return
        self.console.print("Paused. Your next message starts the clock again.", style="dim")

    # What is on the screen

    async def _stream(self, pieces: AsyncIterator[str]) -> None:
        words = WordStream(self.console)
        # The models load with the first answer, which takes seconds the very first time.
        with self.console.status("", spinner_style="dim") as waiting:
            async for piece in pieces:
                if not words.started:
                    waiting.stop()
                    self.console.print("\nInterviewer", style="bold cyan")
                words.write(visible(piece))
        words.close()

    def _show_new(self, view: InterviewView) -> None:
        """The phase when it has changed, and the turns that are not on the screen yet."""
        phase = next((p.title for p in view.phases if p.status == "current"), "")
        if view.settings.mode is Mode.PRACTICE and phase != self.phase and not view.ended:
            self.console.rule(phase, style="dim")
        self.phase = phase
        for turn in view.turns[self.shown :]:
            who = "You" if turn.role == "candidate" else "Interviewer"
            self.console.print(f"\n{who}", style="bold cyan" if who != "You" else "bold")
            self.console.print(visible(turn.text))
            self._show_stand_in(turn)
        if view.last_turn > self.shown:
            self.console.print()
        self.shown = view.last_turn

    def _show_stand_in(self, turn: Turn) -> None:
        """One line about a reply that the embedded brain gave for a language model."""
        if line := stood_in(turn.stand_in):
            self.console.print(visible(line), style="dim")

    def _show_notebook(self, view: InterviewView) -> None:
        book = view.notebook
        parts = (
            ("Facts", book.facts),
            ("Assumptions", book.assumptions),
            ("Numbers", book.numbers),
            ("Decisions", book.decisions),
        )
        for title, lines in parts:
            self.console.print(title, style="bold")
            for line in lines or ("none yet",):
                self.console.print(f"- {visible(line)}")

    def say_how_to_continue(self) -> None:
        """Prints the command that continues an interview left open."""
        if self.interview_id is not None:
            command = f"interviewer resume {self.interview_id}"
            self._print_whole(f"\nThe interview is kept. Continue with: {command}")

    def _print_whole(self, line: str) -> None:
        """Prints a line that can be copied, however narrow the terminal is."""
        self.console.print(line, soft_wrap=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the reading of a line at once; asyncio's handler would wait for Enter."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
