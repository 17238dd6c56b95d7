"""Interviews at servers of known vendors: the model holds them, or one sentence says why not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.core.settings import InterviewSettings
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.configuration import LLMSettings
from interviewer.llm.failures import Failure, failed
from interviewer.llm.usage import Kind
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.endpoints.replies import Reply, events, good_reply, json_reply
from interviewer.simulation.endpoints.sensible import FEEDBACK, Sensible
from interviewer.simulation.endpoints.served import Served, served
from interviewer.simulation.endpoints.vendors import VENDORS, Vendor, handler, thinks, told
from interviewer.simulation.endpoints.wire import Asked, chunk, completion
from tests.homes import places_in
from tests.shipped import CASE_ID, shipped_case

HEARS = Kind.NOTES
"""The call that reads a message."""
SAID = "I would optimise watch time per session, because clicks alone reward clickbait."


@asynccontextmanager
async def begun(
    vendor: Vendor, judge: EmbeddedJudge, home: Path
) -> AsyncIterator[tuple[Interviews, Served, str]]:
    """An interview that has just begun, with a server of that kind."""
    own = EmbeddedBrain(judge)
    async with served(handler(vendor, Sensible(own, shipped_case()))) as server:
        llm = LLMSettings(base_url=f"{server.root}/v1", first_token_seconds=60.0)
        async with open_interviews(places_in(home), llm=llm) as interviews:
            interviews.brains.embedded = own
            view = await interviews.start(CASE_ID, InterviewSettings(), "llm")
            yield interviews, server, view.interview_id


async def exchange(interviews: Interviews, known: str, text: str = SAID) -> Any:
    async for _ in interviews.submit(known, text):
        pass
    return (await interviews.view(known)).turns[-1]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One database for all of these interviews."""
    return tmp_path_factory.mktemp("vendors")


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
async def test_the_model_holds_the_interview(
    vendor: Vendor, judge: EmbeddedJudge, home: Path
) -> None:
    async with begun(vendor, judge, home) as (interviews, server, known):
        turn = await exchange(interviews, known)
        view = await interviews.end(known)
        calls = len(server.calls)
    assert turn.stand_in == "" and "<" not in turn.text and "{" not in turn.text
    assert view.feedback == FEEDBACK
    answered = sum(spent.calls - spent.failed for spent in view.spent.values())
    # Two calls that are made side by side may both have to learn the same.
    assert answered + vendor.extra <= calls <= answered + 2 * vendor.extra
    assert set(view.spent) == set(Kind) - {Kind.ASSESS, Kind.NARRATE, Kind.SAY, Kind.DRAFT}


def _only_when(kind: Kind, reply: Reply) -> Vendor:
    return Vendor(says=lambda asked, text: reply if asked.kind is kind else good_reply(asked, text))


_FILTERED = told(
    {
        "error": {
            "message": "The response was filtered due to the prompt triggering Azure OpenAI's "
            "content management policy. Please modify your prompt and retry.",
            "type": None,
            "param": "prompt",
            "code": "content_filter",
            "status": 400,
            "innererror": {
                "code": "ResponsibleAIPolicyViolation",
                "content_filter_result": {"jailbreak": {"filtered": True, "detected": True}},
            },
        }
    }
)
_CALL = {"index": 0, "id": "1", "function": {"name": "say", "arguments": "{}"}}
_TOOL = [chunk({"content": None, "tool_calls": [_CALL]}), chunk({}, finish="tool_calls")]


def _message(message: dict[str, Any], finish: str = "stop") -> Reply:
    body = completion("", Asked(HEARS, (), {}), finish=finish)
    body["choices"][0]["message"] = {"role": "assistant", **message}
    return json_reply(body)


FAILS: dict[str, tuple[Vendor, Kind, Failure, int]] = {
    "filtered_prompt": (_only_when(HEARS, _FILTERED), HEARS, Failure.FILTERED, 1),
    "filtered_speech": (_only_when(Kind.REPLY, _FILTERED), Kind.REPLY, Failure.FILTERED, 1),
    "filtered_reply": (
        _only_when(HEARS, _message({"content": ""}, "content_filter")),
        HEARS,
        Failure.FILTERED,
        1,
    ),
    "filtered_stream": (
        _only_when(Kind.REPLY, events([chunk({}, finish="content_filter")])),
        Kind.REPLY,
        Failure.FILTERED,
        1,
    ),
    "refusal": (
        _only_when(HEARS, _message({"content": None, "refusal": "I can't."})),
        HEARS,
        Failure.DECLINED,
        1,
    ),
    "tool_in_a_stream": (_only_when(Kind.REPLY, events(_TOOL)), Kind.REPLY, Failure.TOOLS, 1),
    "error_in_a_stream": (
        _only_when(Kind.REPLY, events([{"error": {"message": "Provider down", "code": 502}}])),
        Kind.REPLY,
        Failure.SERVER_ERROR,
        3,
    ),
    "filter_in_a_stream": (
        _only_when(
            Kind.REPLY, events([{"error": {"message": "blocked", "code": "content_filter"}}])
        ),
        Kind.REPLY,
        Failure.FILTERED,
        1,
    ),
    "thinks_for_ever": (Vendor(says=thinks(1_000_000)), HEARS, Failure.THOUGHT, 2),
}


@pytest.mark.parametrize(("vendor", "kind", "failure", "calls"), FAILS.values(), ids=FAILS)
async def test_one_sentence_says_why_it_was_not_the_model(
    vendor: Vendor,
    kind: Kind,
    failure: Failure,
    calls: int,
    judge: EmbeddedJudge,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("interviewer.llm.endpoint.BACKOFF", 0.0)
    async with begun(vendor, judge, home) as (interviews, _, known):
        turn = await exchange(interviews, known)
        view = await interviews.view(known)
    assert turn.text.strip()
    assert view.spent[kind].failed == calls
    assert turn.stand_in == failed(failure).what
