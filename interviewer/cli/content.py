"""Commands on what can be played: `cases`, `cases new`, `show`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interviewer.cli.drafting import draft_case
from interviewer.cli.options import FolderOption, JsonOption, Kind, identify
from interviewer.cli.output import echo, print_json, table, terminal, write_text
from interviewer.core.errors import ContentError, UnknownCase

if TYPE_CHECKING:
    from rich.console import Console

    from interviewer.cases.library import Library
    from interviewer.core.case import Case

SLUG = r"[a-z][a-z0-9_]{0,63}"


def register(app: typer.Typer) -> None:
    """Adds the commands to the program."""
    panel = "Content"
    cases = typer.Typer(help="List the cases that can be played, or begin one of your own.")
    cases.callback(invoke_without_command=True)(list_cases)
    cases.command("new")(new_case)
    cases.command("draft")(draft_case)
    app.add_typer(cases, name="cases", rich_help_panel=panel)
    app.command("show", rich_help_panel=panel)(show_case)


def _library() -> Library:
    from interviewer.cases.library import load_library
    from interviewer.core.paths import read_places

    return load_library(read_places().knowledge)


def list_cases(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the cases that can be played, or begin one of your own."""
    if context.invoked_subcommand is not None:
        return
    library = _library()
    if as_json:
        print_json([_public(case, library) for case in library.cases.values()])
        return
    rows = [
        (case.id, case.difficulty, str(len(case.variants)), case.title, ", ".join(case.tags))
        for case in library.cases.values()
    ]
    console = terminal()
    console.print(table("Case", "Difficulty", "Variants", "Title", "Tags", rows=rows))
    if library.problems:
        count = len(library.problems)
        note = f"{count} problem(s) keep files out of this list; run 'interviewer check'."
        terminal(stderr=True).print(note, style="yellow")
    for notice in library.notices:
        terminal(stderr=True).print(str(notice), style="yellow")


def new_case(
    case_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the case: fraud_detection.")],
    folder: FolderOption = None,
    kind: Annotated[
        Kind, typer.Option(help="Which shared items fit besides those of every interview.")
    ] = "ranking",
) -> None:
    """Write a commented skeleton of a case, with the shared items that fit."""
    from interviewer.cases.shared import read_shared
    from interviewer.cases.skeleton import skeleton
    from interviewer.core.paths import read_places, shipped

    if not re.fullmatch(SLUG, case_id):
        raise typer.BadParameter(f"{case_id!r} is no id: lower-case letters, digits, underscores.")
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)  # it may be what INTERVIEWER_KNOWLEDGE names
    places = read_places()
    root = folder or places.knowledge or Path("my-cases")
    file = root / "cases" / case_id / "case.yaml"
    if file.exists():
        raise ContentError("there is a case already.", file=file, action="Choose another id.")
    file.parent.mkdir(parents=True, exist_ok=True)
    shared = read_shared([shipped("knowledge"), root])
    notes = (note for known in (shipped("knowledge"), root) for note in known.glob("concepts/*.md"))
    write_text(file, skeleton(case_id, shared, kind, {note.stem for note in notes}))
    echo(f"Wrote {file}.")
    if places.knowledge is None or root.resolve() != places.knowledge:
        echo(f"export INTERVIEWER_KNOWLEDGE={root}")
    echo(f"interviewer check {file.parent} --level playable")


def show_case(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="Id of a case; see 'cases'.")],
    full: Annotated[
        bool, typer.Option("--full", help="Everything, the answers too: spoils the case.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a case: what a candidate may know before the interview, or all of it."""
    library = _library()
    try:
        case = library.case(case_id)
    except UnknownCase:
        _expect_no_interview(case_id)
        raise
    if as_json:
        print_json(case.model_dump(mode="json") if full else _public(case, library))
        return
    console = terminal()
    _print_public(console, case)
    if full:
        _print_rubric(console, case)
    else:
        console.print(f"\nStart with: interviewer play {case.id}", style="dim")


def _expect_no_interview(typed: str) -> None:
    """Tells apart who names an interview where a case is wanted.

    Raises:
        UnknownCase: an interview has this id.
    """
    import asyncio

    found = asyncio.run(_interview(typed))
    if found is not None:
        raise UnknownCase(
            f"{typed!r} is an interview, not a case.",
            f"See it with `interviewer export {found}`, or go on with `interviewer resume "
            f"{found}`.",
        ) from None


async def _interview(typed: str) -> str | None:
    from interviewer.core.paths import read_places
    from interviewer.service.interviews import open_interviews

    async with open_interviews(read_places()) as interviews:
        meant = await identify(interviews, typed)
        return meant if await interviews.exists(meant) else None


def _public(case: Case, library: Library) -> dict[str, Any]:
    """What a candidate may know before the interview."""
    return {
        "id": case.id,
        "title": case.title,
        "summary": case.summary,
        "difficulty": case.difficulty,
        "tags": list(case.tags),
        "opening": case.opening,
        "variants": [{"id": v.id, "title": v.title, "summary": v.summary} for v in case.variants],
        "frameworks": sorted(library.frameworks),
    }


def _print_public(console: Console, case: Case) -> None:
    console.print(case.title, style="bold")
    console.print(f"{case.id} · {case.difficulty} · {', '.join(case.tags)}\n", style="dim")
    console.print(f"{case.summary}\n\n“{case.opening}”")
    if case.variants:
        console.print("\nVariants", style="bold")
        console.print(
            table("Id", "Title", "", rows=[(v.id, v.title, v.summary) for v in case.variants])
        )


def _print_rubric(console: Console, case: Case) -> None:
    console.print("\nFacts told when asked", style="bold")
    console.print(table("Id", "Answer", rows=[(fact.id, fact.answer) for fact in case.facts]))
    for step, content in case.steps.items():
        console.print(f"\n{step.value.capitalize()}", style="bold")
        console.print(f"{content.question}\n")
        items = [
            (i.id, i.concept, i.level.value, str(i.weight), i.statement) for i in content.items
        ]
        console.print(table("Item", "Concept", "Level", "Weight", "Earned by", rows=items))
        console.print()
        asked = [(i.id, "\n".join(i.follow_ups), "\n".join(i.hints)) for i in content.items]
        console.print(table("Item", "Asked", "Hints", rows=asked))
        flags = [
            (flag.id, str(flag.damage), flag.statement, flag.challenge)
            for flag in content.red_flags
        ]
        if flags:
            console.print()
            console.print(table("Red flag", "Damage", "Claim", "Challenge", rows=flags))
        console.print(f"\nModel answer: {content.model_answer}")
