"""Command `delete`: interviews and every word of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interviewer.cli.options import JsonOption, identify
from interviewer.cli.output import echo, print_json
from interviewer.core.errors import InterviewerError, InterviewNotFound

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("delete", rich_help_panel="Interviews")(delete)


def delete(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of interviews; see 'list'.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete every interview.")] = False,
    older_than: Annotated[
        float | None,
        typer.Option(
            metavar="DAYS", min=0, help="Delete those in which nothing was said for so many days."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Delete interviews with every word said in them.

    What was said, judged and linked goes, also from the bytes of the files. Reports that you
    exported and recordings of calls are files of yours: they stay.
    """
    import asyncio

    if [bool(ids), everything, older_than is not None].count(True) != 1:
        raise typer.BadParameter("Name the ids of interviews, or give --all, or --older-than DAYS.")
    deleted = asyncio.run(_deleted(tuple(dict.fromkeys(ids or ())), older_than, ask=not yes))
    left = [str(file) for file in _recordings()]
    if as_json:
        print_json({"deleted": deleted, "recordings": left})
        return
    echo(f"{_interviews(deleted)} deleted." if deleted else "There was nothing to delete.")
    for file in left:
        echo(f"Words are also in the recording {file}; delete it yourself.")


async def _deleted(ids: Sequence[str], days: float | None, *, ask: bool) -> int:
    from interviewer.core.paths import read_places
    from interviewer.service.interviews import open_interviews

    async with open_interviews(read_places()) as interviews:
        ids = tuple(dict.fromkeys([await identify(interviews, id_) for id_ in ids]))
        count = await _count(interviews, ids, days)
        if count and ask:
            _confirm(count)
        if ids:
            for id_ in ids:
                await interviews.delete(id_)
            return len(ids)
        if days is not None:
            return await interviews.delete_older_than(days)
        return await interviews.delete_all()


async def _count(interviews: Interviews, ids: Sequence[str], days: float | None) -> int:
    """How many interviews will be deleted; all that are named must be there."""
    for id_ in ids:
        if not await interviews.exists(id_):
            raise InterviewNotFound(
                f"There is no interview {id_!r}; nothing was deleted.",
                "Run `interviewer list` to see their ids.",
            )
    if ids:
        return len(ids)
    return await interviews.count() if days is None else await interviews.older_than(days)


def _confirm(count: int) -> None:
    sure = False
    try:
        sure = typer.confirm(f"Delete {_interviews(count)}? Nothing brings them back.", err=True)
    except typer.Abort:
        echo(stderr=True)  # nobody is there to answer, so the question has no line of its own
    if not sure:
        raise InterviewerError("Nothing was deleted.", "Add --yes to delete without a question.")


def _interviews(count: int) -> str:
    return f"{count:,} interview{'' if count == 1 else 's'}"


def _recordings() -> list[Path]:
    """The files of this environment in which calls with the candidate's words are recorded."""
    named = os.environ.get("INTERVIEWER_RECORD", "").strip()
    return [file for file in [Path(named)] if named and file.is_file()]
