"""The web application: the page, the plain pages beside it, and the doors in front of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import fastapi
import gradio as gr
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from interviewer.core.errors import InterviewerError
from interviewer.core.paths import Places
from interviewer.web import theme
from interviewer.web.doors.allowed import Allowed
from interviewer.web.doors.arrival import Arrival
from interviewer.web.doors.bodies import BoundedBody
from interviewer.web.doors.cookies import ENDED
from interviewer.web.doors.event_queue import REMEMBERED, Joining, QueueSessions
from interviewer.web.doors.login import Login
from interviewer.web.doors.origin import OwnOrigin, WebHeaders
from interviewer.web.doors.visitors import Opened
from interviewer.web.lifespan import Opening
from interviewer.web.page import Page
from interviewer.web.plain_pages import root_of, told
from interviewer.web.reports import add_reports
from interviewer.web.site import Site
from interviewer.web.study import add_study

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews


def build(site: Site, places: Places, secret: str, key: bytes) -> ASGIApp:
    """The whole web application.

    Args:
        site: what is served where.
        places: where data lives.
        secret: see `browser_secret`.
        key: see `signing_key`.
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
    # Gradio lets other origins read unless the app it is mounted on has a policy: nobody may.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    blocks = Page(opening, secret, alone=not site.password).app
    _mount(app, blocks)
    return behind_doors(app, site, key, QueueSessions(blocks), places.home / ENDED)


def behind_doors(
    app: ASGIApp, site: Site, key: bytes, sessions: QueueSessions, ended: Path
) -> ASGIApp:
    """The app as it may be served, behind doors, from the outside in.

    Args:
        app: the pages.
        site: what is served where.
        key: secret of this home, which signs cookies.
        sessions: what waits in Gradio's queue.
        ended: file that keeps which logins were ended.
    """
    joining = Joining(app, sessions)
    # No body is held for anybody who is not logged in; the login reads its own, which is short.
    login = Login(BoundedBody(joining), site, key, ended)
    return WebHeaders(Arrival(Allowed(OwnOrigin(login)), site))


def _mount(app: fastapi.FastAPI, blocks: gr.Blocks) -> None:
    blocks.state_session_capacity = REMEMBERED
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        theme=theme.theme(),
        css=theme.style(),
        head=theme.script(),
        max_file_size=0,
    )
    # A mounted page counts as not yet launched, and then Gradio copies every file that is named.
    blocks.has_launched = True


def add_plain_pages(app: fastapi.FastAPI, opening: Opened) -> None:
    """Everything that is served beside the Gradio page, and the headers of every answer."""

    async def unavailable(request: fastapi.Request, error: Exception) -> fastapi.Response:
        return told(str(error), 503, root=root_of(request.scope))

    add_study(app, opening)
    add_reports(app, opening)
    app.add_exception_handler(InterviewerError, unavailable)
    app.add_middleware(WebHeaders)
