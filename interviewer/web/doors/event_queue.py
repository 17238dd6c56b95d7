"""Gradio's queue: what an event may carry, and whose answers a stream may read.

Gradio takes any JSON as the value of an input, copies dictionaries that look like files, keeps what
it was given for each session, and shows the answers of a session to whoever names it. Here an event
becomes exactly what the page sends: texts, numbers, the browser's memory; and the name of a session
is worth something only together with its owner. Answers that nobody comes to read are dropped.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TypeGuard
from urllib.parse import parse_qs, urlencode

import gradio as gr
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from interviewer.web.browser_memory import Memory
from interviewer.web.clicks import Click
from interviewer.web.doors.bodies import replayed
from interviewer.web.doors.visitors import ALONE, Pace, owner_of, visitor_of
from interviewer.web.plain_pages import refusal
from interviewer.web.site import path_of

UNREAD = 16  # events of one session that may wait for their answer; a page has two or three
WAITING = 256  # sessions that asked and do not read; the one that asked longest ago is dropped
REMEMBERED = 512  # sessions whose last values Gradio keeps; a page does not need them


class QueueSessions:
    """What waits in the queue of a page.

    Args:
        blocks: the page; it is mounted.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        self._blocks = blocks
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._read: Counter[str] = Counter()

    def inputs(self, handler: int) -> int | None:
        """How many inputs a handler has; None when there is none of that number."""
        known = self._blocks.fns.get(handler)
        return None if known is None else len(known.inputs)

    def knows(self, session: str) -> bool:
        """Whether a session has answers to read."""
        return session in self._blocks._queue.pending_messages_per_session

    async def make_room(self, session: str) -> bool:
        """Whether another event of a session fits; drops what was left unread."""
        queue = self._blocks._queue
        if len(queue.pending_event_ids_session.get(session, ())) >= UNREAD:
            return False
        if session not in self._read:
            self._asked[session] = None
            self._asked.move_to_end(session)
        while len(self._asked) > WAITING:
            left, _ = self._asked.popitem(last=False)
            await self._drop(left)
        return True

    @contextmanager
    def reading(self, session: str) -> Iterator[None]:
        """While somebody reads the answers of a session, it is not dropped."""
        self._read[session] += 1
        self._asked.pop(session, None)
        try:
            yield
        finally:
            self._read[session] -= 1
            self._read += Counter()  # forgets those that nobody reads

    async def _drop(self, session: str) -> None:
        queue = self._blocks._queue
        await queue.clean_events(session_hash=session)
        queue.pending_messages_per_session.pop(session, None)
        queue.pending_event_ids_session.pop(session, None)


JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
MOST_EXACT = 2**53  # a larger whole number is not the same in every browser

NO_EVENT = "This is no event of the page. Load the page again."
TOO_MANY = "Too many events wait for an answer. Load the page again."
TOO_FAST = "Too much was asked in a short time. Wait some seconds, then try again."

_SESSION = re.compile(r"[A-Za-z0-9_-]{1,64}")
# As Gradio says it; the page then makes a new session by itself.
_LOST: Mapping[str, Any] = {
    "msg": "unexpected_error",
    "message": "",
    "session_not_found": True,
    "success": False,
}


class Malformed(Exception):
    """A body is no event of the page."""


