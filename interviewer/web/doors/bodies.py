"""Bodies of requests, taken in whole before anything looks at them: bounded in size and in time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.web.plain_pages import refusal

BODY_LIMIT = 256 * 1024  # bytes; the longest message and sketch fill a quarter of it
PATIENCE = 15.0  # seconds for the whole body
DRAINED = 8 * 1024 * 1024  # bytes of a long body that are thrown away, so that the refusal is read
DRAINING = 2.0  # seconds

TOO_LONG = "This is too long to be taken in: {} KB fit. Shorten it or send it in parts."
TOO_SLOW = "The rest of this request did not come. Please send it again."
# The connection still holds the rest of the body, so nothing else can be read from it.
CLOSING = {"connection": "close"}


class TooLong(Exception):
    """A body is longer than fits."""


class BoundedBody:
    """Refuses what is too long or too slow; hands on the rest with its body already there.

    Args:
        app: what stands behind the door.
        most: bytes of a whole body.
        patience: seconds for it.
    """

    def __init__(self, app: ASGIApp, most: int = BODY_LIMIT, patience: float = PATIENCE) -> None:
        self.app = app
        self.most = most
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.patience):
                body = await read_body(Headers(scope=scope), receive, self.most)
        except TooLong:
            await drain(receive)
            await refusal(scope, 413, TOO_LONG.format(self.most // 1024), CLOSING)(
                scope, receive, send
            )
        except TimeoutError:
            await refusal(scope, 408, TOO_SLOW, CLOSING)(scope, receive, send)
        except ClientDisconnect:
            return
        else:
            await self.app(scope, replayed(body, receive), send)


async def read_body(headers: Headers, receive: Receive, most: int = BODY_LIMIT) -> bytes:
    """The whole body.

    Raises:
        TooLong: it is announced or turns out to be longer than fits.
        ClientDisconnect: the client went away before its end.
    """
    announced = headers.get("content-length", "0")
    plain = announced.isascii() and announced.isdigit()
    if not plain or len(announced) > 12 or int(announced) > most:
        raise TooLong
    if not announces_body(headers):
        return b""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise TooLong
    return bytes(body)


def announces_body(headers: Headers) -> bool:
    """Whether a body follows the head of a request."""
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


async def drain(receive: Receive) -> None:
    """Takes in some more and forgets it: a client that still sends would not read an answer."""
    taken = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAINING):
            while taken < DRAINED:
                message = await receive()
                taken += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return


def replayed(body: bytes, receive: Receive) -> Callable[[], Any]:
    """A `receive` that gives a body which was read before, and then only tells of the end."""
    given = False

    async def again() -> MutableMapping[str, Any]:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        while (message := await receive())["type"] == "http.request":
            continue  # the end of a body that is empty
        return message

    return again
