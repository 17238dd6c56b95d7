"""`exchange`: from a received message to the first words of the reply, with the embedded brain."""

from __future__ import annotations

import asyncio
import time

from evals.bench.measured import Measured, messages, scripts, spread, temporary_home
from interviewer.core.errors import InterviewEnded
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.player import Script

BOUND = 150.0  # milliseconds, p95


def measure() -> list[Measured]:
    """p95 over every message of the shipped transcripts, warm."""
    milliseconds = asyncio.run(_all_messages())
    figures = spread(milliseconds, 1)
    return [Measured("exchange, first words p95", figures["p95"], BOUND, "ms", figures)]


async def _all_messages() -> list[float]:
    taken: list[float] = []
    with temporary_home() as places:
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
