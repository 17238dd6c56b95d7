"""The web server: one port, the page, the reports to download; heavy parts load behind it."""

from __future__ import annotations

import errno
import os
import secrets
import socket
import sys
from contextlib import suppress

from interviewer.core.errors import ServeError, StoreError
from interviewer.core.paths import Places
from interviewer.core.private_files import make_private
from interviewer.core.telemetry import switch_off_telemetry
from interviewer.web.doors.connections import Limits, most_connections
from interviewer.web.doors.cookies import signing_key
from interviewer.web.doors.password import SHORT, WEAK
from interviewer.web.site import LOOPBACK, Site

BACKLOG = 128  # connections that wait while the page is being built
SWITCH = 0.0005  # seconds that the event loop waits for a thread that reads a text, each time
GRACE = 2  # seconds that open connections of browsers may delay a stop

OPEN_TO = (
    "Whoever reaches that address and knows INTERVIEWER_PASSWORD can interview here and use your "
    "language model; each browser sees its own interviews only. "
    "Without a proxy that adds https, others on the network can read along."
)
NEXT_PORT = "Stop the other program, or choose another port with --port (make run PORT=7861)."
NEXT_ADDRESS = "Choose a host that is this machine's, such as 127.0.0.1, and a port up to 65535."


def serve(host: str, port: int, places: Places, site: Site | None = None) -> None:
    """Serves the page until it is interrupted.

    The port opens at once; the interviews, the models and the passage index load behind it.

    Args:
        host: address to listen on.
        port: TCP port; 0 picks a free one.
        places: where data lives.
        site: who may come in, and under which name; this machine's person alone when missing.

    Raises:
        ServeError: the port is in use or the address is not one of this machine's.
        StoreError: the data folder cannot be written.
    """
    site = site or Site(host)
    with listen(host, port) as listening, suppress(KeyboardInterrupt):
        secret, key = browser_secret(places), signing_key(places)
        print(greeting(site, listening.getsockname()[1]), flush=True)
        warn_of(site)
        switch_off_telemetry()
        os.environ["HF_HUB_OFFLINE"] = "1"  # what Gradio loads would ask for news of itself
        sys.setswitchinterval(SWITCH)
        import uvicorn
        from uvicorn.protocols.http.auto import AutoHTTPProtocol

        from interviewer.web.mount import build

        config = uvicorn.Config(
            build(site, places, secret, key),
            http=Limits(most_connections(), is_trusted=site.is_near).protocol(AutoHTTPProtocol),
            ws="none",
            proxy_headers=False,  # `arrival` reads them, and knows whether a proxy was told of
            server_header=False,
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


def greeting(site: Site, port: int) -> str:
    """Where browsers find the page, and who may come in.

    Args:
        site: what is served where.
        port: that it listens on.
    """
    if site.host in LOOPBACK:
        at = f"http://{_in_address(site.host)}:{port}{site.root}"
        proxied = [name for name in site.names if name not in LOOPBACK]
        names = f", as {' and '.join(proxied)} behind a proxy" if proxied else ""
        runs = f"Interviewer runs at {at}{names} (Ctrl+C stops it)."
    else:
        places = [f"http://{_in_address(name)}:{port}{site.root}" for name in site.names]
        runs = f"Interviewer runs at {' and '.join(places)} (Ctrl+C stops it)."
    if not site.password:
        return runs
    return f"{runs}\n{OPEN_TO}"


def warn_of(site: Site) -> None:
    """Tells of what is served with less care than it should be."""
    if site.password and len(site.password) < SHORT:
        print(WEAK.format(short=SHORT), file=sys.stderr, flush=True)


def _in_address(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def browser_secret(places: Places) -> str:
    """The key under which browsers keep their memory; made once, then read.

    Raises:
        StoreError: the data folder cannot be written.
    """
    file = places.home / "browser_secret"
    try:
        places.home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            make_private(file)
            file.write_text(secrets.token_hex(16), encoding="ascii")
        return file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StoreError(
            f"The data folder {str(places.home)!r} cannot be used ({error.strerror}).",
            "Make it writable or name another with INTERVIEWER_HOME.",
        ) from error
