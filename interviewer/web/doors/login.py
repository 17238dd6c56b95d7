"""One shared login, and an owner for each browser that has passed it.

Two cookies, both signed: the login, which ends with a logout, a change of the password or after a
month; and the owner, which outlives them, so that people find their interviews again. The login
names its owner, so that neither is worth anything beside the other of somebody else.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.web.doors.bodies import BoundedBody, drain
from interviewer.web.doors.cookies import MONTH, Cookies, Revoked, Signer, Ticket
from interviewer.web.doors.password import Password, TooManyTries
from interviewer.web.doors.visitors import write_owner
from interviewer.web.plain_pages import answer, page, refusal
from interviewer.web.site import Site, path_of
from interviewer.web.templates import part

LOGIN_LIMIT = 16 * 1024  # bytes of a login; the longest password is 12 KB as a form writes it
LOGIN_PATIENCE = 5.0  # seconds for them
# Browsers ask the root of a host for its picture, and send no cookies of a path there.
PICTURE = "/favicon.ico"

LOG_IN = "Log in first, then try again."
TWICE = (
    "Another page under this host name has set a cookie of this server's. "
    "Delete the cookies of this host in your browser, then log in again."
)
WRONG = "That is not the password."
WAIT = "There were too many wrong tries; please wait {seconds} seconds."


class Login:
    """Lets in whoever is logged in, and says who it is.

    Args:
        app: what stands behind the door.
        site: what is served where; without a password everybody is let in.
        key: secret of this home.
        ended: file that keeps which logins were ended.
        clock: seconds since the epoch.
    """

    def __init__(
        self,
        app: ASGIApp,
        site: Site,
        key: bytes,
        ended: Path,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.app = app
        self._entry = BoundedBody(self._enter, LOGIN_LIMIT, LOGIN_PATIENCE)
        self._clock = clock
        self._password = Password(site.password, key) if site.password else None
        hashed = self._password.hashed if self._password else b""
        self._cookies = Cookies(Signer(key + hashed, "login"), Signer(key, "owner"))
        self._revoked = Revoked(MONTH, ended)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif path_of(scope) == "/health":
            await PlainTextResponse("ok")(scope, receive, send)
        elif self._password is None:
            await self._alone(scope, receive, send)
        else:
            await self._knock(scope, receive, send)

    async def _alone(self, scope: Scope, receive: Receive, send: Send) -> None:
        if path_of(scope) in ("/login", "/logout"):
            root = scope["root_path"]
            await RedirectResponse(f"{root}/", 303)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _knock(self, scope: Scope, receive: Receive, send: Send) -> None:
        path, writes = path_of(scope), scope["method"] == "POST"
        if path.startswith("/shared/") or path == PICTURE:
            await self.app(scope, receive, send)
        elif path == "/login" and writes:
            await self._entry(scope, receive, send)
        else:
            response = self._answer(Request(scope))
            if response is not None and writes:
                await drain(receive)  # so that the refusal is read
            await (response or self.app)(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        """The answer of this door; None lets a request in."""
        scope, path, writes = request.scope, path_of(request.scope), request.method == "POST"
        if self._cookies.are_twice(scope):
            return refusal(scope, 400, TWICE)
        if path == "/login":
            return _form(request)
        if (ticket := self._current(scope)) is None:
            return _turn_away(request)
        if path == "/logout":
            return self._log_out(request, ticket) if writes else _leave(request)
        write_owner(scope, ticket.owner)
        return None

    def _current(self, scope: Scope) -> Ticket | None:
        """The login of a request; None for nobody who is logged in."""
        ticket = self._cookies.ticket(scope)
        if ticket is None or not 0 <= self._clock() - ticket.issued < MONTH:
            return None
        if ticket.number in self._revoked or ticket.owner != self._cookies.owner(scope):
            return None
        return ticket

    async def _enter(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A login with its body already there."""
        request = Request(scope, receive)
        if self._password is None or self._cookies.are_twice(scope):
            response = refusal(scope, 400, TWICE)
        else:
            response = await self._log_in(self._password, request)
        await response(scope, receive, send)

    async def _log_in(self, password: Password, request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        tried, after = fields.get("password", [""])[0], fields.get("next", [""])[0]
        # The owner that the last login named counts before one that may have been set since.
        ticket = self._cookies.ticket(request.scope)
        owner = ticket.owner if ticket else self._cookies.owner(request.scope)
        try:
            right = await password.is_right(tried, _address(request), owner)
        except TooManyTries as refused:
            seconds = int(refused.seconds) + 1
            told = WAIT.format(seconds=seconds)
            return _form(request, told, after, 429, {"retry-after": str(seconds)})
        if not right:
            return _form(request, WRONG, after, 401)
        response = RedirectResponse(f"{request.scope['root_path']}{_inside(after)}", 303)
        owner = owner or secrets.token_hex(16)
        issued = Ticket(int(self._clock()), secrets.token_hex(8), owner)
        self._cookies.keep(response, request.scope, issued)
        return response

    def _log_out(self, request: Request, ticket: Ticket) -> Response:
        self._revoked.add(ticket.number, self._clock())
        response = RedirectResponse(f"{request.scope['root_path']}/login", 303)
        self._cookies.end(response, request.scope)
        return response


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _turn_away(request: Request) -> Response:
    scope, path = request.scope, path_of(request.scope)
    shows_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if not shows_page:
        return refusal(scope, 401, LOG_IN)
    query = f"?{request.url.query}" if request.url.query else ""
    after = "" if path == "/" and not query else f"?next={quote(path + query, safe='')}"
    headers = {"cache-control": "no-store"}
    return RedirectResponse(f"{scope['root_path']}/login{after}", 303, headers)


def _inside(after: str) -> str:
    """Where to go after the login: an address of ours, or the start page."""
    plain_path = after.startswith("/") and not after.startswith(("//", "/\\"))
    printable = len(after) <= 500 and all("!" <= char <= "~" and char != "\\" for char in after)
    return after if plain_path and printable else "/"


def _form(
    request: Request,
    problem: str = "",
    after: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    root, after = request.scope["root_path"], after or request.query_params.get("next", "")
    body = part("plain.log_in", root, _inside(after), problem)
    kept = {"cache-control": "no-store", **(headers or {})}
    return answer(page("Log in", body, sections=False, root=root), status, kept)


def _leave(request: Request) -> Response:
    root = request.scope["root_path"]
    html = page("Log out", part("plain.log_out"), root=root)
    return answer(html, headers={"cache-control": "no-store"})
