"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from evals.compare import FAILING, Change
from evals.figures import Report
from evals.present.text import bound_of, shown


def figures_table(report: Report) -> Table:
    """Every figure of a report."""
    title = Text(f"{report.suite}: {report.asks}")
    table = Table(title=title, title_justify="left", caption_justify="left")
    for column in ("Figure", "Value (95% interval)", "Bound", "Of"):
        table.add_column(column, overflow="fold")
    for figure in report.figures:
        table.add_row(*map(Text, (figure.name, shown(figure), bound_of(figure), str(figure.of))))
    table.caption = Text(report.rests_on)
    return table


def changes_table(changes: Sequence[Change], *, every: bool) -> Table:
    """Figures before and after; only those that moved unless `every`."""
    table = Table()
    for column in ("Suite", "Figure", "Before", "After", ""):
        table.add_column(column, overflow="fold")
    for change in changes:
        if every or change.verdict != "same":
            style = "bold red" if change.verdict in FAILING else ""
            cells = (change.suite, change.name, shown(change.before), shown(change.after))
            table.add_row(*map(Text, cells), Text(change.verdict, style=style))
    return table
