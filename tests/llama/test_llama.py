"""The client and the LLM brain against a real server: plumbing, whatever the tiny model says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from interviewer.brains.llm.schemas import NotesReply
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.llm.call import Request
from interviewer.llm.configuration import LLMSettings, Style
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.usage import Kind, Meter
from interviewer.reports import Result
from interviewer.service.interviews import open_interviews
from tests.builders import a_case, write_case
from tests.homes import places_in
from tests.llama.conftest import MODEL

CASE = a_case()  # a short one: a tiny model reads slowly
PATIENCE = 60.0  # seconds until a reply begins; cores are shared
SPOKEN_WORDS = 60
MARKUP = re.compile(r"[<>{}`|]|\*\*|https?:|www\.|\]\(")
BRIEF = {
    **dict.fromkeys(
        (f"{name}.MOST_TOKENS" for name in ("assessing", "briefing", "speaking", "grading")), 40
    ),
    **dict.fromkeys(("sweeping.SWEEP_TOKENS", "sweeping.CLOSING_TOKENS"), 40),
    "debriefing.MOST_TOKENS": 60,
}
"""Tokens of each reply: a small model does not know when to stop."""
NOBODY = "http://127.0.0.1:9/v1"

GREET = Request(Kind.SAY, (("user", "Say one sentence about recommendations."),), 24)
LISTEN = Request(
    Kind.NOTES,
    (
        ("system", "Say in JSON what this message of a candidate does."),
        ("user", "I split the data by time, because a random split leaks the future."),
    ),
    60,
)
DRILLS = {
    StepId.FRAMING: ("I rank videos by expected watch time, not by clicks.",),
}


@asynccontextmanager
async def endpoint_at(base_url: str, **settings: Any) -> AsyncIterator[Endpoint]:
    given = LLMSettings(base_url=base_url, first_token_seconds=PATIENCE, **settings)
    endpoint = Endpoint(given)
    try:
        yield endpoint
    finally:
        await endpoint.close()


async def said(endpoint: Endpoint, meter: Meter) -> str:
    return "".join([piece async for piece in endpoint.stream(GREET, meter)])


async def test_the_server_names_its_model(server: str) -> None:
    async with endpoint_at(server) as endpoint:
        assert await endpoint.model_names() == [MODEL]


async def test_a_reply_streams_and_its_tokens_are_counted(server: str) -> None:
    meter = Meter()
    async with endpoint_at(server) as endpoint:
        pieces = [piece async for piece in endpoint.stream(GREET, meter)]
    assert len(pieces) > 1
    assert "".join(pieces).strip()
    (record,) = meter.records
    assert (record.kind, record.model, record.failure) == (Kind.SAY, MODEL, "")
    assert record.prompt > 0
    assert 0 < record.output <= GREET.most


async def test_a_reply_has_the_shape_that_was_asked_for_and_is_the_same_again(server: str) -> None:
    meter = Meter()
    async with endpoint_at(server) as endpoint:
        replies = [await endpoint.ask(LISTEN, NotesReply, meter) for _ in range(3)]
        assert not endpoint.capabilities_of(MODEL).asks_in_words()  # the server takes the schema
    assert replies[1] == replies[2]  # the first finds nothing of its prompt read before
    assert all(isinstance(reply, NotesReply) for reply in replies)
    assert [record.failure for record in meter.records] == [""] * 3
    assert all(record.output > 0 for record in meter.records)


async def test_a_guided_drill_reaches_its_scorecard(
    server: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, most in BRIEF.items():
        monkeypatch.setattr(f"interviewer.brains.llm.{name}", most)
    guided = {"style": Style.GUIDED, "first_token_seconds": PATIENCE, "temperature": 0.0}
    llm = LLMSettings(base_url=server, **guided)
    home = tmp_path_factory.mktemp("home")
    write_case(home / "knowledge", CASE)
    places = places_in(home, knowledge=home / "knowledge")
    async with open_interviews(places, llm=llm) as interviews:
        for step, messages in DRILLS.items():
            settings = InterviewSettings(drill=step)
            drill = (await interviews.start(CASE.id, settings, "llm")).interview_id
            for message in messages:
                spoken = " ".join([words async for words in interviews.submit(drill, message)])
                assert spoken == (await interviews.view(drill)).turns[-1].text
            assert (await interviews.end(drill)).scorecard is not None
            check_drill(await interviews.result(drill), step, messages)


def check_drill(result: Result, step: StepId, messages: Sequence[str]) -> None:
    """Nothing was lost, the interviewer kept its rules, and the model was asked and heard."""
    assert result.brain.startswith("llm ")
    lines = result.transcript
    assert [line.role for line in lines] == [
        "interviewer",
        *["candidate", "interviewer"] * len(messages),
    ]
    assert [line.text for line in lines if line.role == "candidate"] == list(messages)
    for line in lines:
        if line.role == "interviewer":
            check_spoken(line.text)
    assert [score.step for score in result.steps if score.seconds or score.items] == [step]
    assert result.feedback
    spent = dict(result.usage)
    total = spent.pop("total")
    assert {Kind.NOTES, Kind.SAY, Kind.GRADE} <= set(spent)
    assert total["calls"] == sum(one["calls"] or 0 for one in spent.values())
    assert (total["failed"] or 0) < (total["calls"] or 0)
    assert total["prompt"] and total["output"]


def check_spoken(text: str) -> None:
    assert text.strip()
    assert len(text.split()) <= SPOKEN_WORDS
    assert text.count("?") <= 1
    assert not MARKUP.search(text)


async def test_a_recorded_call_is_replayed_without_the_server(server: str, tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    async with endpoint_at(server, record=file) as endpoint:
        meter = Meter()
        live = (await said(endpoint, meter), await endpoint.ask(LISTEN, NotesReply, meter))
    async with endpoint_at(NOBODY, replay=file) as endpoint:
        again = Meter()
        replayed = (await said(endpoint, again), await endpoint.ask(LISTEN, NotesReply, again))
    assert replayed == live
    counts = [[(r.model, r.prompt, r.output) for r in one.records] for one in (meter, again)]
    assert counts[0] == counts[1]
