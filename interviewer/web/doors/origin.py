"""Whether a request was made by our own page; another page reads nothing and writes nothing.

A browser names the page that sends a POST in `Origin`, and newer ones say in `Sec-Fetch-Site` how
it stands to us; a script of that page can change neither. A request with neither comes from no
page: curl, a test, a program of this machine. Such a client carries no browser's cookies and could
forge any header, so refusing it would protect nobody, and it is let through to the password.
"""

from __future__ import annotations

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
