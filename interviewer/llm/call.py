"""One call: what is asked, what came back, what it cost."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import pydantic_core
from pydantic import BaseModel, ValidationError

from interviewer.llm.configuration import LLMSettings
from interviewer.llm.failures import Failure, failed
from interviewer.llm.thinking import Aloud, without_thinking
from interviewer.llm.tokens import count_tokens
from interviewer.llm.usage import CallRecord, Kind, Meter, dollars_for, price_of

UNREAD = frozenset(
    {
        Failure.REFUSED,
        Failure.UNREACHABLE,
        Failure.TLS,
        Failure.UNAUTHORIZED,
        Failure.FORBIDDEN,
        Failure.NOT_FOUND,
        Failure.RATE_LIMITED,
        Failure.REJECTED,
        Failure.TOO_LONG,
        Failure.WRONG_TYPE,
        Failure.NOT_RECORDED,
    }
)
"""Failures before any model read the prompt, so that it cost nothing."""
_CLIENTS = re.compile(r"[\\/](?:langchain_core|langchain_openai|openai|pydantic|jiter)[\\/]")
CHARACTERS_A_TOKEN = 12  # more than any language has; beyond it a reply is endless

Shape = TypeVar("Shape", bound=BaseModel)
_PARTS_OF_JSON = 64  # braces in a reply at which a value may begin


class Request(NamedTuple):
    """One call as it is asked for.

    Attributes:
        kind: what it is for.
        messages: role (`system`, `user`, `assistant`) and text of each.
        most: tokens that the reply may have.
    """

    kind: Kind
    messages: tuple[tuple[str, str], ...]
    most: int


class Call:
    """One call under way, over all of its tries.

    Args:
        request: what is asked.
        model: who is asked.
        meter: the account it goes to.
        estimated: tokens of the prompt, counted before.
    """

    def __init__(self, request: Request, model: str, meter: Meter, estimated: int) -> None:
        self.request, self.model = request, model
        self.text = ""
        """What has been written so far."""
        self._meter, self._estimated = meter, estimated
        self._told: dict[str, Any] = {}

        self.said = False
        """Whether any of it was passed on."""
        self.room = 0
        """Tokens that the reply may have for thinking, beside its own."""

    def heard(self, message: Any) -> None:
        """Takes over what the endpoint says that the call cost."""
        if getattr(message, "usage_metadata", None):
            self._told = dict(message.usage_metadata)

    def note(self, settings: LLMSettings, failure: str, attempt: int, seconds: float) -> None:
        """Puts a try on the account."""
        told, self._told = self._told, {}
        read = 0 if failure in UNREAD else self._estimated
        prompt = int(told.get("input_tokens") or read)
        cached = int((told.get("input_token_details") or {}).get("cache_read") or 0)
        output = int(told.get("output_tokens") or count_tokens(self.text))
        price = price_of(self.model, settings.prices)
        self._meter.add(
            CallRecord(
                kind=self.request.kind,
                model=self.model,
                estimated=self._estimated,
                prompt=prompt,
                cached=cached,
                output=output,
                seconds=round(seconds, 3),
                attempt=attempt,
                failure=failure,
                dollars=dollars_for(price, prompt, cached, output),
            )
        )


@contextmanager
def no_completion() -> Iterator[None]:
    """What LangChain raises when a reply is no completion, as a failure of the endpoint.

    An error inside a 200, `choices` that are null or empty, an empty stream: for all of these it
    raises Python's own errors.
    """
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise failed(Failure.NOT_JSON) from error
        if not _raised_by_client(error):
            raise
        kind = Failure.EMPTY if "No generation chunks" in str(error) else Failure.SERVER_ERROR
        raise failed(kind, f"no completion: {error}"[:200]) from error


def _raised_by_client(error: Exception) -> bool:
    """Whether an error comes from the libraries that read the reply, not from our own code."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and bool(_CLIENTS.search(frames[-1].filename))


