"""The web server: one port, the page, the reports to download; heavy parts load behind it."""

from __future__ import annotations

import errno
import os
import secrets
import socket
from contextlib import suppress

from interviewer.errors import ServeError, StoreError
from interviewer.settings import Places

BACKLOG = 128  # connections that wait while the page is being built
GRACE = 2  # seconds that open connections of browsers may delay a stop

NEXT_PORT = "Stop the other program, or choose another port with --port (make run PORT=7861)."
NEXT_ADDRESS = "Choose a host that is this machine's, such as 127.0.0.1, and a port up to 65535."


def serve(host: str, port: int, places: Places) -> None:
    """Serves the page until it is interrupted.

    The port opens at once; the interviews, the models and the passage index load behind it.

    Args:
        host: address to listen on; a loopback address keeps the page on this machine.
        port: TCP port; 0 picks a free one.
        places: where data lives.

    Raises:
        ServeError: the port is in use or the address is not one of this machine's.
        StoreError: the data folder cannot be written.
    """
    with listen(host, port) as listening, suppress(KeyboardInterrupt):
        secret = browser_secret(places)
        print(f"Interviewer runs at {address(listening)} (Ctrl+C stops it).", flush=True)
        _switch_off_telemetry()
        import uvicorn

        from interviewer.face.web import build

        config = uvicorn.Config(
            build(host, places, secret),
            log_level="warning",
            timeout_graceful_shutdown=GRACE,
            lifespan="on",
        )
        uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        ServeError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        opened.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise ServeError(f"Port {port} on {host} is in use.", NEXT_PORT) from error
        reason = getattr(error, "strerror", None) or str(error)
        raise ServeError(f"{host}:{port} cannot be served ({reason}).", NEXT_ADDRESS) from error
    return opened


def address(listening: socket.socket) -> str:
    """Where a browser finds a listening socket."""
    host, port = listening.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
    return f"http://{name}:{port}"


def browser_secret(places: Places) -> str:
    """The key under which browsers keep their memory; made once, then read.

    Raises:
        StoreError: the data folder cannot be written.
    """
    file = places.home / "browser_secret"
    try:
        places.home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(secrets.token_hex(16), encoding="ascii")
            file.chmod(0o600)
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StoreError(
            f"The data folder {str(places.home)!r} cannot be used ({error.strerror}).",
            "Make it writable or name another with INTERVIEWER_HOME.",
        ) from error


def _switch_off_telemetry() -> None:
    """Gradio and what it loads reach for the network unless told otherwise before the import."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
