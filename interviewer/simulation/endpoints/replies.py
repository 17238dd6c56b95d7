"""The replies of a server, good ones and every kind of bad one, as they go over the wire."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.misbehaviours import INABILITIES, Misbehaviour
from interviewer.simulation.endpoints.wire import MODEL, Asked, chunk, chunks_of, completion

HUGE = 5_000_000  # bytes
BEGUN = 4  # characters of a stream that is cut: less than a sentence
_STREAM = "text/event-stream"
AGAIN = "and so on "  # what an endless reply repeats
MODELS = {"object": "list", "data": [{"id": MODEL, "object": "model"}]}
ERROR = {"message": "The upstream provider is overloaded.", "type": "overloaded", "code": 502}


@dataclass(frozen=True)
class Reply:
    """One reply.

    Attributes:
        content: the body, piece by piece; it may have no end.
        whole: the body ends as it should; else the connection is closed after the last piece.
        silent: not even a status is sent.
        late: nothing is sent until the client has gone.
    """

    content: Iterable[bytes] = ()
    status: int = 200
    type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    silent: bool = False
    late: bool = False


def good_reply(asked: Asked, text: str) -> Reply:
    """The reply of a server that works."""
    if asked.body.get("stream"):
        return events(chunks_of(text, asked))
    return json_reply(completion(text, asked))


def models_reply() -> Reply:
    """The list of models."""
    return json_reply(MODELS)


def bad_reply(misbehaviour: Misbehaviour, asked: Asked, text: str) -> Reply:
    """The reply of a server that misbehaves.

    Args:
        misbehaviour: how; none of those that stop a request before it arrives.
        asked: the request.
        text: what a good reply would say.
    """
    if (known := _STATUSES.get(misbehaviour)) is not None:
        return known
    if misbehaviour in INABILITIES:
        return _rejected(misbehaviour, asked) or good_reply(asked, text)
    return _BODIES[misbehaviour](asked, text)


def _status(status: int, message: str, code: str = "", **headers: str) -> Reply:
    error = {"message": message, "type": "error", "code": code or None, "param": None}
    return Reply([json.dumps({"error": error}).encode()], status, headers=headers)


_WAIT = "Rate limit reached."
_STATUSES = {
    Misbehaviour.UNAUTHORIZED: _status(401, "Incorrect API key provided.", "invalid_api_key"),
    Misbehaviour.FORBIDDEN: _status(403, "You are not allowed to sample from this model."),
    Misbehaviour.NO_MODEL: _status(404, "The model does not exist.", "model_not_found"),
    Misbehaviour.LIMITED_AT_ONCE: _status(429, _WAIT, **{"Retry-After": "0"}),
    Misbehaviour.LIMITED_FOR_LONG: _status(429, _WAIT, **{"Retry-After": "600"}),
    Misbehaviour.LIMITED: _status(429, _WAIT),
    Misbehaviour.BROKEN: _status(500, "The server had an error."),
    Misbehaviour.OVERLOADED: _status(503, "The engine is overloaded."),
    Misbehaviour.TOO_LONG: _status(
        400, "This model's maximum context length is 2048 tokens.", "context_length_exceeded"
    ),
}


def _rejected(misbehaviour: Misbehaviour, asked: Asked) -> Reply | None:
    """The rejection of a request that asks for too much; None where it does not."""
    name = INABILITIES[misbehaviour]
    value = asked.body.get(name)
    if misbehaviour is Misbehaviour.NO_SCHEMA and (value or {}).get("type") != "json_schema":
        return None
    return None if value is None else _status(400, f"Unsupported parameter: '{name}'.")


def _cut(asked: Asked, text: str) -> Reply:
    if asked.body.get("stream"):
        return replace(events([chunk({"content": text[:BEGUN]})], done=False), whole=False)
    whole = json.dumps(completion(text, asked)).encode()
    return Reply(content=[whole[: len(whole) // 2]], whole=False)


def _endless(asked: Asked, text: str) -> Reply:
    if asked.body.get("stream"):
        piece = f"data: {json.dumps(chunk({'content': AGAIN}))}\n\n".encode()
        return Reply(content=itertools.repeat(piece), type=_STREAM)
    return Reply(content=itertools.chain([b'{"choices": ['], itertools.repeat(b" " * 65_536)))


def _huge(asked: Asked, text: str) -> Reply:
    return good_reply(asked, AGAIN * (HUGE // len(AGAIN))) if _is_json(asked) else _one_piece(asked)


def _one_piece(asked: Asked) -> Reply:
    return events([chunk({"content": "x" * HUGE}), chunk({}, finish="stop")])


def _out_of_tokens(asked: Asked, text: str) -> Reply:
    half = text[: len(text) // 2]
    if asked.body.get("stream"):
        return events([chunk({"content": half}), chunk({}, finish="length")])
    return json_reply(completion(half, asked, finish="length"))


def _null(asked: Asked, text: str) -> Reply:
    return _message(asked, {"role": "assistant", "content": None})


def _refusal(asked: Asked, text: str) -> Reply:
    return _message(asked, {"role": "assistant", "content": None, "refusal": "I can't do that."})


def _not_json(asked: Asked, text: str) -> Reply:
    if asked.body.get("stream"):
        return Reply(content=[b'data: {"id": "scr\n\n'], type=_STREAM)
    return good_reply(asked, "The candidate has answered well, I would say.")


def _wrong_shape(asked: Asked, text: str) -> Reply:
    odd: dict[str, Any] = {"intents": "all of them", "items": 7}
    return good_reply(asked, json.dumps(odd if _is_json(asked) else {"reply": text}))


def _web_page(asked: Asked, text: str) -> Reply:
    return Reply(content=[b"<!doctype html><title>Welcome</title>"], type="text/html")


def _error_body(asked: Asked, text: str) -> Reply:
    body = {"error": ERROR}
    return events([body], done=False) if asked.body.get("stream") else json_reply(body)


def _no_choices(asked: Asked, text: str) -> Reply:
    if asked.body.get("stream"):
        return events([{**chunk({}), "choices": None}])
    return json_reply({**completion(text, asked), "choices": None})


_BODIES: Mapping[Misbehaviour, Callable[[Asked, str], Reply]] = {
    Misbehaviour.SLOW: lambda asked, text: replace(good_reply(asked, text), late=True),
    Misbehaviour.DROPPED: lambda asked, text: Reply(silent=True),
    Misbehaviour.CUT: _cut,
    Misbehaviour.ENDLESS: _endless,
    Misbehaviour.HUGE: _huge,
    Misbehaviour.OUT_OF_TOKENS: _out_of_tokens,
    Misbehaviour.EMPTY: lambda asked, text: good_reply(asked, ""),
    Misbehaviour.NULL: _null,
    Misbehaviour.REFUSAL: _refusal,
    Misbehaviour.NOT_JSON: _not_json,
    Misbehaviour.WRONG_SHAPE: _wrong_shape,
    Misbehaviour.WEB_PAGE: _web_page,
    Misbehaviour.ERROR_BODY: _error_body,
    Misbehaviour.NO_CHOICES: _no_choices,
}


def _message(asked: Asked, message: dict[str, Any]) -> Reply:
    """A reply of one message that is not only text."""
    if asked.body.get("stream"):
        return events([chunk(message), chunk({}, finish="stop")])
    body = completion("", asked)
    body["choices"][0]["message"] = message
    return json_reply(body)


def _is_json(asked: Asked) -> bool:
    return asked.kind in (Kind.NOTES, Kind.GRADE, Kind.SWEEP, Kind.CLOSING, Kind.DEBRIEF)


def json_reply(body: Any) -> Reply:
    """A whole reply."""
    return Reply(content=[json.dumps(body).encode()])


def events(chunks: Iterable[dict[str, Any]], *, done: bool = True) -> Reply:
    """A reply in pieces."""
    told = [f"data: {json.dumps(one)}\n\n".encode() for one in chunks]
    return Reply(content=[*told, b"data: [DONE]\n\n"][: None if done else -1], type=_STREAM)
