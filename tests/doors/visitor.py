"""A browser without the browser: it runs the events of the page over real sockets."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from interviewer.web import choices
from interviewer.web.browser_memory import Memory

JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
PATIENCE = 240  # seconds
PASSWORD = "correct horse battery"
_INTERVIEW = re.compile(r'data-interview=\\*"([0-9a-f]{32})')


@dataclass(frozen=True)
class Handler:
    """One event of the page.

    Attributes:
        number: that Gradio gives it.
        part: `elem_id` of what it listens to.
        kind: of component.
        event: `click`, `submit`, `load` ...
        inputs: `elem_id` and kind of every input.
    """

    number: int
    part: str
    kind: str
    event: str
    trigger: int
    inputs: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        return f"{self.part}.{self.event}"


def handlers_of(config: dict[str, Any]) -> list[Handler]:
    """Every event that calls the server, each once."""
    parts = {part["id"]: part for part in config["components"]}

    def named(number: int) -> tuple[str, str]:
        part = parts.get(number, {"type": "page", "props": {}})
        return part["props"].get("elem_id") or part["type"], part["type"]

    return [
        Handler(
            known["id"],
            *named(known["targets"][0][0]),
            known["targets"][0][1],
            known["targets"][0][0],
            tuple(named(number) for number in known["inputs"]),
        )
        for known in config["dependencies"]
        if known["backend_fn"]
    ]


@dataclass
class Visitor:
    """One browser with its cookies."""

    url: str
    client: httpx2.Client = field(init=False)
    session: str = field(default_factory=lambda: uuid4().hex[:11])
    handlers: dict[str, Handler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = httpx2.Client(base_url=self.url, timeout=60, trust_env=False)

    def log_in(self, password: str = PASSWORD) -> httpx2.Response:
        return self.client.post("/login", data={"password": password})

    def handler(self, name: str) -> Handler:
        if not self.handlers:
            config = self.client.get("/config").raise_for_status().json()
            self.handlers = {handler.name: handler for handler in handlers_of(config)}
        return self.handlers[name]

    def all_handlers(self) -> list[Handler]:
        self.handler("bar.click")
        return list(self.handlers.values())

    def join(
        self, handler: Handler, values: list[Any], data: object = None, interview: str = ""
    ) -> httpx2.Response:
        """Sends an event, from a page whose address names an interview."""
        job = {"fn_index": handler.number, "trigger_id": handler.trigger}
        body = {**job, "session_hash": self.session, "data": values, "event_data": data}
        content = json.dumps(body).encode()
        address = f"{JOIN}?interview={interview}" if interview else JOIN
        headers = {"content-type": "application/json"}
        return self.client.post(address, content=content, headers=headers)

    def answers(self) -> list[str]:
        """What the stream of this session says until all its events are answered."""
        said, end = [], time.monotonic() + PATIENCE
        with self.client.stream("GET", DATA, params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                said += [line] if line else []
                assert time.monotonic() < end, f"no end of the answers: {said[-1][:200]}"
        return said

    def call(
        self, name: str, values: list[Any], data: object = None, *, interview: str = ""
    ) -> str:
        """Runs an event; everything that was answered."""
        self.join(self.handler(name), values, data, interview).raise_for_status()
        return "\n".join(self.answers())

    def begin(self, case: str = "") -> str:
        """Starts an interview; its id."""
        memory = Memory().kept()
        shown = re.search(r'data-case=\\*"([\w-]+)', self.call("page.load", [memory]))
        assert shown
        case = case or shown[1]
        form = [choices.defaults()[name] for name in choices.NAMES]
        told = self.call("cases.click", [memory, *form], {"act": "start", "case": case})
        found = _INTERVIEW.search(told)
        assert found, told[:500]
        return found[1]


def memory_of(interview: str | None, seen: int = 1) -> dict[str, Any]:
    return Memory(interview, seen).kept()
