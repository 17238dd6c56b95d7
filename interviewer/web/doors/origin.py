"""Whether a request was made by our own page; another page reads nothing and writes nothing.

A browser names the page that sends a POST in `Origin`, and newer ones say in `Sec-Fetch-Site` how
it stands to us; a script of that page can change neither. A request with neither comes from no
page: curl, a test, a program of this machine. Such a client carries no browser's cookies and could
forge any header, so refusing it would protect nobody, and it is let through to the password.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.web.plain_pages import refusal

FOREIGN = (
    "Another page asked for this, and only this server's own page may. "
    "A proxy in front has to pass on Host and X-Forwarded-Proto."
)
OWN_SITE = ("same-origin", "none")  # "none": the person did it, in the address bar or by a reload
PORTS = {"http": "80", "https": "443"}


class OwnOrigin:
    """Refuses what another page sends, and what it would embed.

    Args:
        app: what stands behind the door.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and is_foreign(scope):
            await refusal(scope, 403, FOREIGN)(scope, receive, send)
            return
        await self.app(scope, receive, send)


def is_foreign(scope: Scope) -> bool:
    """Whether another page is behind a request that it may not make."""
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site", OWN_SITE[0])
    if scope["method"] not in ("GET", "HEAD"):
        origins = headers.getlist("origin")
        return site not in OWN_SITE or any(not _is_own(origin, scope) for origin in origins)
    # A link from elsewhere leads here; a picture, script, frame or fetch of elsewhere does not.
    follows_link = (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) == (
        "navigate",
        "document",
    )
    return site not in OWN_SITE and not follows_link


def _is_own(origin: str, scope: Scope) -> bool:
    try:
        page = urlsplit(origin)
        port = page.port
    except ValueError:
        return False
    host = Headers(scope=scope).get("host", "")
    own = urlsplit(f"{scope['scheme']}://{host}")
    return (page.scheme, page.hostname, str(port or PORTS.get(page.scheme))) == (
        own.scheme,
        own.hostname,
        str(own.port or PORTS.get(own.scheme)),
    )


# What answers say of it

# The page and everything it loads come from this server; the browser enforces it.
POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; "
    "object-src 'none'; frame-ancestors 'self'; form-action 'self'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class WebHeaders:
    """Adds `HEADERS` to every answer that does not name its own; lets no other origin read.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = [pair for pair in message.get("headers", ()) if not _shares(pair[0])]
                named = {name.lower() for name, _ in given}
                added = [header for header in HEADERS if header[0] not in named]
                message["headers"] = given + added
            await send(message)

        await self.app(scope, receive, answer)


def _shares(name: bytes) -> bool:
    return name.lower().startswith(b"access-control-")
