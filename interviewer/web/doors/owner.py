"""Whose interviews a request may see: decided once, asked here by every handler and route."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews

ALONE = ""
"""The owner of everything on a page that only this machine's person can open."""
_KEY = "interviewer.owner"


def owner_of(scope: MutableMapping[str, Any]) -> str:
    """The owner that the doors in front wrote into the scope of a request."""
    owner: str = scope.get(_KEY, ALONE)
    return owner


def write_owner(scope: MutableMapping[str, Any], owner: str) -> None:
    """Notes who makes a request; only what has read a signed cookie may call it."""
    scope[_KEY] = owner


async def own(
    opening: Callable[[], Awaitable[Interviews]], scope: MutableMapping[str, Any]
) -> Interviews:
    """The interviews of whoever makes this request, and no others.

    Args:
        opening: waits until the interviews are open and returns them.
        scope: of the request.

    Raises:
        InterviewerError: they could not be opened.
    """
    return (await opening()).owned_by(owner_of(scope))
