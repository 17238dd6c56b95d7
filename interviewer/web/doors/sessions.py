"""Gradio's queue, as far as it has to be bounded: answers that nobody comes to read are dropped."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

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
