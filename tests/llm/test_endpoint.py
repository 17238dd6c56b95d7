"""The endpoint at the wire: tries, waits, what it learns, what it sends, what it counts."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from interviewer.core.errors import EndpointError
from interviewer.llm.call import Request, read_reply
from interviewer.llm.capabilities import Capabilities, Format
from interviewer.llm.configuration import OPENAI, Budget, Price
from interviewer.llm.failures import Failure, failed
from interviewer.llm.thinking import Hold
from interviewer.llm.tokens import count_messages
from interviewer.llm.usage import Kind, Meter
from interviewer.simulation.endpoints.misbehaving import Plan, misbehaving
from interviewer.simulation.endpoints.misbehaviours import Misbehaviour
from tests.llm.scripted import (
    GOOD,
    JUDGING,
    SPEAKING,
    Answer,
    Desk,
    Reply,
    desk,
    good,
    listed,
    says,
    status,
)


async def test_a_reply_is_read() -> None:
    assert await desk(listed(good)).ask() == GOOD
    assert "".join(await desk(listed(says("Hello there."))).stream()) == "Hello there."


@pytest.mark.parametrize(
    "text",
    [
        '{"verdict": "met", "at": 1}',
        '```json\n{"verdict": "met", "at": 1}\n```',
        'Here it is: {"verdict": "met", "at": 1} I hope that helps {you}.',
        '{"verdict": "met", "at": 1, "more": [1, 2]}',
    ],
    ids=["plain", "fence", "words_around", "more_than_asked"],
)
async def test_json_is_found_between_words(text: str) -> None:
    assert await desk(listed(says(text))).ask() == GOOD


# What is learnt


def server(*rejected: str) -> Reply:
    """A server that rejects requests with one of these in them."""

    def reply(body: dict[str, Any]) -> httpx2.Response:
        for name in rejected:
            if name in json.dumps(body):
                return status(400, f"'{name}' is not supported")(body)
        return good(body)

    return reply


LEARNT: dict[str, tuple[tuple[str, ...], int, Format]] = {
    "all": ((), 1, Format.SCHEMA),
    "json_mode": (("json_schema",), 2, Format.JSON),
    "text": (("response_format",), 3, Format.TEXT),
    "no_temperature": (("temperature",), 2, Format.SCHEMA),
    "nothing": (("temperature", "response_format"), 4, Format.TEXT),
}


@pytest.mark.parametrize(("rejected", "calls", "form"), LEARNT.values(), ids=LEARNT)
async def test_abilities_are_learnt_once(
    rejected: tuple[str, ...], calls: int, form: Format
) -> None:
    transport = listed(server(*rejected))
    one = desk(transport)
    for _ in range(2):
        assert await one.ask() == GOOD
    assert len(transport.bodies) == calls + 1
    assert one.endpoint.capabilities_of("one").format is form
    last = transport.bodies[-1]
    assert not any(name in last for name in rejected if name != "json_schema")
    assert [record.failure for record in one.meter.records] == ["", ""]


@pytest.mark.parametrize("kind", SPEAKING)
async def test_usage_in_streams_is_done_without(kind: Kind) -> None:
    transport = listed(server("stream_options"))
    one = desk(transport)
    for _ in range(2):
        assert await one.stream(kind)
    assert ["stream_options" in body for body in transport.bodies] == [True, False, False]


@pytest.mark.parametrize("rejected", [("json_schema",), ("response_format",), ("temperature",)])
async def test_abilities_are_learnt_by_calls_that_are_under_way_together(
    rejected: tuple[str, ...],
) -> None:
    arrived = asyncio.Barrier(4)
    answer = server(*rejected)
    seen = 0

    class Together(httpx2.AsyncBaseTransport):
        """Answers the first four requests when all of them have come."""

        async def handle_async_request(self, asked: httpx2.Request) -> httpx2.Response:
            nonlocal seen
            seen += 1
            if seen <= arrived.parties:
                await arrived.wait()
            return answer(json.loads(await asked.aread()))

    one = desk(Together())
    assert await asyncio.gather(*(one.outcome(Kind.GRADE) for _ in range(4))) == ["ok"] * 4


async def test_abilities_are_those_of_one_model() -> None:
    one = desk(listed(server("json_schema")), judge_model="judge")
    await one.ask(Kind.GRADE)
    assert one.endpoint.capabilities_of("judge").format is Format.JSON
    assert one.endpoint.capabilities_of("one") == Capabilities()


async def test_without_a_schema_the_prompt_says_how_the_json_looks() -> None:
    transport = listed(server("response_format"))
    await desk(transport).ask()
    first, *_, last = [body["messages"][0]["content"] for body in transport.bodies]
    assert "verdict" not in first
    assert last.startswith(first) and '"verdict"' in last and "JSON" in last


@pytest.mark.parametrize(
    "error",
    [failed(Failure.REJECTED, "no such field: tools"), failed(Failure.UNAUTHORIZED, "json")],
    ids=["something_else", "not_a_rejection"],
)
def test_nothing_is_learnt_from_other_errors(error: EndpointError) -> None:
    capabilities = Capabilities()
    assert not capabilities.learn(error)
    assert capabilities == Capabilities()


def test_there_is_an_end_to_learning() -> None:
    capabilities, error = Capabilities(), failed(Failure.REJECTED, "response_format, temperature")
    learnt = [capabilities.learn(error) for _ in range(6)]
    assert learnt == [True, True, True, False, False, False]


# A reply cut by its limit


async def test_of_a_reply_cut_by_its_limit_the_whole_part_counts() -> None:
    class Points(Answer):
        """An answer with a list."""

        points: list[Answer] = []

    whole = Points(verdict="met", at=1, points=[GOOD, GOOD]).model_dump_json()
    counted = []
    for length in range(whole.index('"points"'), len(whole)):
        reply = read_reply(whole[:length], Points, cut=True)
        assert (reply.verdict, reply.at) == ("met", 1)
        assert all(point == GOOD for point in reply.points), whole[:length]
        counted.append(len(reply.points))
    assert counted == sorted(counted) and counted[-1] == 2


def test_a_number_cut_by_the_limit_is_no_number() -> None:
    class Sentences(Answer):
        """An answer that names sentences."""

        sentences: list[int] = []

    text = '{"verdict": "met", "at": 1, "sentences": [3, 12'  # of 123, perhaps
    assert read_reply(text, Sentences, cut=True).sentences == [3]


async def test_a_whole_reply_has_to_be_whole() -> None:
    one = desk(listed(says('{"verdict": "met", "at": 1')))
    assert await one.outcome() == Failure.NOT_JSON


# Models


async def test_the_first_model_on_offer_is_taken_where_none_is_named() -> None:
    transport = listed(good, models=("small", "large"))
    one = desk(transport, model=None)
    await asyncio.gather(one.ask(), one.ask(), one.stream())
    assert {body["model"] for body in transport.bodies} == {"small"}
    assert transport.listings == 1


async def test_a_named_model_is_not_looked_up() -> None:
    transport = listed(good)
    await desk(transport, model="mine").ask()
    assert (transport.listings, transport.bodies[0]["model"]) == (0, "mine")


async def test_an_endpoint_without_models_is_a_failure() -> None:
    assert await desk(listed(good, models=()), model=None).outcome() == Failure.NOT_FOUND


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("named", ["one", None])
async def test_the_judge_model_grades_and_drafts_and_does_nothing_else(
    kind: Kind, named: str | None
) -> None:
    transport = listed(good, models=("one",))
    await desk(transport, model=named, judge_model="judge").outcome(kind)
    judged = (Kind.GRADE, Kind.SWEEP, Kind.CLOSING, Kind.DEBRIEF, Kind.DRAFT)
    assert transport.bodies[0]["model"] == ("judge" if kind in judged else "one")


# What is sent


@pytest.mark.parametrize("kind", Kind)
async def test_judging_is_at_temperature_0(kind: Kind) -> None:
    transport = listed(good)
    await desk(transport, temperature=0.7).outcome(kind)
    assert transport.bodies[0]["temperature"] == (0.0 if kind in JUDGING else 0.7)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    ("address", "names"),
    [
        (OPENAI, {"max_completion_tokens"}),
        (f"{OPENAI}/", {"max_completion_tokens"}),
        ("http://127.0.0.1:9/v1", {"max_completion_tokens", "max_tokens"}),
    ],
)
async def test_a_reply_has_a_limit_under_the_names_that_are_known(
    address: str, names: set[str], kind: Kind
) -> None:
    transport = listed(good)
    await desk(transport, base_url=address).outcome(kind)
    limits = {name: n for name, n in transport.bodies[0].items() if name.startswith("max_")}
    assert limits == dict.fromkeys(names, 50)


@pytest.mark.parametrize("kind", JUDGING)
async def test_a_schema_is_strict(kind: Kind) -> None:
    transport = listed(good)
    await desk(transport).outcome(kind)
    form = transport.bodies[0]["response_format"]
    schema = form["json_schema"]["schema"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert schema["required"] == ["verdict", "at"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("kind", SPEAKING)
async def test_words_are_asked_for_as_a_stream(kind: Kind) -> None:
    transport = listed(says("Hello there."))
    await desk(transport).stream(kind)
    body = transport.bodies[0]
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})
    assert "response_format" not in body


# What is counted

PRICES = {"one": Price(input=1.0, cached=0.5, output=2.0)}


@pytest.mark.parametrize("kind", Kind)
async def test_usage_is_what_the_endpoint_says(kind: Kind) -> None:
    told = {
        "prompt_tokens": 70,
        "completion_tokens": 30,
        "total_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 20},
    }
    one = desk(listed(says(GOOD.model_dump_json(), usage=told)), prices=PRICES)
    assert await one.outcome(kind) == "ok"
    (record,) = one.meter.records
    assert (record.prompt, record.cached, record.output) == (70, 20, 30)
    assert record.dollars == pytest.approx((50 * 1.0 + 20 * 0.5 + 30 * 2.0) / 1e6)
    assert (record.kind, record.model, record.attempt, record.failure) == (kind, "one", 1, "")


@pytest.mark.parametrize("kind", Kind)
async def test_usage_is_estimated_where_the_endpoint_says_nothing(kind: Kind) -> None:
    one = desk(listed(says(GOOD.model_dump_json(), usage=None)))
    assert await one.outcome(kind) == "ok"
    (record,) = one.meter.records
    assert record.prompt == record.estimated == count_messages(["You help.", "Judge this."])
    assert record.dollars is None


@pytest.mark.parametrize("kind", Kind)
async def test_what_was_written_is_estimated_too(kind: Kind) -> None:
    one = desk(listed(says(GOOD.model_dump_json(), usage=None)))
    assert await one.outcome(kind) == "ok"
    assert one.meter.records[0].output > 0


async def test_each_try_is_on_the_account() -> None:
    one = desk(listed(status(503), says("Well."), good))
    await one.ask()
    assert [(r.attempt, r.failure) for r in one.meter.records] == [
        (1, Failure.SERVER_ERROR),
        (2, Failure.NOT_JSON),
        (3, ""),
    ]
    assert [record.output for record in one.meter.records] == [0, 30, 30]


async def test_a_budget_stops_calls_before_they_are_made() -> None:
    transport = listed(good)
    one = desk(transport)
    one.meter = Meter(Budget(tokens=150))
    assert [await one.outcome() for _ in range(3)] == ["ok", "ok", Failure.BUDGET]
    assert len(transport.bodies) == 2


# Calls at once


@pytest.mark.parametrize(
    ("kind", "most", "at_once"),
    [
        *[(kind, most, most) for kind in (Kind.ASSESS, Kind.SAY) for most in (1, 3)],
        *[(Kind.GRADE, most, at_once) for most, at_once in ((1, 1), (7, 1), (8, 2))],
    ],
)
async def test_so_many_calls_are_under_way_at_once(kind: Kind, most: int, at_once: int) -> None:
    under_way, highest = 0, 0

    class Counting(httpx2.AsyncBaseTransport):
        """Knows how many requests wait for it."""

        async def handle_async_request(self, asked: httpx2.Request) -> httpx2.Response:
            nonlocal under_way, highest
            body = json.loads(await asked.aread())
            under_way += 1
            highest = max(highest, under_way)
            for _ in range(100):
                await asyncio.sleep(0)
            under_way -= 1
            return good(body)

    one: Desk = desk(Counting(), concurrency=most)
    outcomes = await asyncio.gather(*(one.outcome(kind) for _ in range(9)))
    assert outcomes == ["ok"] * 9
    assert highest == at_once


async def test_connections_are_closed_in_the_end() -> None:
    closed = False

    class Closing(httpx2.AsyncBaseTransport):
        """Notices its end."""

        async def handle_async_request(self, asked: httpx2.Request) -> httpx2.Response:
            return good(json.loads(await asked.aread()))

        async def aclose(self) -> None:
            nonlocal closed
            closed = True

    one = desk(Closing())
    await one.endpoint.close()  # nothing was opened
    await one.ask()
    await one.endpoint.close()
    assert closed


# What must not get out

KEY = "sk-very-secret-1234"
ECHOES: dict[str, Reply] = {
    "401": status(401, f"Incorrect API key provided: {KEY}."),
    "400": status(400, f"Unknown header 'Authorization: Bearer {KEY}'."),
    "500": status(500, f"Traceback: headers={{'authorization': 'Bearer {KEY}'}}"),
}


@pytest.mark.parametrize("kind", [Kind.ASSESS, Kind.SAY])
@pytest.mark.parametrize("reply", ECHOES.values(), ids=ECHOES)
async def test_a_key_that_the_endpoint_repeats_is_in_no_error(reply: Reply, kind: Kind) -> None:
    one = desk(listed(reply), key=SecretStr(KEY))
    with pytest.raises(EndpointError) as caught:
        await (one.ask() if kind is Kind.ASSESS else one.stream())
    assert KEY not in f"{caught.value} {caught.value.detail} {caught.value!r}"


@pytest.mark.parametrize("key", ["sk-very\nsecret", "sk-very\x00secret"], ids=["line", "nul"])
async def test_a_key_that_no_header_takes_is_in_no_error(key: str) -> None:
    """Over a real connection, where headers are checked when they are sent."""
    async with misbehaving(lambda asked: GOOD.model_dump_json()) as server:
        settings = {"base_url": server.base_url, "key": SecretStr(key)}
        one = desk(httpx2.AsyncHTTPTransport(), **settings)
        with pytest.raises(EndpointError) as caught:
            await one.ask()
        await one.endpoint.close()
    assert "secret" not in f"{caught.value} {caught.value.detail} {caught.value!r}"


# Connections


@pytest.mark.parametrize("how", [Misbehaviour.ENDLESS, Misbehaviour.SLOW])
@pytest.mark.parametrize("kind", [Kind.ASSESS, Kind.SAY])
async def test_what_is_given_up_is_hung_up(how: Misbehaviour, kind: Kind) -> None:
    """A model that nobody listens to any more would go on, and be paid for it."""
    async with misbehaving(lambda asked: "{}", Plan(how, times=None)) as server:
        seconds = 0.2 if how is Misbehaviour.SLOW else 30.0
        settings = {"base_url": server.base_url, "first_token_seconds": seconds}
        one = desk(httpx2.AsyncHTTPTransport(), **settings)
        assert await one.outcome(kind) == how.value
        assert await server.idle(2.0)
        await one.endpoint.close()


async def test_a_stream_that_is_left_is_hung_up() -> None:
    plan = Plan(Misbehaviour.ENDLESS, Kind.SAY, times=None)
    async with misbehaving(lambda asked: "", plan) as server:
        one = desk(httpx2.AsyncHTTPTransport(), base_url=server.base_url)
        one.endpoint.capabilities_of("one").hold = Hold.MARKED  # else nothing is said as yet
        stream = one.endpoint.stream(speech(), one.meter)
        assert await anext(stream)
        await stream.aclose()
        assert await server.idle(2.0)
        await one.endpoint.close()


def speech() -> Request:
    return Request(Kind.SAY, (("system", "You speak."), ("user", "Say this.")), 50)
