"""One call: what is asked, what came back, what it cost."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from interviewer.llm.configuration import LLMSettings
from interviewer.llm.failures import Failure, failed
from interviewer.llm.thinking import Aloud
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
