"""Command `serve`: the browser app."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("serve", rich_help_panel="Interviews")(serve)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 picks a free one.")
    ] = 7860,
) -> None:
    """Serve the browser app until Ctrl-C."""
    from interviewer.face.server import serve as serve_app
    from interviewer.settings import read_places

    serve_app(host, port, read_places())
