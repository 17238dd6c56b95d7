"""Command `grade`: judges step answers, one JSON line in, one JSON line out."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, NamedTuple, TextIO

import typer

from interviewer.cli.options import BrainOption, OutOption
from interviewer.cli.output import terminal
from interviewer.core.errors import InterviewerError

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews

REQUIRED = ("case_id", "step", "answer")
OPTIONAL = "question"  # what was answered; it helps a language model to understand
LINE_LIMIT = 1_000_000  # bytes; a line beyond that is no answer
_SURROGATE = re.compile("[\ud800-\udfff]")
UNJUDGED: dict[str, Any] = {"score": None, "items": [], "red_flags": []}


class Row(NamedTuple):
    """One line of the input.

    Attributes:
        fields: what the line says; `{"line": number}` when it cannot be read.
        error: why it cannot be graded; empty when it can.
    """

    fields: dict[str, Any]
    error: str = ""


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("grade", rich_help_panel="Measuring")(grade)


def grade(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="JSON Lines with id, case_id, step and answer in every line; question if known.",
        ),
    ],
    out: OutOption = None,
    brain: BrainOption = "auto",
) -> None:
    """Grade step answers, each against its step only.

    Adds score (1-5 or null), items, red_flags, brain, seconds and error to a row.
    A row that fails does not stop the rest; the exit code is then 1.
    """
    import asyncio

    if out is not None and out.exists() and out.samefile(file):
        raise InterviewerError(f"{out} is the input itself.", "Name another file after --out.")
    _refuse_binary(file)
    graded, failed = asyncio.run(_grade_file(file, out, brain))
    if not graded and not failed:
        raise InterviewerError(f"{file} holds no rows.", "Write one JSON object a line.")
    terminal(stderr=True).print(f"{graded} graded, {failed} failed.")
    if failed:
        raise typer.Exit(1)


def _refuse_binary(file: Path) -> None:
    with file.open("rb") as stream:
        if b"\0" in stream.read(4096):
            raise InterviewerError(f"{file} is not a text file.", "Give JSON Lines in UTF-8.")


async def _grade_file(file: Path, out: Path | None, brain: str) -> tuple[int, int]:
    from interviewer.core.paths import read_places
    from interviewer.service.interviews import open_interviews

    failed = done = 0
    with _target(out) as stream, _progress() as progress:
        async with open_interviews(read_places()) as interviews:
            interviews.brains.choose(brain)  # says at once that it is not set up
            for row in read_rows(file):
                answer = await _grade_row(interviews, row, brain)
                stream.write(_json_line(answer))
                stream.flush()
                done += 1
                failed += answer["error"] is not None
                progress(done)
    return done - failed, failed


def _target(out: Path | None) -> AbstractContextManager[TextIO]:
    if out is None:
        return nullcontext(sys.stdout)
    return out.open("w", encoding="utf-8", newline="\n")


def _json_line(answer: dict[str, Any]) -> str:
    line = json.dumps(answer, ensure_ascii=False) + "\n"
    # Half a character (a lone surrogate) is written as the JSON escape it came from.
    return line.encode("utf-8", "backslashreplace").decode("utf-8")


@contextmanager
def _progress() -> Iterator[Any]:
    """Shows on stderr how many rows are done, when somebody is watching."""
    console = terminal(stderr=True)
    if not console.is_terminal:
        yield lambda done: None
        return
    with console.status("Loading") as status:
        yield lambda done: status.update(f"{done} rows graded")


def read_rows(file: Path) -> Iterator[Row]:
    """The rows of a JSON Lines file, blank lines left out; unreadable ones carry an error."""
    with file.open("rb") as stream:
        for number, line in enumerate(_lines(stream), 1):
            if line.strip():
                yield _read_row(number, line.removeprefix(b"\xef\xbb\xbf"))


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of a file; of one beyond the limit no more than shows that."""
    while line := stream.readline(LINE_LIMIT + 1):
        rest = line
        while len(rest) > LINE_LIMIT and not rest.endswith(b"\n"):
            rest = stream.readline(LINE_LIMIT + 1)
        yield line


def _read_row(number: int, line: bytes) -> Row:
    nothing = {"id": None, "line": number}
    if len(line) > LINE_LIMIT:
        return Row(nothing, f"Line {number} is longer than {LINE_LIMIT} bytes.")
    try:
        fields = json.loads(line, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = str(error) or "nested too deeply"
        return Row(nothing, f"Line {number} is not JSON: {reason}.")
    if not isinstance(fields, dict):
        return Row(nothing, f"Line {number} is not a JSON object.")
    return Row(fields, _lack(number, fields))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON value")


def _lack(number: int, fields: dict[str, Any]) -> str:
    """What keeps a row from being graded; empty when nothing does."""
    from interviewer.core.settings import MESSAGE_LIMIT, STEPS

    optional = [OPTIONAL] if fields.get(OPTIONAL) is not None else []
    for name in (*REQUIRED, *optional):
        if not isinstance(fields.get(name), str):
            return f"Line {number} lacks the text field {name!r}."
        if (length := len(fields[name])) > MESSAGE_LIMIT:
            return f"Line {number}: {name!r} has {length:,} characters; {MESSAGE_LIMIT:,} fit."
        if _SURROGATE.search(fields[name]):
            return f"Line {number}: {name!r} holds half a character (a lone surrogate)."
    if fields["step"] not in STEPS:
        steps = ", ".join(STEPS)
        return f"Line {number}: there is no step {fields['step']!r}. Choose one of: {steps}."
    return ""


async def _grade_row(interviews: Interviews, row: Row, brain: str) -> dict[str, Any]:
    """The row with what the judge found, or with the reason why it found nothing."""
    empty = {**row.fields, **UNJUDGED, "brain": None, "seconds": 0.0}
    if row.error:
        return {**empty, "error": row.error}
    started = time.perf_counter()
    case_id, step, answer = (row.fields[name] for name in REQUIRED)
    try:
        found = await interviews.grade(
            case_id, step, answer, brain, question=row.fields.get("question") or ""
        )
    except InterviewerError as error:
        return {**empty, "error": str(error)}
    return {
        **row.fields,
        "score": found.score,
        "items": [item.model_dump(mode="json") for item in found.items],
        "red_flags": list(found.red_flags),
        "brain": found.brain,
        "seconds": round(time.perf_counter() - started, 3),
        "error": None,
    }
