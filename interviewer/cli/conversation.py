"""An interview in the terminal: streamed words, lines of text, the scorecard at its end."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

from rich.console import Console

from interviewer.cli.output import table, terminal
from interviewer.cli.typed import (
    GUIDE,
    SPOKEN,
    ask_line,
    ask_lines,
    is_watched,
    prepare_input,
    understood,
)
from interviewer.core.case import Case
from interviewer.core.errors import InterviewEnded, MessageRejected, PauseRefused, TurnConflict
from interviewer.core.paths import read_places
from interviewer.core.settings import Mode
from interviewer.core.transcript import Intent, Turn, clean_sketch
from interviewer.reports.brain_names import brain_phrase, cost_line, feedback_paragraphs, stood_in
from interviewer.reports.front import PRACTISE, WRONG, tasks, wrong_claims
from interviewer.reports.headline import call_line, overall_figure, step_figure
from interviewer.reports.sentences import heard_sentence
from interviewer.reports.wording import bar, designed
from interviewer.results.clock import clock
from interviewer.results.result import Result
from interviewer.results.view import InterviewView
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.text.printable import visible

NOT_SENT = "Nothing was sent."
EMPTY = "Nothing was written, so nothing was sent. /help shows the commands."
UNSENT = "Your sketch was not sent yet; it goes with your last word."
FINAL = "End the interview and see the scorecard? It cannot be continued afterwards (y/n) › "


def run_in_terminal(begin: Callable[[Interviews], Awaitable[str]]) -> None:
    """Holds a conversation until the interview ends or the candidate leaves.

    Args:
        begin: starts or finds the interview; gives its id.
    """
    conversation = Conversation(terminal())
    prepare_input()
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
        self.told = 0
        """Number of the last turn whose step has been told of."""
        self.sketch = ""
        self.stored = ""
        """The sketch that was sent last."""

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
        self.sketch = self.stored = view.notebook.sketch
        self.told = view.last_turn
        if not view.ended:
            self.console.print(f"You talk to {visible(brain_phrase(view.brain))}.", style="dim")
            self.console.print(f"{GUIDE}\n", style="dim")
            self._show_new(view)
            # Nothing is said unless the program died before its last reply was stored.
            await self._stream(interviews.resume(interview_id))
            view = await self._catch_up(interviews)
        while not view.ended:
            self._show_new(view)
            self.stored = view.notebook.sketch
            text = self._ask(view)
            if text is None:
                return
            await self._react(interviews, view, text)
            view = await interviews.view(interview_id)
        self._show_new(view)
        case = interviews.library.cases.get(view.case_id)
        print_summary(self.console, await interviews.result(interview_id), case)
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
        """The candidate's next line; None when it asks to leave, or there is none."""
        paused = "" if view.paused_at is None else ", paused"
        used = f"{clock(view.seconds_used)} of {clock(view.seconds_planned)}{paused}"
        self.console.print(used, style="dim")
        text = ask_line("You › ")
        if text is None:
            self.console.print()
        elif not is_watched():
            self.console.print(text)
        return None if text is not None and understood(text).command == "/quit" else text

    async def _react(self, interviews: Interviews, view: InterviewView, text: str) -> None:
        command, words, complaint = understood(text)
        if complaint:
            self._complain(complaint)
        elif command in SPOKEN:
            if command != "/end" or self._is_sure():
                intent, words = SPOKEN[command]
                await self._send(interviews, view, words, intent)
        elif command == "/long":
            await self._long(interviews, view)
        elif command:
            await self._quietly(command, interviews, view)
        elif words or (self.sketch and self.sketch != self.stored):
            await self._send(interviews, view, words)
        else:
            self._complain(EMPTY)

    async def _quietly(self, command: str, interviews: Interviews, view: InterviewView) -> None:
        """A command that says nothing to the interviewer."""
        if command == "/help":
            self.console.print(GUIDE, style="dim")
        elif command == "/notes":
            self._show_notebook(view)
        elif command == "/pause":
            await self._pause(interviews, view)
        elif command == "/sketch":
            self._draw()

    def _is_sure(self) -> bool:
        """Whether the interview is to be ended; a program that types is not asked back."""
        if self.sketch and self.sketch != self.stored:
            self.console.print(UNSENT, style="dim")
        if not is_watched():
            return True
        if (ask_line(FINAL) or "").lower() in ("y", "yes"):
            return True
        self._complain("The interview goes on.")
        return False

    async def _long(self, interviews: Interviews, view: InterviewView) -> None:
        text = ask_lines("  › ")
        if text is None:
            self.console.print()
        if text is None or not text.strip():
            self._complain(NOT_SENT)
            return
        await self._send(interviews, view, text)

    def _draw(self) -> None:
        drawn = ask_lines("  › ")
        if drawn is None:
            self.console.print()
            self._complain("The sketch is as it was before.")
            return
        try:
            self.sketch = clean_sketch(drawn)
        except MessageRejected as error:
            self._complain(str(error))
            return
        news = "It goes with your next message; Enter sends it alone."
        if not self.sketch:
            news = "The sketch is empty now."
        elif self.sketch == self.stored:
            news = "The interviewer has this sketch already."
        self.console.print(news, style="dim")

    async def _send(
        self,
        interviews: Interviews,
        view: InterviewView,
        words: str,
        intent: Intent | None = None,
    ) -> None:
        """Sends a message with the sketch; what is refused is told and changes nothing."""
        after = view.last_turn or None
        reply = interviews.submit(
            view.interview_id, words, sketch=self.sketch, after=after, intent=intent
        )
        try:
            await self._stream(reply)
        except (MessageRejected, TurnConflict, InterviewEnded) as error:
            self._complain(str(error))
            return
        await self._catch_up(interviews)

    async def _pause(self, interviews: Interviews, view: InterviewView) -> None:
        if view.paused_at is not None:
            self.console.print("It is paused already; your next message ends it.", style="dim")
            return
        try:
            await interviews.pause(view.interview_id)
        except PauseRefused as error:
            self._complain(str(error))
            return
        self.console.print("Paused. Your next message starts the clock again.", style="dim")

    def _complain(self, sentence: str) -> None:
        self.console.print(sentence, style="yellow")

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
        """What was heard of a step that has ended, the phase when it has changed, new turns."""
        for one in view.heard:
            if one.turn > self.told and (line := heard_sentence(one)):
                self.console.print(f"\n{visible(line)}", style="dim")
        self.told = max(self.told, view.last_turn)
        phase = next((p.title for p in view.phases if p.status == "current"), "")
        if view.settings.mode is Mode.PRACTICE and phase != self.phase and not view.ended:
            self.console.rule(phase, style="dim")
        self.phase = phase
        for turn in view.turns[self.shown :]:
            who = "You" if turn.role == "candidate" else "Interviewer"
            self.console.print(f"\n{who}", style="bold cyan" if who != "You" else "bold")
            self.console.print(visible(turn.text or "(a sketch alone)"))
            if turn.sketch:
                self.console.print(f"\nSketch\n{visible(turn.sketch)}", style="dim")
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
            *(designed(view.design) or [("Decisions", book.decisions)]),
        )
        for title, lines in parts:
            self.console.print(title, style="bold")
            for line in lines or ("none yet",):
                self.console.print(f"- {visible(line)}")

    def say_how_to_continue(self) -> None:
        """Prints what was not sent, and the command that continues an interview left open."""
        if self.interview_id is not None:
            if self.sketch and self.sketch != self.stored:
                self._print_whole(f"\nYour last sketch was not sent:\n{visible(self.sketch)}")
            command = f"interviewer resume {self.interview_id}"
            self._print_whole(f"\nThe interview is kept. Continue with: {command}")

    def _print_whole(self, line: str) -> None:
        """Prints a line that can be copied, however narrow the terminal is."""
        self.console.print(line, soft_wrap=True)


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


