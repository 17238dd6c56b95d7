"""Calls recorded and replayed: the same words, the same failures, no network and no key."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from interviewer.core.errors import SettingsError
from interviewer.llm.configuration import OPENAI, RECORDED, read_llm_settings
from interviewer.llm.failures import Failure
from interviewer.llm.recording import ReplayTransport, key_of, read_recording
from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.misbehaving import Misbehaving, Plan, misbehaving
from interviewer.simulation.endpoints.misbehaviours import INABILITIES, Misbehaviour
from tests.llm.scripted import (
    GOOD,
    Desk,
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

KEY = "sk-very-secret-1234"


class Unreachable(httpx2.AsyncBaseTransport):
    """Nobody may ask."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        raise AssertionError("a replay went to the network")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "calls.jsonl"


def recorder(file: Path, *replies: Reply, **settings: Any) -> Desk:
    return desk(listed(*replies), record=file, key=SecretStr(KEY), **settings)


def replayer(file: Path, **settings: Any) -> Desk:
    return desk(Unreachable(), replay=file, **settings)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


async def outcomes(one: Desk) -> list[Any]:
    """What became of some calls, with what is on their account."""
    ended = [await one.outcome(kind) for kind in (Kind.ASSESS, Kind.SAY, Kind.ASSESS)]
    told = [(r.kind, r.attempt, r.failure, r.prompt, r.output) for r in one.meter.records]
    return [*ended, *told, *one.paused]


HISTORIES: dict[str, tuple[Reply, ...]] = {
    "good": (good,),
    "second_try": (status(500), good),
    "always_broken": (status(500),),
    "bad_replies": (says("Well."), says(""), good),
    "web_page": (lambda body: httpx2.Response(200, html="<p>"),),
    "no_network": (breaks(httpx2.ConnectError("no route")),),
    "slow": (breaks(httpx2.ReadTimeout("slow")),),
    "cut_stream": (good, cut("Hel"), good),
    "letters": (says('{"verdict": "gro\u00df \u4e2d\U0001f600"}'),),
    "line_separators": (says('{"verdict": "one \u2028 two \u0085 three"}'),),
    "wait": (status(429, Retry_After="2"), good),
    "long_wait": (status(429, Retry_After="600"), good),
    "no_schema": (status(400, "json_schema is not supported"), good),
}


@pytest.mark.parametrize("replies", HISTORIES.values(), ids=HISTORIES)
async def test_a_replay_is_what_was_recorded(file: Path, replies: tuple[Reply, ...]) -> None:
    recorded = await outcomes(recorder(file, *replies))
    assert await outcomes(replayer(file)) == recorded
    assert await outcomes(replayer(file)) == recorded  # as often as one likes


async def test_words_are_replayed_as_they_were(file: Path) -> None:
    one = recorder(file, says("Hello there, candidate."), good)
    said, judged = await one.stream(), await one.ask()
    again = replayer(file)
    assert (await again.stream(), await again.ask()) == (said, judged)
    assert (judged, "".join(said)) == (GOOD, "Hello there, candidate.")


async def test_a_compressed_reply_is_replayed(file: Path) -> None:
    def packed(body: dict[str, Any]) -> httpx2.Response:
        plain = good(body)
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        return httpx2.Response(200, headers=headers, content=gzip.compress(plain.content))

    assert await recorder(file, packed).ask() == GOOD
    assert await replayer(file).ask() == GOOD


OVER_THE_WIRE = sorted(set(Misbehaviour) - set(INABILITIES) - {Misbehaviour.NO_NAME})


@pytest.mark.parametrize("kind", [Kind.ASSESS, Kind.SAY])
@pytest.mark.parametrize("how", OVER_THE_WIRE)
async def test_failures_of_a_real_server_are_replayed(
    file: Path, how: Misbehaviour, kind: Kind
) -> None:
    async with misbehaving(lambda asked: GOOD.model_dump_json(), Plan(how, times=None)) as server:
        seconds = 1.0 if how in (Misbehaviour.SLOW, Misbehaviour.ENDLESS) else 30.0
        one = through(server, record=file, first_token_seconds=seconds)
        recorded = await ended(one, kind)
    assert await ended(desk(Unreachable(), replay=file), kind) == recorded


