"""The doors in front of the app, from the outside in; each is a module of its own."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from interviewer.face.doors.allowed import Allowed
from interviewer.face.doors.arrival import Arrival
from interviewer.face.doors.bodies import BoundedBody
from interviewer.face.doors.joining import Joining, Sessions
from interviewer.face.doors.login import Login
from interviewer.face.doors.origin import OwnOrigin
from interviewer.face.doors.web_headers import WebHeaders
from interviewer.face.site import Site


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
