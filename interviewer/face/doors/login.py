"""One shared login, and an owner for each browser that has passed it.

Two cookies, both signed: the login, which ends with a logout, a change of the password or after a
month; and the owner, which outlives them, so that people find their interviews again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.face.doors.owner import write_owner
from interviewer.face.doors.password import Password, TooManyTries
from interviewer.face.doors.refusals import path_of, refusal
from interviewer.face.doors.revoked import Revoked
from interviewer.face.doors.signing import Signer
from interviewer.face.plain_pages import answer, page
from interviewer.face.site import Site
from interviewer.face.text import plain

MONTH = 30 * 24 * 3600  # seconds that a login lasts
YEARS = 400 * 24 * 3600  # seconds that a browser keeps its owner; the most that browsers allow
# Browsers ask the root of a host for its picture, and send no cookies of a path there.
PICTURE = "/favicon.ico"

LOG_IN = "Log in first, then try again."
WRONG = "That is not the password."
WAIT = "There were too many wrong tries; please wait {seconds} seconds."


class Login:
    """Lets in whoever is logged in, and says who it is.

    Args:
        app: what stands behind the door.
        site: what is served where; without a password everybody is let in.
        key: secret of this home.
        clock: seconds since the epoch.
    """

    def __init__(
        self, app: ASGIApp, site: Site, key: bytes, clock: Callable[[], float] = time.time
    ) -> None:
        self.app = app
        self._clock = clock
        self._password = Password(site.password, key) if site.password else None
        hashed = self._password.hashed if self._password else b""
        self._logins = Signer(key + hashed, "login")
        self._owners = Signer(key, "owner")
        self._revoked = Revoked(MONTH)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif path_of(scope) == "/health":
            await PlainTextResponse("ok")(scope, receive, send)
        elif self._password is None:
            await self._alone(scope, receive, send)
        else:
            response = await self._knock(self._password, Request(scope, receive))
            await (response or self.app)(scope, receive, send)

    async def _alone(self, scope: Scope, receive: Receive, send: Send) -> None:
        if path_of(scope) in ("/login", "/logout"):
            root = scope["root_path"]
            await RedirectResponse(f"{root}/", 303)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _knock(self, password: Password, request: Request) -> Response | None:
        """The answer of this door; None lets a request in."""
        path, writes = path_of(request.scope), request.method == "POST"
        known = self._known(request.scope)
        if path == "/login":
            return await self._log_in(password, request) if writes else _form(request)
        if path.startswith("/shared/") or path == PICTURE:
            return None
        if known is None:
            return _turn_away(request)
        if path == "/logout":
            return self._log_out(request) if writes else _leave()
        write_owner(request.scope, known)
        return None

    def _known(self, scope: Scope) -> str | None:
        """The owner that a request comes from; None for nobody who is logged in."""
        cookies = _cookies(scope)
        login = self._logins.read(cookies.get(self._login_name, "")) or ""
        issued, _, _ = login.partition("-")
        current = issued.isdigit() and 0 <= self._clock() - int(issued) < MONTH
        if not current or login in self._revoked:
            return None
        return self._owners.read(cookies.get(self._owner_name, "")) or None

    async def _log_in(self, password: Password, request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        tried, after = fields.get("password", [""])[0], fields.get("next", [""])[0]
        client = request.client.host if request.client else ""
        try:
            right = await password.is_right(tried, client)
        except TooManyTries as refused:
            seconds = int(refused.seconds) + 1
            told = WAIT.format(seconds=seconds)
            return _form(request, told, after, 429, {"retry-after": str(seconds)})
        if not right:
            return _form(request, WRONG, after, 401)
        response = RedirectResponse(f"{request.scope['root_path']}{_inside(after)}", 303)
        owner = self._owners.read(request.cookies.get(self._owner_name, ""))
        login = f"{int(self._clock())}-{secrets.token_hex(8)}"
        self._keep(request, response, self._login_name, self._logins.sign(login), MONTH)
        owner = owner or secrets.token_hex(16)
        self._keep(request, response, self._owner_name, self._owners.sign(owner), YEARS)
        return response

    def _log_out(self, request: Request) -> Response:
        if login := self._logins.read(request.cookies.get(self._login_name, "")):
            self._revoked.add(login, self._clock())
        response = RedirectResponse(f"{request.scope['root_path']}/login", 303)
        self._keep(request, response, self._login_name, "", 0)
        return response

    def _keep(
        self, request: Request, response: Response, name: str, value: str, seconds: int
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=request.scope["root_path"] or "/",
            secure=request.scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )

    # A host name's ports share their cookies, so each server marks its own.

    @property
    def _login_name(self) -> str:
        return f"interviewer_login_{self._owners.mark}"

    @property
    def _owner_name(self) -> str:
        return f"interviewer_owner_{self._owners.mark}"


def _cookies(scope: Scope) -> dict[str, str]:
    return cookie_parser(Headers(scope=scope).get("cookie", ""))


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
    told = f'<p class="problem" role="alert">{plain(problem)}</p>' if problem else ""
    body = (
        "<h1>Log in</h1>"
        '<p class="lead">This server is shared. The password comes from whoever runs it; '
        "your interviews are shown to this browser only.</p>"
        f'{told}<form class="login" method="post" action="{plain(root)}/login">'
        f'<input type="hidden" name="next" value="{plain(_inside(after))}">'
        '<label for="password">Password</label>'
        '<div><input id="password" name="password" type="password" required autofocus '
        f'autocomplete="current-password" maxlength="1000"{_described(problem)}>'
        '<button type="submit">Log in</button></div></form>'
    )
    kept = {"cache-control": "no-store", **(headers or {})}
    return answer(page("Log in", body, sections=False), status, kept)


def _described(problem: str) -> str:
    return ' aria-invalid="true"' if problem else ""


def _leave() -> Response:
    body = (
        "<h1>Log out</h1>"
        '<p class="lead">Your interviews stay on the server and belong to this browser; '
        "log in here again to see them.</p>"
        '<form class="login" method="post"><button type="submit">Log out</button></form>'
    )
    return answer(page("Log out", body), headers={"cache-control": "no-store"})
