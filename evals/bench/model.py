"""The LLM brain over a scripted model: own time, a hundred interviews at once, prompt tokens."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping

from evals.bench.measured import TRANSCRIPTS, Measured, percentile, spread
from evals.prompt_tokens import PromptTokens, count_prompts
from interviewer.brains.factory import Brains
from interviewer.core.paths import Places
from interviewer.llm.configuration import LLMSettings, read_llm_settings
from interviewer.llm.tokens import count_tokens
from interviewer.llm.usage import Kind, dollars_for
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.endpoints.wire import MODEL, Asked, ScriptedModel
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import Script, ScriptedCandidate, load_script

SCRIPT = TRANSCRIPTS / "unseen" / "vr_generative_senior.yaml"
WARM = TRANSCRIPTS / "vr_solid.yaml"
OWN_TIME = 60.0  # ms beyond the model's, p95
FIRST_TOKEN = 0.4  # seconds that the model takes to it
EXCHANGES = 24
PROMPT_TOKENS, UNCACHED_TOKENS = 320_000.0, 90_000.0
CALLS = 2.0 * EXCHANGES + 20  # each part is judged, some twice, and all of it at the end
PRICED = ("gpt-4.1", "gpt-4.1-mini", "gpt-5-mini")
PART = 3  # questions after which the next part is opened
CROWD, THINKS, TAKES = 100, 20.0, 2.0  # interviews, seconds a turn, seconds a call
CROWD_OVERHEAD = 300.0  # ms, p95
TICK, LAG = 0.01, 20.0  # seconds between two looks at the event loop; ms that it may be late, p95
FEEDBACK = (
    "You put numbers to the problem early and kept coming back to them, which carried the "
    "interview. What cost most is what you left open, so say next time what you would do about it."
)
ROUNDS = 4  # exchanges of each interview of the crowd
_RUBRIC = re.compile(r"^- (req_[a-z0-9_]*): ", re.MULTILINE)
PEOPLE = ("driver", "nurse", "student", "farmer", "pilot", "baker", "judge")
MOMENTS = ("dawn", "breakfast", "noon", "dusk", "night")
SETTINGS = LLMSettings(base_url="http://127.0.0.1:9/v1", model=MODEL)


def plain_model(asked: Asked) -> str:
    """A model that costs no time: a point met, one met half way, the draft as it is."""
    if asked.kind is Kind.NOTES:
        at, verdicts = min(2, len(asked.sentences)), ("met", "partial")
        touched = zip(_RUBRIC.findall(asked.prompt), verdicts, strict=False)
        items = [{"id": id_, "verdict": verdict, "at": at} for id_, verdict in touched]
        return json.dumps({"intents": ["answer"], "items": items, **_record(asked)})
    if asked.kind is Kind.REPLY:
        return _reply(asked)
    if asked.kind in (Kind.SWEEP, Kind.CLOSING):
        return json.dumps({"items": [], "beyond": [], "holes": []})
    if asked.kind is Kind.DEBRIEF:
        return json.dumps({"claims": [], "summary": FEEDBACK})
    if asked.kind is Kind.GRADE:
        empty = {"evidence": "", "reason": "Not said.", "verdict": "absent"}
        return json.dumps({"items": [{"id": id_, **empty} for id_ in asked.items]})
    return asked.section("DRAFT")


def _record(asked: Asked) -> dict[str, list[str]]:
    """What a message adds to the design record: the beginnings of its sentences."""
    said = [" ".join(text.split()[:8]) for text in asked.sentences.values()]
    return {"components": said[:2], "decisions": said[2:4], "threads": said[4:5]}


def _reply(asked: Asked) -> str:
    """A question about the topic that is wanted first; from time to time the next part."""
    acts = re.findall(r"^ACT: (\w+)", asked.prompt, re.MULTILINE)
    allowed = asked.section("Acts")
    if allowed.startswith("wrap_up"):
        return "ACT: wrap_up -\nThat was all from me."
    enough = "open_step" in allowed and acts[-PART:] == ["probe"] * PART
    opens = enough or allowed.startswith("open_step")
    act = "open_step -" if opens else f"probe {asked.section('Wanted').split(';')[0]}"
    told = " ".join(word for word in asked.said.split() if word.isalpha())[:90].lower()
    # Nobody who runs out of answers is asked the same question for it.
    number = int(re.findall(r"exchange (\d+) of", asked.prompt)[-1])
    who, when = PEOPLE[number % len(PEOPLE)], MOMENTS[number % len(MOMENTS)]
    case = f"Picture a {who} at {when}, in a hurry, on the way to a second shift."
    return f"ACT: {act}\n{case} Suppose {told} and so on: what does this {who} see at {when}?"


def measure() -> list[Measured]:
    """Own time of exchanges one after another, of a crowd, and what the prompts cost."""
    with temporary_places() as places:
        return asyncio.run(_measure(places))


async def _measure(places: Places) -> list[Measured]:
    brains = Brains(places)
    script = load_script(SCRIPT)
    quick = ScriptedModel(plain_model, seconds=FIRST_TOKEN)
    slow = ScriptedModel(plain_model, seconds=TAKES)
    own = brains.embedded
    async with open_interviews(places, embedded=own, llm=SETTINGS, transport=quick) as interviews:
        await interviews.warm()
        await _interview(interviews, load_script(WARM))
        quick.asked.clear()  # what is measured was never said before
        firsts, times = await _interview(interviews, script)
    tokens = count_prompts(quick.asked)
    said = sum(count_tokens(plain_model(one)) for one in quick.asked)
    async with open_interviews(places, embedded=own, llm=SETTINGS, transport=slow) as interviews:
        await interviews.warm()
        overheads, lags = await _crowd(interviews, script)
    return [
        Measured(
            "own time to the first sentence",
            percentile(firsts, 0.95),
            OWN_TIME,
            "ms",
            spread(firsts),
        ),
        Measured(
            "own time to the stored reply", percentile(times, 0.95), OWN_TIME, "ms", spread(times)
        ),
        *_costs(tokens, said),
        Measured(
            "overhead, 100 interviews at once",
            percentile(overheads, 0.95),
            CROWD_OVERHEAD,
            "ms",
            spread(overheads),
        ),
        Measured("lag of their event loop", percentile(lags, 0.95), LAG, "ms", spread(lags)),
    ]


def _costs(tokens: Mapping[Kind | None, PromptTokens], said: int) -> Iterator[Measured]:
    """Prompt tokens in all and a reply, and what the interview costs at the shipped prices."""
    total, replies = tokens[None], tokens[Kind.REPLY]
    yield Measured(f"prompt tokens of {EXCHANGES} exchanges", total.prompt, PROMPT_TOKENS, "tokens")
    yield Measured("of them uncached", total.uncached, UNCACHED_TOKENS, "tokens")
    yield Measured("prompt tokens a reply", replies.prompt / replies.calls, 6_000.0, "tokens")
    yield Measured(f"calls of {EXCHANGES} exchanges", total.calls, CALLS, "calls")
    shipped = read_llm_settings({"OPENAI_API_KEY": "none"})
    assert shipped is not None, "a key is given"
    for model in PRICED:
        price, cached = shipped.prices[model], total.prompt - total.uncached
        yield Measured(
            f"an interview with {model}",
            dollars_for(price, total.prompt, cached, said) or 0.0,
            None,
            "$",
        )


async def _interview(interviews: Interviews, script: Script) -> tuple[list[float], list[float]]:
    """Milliseconds beyond the model's of each exchange, to its first sentence and to its end."""
    view = await interviews.start(script.case_id, script.settings, "llm")
    candidate, firsts, times = ScriptedCandidate(script), list[float](), list[float]()
    for _ in range(EXCHANGES):
        message, _place = candidate.answer(view.step)
        started = time.perf_counter()
        heard = [
            time.perf_counter()
            async for _sentence in interviews.submit(view.interview_id, message.text)
        ]
        firsts.append(1000 * (heard[0] - started - FIRST_TOKEN))
        times.append(1000 * (time.perf_counter() - started - FIRST_TOKEN))
        await interviews.settle()  # grading goes on behind the thinking candidate
        view = await interviews.view(view.interview_id)
        if view.ended:
            return firsts, times
    await interviews.end(view.interview_id)
    return firsts, times


