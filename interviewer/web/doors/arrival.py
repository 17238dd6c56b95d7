"""How a request arrived: for which name, by which scheme, under which path.

Everything behind this door reads the scope alone. What proxies add is read here, where it is known
whether one was told of, and taken away, so that Gradio, which believes it from anybody, sees none.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.web.plain_pages import refusal
from interviewer.web.site import Site, split_authority

PROXIED = (b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-for", b"forwarded")
DROPPED = frozenset(
    {
        *PROXIED,
        *(b"x-forwarded-port", b"x-forwarded-prefix", b"x-forwarded-server", b"x-original-url"),
        *(b"x-rewrite-url", b"x-gradio-server", b"x-gradio-user", b"host"),
    }
)

UNKNOWN_NAME = (
    "This server does not answer to that name. Whoever runs it can add it: --allow-host NAME."
)
UNTOLD_PROXY = (
    "This request came through a proxy that the server was not told of. "
    "Start it with --allow-host NAME and INTERVIEWER_PASSWORD."
)


class Arrival:
    """Refuses foreign host names and untold proxies; writes down what is true of the rest.

    Args:
        app: what stands behind the door.
        site: what is served where.
    """

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self.app = app
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything but HTTP and the start of the server is not answered."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._arrive(scope, receive, send)

    async def _arrive(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        client = (scope.get("client") or ("", 0))[0]
        proxied = any(name.decode() in headers for name in PROXIED)
        if proxied and not self.site.behind_proxy:
            await refusal(scope, 403, UNTOLD_PROXY)(scope, receive, send)
            return
        said = _said(headers) if self.site.believes(client) else {}
        hosts = headers.getlist("host")
        authority = said.get("host") or (hosts[0] if len(hosts) == 1 else "")
        if not self._answers_to(authority):
            await refusal(scope, 400, UNKNOWN_NAME)(scope, receive, send)
            return
        if self.site.root and scope["path"] == self.site.root:
            await RedirectResponse(f"{self.site.root}/", 308)(scope, receive, send)
            return
        await self.app(self._written(scope, authority, said), receive, send)

    def _answers_to(self, authority: str) -> bool:
        name, port = split_authority(authority)
        return name in self.site.admitted and (not port or _is_port(port))

    def _written(self, scope: Scope, authority: str, said: dict[str, str]) -> Scope:
        root, path = self.site.root, scope["path"]
        # A proxy hands the path on with the root path or without it; inside it always has it.
        before = "" if not root or path.startswith(f"{root}/") else root
        kept = [pair for pair in scope["headers"] if pair[0].lower() not in DROPPED]
        client = said.get("for")
        return {
            **scope,
            "scheme": said.get("proto", scope["scheme"]),
            "root_path": root,
            "path": before + path,
            "raw_path": before.encode() + scope.get("raw_path", path.encode()),
            "client": (client, 0) if client else scope.get("client"),
            "headers": [(b"host", authority.lower().encode("latin-1")), *kept],
        }


def _is_port(port: str) -> bool:
    plain = port.isascii() and port.isdigit() and len(port) <= 5
    return plain and 0 < int(port) <= 65535


def _said(headers: Headers) -> dict[str, str]:
    """What the nearest proxy said, the last of each list: `host`, `proto`, `for`."""
    found = {
        short: headers.getlist(f"x-forwarded-{short}")[-1].rpartition(",")[2].strip()
        for short in ("host", "proto", "for")
        if f"x-forwarded-{short}" in headers
    }
    if found.get("proto", "").lower() not in ("http", "https"):
        found.pop("proto", None)
    else:
        found["proto"] = found["proto"].lower()
    found["for"] = found.get("for", "")[:64]
    return found
