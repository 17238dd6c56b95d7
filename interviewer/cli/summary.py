"""The scorecard in a few lines, for the terminal."""

from __future__ import annotations

from rich.console import Console

from interviewer.cli.output import table
from interviewer.report.escape import visible
from interviewer.report.result import Result
from interviewer.report.wording import bar, bare_score, in_words, interval, minutes

POINTS = 3  # to practise next; the report has them all


def print_summary(console: Console, result: Result) -> None:
    """Prints scores, recommendation and the most useful points to practise."""
    console.rule("Scorecard", style="dim")
    overall = bare_score(result.overall)
    between = f" ({interval(result.band)})" if result.band else ""
    call = in_words(result.recommendation) if result.recommendation else "no recommendation"
    console.print(f"{overall}{between} of 5 · {call} · unaided {bare_score(result.unaided)}")
    rows = [
        (
            step.step.value,
            bar(step.score),
            bare_score(step.score),
            interval(step.band),
            in_words(step.status.value),
            minutes(step.seconds),
        )
        for step in result.steps
    ]
    console.print()
    console.print(table("Step", "", "Score", "Range", "Status", "Time", rows=rows))
    if result.practice:
        console.print("\nPractise next", style="bold")
    for point in result.practice[:POINTS]:
        console.print(f"- {point.step.value}: {visible(point.lacked)}")
        console.print(f"  For example: “{visible(point.exemplar)}”", style="dim")
