"""What whoever knocks in vain is told: one sentence, in the form that was asked for."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from interviewer.web.plain_pages import told


def refusal(
    scope: Scope, status: int, sentence: str, headers: Mapping[str, str] | None = None
) -> Response:
    """A response that says why.

    Args:
        scope: of the request; a browser that shows a page gets a page, a script gets JSON.
        status: of HTTP.
        sentence: for people.
        headers: more of them.
    """
    kept = {"cache-control": "no-store", **(headers or {})}
    if "text/html" in Headers(scope=scope).get("accept", ""):
        return told(sentence, status, kept)
    return JSONResponse({"detail": sentence}, status, kept)


def path_of(scope: Scope) -> str:
    """The path of a request below the root path."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"
