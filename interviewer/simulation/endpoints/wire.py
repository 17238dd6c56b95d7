"""The chat completions API from its other side: requests in, replies out, all in this process."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from interviewer.llm.usage import Kind

MODEL = "scripted-1"
KINDS = {
    "notesreply": Kind.NOTES,
    "gradereply": Kind.GRADE,
    "sweepreply": Kind.SWEEP,
    "closingreply": Kind.CLOSING,
    "debriefreply": Kind.DEBRIEF,
    "draftreply": Kind.DRAFT,
}
REPLIES = "FORM. First line: `ACT:"
_TOLD_BY = {
    REPLIES: Kind.REPLY,
    "You take notes for an interviewer": Kind.NOTES,
    "You are the judge": Kind.GRADE,
    "You look through the transcript": Kind.SWEEP,
    "after it has ended": Kind.CLOSING,
    "the page that they take home": Kind.DEBRIEF,
    "You help the author of a case": Kind.DRAFT,
}
"""What only the prompt of one kind says, for models that are told the form in words."""
PIECE = 12  # characters that a stream sends at once
_NUMBERED = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_RUBRIC = re.compile(r"^- ([a-z][a-z0-9_]*): met: ", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """One request as the endpoint gets it.

    Attributes:
        kind: what it is for, as its schema or its instructions tell.
        messages: role and text of each.
        body: the request whole.
    """

    kind: Kind
    messages: tuple[tuple[str, str], ...]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        """All messages together."""
        return "\n".join(text for _, text in self.messages)

    @property
    def user(self) -> str:
        """The last message."""
        return self.messages[-1][1]

    @property
    def sentences(self) -> dict[int, str]:
        """The numbered sentences of the candidate."""
        fenced = re.search(r"<(?:message|answer) (\w+)>\n(.*)\n</\w+ \1>", self.user, re.DOTALL)
        lines = _NUMBERED.findall(fenced[2]) if fenced else []
        return {int(number): text for number, text in lines}

    @property
    def said(self) -> str:
        """The candidate's last message, where its words are shown as they are."""
        found = re.findall(r"<(message|candidate) (\w+)>\n(.*?)\n</\1 \2>", self.prompt, re.DOTALL)
        return found[-1][2] if found else ""

    @property
    def items(self) -> list[str]:
        """Ids of the rubric items, in their order."""
        return _RUBRIC.findall(self.user)

    def section(self, name: str) -> str:
        """What stands after a heading such as `DRAFT (say this):` on its line."""
        found = re.search(rf"^{re.escape(name)}[^:\n]*:[ \n](.*)$", self.user, re.MULTILINE)
        return found[1].strip() if found else ""


Answers = Callable[[Asked], str]
"""What a scripted model replies."""


@dataclass
class ScriptedModel(httpx2.AsyncBaseTransport):
    """A model whose replies are a function of the request, at no or a given latency.

    Attributes:
        answers: makes the replies.
        seconds: until a reply begins.
        asked: every request so far.
    """

    answers: Answers
    seconds: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Replies as an endpoint would."""
        if request.url.path.endswith("/models"):
            models = {"object": "list", "data": [{"id": MODEL, "object": "model"}]}
            return httpx2.Response(200, json=models)
        asked = read_request(json.loads(await request.aread()))
        self.asked.append(asked)
        if self.seconds:
            await asyncio.sleep(self.seconds)
        text = self.answers(asked)
        if asked.body.get("stream"):
            return streamed(chunks_of(text, asked))
        return httpx2.Response(200, json=completion(text, asked))


def read_request(body: dict[str, Any]) -> Asked:
    """A request, sorted."""
    messages = tuple((m["role"], str(m["content"])) for m in body["messages"])
    schema = (body.get("response_format") or {}).get("json_schema") or {}
    kind = KINDS.get(str(schema.get("name")))
    if kind is None:
        system = messages[0][1]
        kind = next((known for said, known in _TOLD_BY.items() if said in system), Kind.SAY)
    return Asked(kind, messages, body)


def completion(text: str, asked: Asked, finish: str = "stop") -> dict[str, Any]:
    """A whole reply."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return {**_head("chat.completion"), "choices": [choice], "usage": usage(text, asked)}


def chunks_of(text: str, asked: Asked) -> list[dict[str, Any]]:
    """The same in pieces."""
    pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
    chunks = [chunk({"content": piece}) for piece in pieces]
    last = {**_head("chat.completion.chunk"), "choices": [], "usage": usage(text, asked)}
    return [*chunks, chunk({}, finish="stop"), last]


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    """One piece of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {**_head("chat.completion.chunk"), "choices": [choice]}


def streamed(chunks: Iterable[dict[str, Any]], *, done: bool = True) -> httpx2.Response:
    """Chunks as server-sent events."""

    async def events() -> AsyncIterator[bytes]:
        for one in chunks:
            yield f"data: {json.dumps(one)}\n\n".encode()
        if done:
            yield b"data: [DONE]\n\n"

    headers = {"content-type": "text/event-stream"}
    return httpx2.Response(200, headers=headers, content=events())


def usage(text: str, asked: Asked) -> dict[str, int]:
    """Tokens by a rule of thumb: four characters each."""
    prompt = sum(len(content) for _, content in asked.messages) // 4
    return {"prompt_tokens": prompt, "completion_tokens": len(text) // 4, "total_tokens": 0}


def _head(kind: str) -> dict[str, Any]:
    return {"id": "scripted", "object": kind, "created": 1, "model": MODEL}