def through(server: Misbehaving, **settings: Any) -> Desk:
    """An endpoint over a real connection."""
    transport = httpx2.AsyncHTTPTransport()
    return desk(transport, base_url=server.base_url, **settings)


async def ended(one: Desk, kind: Kind) -> tuple[str, int]:
    try:
        outcome = await one.outcome(kind)
    except Exception as bug:  # of test_endpoint's; here it only has to be the same
        outcome = type(bug).__name__
    await one.endpoint.close()
    return outcome, len(one.meter.records)


async def test_a_changed_request_is_not_recorded(file: Path) -> None:
    await recorder(file, good).ask(text="Judge this.")
    again = replayer(file)
    assert await again.outcome(text="Judge that.") == Failure.NOT_RECORDED
    assert await again.outcome(Kind.SAY) == Failure.NOT_RECORDED
    assert await again.outcome() == "ok"
    assert await replayer(file, temperature=0.9).outcome() == "ok"  # judging is at 0
    assert await replayer(file, model="two").outcome() == Failure.NOT_RECORDED


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (b'{"a": 1, "b": 2}', b'{"b":2,"a":1}', True),
        (b'{"a": 1}', b'{"a": 2}', False),
        (b"", b"null", True),
        (b"not json", b"not json", True),
        (b"not json", b"not  json", False),
    ],
)
def test_requests_are_known_by_their_content(one: bytes, other: bytes, same: bool) -> None:
    assert (key_of("chat/completions", one) == key_of("chat/completions", other)) is same
    assert key_of("models", one) != key_of("chat/completions", one)


async def test_the_models_on_offer_are_recorded_too(file: Path) -> None:
    assert await recorder(file, good, model=None).ask() == GOOD
    assert await replayer(file, model=None).ask() == GOOD


async def test_a_recording_may_be_replayed_at_another_address(file: Path) -> None:
    await recorder(file, good).ask()
    assert await replayer(file, base_url="https://elsewhere.example/openai/v1").ask() == GOOD


async def test_the_head_names_the_models(file: Path) -> None:
    await recorder(file, good, judge_model="judge").ask()
    head, calls = read_recording(file)
    assert (head["recording"], head["model"], head["judge_model"]) == (1, "one", "judge")
    assert len(calls) == 1


async def test_a_recording_is_added_to(file: Path) -> None:
    await recorder(file, good).ask(text="One.")
    await recorder(file, good).ask(text="Two.")
    assert ["recording" in line for line in lines(file)] == [True, False, False]
    again = replayer(file)
    assert [await again.outcome(text=text) for text in ("One.", "Two.")] == ["ok", "ok"]


@pytest.mark.parametrize(
    "reply",
    [good, status(401, f"Incorrect API key provided: {KEY}."), breaks(httpx2.ConnectError(KEY))],
    ids=["good", "key_in_the_reply", "key_in_the_error"],
)
async def test_no_key_and_no_header_is_in_the_file(file: Path, reply: Reply) -> None:
    one = recorder(file, reply)
    await one.outcome()
    await one.outcome(Kind.SAY)
    text = file.read_text("utf-8")
    assert KEY not in text and KEY[3:] not in text
    assert "authorization" not in text.lower() and "bearer" not in text.lower()
    assert "user-agent" not in text.lower()


async def test_a_stream_that_is_left_is_recorded_as_far_as_it_came(file: Path) -> None:
    one = recorder(file, says("Hello there."))
    pieces = one.endpoint.stream(request(Kind.SAY, "Say this."), one.meter)
    assert await anext(pieces)
    await pieces.aclose()
    for _ in range(20):  # what is closed at the end of a loop's turn
        await asyncio.sleep(0)
    assert len(lines(file)) == 2