class Joining:
    """Lets through events that the page could have sent, each in the session of its owner.

    Args:
        app: what stands behind the door.
        sessions: what waits in the queue.
    """

    def __init__(self, app: ASGIApp, sessions: QueueSessions) -> None:
        self.app = app
        self.sessions = sessions
        self.pace = Pace()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        path = path_of(scope) if scope["type"] == "http" else ""
        if path == JOIN:
            await self._join(scope, receive, send)
        elif path == DATA:
            await self._follow(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        try:
            # A form or a plain text is what a page of elsewhere could send without being asked.
            if not Headers(scope=scope).get("content-type", "").startswith("application/json"):
                raise Malformed
            event = read_event(body, self.sessions.inputs)
        except Malformed:
            await refusal(scope, 400, NO_EVENT)(scope, receive, send)
            return
        event["session_hash"] = bound(event["session_hash"], owner_of(scope))
        if not await self.sessions.make_room(event["session_hash"]):
            await refusal(scope, 429, TOO_MANY)(scope, receive, send)
            return
        if not await self.pace.keep(visitor_of(scope, event["session_hash"])):
            await refusal(scope, 429, TOO_FAST)(scope, receive, send)
            return
        body = json.dumps(event).encode()
        await self.app(_with_length(scope, len(body)), replayed(body, receive), send)

    async def _follow(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])
        session = bound(named[0], owner_of(scope)) if _SESSION.fullmatch(named[0]) else ""
        if not self.sessions.knows(session):
            lost = Response(f"data: {json.dumps(_LOST)}\n\n", media_type="text/event-stream")
            await lost(scope, receive, send)
            return
        query = urlencode({"session_hash": session}).encode()
        with self.sessions.reading(session):
            await self.app({**scope, "query_string": query}, receive, send)


def read_event(body: bytes, inputs: Callable[[int], int | None]) -> dict[str, Any]:
    """An event with exactly the fields that the page sends, each of its kind.

    Args:
        body: what was sent.
        inputs: how many inputs a handler has; None when there is none of that number.

    Raises:
        Malformed: it names no handler or session, or has not one value for each input.
    """
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if not isinstance(sent, dict):
        raise Malformed
    handler, session, values = sent.get("fn_index"), sent.get("session_hash"), sent.get("data")
    if type(handler) is not int or not isinstance(values, list):
        raise Malformed
    if len(values) != inputs(handler):
        raise Malformed
    if not isinstance(session, str) or not _SESSION.fullmatch(session):
        raise Malformed
    trigger = sent.get("trigger_id")
    return {
        "fn_index": handler,
        "session_hash": session,
        "trigger_id": trigger if type(trigger) is int and 0 <= trigger < MOST_EXACT else None,
        "data": [_value(value) for value in values],
        "event_data": _click(sent.get("event_data")),
    }


def bound(session: str, owner: str) -> str:
    """The name of a session inside: another owner who knows it only reaches one of their own."""
    if owner == ALONE:
        return session
    return hashlib.sha256(f"{owner} {session}".encode()).hexdigest()


def _value(sent: object) -> object:
    """A text, a number, the browser's memory, or nothing."""
    if isinstance(sent, dict):
        return Memory.read(_texts_in(sent)).kept()
    return _scalar(sent)


def _texts_in(sent: Mapping[str, object]) -> dict[str, object]:
    settings = sent.get("settings")
    inner = {name: _scalar(value) for name, value in settings.items()} if _maps(settings) else None
    return {name: _scalar(value) for name, value in sent.items()} | {"settings": inner}


def _click(sent: object) -> dict[str, str]:
    return {name: _text(value) for name, value in asdict(Click.read(sent)).items() if value}


def _scalar(sent: object) -> object:
    if isinstance(sent, str):
        return _text(sent)
    if isinstance(sent, int):
        return sent if abs(sent) <= MOST_EXACT else None
    return sent if isinstance(sent, float) and math.isfinite(sent) else None


def _text(sent: str) -> str:
    """Without the halves of characters, which JSON can say and nothing can write."""
    return sent.encode("utf-8", "replace").decode()


def _maps(sent: object) -> TypeGuard[dict[str, object]]:
    return isinstance(sent, dict)


def _with_length(scope: Scope, length: int) -> MutableMapping[str, Any]:
    dropped = (b"content-length", b"transfer-encoding", b"content-type")
    kept = [pair for pair in scope["headers"] if pair[0].lower() not in dropped]
    told = [(b"content-length", str(length).encode()), (b"content-type", b"application/json")]
    return {**scope, "headers": [*kept, *told]}
