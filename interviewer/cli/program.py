"""The program `interviewer`: its commands, and how failures are told."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from types import TracebackType
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from interviewer.cli import (
    answers,
    checking,
    content,
    deleting,
    diagnosis,
    interviews,
    measuring,
    passages,
    serving,
)
from interviewer.cli.output import echo
from interviewer.core.errors import InterviewerError
from interviewer.core.private_files import withhold

FAILED = 1


class Commands(TyperGroup):
    """The group of all commands: says every failure in one sentence on stderr."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        """Runs the command that the arguments name and exits with 0, 1 or 2."""
        options["standalone_mode"] = False
        try:
            code = super().main(*args, **options)
        except InterviewerError as error:
            _complain(str(error))
            code = FAILED
        except typer.TyperException as error:
            # Without arguments the help was printed instead, and there is nothing to add.
            if error.format_message():
                _complain(_usage(error))
            code = error.exit_code
        except typer.Abort:
            code = FAILED
        except OSError as error:
            _complain(_system(error))
            code = FAILED
        sys.exit(code if isinstance(code, int) else 0)


def _complain(sentence: str) -> None:
    echo(sentence, stderr=True)


def _usage(error: typer.TyperException) -> str:
    """What was wrong with the command line, and where the right one is described."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "interviewer"
    message = " ".join(error.format_message().replace("Value error, ", "").split())
    return f"{message.rstrip('.')}. See '{command} --help'."


def _system(error: OSError) -> str:
    reason = error.strerror or str(error)
    place = f" ({error.filename})" if error.filename else ""
    return f"The system refused: {reason}{place}. Check the path, the rights and the free space."


app = typer.Typer(
    name="interviewer",
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Practise machine learning system design interviews with an interviewer that listens, "
    "probes and shows its evidence.",
    epilog="Data is kept under INTERVIEWER_HOME; your own cases and notes are read from "
    "INTERVIEWER_KNOWLEDGE.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        echo(f"interviewer {version('interviewer')}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Options that come before the command."""


for _module in (
    interviews,
    deleting,
    serving,
    content,
    checking,
    passages,
    answers,
    measuring,
    diagnosis,
):
    _module.register(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the program.

    Args:
        arguments: of the command line; those of this process when missing.
    """
    withhold()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if not os.environ.get("INTERVIEWER_DEBUG"):
        sys.excepthook = _unexpected
    get_command(app)(arguments)


def _unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _complain(
        f"interviewer stopped on an unexpected {kind.__name__}: {error}. "
        "Run it again with INTERVIEWER_DEBUG=1 to see where, and report it."
    )
