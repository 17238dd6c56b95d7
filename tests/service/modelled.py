"""Interviews over scripted models, as whoever uses them would have them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.core.paths import Places
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.configuration import LLMSettings
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.endpoints.wire import Asked
from tests.models import SETTINGS


@asynccontextmanager
async def opened(
    places: Places,
    judge: EmbeddedJudge,
    transport: httpx2.AsyncBaseTransport,
    settings: LLMSettings = SETTINGS,
) -> AsyncIterator[Interviews]:
    opening = open_interviews(
        places, embedded=EmbeddedBrain(judge), llm=settings, transport=transport
    )
    async with opening as interviews:
        yield interviews


async def say(interviews: Interviews, known: str, text: str) -> str:
    return " ".join([sentence async for sentence in interviews.submit(known, text)])


def all_absent(asked: Asked) -> str:
    points = [
        {"id": id_, "evidence": "", "reason": "Not said.", "verdict": "absent"}
        for id_ in asked.items
    ]
    return json.dumps({"items": points})
