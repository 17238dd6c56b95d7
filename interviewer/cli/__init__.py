"""The command line: every command in the terminal, nothing that is not also in the package."""

from interviewer.cli.program import app, main

__all__ = ["app", "main"]
