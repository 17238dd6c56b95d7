"""The doors in front of the app, from the outside in; each is a module of its own."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from interviewer.web.doors.allowed import Allowed
from interviewer.web.doors.arrival import Arrival
from interviewer.web.doors.bodies import BoundedBody
from interviewer.web.doors.joining import Joining, Sessions
from interviewer.web.doors.login import Login
from interviewer.web.doors.origin import OwnOrigin
from interviewer.web.doors.web_headers import WebHeaders
from interviewer.web.site import Site


def behind_doors(app: ASGIApp, site: Site, key: bytes, sessions: Sessions, ended: Path) -> ASGIApp:
    """The app as it may be served.

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
