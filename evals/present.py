"""Reports for people: figures as words, tables in the terminal, a self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rich.table import Table
from rich.text import Text

from evals.compare import FAILING, Change
from evals.figures import Figure, Finding, Plot, Report
from interviewer.reports.plots.svg import ACCENT, element, label, line, picture

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% } .bad { color: #c22; font-weight: 600 }
@media (prefers-color-scheme: dark) { .bad { color: #f88 } }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8886 }
th, td { vertical-align: top }
blockquote { white-space: pre-wrap; border-left: 3px solid #8886; margin: .5rem 0 }
blockquote { overflow-wrap: anywhere; padding-left: 1rem }
td, summary, li { overflow-wrap: anywhere } nav a { margin-right: 1rem }
svg { max-width: 100%; height: auto }
"""
SIZE, EDGE = 420, 40  # of a plot, pixels


def to_page(reports: Sequence[Report], changes: Sequence[Change], title: str) -> str:
    """The page as HTML; everything that a candidate or a model said is escaped."""
    links = " ".join(f'<a href="#{escape(r.suite)}">{escape(r.suite)}</a>' for r in reports)
    verdicts = {(change.suite, change.name): change for change in changes}
    parts = [_section(report, verdicts) for report in reports]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1><nav>{links}</nav>"
        f"{''.join(parts)}</body></html>\n"
    )


def _section(report: Report, changes: dict[tuple[str, str], Change]) -> str:
    rows = "".join(_row(report, at, changes) for at in range(len(report.figures)))
    plots = "".join(_plot(plot, f"{report.suite}-{at}") for at, plot in enumerate(report.plots))
    found = "".join(_finding(report.suite, at, one) for at, one in enumerate(report.findings))
    failed = "".join(f"<li>{escape(each)}</li>" for each in report.failed)
    return (
        f'<section id="{escape(report.suite)}"><h2>{escape(report.suite)}</h2>'
        f"<p>{escape(report.asks)} <em>{escape(report.rests_on)}</em></p>"
        "<table><thead><tr><th>Figure</th><th>Value</th><th>Baseline</th><th>Bound</th><th>Of</th>"
        f"<th></th></tr></thead><tbody>{rows}</tbody></table>{plots}"
        + (f"<h3>Could not be run</h3><ul>{failed}</ul>" if failed else "")
        + (f"<h3>Worth reading</h3>{found}" if found else "")
        + "</section>"
    )


def _row(report: Report, at: int, changes: dict[tuple[str, str], Change]) -> str:
    figure = report.figures[at]
    change = changes.get((report.suite, figure.name))
    verdict = change.verdict if change else ""
    css = ' class="bad"' if verdict in FAILING else ""
    cells = (figure.name, shown(figure), shown(change.before if change else None), bound_of(figure))
    return (
        "<tr>"
        + "".join(f"<td>{escape(cell)}</td>" for cell in (*cells, str(figure.of)))
        + f"<td{css}>{escape(verdict)}</td></tr>"
    )


def _finding(suite: str, at: int, finding: Finding) -> str:
    evidence = "".join(f"<li>{escape(each)}</li>" for each in finding.evidence)
    return (
        f'<details id="{escape(suite)}-finding-{at}"><summary>{escape(finding.title)}: wanted '
        f"{escape(finding.wanted)}, got {escape(finding.got)}</summary>"
        + (f"<blockquote>{escape(finding.text)}</blockquote>" if finding.text else "")
        + (f"<ul>{evidence}</ul>" if evidence else "")
        + "</details>"
    )


def _plot(plot: Plot, name: str) -> str:
    """Scores over ratings; a dot on the line is right."""
    scale = [label(str(s), _at(s), SIZE - 12, anchor="middle", size=12) for s in range(1, 6)]
    scale += [label(str(s), 12, _up(s) + 4, size=12) for s in range(1, 6)]
    dots = [
        element(
            "circle",
            element("title", escape(what)),
            cx=_at(x),
            cy=_up(y),
            r=4,
            fill=ACCENT,
            fill_opacity=0.5,
        )
        for x, y, what in plot.points
    ]
    words = (f"{len(plot.points)} answers.",)
    drawn = picture(
        name, plot.title, words, SIZE, SIZE, line(_at(1), _up(1), _at(5), _up(5)), *scale, *dots
    )
    return f"<figure>{drawn}<figcaption>{escape(plot.title)}</figcaption></figure>"


def _at(score: float) -> float:
    return EDGE + (score - 1) / 4 * (SIZE - 2 * EDGE)


def _up(score: float) -> float:
    return SIZE - _at(score)


def shown(figure: Figure | None) -> str:
    """A figure with its interval, `0.79 (0.71 to 0.86)`, or why there is none."""
    if figure is None or figure.value is None:
        return f"none: {figure.why}" if figure and figure.why else "-"
    if figure.low is None or figure.high is None:
        return _number(figure.value)
    return f"{_number(figure.value)} ({_number(figure.low)} to {_number(figure.high)})"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def bound_of(figure: Figure) -> str:
    """What a figure must be, as `<= 0`."""
    if figure.bound is None:
        return ""
    return f"{'<=' if figure.better == 'lower' else '>='} {figure.bound:g}"


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
