"""One client who sends the worst shapes and sizes, without a pause, until it is stopped.

A process of its own (`python -m evals.bench.attack URL [--messages]`), so that what it does with
the answers costs those whose time is measured nothing but the processor. It prints what it sent
when a line comes in.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import cycle
from typing import Any

import httpx2

from evals.bench.measured import messages, scripts
from evals.bench.served import PATIENCE, Page, Visitor, log_in, page_of
from interviewer.core.settings import MESSAGE_LIMIT, SKETCH_LIMIT
from interviewer.simulation.shapes import repeated, shapes

CASE = "video_recommendation"
A_FEW = 5  # messages in one interview
BODY = 256 * 1024
MALFORMED: tuple[object, ...] = (
    None,
    {},
    [],
    "x",
    {"interview": [1], "seen": {}, "settings": 3},
    {"interview": "x" * 1000, "seen": 10**30, "settings": {"level": [[]]}},
)


class Attacker(Visitor):
    """A visitor who wants the others to wait; what is refused or fails does not stop it."""

    def __init__(self, client: httpx2.AsyncClient, page: Page, sent: Counter[str]) -> None:
        super().__init__(client, page)
        self._sent = sent

    async def do(self, kind: str, part: str, event: str, values: list[Any], data: object) -> None:
        """Runs a handler and reads its answers to their end."""
        try:
            async for _ in self._call(part, event, values, data):
                pass
            self._sent[kind] += 1
        except (AssertionError, KeyError, httpx2.HTTPError):
            self._sent[f"{kind}, refused"] += 1

    async def talk(self, texts: Iterable[str]) -> None:
        """Long messages, each at once after the reply to the one before."""
        for number, text in enumerate(texts):
            if number % A_FEW == 0:
                await self.begin(CASE)
            await self.do("messages", "message", "submit", [text, "", self.memory], None)
            self.memory["seen"] += 2

    async def draw(self, texts: Iterable[str]) -> None:
        """Sketches as if they were being typed."""
        for text in texts:
            await self.do("sketches", "sketch", "change", [text[:SKETCH_LIMIT]], None)

    async def spoil(self) -> None:
        """Memory that is none, and bodies as large as they may be."""
        for memory in cycle(MALFORMED):
            await self.do("memory", "bar", "click", [memory], {"act": "home"})
            big = {**self.memory, "settings": {"x": "y" * (BODY - 1000)}}
            await self.do("bodies", "bar", "click", [big], {"act": "home"})

    async def claim(self, quotes: Iterable[str]) -> None:
        """Words nobody said, to be judged again; the interview has long turns and has ended."""
        await self.begin(CASE)
        for _ in range(A_FEW):
            long = [repeated("a b ", MESSAGE_LIMIT), "", self.memory]
            await self.do("messages", "message", "submit", long, None)
            self.memory["seen"] += 2
        await self.do("endings", "end-now", "click", [self.memory], None)
        for quote in quotes:
            event = {"act": "rejudge", "item": "x", "quote": quote}
            await self.do("quotes", "card", "click", [self.memory], event)


def _messages() -> Iterable[str]:
    """Every shape, the longest prose between them, without an end."""
    prose = _prose()
    shaped = [text.encode("utf-8", "replace").decode() for _, text in shapes(MESSAGE_LIMIT)]
    return cycle([text for each in shaped for text in (each, prose)])


def _prose() -> str:
    """As much as fits of what scripted candidates say; no sentence of it is said twice."""
    said = [text for script in scripts() for text in messages(script)]
    return "\n".join(said)[:MESSAGE_LIMIT]


async def _attack(url: str, everything: bool) -> None:
    sent: Counter[str] = Counter()
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=url, timeout=PATIENCE, limits=limits) as client:
        await log_in(client)
        page = await page_of(client)

        def attacker() -> Attacker:
            return Attacker(client, page, sent)

        sketches = cycle([text.encode("utf-8", "replace").decode() for _, text in shapes(4000)])
        quotes = cycle([repeated("a b ", 1990) + "c", "a" * 2000, repeated("a. b ", 10**5)])
        jobs = [attacker().talk(_messages())]
        if everything:
            jobs += [attacker().draw(sketches), attacker().spoil(), attacker().claim(quotes)]
        tasks = [asyncio.create_task(job) for job in jobs]
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        failures = [repr(end) for end in ended if not isinstance(end, asyncio.CancelledError)]
        print(json.dumps({**sent, "failed": failures}), flush=True)


if __name__ == "__main__":
    asyncio.run(_attack(sys.argv[1], everything="--messages" not in sys.argv))
