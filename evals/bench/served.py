"""The served app as a measurement drives it: the real server, and visitors who speak its protocol.

A visitor does what the page's script does: it joins Gradio's queue with the values of a handler's
inputs and reads the stream of its outputs. The parts are found by their ids in the page.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx2

from evals.bench.measured import ROOT
from interviewer.web.choices import NAMES, defaults

PATIENCE = 120.0  # seconds for one request
PASSWORD = "a crowd of people"
SHARED = {"INTERVIEWER_ALLOW_HOST": "localhost", "INTERVIEWER_PASSWORD": PASSWORD}
"""Variables of a server to which others may come, on this machine's name."""
_INTERVIEW = re.compile(r'data-interview=\\?"([^"\\]+)')
RUN = "from interviewer.cli import main; main()"


class Server:
    """`interviewer serve` as a child process, from `with` to its end.

    Args:
        home: its data folder.
        variables: of its environment, besides.
    """

    program: tuple[str, ...] = ("-c", RUN, "serve", "--port")
    """What Python runs; the port follows."""

    def __init__(self, home: Path, **variables: str) -> None:
        self.home = home
        self._variables = {"INTERVIEWER_HOME": str(home), **variables}
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI", "INTERVIEWER"))}
        self.process = subprocess.Popen(
            [sys.executable, *self.program, str(self.port)],
            cwd=ROOT,
            env={**kept, **self._variables},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()  # the port is open from here on
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)

    def first_page(self) -> None:
        """Waits for the page."""
        httpx2.get(self.url, timeout=PATIENCE).raise_for_status()


class Page:
    """Which handler belongs to which part of the page, as the server describes it."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._parts = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        self._parts["page"] = 0
        self._handlers = {
            (target[0], target[1]): index
            for index, handler in enumerate(config["dependencies"])
            for target in handler["targets"]
        }

    def handler(self, part: str, event: str) -> tuple[int, int]:
        """Number of the handler of a part's event, and of the part."""
        component = self._parts[part]
        return self._handlers[component, event], component


class Visitor:
    """One candidate's browser without the browser.

    Args:
        client: connections to the server.
        page: see `Page`.
    """

    def __init__(self, client: httpx2.AsyncClient, page: Page) -> None:
        self._client = client
        self._page = page
        self._session = uuid4().hex[:11]
        self.memory: dict[str, Any] = {"interview": None, "seen": 0, "settings": defaults()}

    async def load(self) -> int:
        """Opens the page; bytes of the answer."""
        call = self._call("page", "load", [self.memory], None)
        return sum([len(line.encode()) async for _, line in call])

    async def begin(self, case: str) -> None:
        """Opens the page and starts an interview with the settings of a first visit."""
        await self.load()
        form = [self.memory["settings"][name] for name in NAMES]
        event = {"act": "start", "case": case}
        call = self._call("cases", "click", [self.memory, *form], event)
        text = "".join([line async for _, line in call])
        found = _INTERVIEW.search(text)
        assert found, f"no interview was started: {text[:300]}"
        self.memory |= {"interview": found[1], "seen": 1}

    async def say(self, text: str) -> float:
        """Sends a message and hears the reply; seconds from sending to the first words.

        The first change of the page shows the message itself, the second one the first words.
        """
        start = time.perf_counter()
        seconds: list[float] = []
        page = ""
        async for kind, line in self._call("message", "submit", [text, "", self.memory], None):
            page = line
            if kind == "process_generating":
                seconds.append(time.perf_counter() - start)
        self.memory["seen"] += 2
        assert f"turn-{self.memory['seen']}" in page, f"no reply came: {page[:2000]}"
        return seconds[1]

    async def _call(
        self, part: str, event: str, values: list[Any], data: object
    ) -> AsyncIterator[tuple[str, str]]:
        """Runs a handler; yields kind and text of the messages about it."""
        handler, component = self._page.handler(part, event)
        job = {"fn_index": handler, "trigger_id": component, "session_hash": self._session}
        answer = await self._client.post(
            "/gradio_api/queue/join", json={**job, "data": values, "event_data": data}
        )
        answer.raise_for_status()
        query = {"session_hash": self._session}
        async with self._client.stream("GET", "/gradio_api/queue/data", params=query) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                yield message["msg"], line
                if message["msg"] == "process_completed":
                    assert message["success"], line[:300]
                    return


async def page_of(client: httpx2.AsyncClient) -> Page:
    """The served page."""
    return Page((await client.get("/config")).json())


def connect(server: Server) -> httpx2.AsyncClient:
    """A client for visitors of a server."""
    limits = httpx2.Limits(max_connections=None)
    return httpx2.AsyncClient(base_url=server.url, timeout=PATIENCE, limits=limits)


async def log_in(client: httpx2.AsyncClient) -> None:
    """Makes a client an owner on a server with the variables `SHARED`."""
    answer = await client.post("/login", data={"password": PASSWORD})
    assert answer.is_redirect, answer.text[:300]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