def print_summary(console: Console, result: Result, case: Case | None) -> None:
    """Prints the call, closing words, scores, what was wrong, what to practise and the cost.

    Args:
        console: where it is printed.
        result: of an interview that has ended.
        case: the case that was asked; None when it is gone, then ids stand for its claims.
    """
    console.rule("Scorecard", style="dim")
    console.print(f"{call_line(result)} · {overall_figure(result)}", style="bold")
    for said in feedback_paragraphs(result.feedback):
        console.print(f"\n{said}")
    rows = [
        (step.step.value, bar(step.score), step_figure(step, result), clock(step.seconds))
        for step in result.steps
    ]
    console.print()
    console.print(table("Step", "", "Score", "Time", rows=rows))
    _print_wrong(console, result, case)
    _print_practice(console, result, case)
    if line := cost_line(result):
        console.print(f"\n{visible(line)}", style="dim")


def _print_wrong(console: Console, result: Result, case: Case | None) -> None:
    kept = [claim for claim in wrong_claims(result, case) if claim.kept]
    if kept:
        console.print(f"\n{WRONG}", style="bold")
    for claim in kept:
        console.print(f"- {visible(claim.name)}")
        console.print(f"  “{visible(claim.quote)}” (turn {claim.turn})", style="dim")


def _print_practice(console: Console, result: Result, case: Case | None) -> None:
    found = tasks(result, case)
    if found:
        console.print(f"\n{PRACTISE}", style="bold")
    for task in found:
        console.print(f"- {visible(task.title)}: {visible(task.lines[0])}")
