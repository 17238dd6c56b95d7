"""The LLM brain over a scripted model: own time, a hundred interviews at once, prompt tokens."""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path

from evals.bench.measured import Measured, percentile, spread
from evals.prompt_tokens import count_prompts
from interviewer.brains.factory import Brains
from interviewer.core.paths import Places
from interviewer.llm.configuration import LLMSettings
from interviewer.llm.usage import Kind
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.endpoints.wire import MODEL, Asked, ScriptedModel
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import Script, ScriptedCandidate, load_script

SCRIPT = Path(__file__).parents[1] / "transcripts" / "vr_strong.yaml"
WARM = SCRIPT.with_name("vr_solid.yaml")
OWN_TIME = 60.0  # ms, p95
EXCHANGES = 14
PROMPT_TOKENS, UNCACHED_TOKENS = 75_000.0, 30_000.0
CROWD, THINKS, TAKES = 100, 20.0, 2.0  # interviews, seconds a turn, seconds a call
CROWD_OVERHEAD = 300.0  # ms, p95
FEEDBACK = (
    "You put numbers to the problem early and kept coming back to them, which carried the "
    "interview. What cost most is what you left open, so say next time what you would do about it."
)
ROUNDS = 4  # exchanges of each interview of the crowd
_RUBRIC = re.compile(r"^- ([a-z]+_[a-z0-9_]*): The candidate ", re.MULTILINE)
SETTINGS = LLMSettings(base_url="http://127.0.0.1:9/v1", model=MODEL)


def plain_model(asked: Asked) -> str:
    """A model that costs no time: a point met, one met half way, the draft as it is."""
    if asked.kind is Kind.NOTES:
        at, verdicts = min(2, len(asked.sentences)), ("met", "partial")
        touched = zip(_RUBRIC.findall(asked.prompt), verdicts, strict=False)
        items = [{"id": id_, "verdict": verdict, "at": at} for id_, verdict in touched]
        return json.dumps({"intents": ["answer"], "items": items})
    if asked.kind in (Kind.SWEEP, Kind.CLOSING):
        return json.dumps({"items": [], "beyond": [], "holes": []})
    if asked.kind is Kind.GRADE:
        empty = {"evidence": "", "reason": "Not said.", "verdict": "absent"}
        return json.dumps({"items": [{"id": id_, **empty} for id_ in asked.items]})
    return asked.section("DRAFT") or FEEDBACK


def measure() -> list[Measured]:
    """Own time of exchanges one after another, of a crowd, and what the prompts cost."""
    with temporary_places() as places:
        return asyncio.run(_measure(places))


async def _measure(places: Places) -> list[Measured]:
    brains = Brains(places)
    script = load_script(SCRIPT)
    quick, slow = ScriptedModel(plain_model), ScriptedModel(plain_model, seconds=TAKES)
    own = brains.embedded
    async with open_interviews(places, embedded=own, llm=SETTINGS, transport=quick) as interviews:
        await interviews.warm()
        await _interview(interviews, load_script(WARM))
        quick.asked.clear()  # what is measured was never said before
        times = await _interview(interviews, script)
    tokens = count_prompts(quick.asked)[None]
    async with open_interviews(places, embedded=own, llm=SETTINGS, transport=slow) as interviews:
        overheads = await _crowd(interviews, script)
    return [
        Measured(
            "own time, language model", percentile(times, 0.95), OWN_TIME, "ms", spread(times)
        ),
        Measured("prompt tokens of 14 exchanges", tokens.prompt, PROMPT_TOKENS, "tokens"),
        Measured("of them uncached", tokens.uncached, UNCACHED_TOKENS, "tokens"),
        Measured("calls of 14 exchanges", tokens.calls, 2.0 * EXCHANGES + 8, "calls"),
        Measured(
            "overhead, 100 interviews at once",
            percentile(overheads, 0.95),
            CROWD_OVERHEAD,
            "ms",
            spread(overheads),
        ),
    ]


async def _interview(interviews: Interviews, script: Script) -> list[float]:
    """Milliseconds of each exchange, from the message to the stored reply; then it ends."""
    view = await interviews.start(script.case_id, script.settings, "llm")
    candidate, times = ScriptedCandidate(script), []
    for _ in range(EXCHANGES):
        message, _place = candidate.answer(view.step)
        started = time.perf_counter()
        async for _sentence in interviews.submit(view.interview_id, message.text):
            pass
        times.append(1000 * (time.perf_counter() - started))
        await interviews.settle()  # grading goes on behind the thinking candidate
        view = await interviews.view(view.interview_id)
    await interviews.end(view.interview_id)
    return times


async def _crowd(interviews: Interviews, script: Script) -> list[float]:
    """Milliseconds beyond the model's own, of every exchange of many interviews."""
    overheads: list[float] = []

    async def one(number: int) -> None:
        await asyncio.sleep(number * (THINKS + 2 * TAKES) / CROWD)  # people do not begin together
        view = await interviews.start(script.case_id, script.settings, "llm")
        candidate = ScriptedCandidate(script)
        for _ in range(ROUNDS):
            message, _place = candidate.answer(view.step)
            started = time.perf_counter()
            async for _sentence in interviews.submit(view.interview_id, message.text):
                pass
            overheads.append(1000 * (time.perf_counter() - started - 2 * TAKES))
            view = await interviews.view(view.interview_id)
            await asyncio.sleep(THINKS)

    await asyncio.gather(*(one(number) for number in range(CROWD)))
    return overheads