async def pieces(chunks: AsyncIterator[Any], call: Call, aloud: Aloud) -> AsyncGenerator[str, None]:
    """The text of a stream without its thinking; it must begin, end and not go on for ever.

    Raises:
        EndpointError: it does not.
    """
    most = (call.request.most + call.room) * CHARACTERS_A_TOKEN
    ended, tools = "", False
    async for chunk in chunks:
        call.heard(chunk)
        if chunk.additional_kwargs.get("refusal"):
            raise failed(Failure.DECLINED)
        ended = chunk.response_metadata.get("finish_reason") or ended
        tools = tools or bool(getattr(chunk, "tool_call_chunks", None))
        if piece := text_of(chunk):
            call.text += piece
            if len(call.text) > most:
                raise failed(Failure.ENDLESS)
            if said := aloud.take(piece):
                call.said = True
                yield said
    if ended == "content_filter":
        raise failed(Failure.FILTERED)
    silent = ended == "length" and not call.said and aloud.holds
    if not silent and call.text.strip() and (said := aloud.close()):
        call.said = True
        yield said
    check_said(call, ended, silent=not call.said, tools=tools)
    if not ended:
        raise failed(Failure.CUT)


def check_said(call: Call, ended: str, *, silent: bool, tools: bool) -> None:
    """That a reply says something.

    Args:
        call: the call that it belongs to.
        ended: why it ended, as the endpoint says.
        silent: there is nothing in it but thinking.
        tools: it calls a tool.

    Raises:
        EndpointError: it does not; says why.
    """
    if not silent:
        return
    if ended == "length":
        raise failed(Failure.THOUGHT if call.room else Failure.CRAMPED)
    raise failed(Failure.TOOLS if tools else Failure.EMPTY)


def text_of(message: Any) -> str:
    """The text of a message, whose content may be in parts."""
    content = message.content
    if isinstance(content, str):
        return content
    parts: Sequence[Any] = content if isinstance(content, list) else ()
    texts = (
        part if isinstance(part, str) else part.get("text", "") if isinstance(part, dict) else ""
        for part in parts
    )
    return "".join(text for text in texts if isinstance(text, str))


def arguments_of(message: Any) -> str:
    """The arguments of the tool that a reply calls: some models answer in JSON only that way."""
    calls = getattr(message, "tool_calls", None) or []
    return json.dumps(calls[0].get("args")) if len(calls) == 1 else ""


def read_reply(text: str, shape: type[Shape], *, cut: bool = False) -> Shape:
    """The value in a reply, which may stand between other words or in a fence.

    Args:
        text: the reply.
        shape: what it must be.
        cut: the reply ran into its limit; what is whole of it counts.

    Raises:
        EndpointError: there is no JSON in it, or not of this shape.
    """
    wrong = failed(Failure.NOT_JSON, text[:200])
    for data in _values_in(text, cut=cut):
        try:
            return shape.model_validate(data)
        except ValidationError as error:
            if wrong.failure == Failure.NOT_JSON:
                wrong = failed(Failure.WRONG_SHAPE, str(error.errors()[0]["msg"]))
    raise wrong


def _values_in(text: str, *, cut: bool) -> Iterator[Any]:
    """The JSON objects of a reply, in the order in which they are likely to be the answer.

    A reply that is JSON from its first sign on is taken as it is, whatever its strings quote.
    """
    bare = text.lstrip().removeprefix("```json").removeprefix("```").lstrip()
    answer = without_thinking(text).answer
    for said in dict.fromkeys((bare, answer) if bare.startswith("{") else (answer,)):
        yield from _partial_value(said) if cut else _whole_values(said)


def _whole_values(text: str) -> Iterator[Any]:
    end = 0
    for brace in islice(re.finditer(r"\{", text), _PARTS_OF_JSON):
        if brace.start() < end:
            continue  # inside a value that was found
        try:
            value, end = json.JSONDecoder().raw_decode(text, brace.start())
        except (ValueError, RecursionError):
            continue
        yield value


def _partial_value(text: str) -> Iterator[Any]:
    start = text.find("{")
    if start < 0:
        return
    # Behind the last whole object, or value, there may be half a word or half a number.
    begun = text.rfind("{", start)
    end = text.rfind("}", start) + 1 or (begun if begun > start else 0)
    end = end or max(text.rfind(",", start), start)
    with suppress(ValueError):
        yield pydantic_core.from_json(text[start:end], allow_partial=True)
