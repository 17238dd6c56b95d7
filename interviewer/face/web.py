"""The web application: the page, the plain pages beside it, headers that keep it to itself."""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import fastapi
import gradio as gr
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.errors import InterviewerError
from interviewer.face import theme
from interviewer.face.opening import Opening
from interviewer.face.plain_pages import told
from interviewer.face.reports import add_reports
from interviewer.face.study import add_study
from interviewer.resources import shipped
from interviewer.settings import Places

if TYPE_CHECKING:
    from interviewer.interview import Interviews

LOOPBACK = ("127.0.0.1", "localhost", "::1")

# The page and everything it loads come from this server; the browser enforces it.
POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; "
    "object-src 'none'; frame-ancestors 'self'; form-action 'self'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
)


def build(host: str, places: Places, secret: str) -> Any:
    """The whole web application.

    Args:
        host: address it will be served on; on a loopback address other host names are refused.
        places: where data lives.
        secret: see `browser_secret`.
    """
    held: list[Opening] = []

    async def opening() -> Interviews:
        return await held[0]()

    @asynccontextmanager
    async def lifespan(_: fastapi.FastAPI) -> AsyncIterator[None]:
        held[:] = [Opening(places)]
        closing = asyncio.Event()
        holding = asyncio.create_task(held[0].hold(closing))
        yield
        closing.set()
        await holding

    app = fastapi.FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    add_plain_pages(app, opening)
    if host in LOOPBACK:  # another name that points here is a page trying to read ours
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, "[::1]"])
    return gr.mount_gradio_app(
        app,
        _page(opening, secret),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        theme=theme.theme(),
        css=theme.style(),
        head=theme.script(),
    )


def add_plain_pages(app: fastapi.FastAPI, opening: Callable[[], Awaitable[Interviews]]) -> None:
    """Everything that is served beside the Gradio page, and the headers of every answer."""

    async def unavailable(_: fastapi.Request, error: Exception) -> fastapi.Response:
        return told(str(error), 503)

    add_study(app, opening)
    add_reports(app, opening)
    app.add_exception_handler(InterviewerError, unavailable)
    app.add_middleware(Headers)


class Headers:
    """Adds `HEADERS` to every answer that does not name its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""

        async def answer(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                named = {name.lower() for name, _ in given}
                added = [header for header in HEADERS if header[0] not in named]
                message["headers"] = given + added
            await send(message)

        await self.app(scope, receive, answer)


def _page(opening: Callable[[], Awaitable[Interviews]], secret: str) -> gr.Blocks:
    """The Gradio page of `app.py`, which stands beside the package or in its bundle."""
    spec = importlib.util.spec_from_file_location("interviewer_app", shipped("app.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    blocks: gr.Blocks = module.Page(opening, secret).app
    return blocks
