"""A recording read back: it answers in place of the network.

A call is found by the hash of its whole request; the same request made again gets its next reply,
so that failures and second tries repeat as they were.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
from pydantic import Field, ValidationError, model_validator

from interviewer.core.errors import SettingsError
from interviewer.core.value import Value
from interviewer.llm.failures import Failure, failed

VERSION = 1
PIECE = 65_536  # bytes that a replayed reply comes in


class RecordedCall(Value):
    """One line of a recording."""

    key: str
    """The hash of the request."""
    request: Any = None
    status: int | None = Field(default=None, ge=100, le=599)
    """None where no reply came at all."""
    type: str = ""
    retry_after: str | None = None
    reply: str | None = None
    """As far as it was read."""
    failure: Failure | None = None
    """What ended the reply, or came in place of it; None where it ended by itself or was left."""

    @model_validator(mode="after")
    def _says_what_came(self) -> RecordedCall:
        replied = self.status is not None and self.reply is not None
        if not replied and self.failure is None:
            raise ValueError("a call has neither a reply nor a failure")
        return self


def key_of(path: str, body: bytes) -> str:
    """The hash of a request: its path and its body, whatever the order of keys in it."""
    try:
        canonical = json.dumps(json.loads(body or b"null"), sort_keys=True)
    except ValueError:
        canonical = body.decode("utf-8", "replace")
    return hashlib.sha256(f"{path}\n{canonical}".encode()).hexdigest()


def path_of(request: httpx2.Request) -> str:
    """The last parts of the path, which name the call wherever the endpoint lives."""
    return "/".join(request.url.path.rstrip("/").split("/")[-2:])


class ReplayTransport(httpx2.AsyncBaseTransport):
    """Answers from a recording.

    Args:
        file: the recording.

    Raises:
        SettingsError: it cannot be read, or holds no calls.
    """

    def __init__(self, file: Path) -> None:
        self.head, calls = read_recording(file)
        if not calls:
            raise _no_recording(file, "it holds no calls")
        self._replies: dict[str, list[RecordedCall]] = defaultdict(list)
        for call in calls:
            self._replies[call.key].append(call)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The next recorded reply to this request; the last one again when they are used up."""
        replies = self._replies.get(key_of(path_of(request), await request.aread()))
        if not replies:
            raise failed(Failure.NOT_RECORDED)
        call = replies.pop(0) if len(replies) > 1 else replies[0]
        if call.status is None:
            raise failed(call.failure or Failure.CUT)
        named = {"content-type": call.type, "retry-after": call.retry_after}
        headers = {name: value for name, value in named.items() if value}
        return httpx2.Response(call.status, headers=headers, stream=_Said(call))


class _Said(httpx2.AsyncByteStream):
    """A recorded reply, which comes and ends as it did."""

    def __init__(self, call: RecordedCall) -> None:
        self._call = call

    async def __aiter__(self) -> AsyncIterator[bytes]:
        reply = (self._call.reply or "").encode()
        for start in range(0, len(reply), PIECE):
            yield reply[start : start + PIECE]
        if self._call.failure is not None:
            raise failed(self._call.failure)


def read_recording(file: Path) -> tuple[dict[str, Any], list[RecordedCall]]:
    """The head and the calls of a recording; a last line that was not written to its end is none.

    Raises:
        SettingsError: it cannot be read, or is none.
    """
    try:
        lines = [json.loads(line) for line in whole_lines(file.read_bytes()) if line.strip()]
    except OSError as error:
        raise SettingsError(
            f"The recording {str(file)!r} cannot be read ({error.strerror}).", "Check its name."
        ) from None
    except ValueError as error:
        raise _no_recording(file, str(error)) from None
    if not lines or not isinstance(lines[0], dict) or lines[0].get("recording") != VERSION:
        raise _no_recording(file, "it does not begin as a recording does")
    try:
        return lines[0], [RecordedCall.model_validate(line) for line in lines[1:]]
    except ValidationError as error:
        raise _no_recording(file, error.errors()[0]["msg"]) from None


def whole_lines(data: bytes) -> list[bytes]:
    """The lines that are whole; other line ends than this one may stand in a reply."""
    *lines, last = data.split(b"\n")
    return [*lines, last] if _is_whole(last) else lines


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _no_recording(file: Path, why: str) -> SettingsError:
    return SettingsError(
        f"{str(file)!r} is no recording: {why}.", "Make one with INTERVIEWER_RECORD."
    )
