"""Command `serve`: the browser app."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from interviewer.cli.output import echo


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("serve", rich_help_panel="Interviews")(serve)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port to listen on; 0 picks a free one.")
    ] = 7860,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            envvar="INTERVIEWER_ALLOW_HOST",
            help="Name that others type in their browser; can be given several times. Needs "
            "INTERVIEWER_PASSWORD.",
        ),
    ] = None,
    root_path: Annotated[
        str,
        typer.Option(
            metavar="PATH",
            envvar="INTERVIEWER_ROOT_PATH",
            help="Path that a proxy serves the app under, such as /coach.",
        ),
    ] = "",
) -> None:
    """Serve the browser app until Ctrl-C.

    On a loopback address it is for this machine's person alone. On any other address, or behind a
    proxy, name the host with --allow-host and set INTERVIEWER_PASSWORD: everybody logs in with it,
    and each browser sees its own interviews only.
    """
    from interviewer.llm.addresses import mend_proxies

    for name in mend_proxies():  # before anything is imported that reads them
        echo(f"{name} names a proxy that cannot be used; it is left out.", stderr=True)
    from interviewer.core.paths import read_places
    from interviewer.web.server import serve as serve_app
    from interviewer.web.site import read_site

    site = read_site(host, allow_host or (), root_path, os.environ)
    serve_app(host, port, read_places(), site)
