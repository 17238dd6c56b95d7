"""Headers of every answer, which keep the pages to themselves."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

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
