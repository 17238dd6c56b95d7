"""`streams`: from the facade releasing a sentence to the browser having it, with twenty streams.

Nineteen candidates speak the page's protocol and one sits in Chromium; nobody pauses to think, and
a scripted language model talks so slowly that nearly all of them are hearing a reply at any time.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from statistics import median

import httpx2

from evals.bench.load import CASE
from evals.bench.measured import Measured, messages, scripts, spread
from evals.bench.model import plain_model
from evals.bench.released import Released, WatchedServer
from evals.bench.served import Page, Visitor, connect, page_of
from evals.bench.watched import Seen, Watcher
from interviewer.brains.factory import LLM
from interviewer.core.paths import Places
from interviewer.llm.usage import Kind
from interviewer.retrieval.builder import ensure_index
from interviewer.service.interviews import open_interviews
from interviewer.simulation.endpoints.misbehaving import Slow
from interviewer.simulation.endpoints.wire import MODEL, Asked
from interviewer.simulation.homes import temporary_places
from interviewer.web.text import plain

STREAMS = 20
EXCHANGES = 3  # of each interview
STATEMENTS = 6  # of each reply, before what the draft says
PAUSE = 0.35  # seconds a piece: 34 characters a second, some eight tokens
APART = 0.4  # seconds between the first messages: people do not begin together
BOUND = 100.0  # milliseconds, p95
_STOOD_IN = r"class=\"stand-in\""
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def measure() -> list[Measured]:
    """p95 of the clients' streams, and of the one in the page of a browser."""
    with temporary_places() as places:
        released, heard, watched = asyncio.run(_measure(places))
    at_once = {"streams_at_once": median(streams_at_once(released))}
    clients = {**spread(waits(released, heard, _in_an_event), 1), **at_once}
    page = {**spread(waits(released, watched, str), 1), **at_once}
    return [
        Measured("sentence to client, 20 streams, p95", clients["p95"], BOUND, "ms", clients),
        Measured("sentence to page, 20 streams, p95", page["p95"], BOUND, "ms", page),
    ]


class Talkative:
    """A model whose replies have sentences of their own before those of the draft.

    Each of them is said once, so that it is known which one has arrived.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(100)

    def __call__(self, asked: Asked) -> str:
        """The reply to a request."""
        if asked.kind is not Kind.SAY:
            return plain_model(asked)
        own = (self._statement() for _ in range(STATEMENTS))
        return " ".join((*own, asked.section("DRAFT")))

    def _statement(self) -> str:
        """A number in words, since a figure that nobody has named is not let through."""
        spelled = " ".join(DIGITS[int(digit)] for digit in str(next(self._numbers)))
        return f"{spelled.capitalize()} it is."


class Listener(Visitor):
    """A visitor who talks with the language model and notes what comes, and when."""

    def __init__(self, client: httpx2.AsyncClient, page: Page) -> None:
        super().__init__(client, page)
        self.memory["settings"] = {**self.memory["settings"], "brain": LLM}

    async def talk(self, texts: Sequence[str], late: float = 0.0) -> list[Seen]:
        """Sends messages, each after the reply to the one before; the events that came.

        Args:
            texts: the messages.
            late: seconds before the first.
        """
        await asyncio.sleep(late)
        seen: list[Seen] = []
        for text in texts:
            values = [text, "", self.memory]
            async for _, line in self._call("message", "submit", values, None):
                seen.append(Seen(self.memory["interview"], time.time(), line))
            self.memory["seen"] += 2
            assert f"turn-{self.memory['seen']}" in line, f"no reply came: {line[:500]}"
            assert _STOOD_IN not in line, "a reply was not the model's"
        return seen


async def _measure(places: Places) -> tuple[list[Released], list[Seen], list[Seen]]:
    """What was released, and what the clients and the page saw of it."""
    await _prepare(places)
    async with _model() as model:
        with WatchedServer(places.home, model.base_url, MODEL) as server:
            heard, watched = await _crowd(server, model)
            return server.released(), heard, watched


async def _prepare(places: Places) -> None:
    """Vectors and index, so that the server has nothing to build."""
    async with open_interviews(places) as interviews:
        await asyncio.gather(interviews.warm(), ensure_index(places))


@asynccontextmanager
async def _model() -> AsyncIterator[Slow]:
    """The language model, which does not take its time yet."""
    model = Slow(Talkative(), pause=0.0)
    await model.start()
    try:
        yield model
    finally:
        await model.stop()


async def _crowd(server: WatchedServer, model: Slow) -> tuple[list[Seen], list[Seen]]:
    """What the clients, and a browser among them, saw of the replies."""
    texts = [messages(script)[:EXCHANGES] for script in scripts() if script.case_id == CASE]
    said = itertools.cycle(texts)
    with ThreadPoolExecutor(1) as thread:
        on_its_thread = partial(asyncio.get_running_loop().run_in_executor, thread)
        async with connect(server) as client:
            opening = on_its_thread(Watcher, server.url, CASE)
            listeners = await _listeners(client)
            watcher = await opening
            model.pause = PAUSE
            try:
                watched = on_its_thread(watcher.talk, next(said))
                talks = [
                    listener.talk(next(said), late=APART * number)
                    for number, listener in enumerate(listeners, 1)
                ]
                heard = await asyncio.gather(*talks)
                return [seen for each in heard for seen in each], await watched
            finally:
                await on_its_thread(watcher.close)


async def _listeners(client: httpx2.AsyncClient) -> list[Listener]:
    """Visitors who have begun an interview each; one more has waited until all is loaded."""
    page = await page_of(client)
    first, *others = [Listener(client, page) for _ in range(STREAMS)]
    await first.begin(CASE)
    warming = asyncio.create_task(first.talk(["How many users are there?"]))
    for listener in others:
        await listener.begin(CASE)
    await warming
    return others


def waits(
    released: Sequence[Released], seen: Sequence[Seen], written: Callable[[str], str]
) -> list[float]:
    """Milliseconds from each release of an interview that was watched until it was seen.

    Args:
        released: sentences.
        seen: what was there at which moments, in their order.
        written: how a sentence stands in that.
    """
    by_interview: dict[str, list[Seen]] = {}
    for one in seen:
        by_interview.setdefault(one.interview, []).append(one)
    return [
        1000 * (_first_seen(each, by_interview[each.interview], written(each.sentence)) - each.at)
        for each in released
        if each.interview in by_interview
    ]


def _first_seen(released: Released, seen: Sequence[Seen], words: str) -> float:
    there = (one.at for one in seen if one.at >= released.at and words in one.text)
    at = next(there, None)
    assert at is not None, f"never arrived: {released.sentence}"
    return at


def streams_at_once(released: Sequence[Released]) -> list[int]:
    """At each release, how many replies were between their first and their last sentence."""
    spans: dict[int, tuple[float, float]] = {}
    for each in released:
        first, _ = spans.get(each.exchange, (each.at, each.at))
        spans[each.exchange] = (first, each.at)
    return [sum(first <= each.at <= last for first, last in spans.values()) for each in released]


def _in_an_event(sentence: str) -> str:
    """A sentence as HTML within JSON."""
    return json.dumps(plain(sentence), ensure_ascii=False)[1:-1]
