"""The scorecard in a few lines, for the terminal: scores, closing words, what it cost."""

from __future__ import annotations

from rich.console import Console

from interviewer.cli.output import table
from interviewer.reports.brain_names import cost_line, feedback_paragraphs
from interviewer.reports.wording import bar, headline, step_grade, unaided_grade
from interviewer.results.clock import clock
from interviewer.results.result import Result
from interviewer.text.printable import visible

POINTS = 3  # to practise next; the report has them all


def print_summary(console: Console, result: Result) -> None:
    """Prints recommendation, closing words, scores, what to practise and the cost."""
    console.rule("Scorecard", style="dim")
    unaided = unaided_grade(result.unaided, result.band, result.overall)
    console.print(f"{headline(result)} · unaided {unaided}")
    for said in feedback_paragraphs(result.feedback):
        console.print(f"\n{said}")
    rows = [
        (
            step.step.value,
            bar(step.score),
            step_grade(step),
            clock(step.seconds),
        )
        for step in result.steps
    ]
    console.print()
    console.print(table("Step", "", "Score", "Time", rows=rows))
    _print_practice(console, result)
    if line := cost_line(result):
        console.print(f"\n{visible(line)}", style="dim")


def _print_practice(console: Console, result: Result) -> None:
    if result.practice:
        console.print("\nPractise next", style="bold")
    for point in result.practice[:POINTS]:
        console.print(f"- {point.step.value}: {visible(point.lacked)}")
        console.print(f"  For example: “{visible(point.exemplar)}”", style="dim")
