"""Nothing tells others what happens here, whatever the variables of the shell ask for."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from evals.bench.measured import ROOT
from evals.bench.served import RUN, Server, Visitor, connect, page_of
from interviewer.core.telemetry import LEFT_OUT, SWITCHES, switch_off_telemetry
from interviewer.simulation.endpoints.replies import Reply
from interviewer.simulation.endpoints.served import served
from tests.homes import warm_places
from tests.shipped import CASE_ID

SAID = "I would optimise watch time per session, because clicks alone reward clickbait."
FACADE = f"""
import asyncio
from interviewer.service.interviews import open_interviews
from interviewer.core.paths import read_places
from interviewer.core.settings import InterviewSettings

async def main():
    async with open_interviews(read_places()) as interviews:
        view = await interviews.start({CASE_ID!r}, InterviewSettings(), "auto")
        async for _ in interviews.submit(view.interview_id, {SAID!r}):
            pass

asyncio.run(main())
"""
LANGSMITH_FIRST = """
from langsmith.utils import tracing_is_enabled
assert tracing_is_enabled()  # and it remembers what it has read
"""
FLUSHED = """
from langchain_core.tracers.langchain import wait_for_all_tracers
wait_for_all_tracers()
"""


class Sink:
    """A socket that takes what is sent there.

    Attributes:
        arrived: the first bytes of every connection.
        url: its address.
    """

    def __init__(self, listening: socket.socket) -> None:
        self.arrived: list[bytes] = []
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._listening = listening

    def take(self) -> None:
        """Takes all connections until the socket is closed."""
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection:
                self.arrived.append(connection.recv(500))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with opened() as sink:
        yield sink


@contextmanager
def opened() -> Iterator[Sink]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sink = Sink(listening)
        thread = threading.Thread(target=sink.take, daemon=True)
        thread.start()
        yield sink
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def asking(sink: Sink, home: Path) -> dict[str, str]:
    """Variables that ask every library to tell that sink."""
    switches = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING_V2")
    return {
        **dict.fromkeys(switches, "true"),
        "LANGCHAIN_CALLBACKS_BG": "false",
        "LANGSMITH_API_KEY": "lsv2_pt_SECRET",
        "LANGSMITH_ENDPOINT": sink.url,
        "LANGCHAIN_ENDPOINT": sink.url,
        "LANGSMITH_PROJECT": "theirs",
        "LANGSMITH_GATEWAY": sink.url,
        "CHROMA_OTEL_COLLECTION_ENDPOINT": sink.url,
        "CHROMA_OTEL_GRANULARITY": "all",
        "INTERVIEWER_HOME": str(home),
    }


async def child(program: str, *words: str, typed: str = "", **variables: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, *words),
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate(typed.encode())
    assert process.returncode == 0, told.decode()


async def visited(home: Path, variables: dict[str, str]) -> None:
    given = {name: value for name, value in variables.items() if name != "INTERVIEWER_HOME"}
    server = Server(home, **given)
    await asyncio.to_thread(server.__enter__)  # its endpoint answers meanwhile
    try:
        async with connect(server) as client:
            visitor = Visitor(client, await page_of(client))
            visitor.memory["settings"]["brain"] = "llm"
            await visitor.begin(CASE_ID)
            await visitor.say(SAID)
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


WAYS: dict[str, Callable[[Path, dict[str, str]], object]] = {
    "facade": lambda home, given: child(FACADE + FLUSHED, **given),
    "langsmith_first": lambda home, given: child(LANGSMITH_FIRST + FACADE + FLUSHED, **given),
    "play": lambda home, given: child(
        RUN + FLUSHED, "play", CASE_ID, typed=f"{SAID}\n/quit\n", **given
    ),
    "serve": visited,
}


@pytest.mark.parametrize(
    ("way", "model"),
    [
        ("facade", True),
        ("facade", False),
        ("langsmith_first", True),
        ("play", False),
        ("serve", True),
    ],
)
async def test_nothing_arrives_where_a_shell_asks_for_tracing(
    way: str, model: bool, sink: Sink, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = warm_places(tmp_path_factory).home
    refused = b'{"error": {"message": "Incorrect API key provided: sk-SECRET-123456"}}'
    async with served(lambda request: Reply([refused], 401)) as endpoint:
        given = asking(sink, home)
        if model:
            given |= {
                "OPENAI_BASE_URL": f"{endpoint.root}/v1",
                "OPENAI_API_KEY": "sk-SECRET-123456",
            }
            given |= {"INTERVIEWER_MODEL": "scripted-1"}
        waiting = WAYS[way](home, given)
        assert asyncio.iscoroutine(waiting)
        await waiting
    assert bool(endpoint.calls) is model, "the model was asked, so that there was a prompt to tell"
    assert sink.arrived == []


async def test_the_sink_takes_what_is_sent(sink: Sink) -> None:
    traced = "from langsmith import Client; Client().create_run('a', {}, 'llm')" + FLUSHED
    await child(
        traced, LANGSMITH_ENDPOINT=sink.url, LANGSMITH_API_KEY="k", LANGSMITH_TRACING="true"
    )
    assert sink.arrived


def test_every_switch_is_set_whatever_was_there() -> None:
    environ = dict.fromkeys((*SWITCHES, *LEFT_OUT), "true") | {"LANGSMITH_API_KEY": "theirs"}
    switch_off_telemetry(environ)
    assert environ == {**SWITCHES, "LANGSMITH_API_KEY": "theirs"}
