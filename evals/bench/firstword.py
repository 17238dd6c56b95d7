"""How long a candidate waits for the first word of a model that speaks forty tokens a second."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from statistics import median

import httpx2

from evals.bench.measured import Measured, spread
from evals.bench.model import SCRIPT, SETTINGS, plain_model
from interviewer.llm.tokens import count_tokens
from interviewer.service.interviews import open_interviews
from interviewer.simulation.endpoints.wire import chunks_of, completion, read_request
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import ScriptedCandidate, load_script

FIRST_TOKEN = 1.0  # seconds that the model takes to it
TOKENS_A_SECOND = 40.0
FIRST_WORD = 1.3  # seconds, median
EXCHANGES = 12


class Speaking(httpx2.AsyncBaseTransport):
    """A scripted model that speaks at a model's pace."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Replies as an endpoint would, in time."""
        asked = read_request(json.loads(await request.aread()))
        text = plain_model(asked)
        await asyncio.sleep(FIRST_TOKEN)
        if not asked.body.get("stream"):
            return httpx2.Response(200, json=completion(text, asked))
        chunks = chunks_of(text, asked)
        pause = count_tokens(text) / TOKENS_A_SECOND / len(chunks)

        async def events() -> AsyncIterator[bytes]:
            for one in chunks:
                yield f"data: {json.dumps(one)}\n\n".encode()
                await asyncio.sleep(pause)
            yield b"data: [DONE]\n\n"

        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, headers=headers, content=events())


def measure() -> list[Measured]:
    """Median over the exchanges of an interview whose replies begin as long as real ones do."""
    waited = asyncio.run(_first_words())
    return [Measured("first word, median", median(waited), FIRST_WORD, "s", spread(waited))]


async def _first_words() -> list[float]:
    script, waited = load_script(SCRIPT), list[float]()
    with temporary_places() as places:
        async with open_interviews(places, llm=SETTINGS, transport=Speaking()) as interviews:
            await interviews.warm()
            view = await interviews.start(script.case_id, script.settings, "llm")
            candidate = ScriptedCandidate(script)
            for _ in range(EXCHANGES):
                message, _place = candidate.answer(view.step)
                started, heard = time.perf_counter(), 0.0
                async for _sentence in interviews.submit(view.interview_id, message.text):
                    heard = heard or time.perf_counter() - started
                waited.append(heard)
                view = await interviews.view(view.interview_id)
    return waited
