"""The scorecard in a few lines, for the terminal."""

from __future__ import annotations

from rich.console import Console

from interviewer.cli.output import table
from interviewer.report.escape import visible
from interviewer.report.result import Result
from interviewer.report.wording import bar, headline, minutes, step_grade, unaided_grade

POINTS = 3  # to practise next; the report has them all


def print_summary(console: Console, result: Result) -> None:
    """Prints scores, recommendation and the most useful points to practise."""
    console.rule("Scorecard", style="dim")
    unaided = unaided_grade(result.unaided, result.band, result.overall)
    console.print(f"{headline(result)} · unaided {unaided}")
    rows = [
        (
            step.step.value,
            bar(step.score),
            step_grade(step),
            minutes(step.seconds),
        )
        for step in result.steps
    ]
    console.print()
    console.print(table("Step", "", "Score", "Time", rows=rows))
    if result.practice:
        console.print("\nPractise next", style="bold")
    for point in result.practice[:POINTS]:
        console.print(f"- {point.step.value}: {visible(point.lacked)}")
        console.print(f"  For example: “{visible(point.exemplar)}”", style="dim")
