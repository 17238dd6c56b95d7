"""How long a reply takes: alone, and in fifty interviews with a message every twenty seconds."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle

import psutil

from evals.bench.measured import Measured, messages, scripts, spread
from evals.bench.served import Server, Visitor, connect, page_of
from interviewer.core.errors import InterviewEnded
from interviewer.core.settings import InterviewSettings
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import Script

ALONE_BOUND = 150.0  # milliseconds, p95


def measure_exchange() -> list[Measured]:
    """p95 over every message of the shipped transcripts, warm."""
    milliseconds = asyncio.run(_all_messages())
    figures = spread(milliseconds, 1)
    return [Measured("exchange, first words p95", figures["p95"], ALONE_BOUND, "ms", figures)]


async def _all_messages() -> list[float]:
    taken: list[float] = []
    with temporary_places() as places:
        async with open_interviews(places) as interviews:
            await interviews.warm()
            for script in scripts():
                taken += await _one_interview(interviews, script)
    return taken


async def _one_interview(interviews: Interviews, script: Script) -> list[float]:
    view = await interviews.start(script.case_id, script.settings, "embedded")
    taken: list[float] = []
    for text in messages(script):
        try:
            taken.append(1000 * await first_words(interviews, view.interview_id, text))
        except InterviewEnded:
            break
    return taken


async def first_words(interviews: Interviews, interview_id: str, text: str) -> float:
    """Submits a message; seconds to the first words of the reply, which is heard to its end."""
    start = time.perf_counter()
    seconds = 0.0
    async for _ in interviews.submit(interview_id, text):
        seconds = seconds or time.perf_counter() - start
    return seconds


CANDIDATES = 50
PERIOD = 20.0  # seconds between two messages of a candidate
SECONDS = 180.0  # of the whole crowd
CROWD_BOUND = 1.0  # seconds from sending to the first words, p95
CASE = "video_recommendation"

Say = Callable[[str], Awaitable[float]]
"""Sends a message and hears the reply; seconds to the first words."""


def measure_crowd() -> list[Measured]:
    """p95 with everything in one process, and through the served app."""
    facade = spread(asyncio.run(_on_the_facade()))
    served = asyncio.run(_over_http())
    return [
        Measured("50 interviews, facade, p95", facade["p95"], CROWD_BOUND, "s", facade),
        Measured("50 interviews, served, p95", served["p95"], CROWD_BOUND, "s", served),
    ]


async def _on_the_facade() -> list[float]:
    with temporary_places() as places:
        async with open_interviews(places) as interviews:
            await interviews.warm()
            return await crowd([await _candidate(interviews) for _ in range(CANDIDATES)])


async def _candidate(interviews: Interviews) -> Say:
    view = await interviews.start(CASE, InterviewSettings(), "embedded")
    here = [view.interview_id]

    async def say(text: str) -> float:
        try:
            return await first_words(interviews, here[0], text)
        except InterviewEnded:  # the crowd stays as large as it is
            here[0] = (await interviews.start(CASE, InterviewSettings())).interview_id
            return await first_words(interviews, here[0], text)

    return say


async def _over_http() -> dict[str, float]:
    with temporary_places() as places, Server(places.home) as server:
        process = psutil.Process(server.process.pid)
        async with connect(server) as client:
            page = await page_of(client)
            visitors = [Visitor(client, page) for _ in range(CANDIDATES)]
            for visitor in visitors:
                await visitor.begin(CASE)
            await visitors[0].say("How many users are there?")  # waits until the model is loaded
            before = process.cpu_times()
            waited = await crowd([visitor.say for visitor in visitors])
            after = process.cpu_times()
            used = after.user + after.system - before.user - before.system
            return {**spread(waited), "cpu_of_an_exchange": round(used / len(waited), 3)}


async def crowd(
    candidates: Sequence[Say], seconds: float = SECONDS, period: float = PERIOD, seed: int = 1
) -> list[float]:
    """Has everybody talk at their own times; seconds from when each message was due to its reply.

    Args:
        candidates: how each of them talks.
        seconds: for how long.
        period: seconds between two messages of one candidate.
        seed: of the moment within the period at which each of them talks.
    """
    draw = random.Random(seed)
    texts = [text for script in scripts() for text in messages(script)]
    start = time.perf_counter()
    talks = [
        _talk(say, texts, start + draw.uniform(0, period), start + seconds, period)
        for say in candidates
    ]
    return [waited for talk in await asyncio.gather(*talks) for waited in talk]


async def _talk(
    say: Say, texts: Sequence[str], due: float, end: float, period: float
) -> list[float]:
    waited: list[float] = []
    for text in cycle(texts):
        if due >= end:
            break
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        late = time.perf_counter() - due
        waited.append(late + await say(text))
        due += period
    return waited
