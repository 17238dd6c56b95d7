"""The generated blocks of `README.md` and `evals/README.md`, from the committed baselines.

`python -m evals.readme_blocks` writes them anew; a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evals.compare import BASELINES, read_report
from evals.figures import Figure, Report
from evals.present import bound_of, shown

ROOT = Path(__file__).parents[1]
HELD_OUT = BASELINES / "held-out"
HEADLINE = (
    ("scoring", "QWK"),
    ("writers", "QWK"),
    ("scoring", "ratings inside the stated band"),
    ("items", "kappa of the judge"),
    ("claims", "recall"),
    ("robustness", "negated: score"),
    ("flow", "expectations met"),
    ("retrieval", "hit@5"),
)
"""What the README shows: the good and the bad."""


def headline(reports: Mapping[str, Report], held_out: Mapping[str, Report]) -> str:
    """The figures that say most, with those of a judge that never saw the case."""
    lines = ["| suite | figure | as shipped | case held out |", "|---|---|---|---|"]
    for suite, name in HEADLINE:
        cells = (_find(reports, suite, name), _find(held_out, suite, name))
        lines.append(f"| {suite} | {name} | {shown(cells[0])} | {shown(cells[1])} |")
    return "\n".join(lines)


def tables(reports: Mapping[str, Report]) -> str:
    """Every figure of every suite."""
    return "\n\n".join(_table(report) for report in reports.values())


def _table(report: Report) -> str:
    lines = [f"### {report.suite}", "", report.asks, "", f"*{report.rests_on}*", ""]
    lines += ["| figure | value (95 % interval) | bound | of |", "|---|---|---|---|"]
    lines += [
        f"| {figure.name} | {shown(figure)} | {bound_of(figure)} | {figure.of} |"
        for figure in report.figures
    ]
    return "\n".join(lines)


def _find(reports: Mapping[str, Report], suite: str, name: str) -> Figure | None:
    report = reports.get(suite)
    figures = report.figures if report else ()
    return next((figure for figure in figures if figure.name == name), None)


def by_suite(reports: Sequence[Report]) -> dict[str, Report]:
    """Reports by the name of their suite."""
    return {report.suite: report for report in reports}


def blocks() -> dict[Path, dict[str, str]]:
    """Every generated block by file and name, from the committed baselines."""
    shipped = by_suite(read_report(BASELINES))
    held_out = by_suite(read_report(HELD_OUT))
    return {
        ROOT / "README.md": {"figures": headline(shipped, held_out)},
        ROOT / "evals" / "README.md": {
            "figures": tables(shipped),
            "held-out": tables(held_out),
        },
    }


def write(made: Callable[[], dict[Path, dict[str, str]]] = blocks) -> None:
    """Writes the blocks into their files."""
    for file, parts in made().items():
        text = file.read_text("utf-8")
        for name, part in parts.items():
            if text.count(f"<!-- {name} -->") != 1:
                raise ValueError(f"{file} has not one block {name!r}")
            before, _, rest = text.partition(f"<!-- {name} -->")
            after = rest.partition(f"<!-- /{name} -->")[2]
            text = f"{before}<!-- {name} -->\n{part}\n<!-- /{name} -->{after}"
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    write()