async def _crowd(interviews: Interviews, script: Script) -> tuple[list[float], list[float]]:
    """Milliseconds beyond the model's of every exchange of many interviews; lags of their loop."""
    overheads, lags = list[float](), list[float]()

    async def one(number: int) -> None:
        await asyncio.sleep(number * (THINKS + 2 * TAKES) / CROWD)  # people do not begin together
        view = await interviews.start(script.case_id, script.settings, "llm")
        candidate = ScriptedCandidate(script)
        for _ in range(ROUNDS):
            message, _place = candidate.answer(view.step)
            started = time.perf_counter()
            async for _sentence in interviews.submit(view.interview_id, message.text):
                pass
            overheads.append(1000 * (time.perf_counter() - started - TAKES))
            view = await interviews.view(view.interview_id)
            await asyncio.sleep(THINKS)

    looking = asyncio.create_task(_look_at_the_loop(lags))
    await asyncio.gather(*(one(number) for number in range(CROWD)))
    looking.cancel()
    return overheads, lags


async def _look_at_the_loop(lags: list[float]) -> None:
    """Notes by how many milliseconds the event loop is late, until it is cancelled."""
    while True:
        started = time.perf_counter()
        await asyncio.sleep(TICK)
        lags.append(1000 * (time.perf_counter() - started - TICK))
