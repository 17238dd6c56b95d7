"""The addresses that the page uses; Gradio serves many more, and none of those is reached."""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.web.doors.bodies import CLOSING, announces_body
from interviewer.web.plain_pages import refusal
from interviewer.web.site import path_of

NOTHING = "There is nothing at this address."
NO_BODY = "This address takes nothing in; ask for it without a body."
WRONG_METHOD = "This address cannot be used that way."

READ = ("GET", "HEAD")
_SEGMENT = r"[^/]{1,200}"
ROUTES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), methods)
    for pattern, methods in (
        # ours
        (r"/(study(/.{0,300})?|health)", READ),
        (rf"/(reports|shared)/{_SEGMENT}", READ),
        (r"/(login|logout)", (*READ, "POST")),
        # the page, and what it loads
        (r"/(theme\.css|config|favicon\.ico)?", READ),
        (r"/(assets|static)(/[\w.-]{1,100}){1,8}", READ),
        # what its script calls: events, their answers, whether the server is back
        (r"/gradio_api/queue/join", ("POST",)),
        (r"/gradio_api/(queue/data|app_id)", ("GET",)),
    )
)


class Allowed:
    """Answers 404 to everything that is not in `ROUTES`, and reads no body where none belongs.

    Args:
        app: what stands behind the door.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            methods = methods_at(path_of(scope))
            if scope["method"] not in methods:
                status = 405 if methods else 404
                sentence = WRONG_METHOD if methods else NOTHING
                await refusal(scope, status, sentence)(scope, receive, send)
                return
            if scope["method"] in READ and announces_body(Headers(scope=scope)):
                # Nobody waits for it: it has no meaning, and need never come.
                await refusal(scope, 400, NO_BODY, CLOSING)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def methods_at(path: str) -> tuple[str, ...]:
    """The methods that an address takes; none when there is nothing."""
    if {".", ".."} & set(path.split("/")):
        return ()
    return next((methods for route, methods in ROUTES if route.fullmatch(path)), ())
