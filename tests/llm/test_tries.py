"""What is tried again, how often, and when an endpoint is left alone."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from interviewer.core.errors import EndpointError
from interviewer.llm.breaker import FAILURES
from interviewer.llm.endpoint import BACKOFF, LONGEST_WAIT, TRIES
from interviewer.llm.failures import Failure
from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.wire import ScriptedModel, chunk, streamed
from tests.llm.scripted import (
    GOOD,
    SPEAKING,
    Reply,
    breaks,
    cut,
    desk,
    good,
    listed,
    request,
    says,
    status,
)

AGAIN: dict[str, Reply] = {
    "refused": breaks(httpx2.ConnectError("refused")),
    "429": status(429),
    "500": status(500),
    "503": status(503),
    "cut": breaks(httpx2.RemoteProtocolError("incomplete")),
    "empty": says(""),
    "not_json": says("Well."),
    "wrong_shape": says('{"at": "everywhere"}'),
}


ONCE: dict[str, tuple[Reply, Failure]] = {
    "400": (status(400), Failure.REJECTED),
    "401": (status(401), Failure.UNAUTHORIZED),
    "403": (status(403), Failure.FORBIDDEN),
    "404": (status(404), Failure.NOT_FOUND),
    "too_long": (status(400, "maximum context length is 8"), Failure.TOO_LONG),
    "slow": (breaks(httpx2.ReadTimeout("slow")), Failure.SLOW),
    "web_page": (lambda body: httpx2.Response(200, html="<p>"), Failure.WRONG_TYPE),
    "no_type": (lambda body: httpx2.Response(200, content=b"{}"), Failure.WRONG_TYPE),
}


@pytest.mark.parametrize("reply", AGAIN.values(), ids=AGAIN)
async def test_what_may_pass_is_tried_again(reply: Reply) -> None:
    transport = listed(reply, good)
    one = desk(transport)
    assert await one.ask() == GOOD
    assert len(transport.bodies) == 2
    assert one.paused == [BACKOFF]


@pytest.mark.parametrize("reply", AGAIN.values(), ids=AGAIN)
async def test_no_call_is_made_more_than_three_times(reply: Reply) -> None:
    transport = listed(reply)
    one = desk(transport)
    assert await one.outcome() != "ok"
    assert len(transport.bodies) == TRIES
    assert one.paused == [BACKOFF, 2 * BACKOFF]
    assert [record.attempt for record in one.meter.records] == [1, 2, 3]


@pytest.mark.parametrize("kind", [Kind.ASSESS, Kind.SAY])
@pytest.mark.parametrize(("reply", "failure"), ONCE.values(), ids=ONCE)
async def test_what_will_not_pass_is_tried_once(reply: Reply, failure: Failure, kind: Kind) -> None:
    transport = listed(reply, good)
    one = desk(transport)
    assert await one.outcome(kind) == failure
    assert (len(transport.bodies), one.paused) == (1, [])


ODD_BODIES: dict[str, Any] = {
    "error": {"error": {"message": "overloaded", "code": 502}},
    "error_in_words": {"error": "model is loading"},
    "no_choices": {"id": "1", "choices": None},
    "empty_choices": {"id": "1", "choices": []},
    "no_message": {"id": "1", "choices": [{"index": 0, "finish_reason": "stop"}]},
    "empty_object": {},
    "list": [],
    "null": None,
    "number": 7,
}


@pytest.mark.parametrize("kind", [Kind.ASSESS, Kind.SAY])
@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES)
async def test_a_200_that_is_no_reply_is_a_failure_of_the_endpoint(body: Any, kind: Kind) -> None:
    def reply(asked: dict[str, Any]) -> httpx2.Response:
        return streamed([body]) if asked.get("stream") else httpx2.Response(200, json=body)

    assert await desk(listed(reply)).outcome(kind) in set(Failure)


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b"\xff\xfe\x00", b"data: {}", b"<html>"],
    ids=["half", "nothing", "bytes", "events", "page"],
)
async def test_a_200_that_is_no_json_is_a_failure_of_the_endpoint(content: bytes) -> None:
    def reply(asked: dict[str, Any]) -> httpx2.Response:
        headers = {"content-type": "application/json"}
        return httpx2.Response(200, content=content, headers=headers)

    assert await desk(listed(reply)).outcome() in set(Failure)


@pytest.mark.parametrize(
    ("asked", "paused"),
    [("0", [0.0]), ("1.5", [1.5]), (str(LONGEST_WAIT), [LONGEST_WAIT]), ("soon", [BACKOFF])],
)
async def test_the_endpoint_says_how_long_to_wait(asked: str, paused: list[float]) -> None:
    one = desk(listed(status(429, Retry_After=asked), good))
    assert await one.ask() == GOOD
    assert one.paused == paused


@pytest.mark.parametrize("asked", [str(LONGEST_WAIT + 1), "600", "inf"])
async def test_a_candidate_does_not_wait_for_long(asked: str) -> None:
    transport = listed(status(429, Retry_After=asked), good)
    one = desk(transport)
    assert await one.outcome() == Failure.RATE_LIMITED
    assert (len(transport.bodies), one.paused) == (1, [])


@pytest.mark.parametrize("kind", SPEAKING)
async def test_a_stream_is_tried_again_only_before_its_first_piece(kind: Kind) -> None:
    before = listed(status(500), says("Hello there."))
    assert "".join(await desk(before).stream(kind)) == "Hello there."
    after = listed(cut("Hello"), says("Hello there."))
    one = desk(after)
    heard: list[str] = []
    with pytest.raises(EndpointError) as caught:
        async for piece in one.endpoint.stream(request(kind), one.meter):
            heard.append(piece)
    assert caught.value.failure == Failure.CUT
    assert (heard, len(after.bodies)) == (["Hello"], 1)


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        # LangChain drops a refusal in a stream, so that nothing is left of it.
        (lambda body: streamed([chunk({"refusal": "No."}), chunk({}, "stop")]), Failure.EMPTY),
        (says("x" * 1000), Failure.ENDLESS),
        (says("   "), Failure.EMPTY),
        (lambda body: streamed([]), Failure.EMPTY),
        (lambda body: streamed([chunk({"content": "Hel"})]), Failure.CUT),
    ],
    ids=["refusal", "endless", "blank", "nothing", "no_finish"],
)
async def test_streams_that_say_nothing_of_use(reply: Reply, failure: Failure) -> None:
    assert await desk(listed(reply)).outcome(Kind.SAY) == failure


async def test_a_refusal_is_no_answer() -> None:
    def reply(body: dict[str, Any]) -> httpx2.Response:
        message = {"role": "assistant", "content": None, "refusal": "No."}
        return httpx2.Response(200, json={"id": "1", "choices": [{"index": 0, "message": message}]})

    assert await desk(listed(reply)).outcome() == Failure.DECLINED


@pytest.mark.parametrize("kind", [Kind.ASSESS, Kind.SAY])
async def test_a_reply_that_does_not_begin_in_time_is_given_up(kind: Kind) -> None:
    slow = ScriptedModel(lambda asked: "{}", seconds=30)
    assert await desk(slow, first_token_seconds=0.5).outcome(kind) == Failure.SLOW
    assert len(slow.asked) == 1


@pytest.mark.parametrize("error", [TypeError("bug"), KeyError("bug"), AssertionError("bug")])
@pytest.mark.parametrize("kind", [Kind.ASSESS, Kind.SAY])
async def test_bugs_are_not_hidden(error: Exception, kind: Kind) -> None:
    one = desk(listed(breaks(error)))
    with pytest.raises(type(error)):
        await one.outcome(kind)


async def test_an_endpoint_that_is_down_is_left_alone() -> None:
    transport = listed(status(500))
    one = desk(transport)
    assert [await one.outcome() for _ in range(3)] == [
        Failure.SERVER_ERROR,
        Failure.OPEN_CIRCUIT,
        Failure.OPEN_CIRCUIT,
    ]
    assert len(transport.bodies) == FAILURES


async def test_one_refused_key_is_enough() -> None:
    transport = listed(status(401), good)
    one = desk(transport)
    assert [await one.outcome() for _ in range(2)] == [Failure.UNAUTHORIZED, Failure.OPEN_CIRCUIT]
    assert len(transport.bodies) == 1


async def test_a_stream_that_is_left_says_nothing_about_the_endpoint() -> None:
    one = desk(listed(says("Hello there.")))
    stream = one.endpoint.stream(request(Kind.SAY), one.meter)
    await anext(stream)
    await stream.aclose()
    assert not one.endpoint.breaker.is_open
    assert [record.failure for record in one.meter.records] == ["cancelled"]
