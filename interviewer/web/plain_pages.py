"""The frame of the pages beside the app: plain HTML, one style sheet, no script at all."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from markupsafe import Markup
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from interviewer.web.templates import part

Link = tuple[str, str]
"""Where it leads, and its words."""

TITLES: Mapping[int, str] = {403: "Refused", 404: "Not found", 413: "Too long"}
SECTIONS: tuple[Link, ...] = (("/", "Practise"), ("/study", "Study"))


def page(
    title: str,
    body: str,
    *,
    here: str = "",
    trail: Sequence[Link] = (),
    sections: bool = True,
    root: str = "",
) -> Markup:
    """A whole page.

    Args:
        title: of the browser's tab.
        body: what stands in `<main>`, its `<h1>` included; escaped unless a template made it.
        here: address of the section that the page belongs to, one of `SECTIONS`.
        trail: the pages above this one, the topmost first.
        sections: whether the sections can be reached from here.
        root: path that the app is served under, such as `/coach`.
    """
    reached = SECTIONS if sections else ()
    style = Markup(_style())  # our own file; the policy of the page names its hash
    return part("plain.page", title, body, here, trail, reached, root, style)


def told(
    sentence: str, status: int, headers: Mapping[str, str] | None = None, *, root: str = ""
) -> HTMLResponse:
    """A page that says one sentence: what is not there, or what went wrong.

    Args:
        sentence: for people.
        status: of HTTP.
        headers: more of them.
        root: see `page`.
    """
    title = TITLES.get(status, "Not available")
    body = part("plain.told", title, sentence)
    return answer(page(title, body, root=root), status, headers)


def refusal(
    scope: Scope, status: int, sentence: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A response that says why somebody knocks in vain, in the form that was asked for.

    Args:
        scope: of the request; a browser that shows a page gets a page, a script gets JSON.
        status: of HTTP.
        sentence: for people.
        headers: more of them.
    """
    kept = {"cache-control": "no-store", **(headers or {})}
    if "text/html" in Headers(scope=scope).get("accept", ""):
        return told(sentence, status, kept, root=root_of(scope))
    return JSONResponse({"detail": sentence}, status, kept)


def root_of(scope: Scope) -> str:
    """The path that the app is served under, as the first door wrote it into a request."""
    root: str = scope.get("root_path", "")
    return root


def answer(html: str, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A page as a response whose policy allows its own style and nothing else.

    Args:
        html: made by `page`.
        status: of HTTP.
        headers: more of them.
    """
    kept = {"content-security-policy": policy(), "x-robots-tag": "noindex", **(headers or {})}
    return HTMLResponse(html, status, kept)


@cache
def policy() -> str:
    """The content security policy of these pages."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    return files("interviewer.web").joinpath("assets", "plain.css").read_text("utf-8")
