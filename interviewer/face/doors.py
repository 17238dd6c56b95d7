"""The doors in front of the app, from the outside in; each is a module of its own."""

from __future__ import annotations

from starlette.types import ASGIApp

from interviewer.face.allowed import Allowed
from interviewer.face.arrival import Arrival
from interviewer.face.bodies import BoundedBody
from interviewer.face.joining import Joining, Sessions
from interviewer.face.login import Login
from interviewer.face.origin import OwnOrigin
from interviewer.face.site import Site
from interviewer.face.web_headers import WebHeaders


def behind_doors(app: ASGIApp, site: Site, key: bytes, sessions: Sessions) -> ASGIApp:
    """The app as it may be served.

    Args:
        app: the pages.
        site: what is served where.
        key: secret of this home, which signs cookies.
        sessions: what waits in Gradio's queue.
    """
    joining = Joining(app, sessions)
    login = Login(joining, site, key)
    own_origin = OwnOrigin(BoundedBody(login))
    return WebHeaders(Arrival(Allowed(own_origin), site))
