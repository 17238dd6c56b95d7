"""Commands on what can be studied: `index`, `search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.options import JsonOption
from interviewer.cli.output import echo, print_json, terminal

if TYPE_CHECKING:
    from interviewer.core.paths import Places
    from interviewer.retrieval.builder import BuildReport


def register(app: typer.Typer) -> None:
    """Adds the commands to the program."""
    panel = "Content"
    app.command("index", rich_help_panel=panel)(index)
    app.command("search", rich_help_panel=panel)(search)


def index(as_json: JsonOption = False) -> None:
    """Build the index of study notes now; exit with 1 when a note cannot be read."""
    from interviewer.core.paths import read_places

    report = _build(read_places())
    if as_json:
        print_json(
            {
                "passages": report.passages,
                "embedded": report.embedded,
                "changed": report.changed,
                "problems": list(report.problems),
            }
        )
    else:
        news = f"{report.embedded} of them new" if report.changed else "nothing has changed"
        echo(f"{report.passages} passages can be searched, {news}.")
        for problem in report.problems:
            echo(problem, stderr=True)
    if report.problems:
        raise typer.Exit(1)


def search(
    query: Annotated[str, typer.Argument(help="What to look for, in your own words.")],
    count: Annotated[
        int, typer.Option("-k", "--count", min=1, max=50, help="How many passages.")
    ] = 5,
    as_json: JsonOption = False,
) -> None:
    """Search the study notes, ours and yours, by meaning."""
    from interviewer.core.paths import read_places
    from interviewer.retrieval.builder import index_state
    from interviewer.retrieval.index import PassageIndex
    from interviewer.text.printable import visible

    places = read_places()
    if index_state(places).status != "ready":
        _build(places)
    hits = PassageIndex(places).search(query, count)
    if as_json:
        rows = [(hit.passage, round(hit.score, 4)) for hit in hits]
        print_json(
            [
                {"source": p.source, "title": p.title, "heading": p.heading, "text": p.text}
                | {"score": score}
                for p, score in rows
            ]
        )
        return
    console = terminal()
    for hit in hits:
        console.print(f"{hit.score:.2f}  {visible(hit.passage.source)}", style="bold")
        console.print(f"{visible(hit.passage.text)}\n")
    if not hits:
        echo("Nothing was found. Say in a few words what you look for.")


def _build(places: Places) -> BuildReport:
    from interviewer.retrieval.builder import build_index

    with terminal(stderr=True).status("Building the index of study notes"):
        return build_index(places)