# Recordings that are none

HEAD = '{"recording": 1}\n'
CALL = '{"key": "k", "request": null, "status": 200, "type": "application/json", "reply": "{}"}\n'
BROKEN: dict[str, str] = {
    "empty": "",
    "words": "hello",
    "no_head": CALL,
    "other_version": '{"recording": 99}\n',
    "head_is_a_list": "[]\n",
    "call_is_a_number": f"{HEAD}5\n",
    "call_is_null": f"{HEAD}null\n",
    "call_without_a_key": f'{HEAD}{{"status": 200}}\n',
    "call_without_a_reply": f'{HEAD}{{"key": "k"}}\n',
    "broken_in_the_middle": f'{HEAD}{{"key": "k", "requ\n{CALL}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_recording_is_said_to_be_broken(tmp_path: Path, text: str) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        ReplayTransport(file)
    assert str(file) in caught.value.what and caught.value.action


@pytest.mark.parametrize("text", [None, "hello", f"{HEAD}{{"], ids=["missing", "words", "half"])
async def test_a_broken_recording_is_not_taken_for_a_failure_of_the_endpoint(
    file: Path, text: str | None
) -> None:
    if text is not None:
        file.parent.mkdir()
        file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError):
        await replayer(file).outcome()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["missing", "bytes"])
def test_a_recording_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "calls.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        ReplayTransport(file)
    assert str(file) in caught.value.what


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        ReplayTransport(tmp_path)


@pytest.fixture
async def interrupted(file: Path) -> AsyncIterator[Path]:
    """A recording whose last line was not written to its end."""
    one = recorder(file, good)
    await one.ask(text="One.")
    await one.ask(text="Two.")
    whole = file.read_text("utf-8")
    file.write_text(whole[:-20], encoding="utf-8")
    yield file


async def test_what_stands_before_a_partly_written_line_is_replayed(interrupted: Path) -> None:
    again = replayer(interrupted)
    assert await again.outcome(text="One.") == "ok"
    assert await again.outcome(text="Two.") == Failure.NOT_RECORDED


async def test_a_partly_written_line_is_gone_over(interrupted: Path) -> None:
    await recorder(interrupted, good).ask(text="Three.")
    again = replayer(interrupted)
    assert [await again.outcome(text=text) for text in ("One.", "Three.")] == ["ok", "ok"]


async def test_a_recording_that_cannot_be_written_is_a_matter_of_settings(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(SettingsError):
        await recorder(blocked / "calls.jsonl", good).ask()


@pytest.mark.parametrize(
    ("head", "extra", "expected"),
    [
        (
            {"model": "m", "judge_model": "j", "temperature": 0.7, "is_openai": False},
            {},
            ("m", "j", 0.7, RECORDED),
        ),
        (
            {"model": None, "judge_model": None, "temperature": 0.4, "is_openai": False},
            {"OPENAI_API_KEY": "sk-abc"},
            (None, None, 0.4, RECORDED),
        ),
        (
            {"model": "m", "judge_model": None, "temperature": 0.4, "is_openai": True},
            {"INTERVIEWER_MODEL": "mine", "INTERVIEWER_TEMPERATURE": "1"},
            ("mine", None, 1.0, OPENAI),
        ),
    ],
    ids=["named", "found_by_asking", "said_otherwise"],
)
def test_a_replay_asks_as_was_recorded(
    tmp_path: Path, head: dict[str, object], extra: dict[str, str], expected: tuple[object, ...]
) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(json.dumps({"recording": 1, **head}) + "\n", "utf-8")
    settings = read_llm_settings({"INTERVIEWER_REPLAY": str(file), **extra})
    assert settings is not None
    found = (settings.model, settings.judge_model, settings.temperature, settings.base_url)
    assert found == expected
