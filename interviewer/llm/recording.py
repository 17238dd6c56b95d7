"""Calls recorded to a file, and a recording read back that answers in place of the network.

A recording is JSON Lines: a head with the models and a label, then one line a call with its
request body, status, content type and reply, or the failure that came in place of a reply. Of the
headers only `Retry-After` is recorded, and the key and all other secrets of the environment are
taken out of everything, so none ever is in the file.

A call is found by the hash of its whole request; the same request made again gets its next reply,
so that failures and second tries repeat as they were.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import httpx2
from pydantic import Field, ValidationError, model_validator

from interviewer.core.errors import SettingsError
from interviewer.core.private_files import make_private
from interviewer.core.value import Value
from interviewer.llm.failures import Failure, classify, failed
from interviewer.llm.redaction import secrets_of, without_secrets

VERSION = 1
PIECE = 65_536  # bytes that a replayed reply comes in
__all__ = ["RecordingTransport", "ReplayTransport", "key_of", "read_recording"]
_PACKING = ("content-encoding", "content-length", "transfer-encoding")


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


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Passes calls on and adds each to a file.

    Args:
        inner: makes the calls.
        file: the recording; added to when it exists.
        head: what the recording says about itself.
        secret: the key, which an endpoint may repeat and the file must not, like all that
            `secrets_of` finds in the environment.

    Raises:
        SettingsError: the file cannot be written, or holds something else.
    """

    def __init__(
        self,
        inner: httpx2.AsyncBaseTransport,
        file: Path,
        head: dict[str, Any] | None = None,
        secret: str = "",
    ) -> None:
        self._inner, self._file = inner, file
        self._secrets = (secret, *secrets_of())
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if file.is_file() or not file.exists():
                make_private(file)  # every word of the candidate stands in it
            is_new = file.stat().st_size == 0
        except OSError as error:
            raise _unwritable(file, error) from None
        if is_new:
            self._add({"recording": VERSION, **(head or {})})
        else:
            read_recording(file)  # nothing is added to a file of another kind
            _mend(file)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Makes the call; what came back is noted when it has been read or left."""
        body = await request.aread()
        line = {"key": key_of(path_of(request), body), "request": _as_json(body)}
        try:
            response = await self._inner.handle_async_request(request)
        except (Exception, asyncio.CancelledError) as error:
            self._add({**line, "failure": _failure_of(error)})
            raise
        line |= {"status": response.status_code} | _kept(response.headers)
        heard = _Heard(response, lambda came: self._add({**line, **came}))
        # What is heard is decoded already, and its length another one.
        headers = [(k, v) for k, v in response.headers.multi_items() if k.lower() not in _PACKING]
        return httpx2.Response(
            response.status_code, headers=headers, stream=heard, extensions=response.extensions
        )

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._inner.aclose()

    def _add(self, line: dict[str, Any]) -> None:
        text = without_secrets(json.dumps(line, ensure_ascii=False), self._secrets)
        try:
            with self._file.open("ab") as stream:
                # Half a surrogate pair is no UTF-8; its escape is the same in JSON.
                stream.write(text.encode("utf-8", "backslashreplace") + b"\n")
        except OSError as error:
            raise _unwritable(self._file, error) from None


class _Heard(httpx2.AsyncByteStream):
    """A reply, decoded, that remembers what was read of it and tells that once, when closed."""

    def __init__(self, response: httpx2.Response, tell: Callable[[dict[str, Any]], None]) -> None:
        self._response = response
        self._tell: Callable[[dict[str, Any]], None] | None = tell
        self._parts: list[bytes] = []
        self._ended: dict[str, Any] = {}

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async with aclosing(self._response.aiter_bytes()) as parts:
                async for part in parts:
                    self._parts.append(part)
                    yield part
        except (Exception, asyncio.CancelledError) as error:
            self._ended = {"failure": _failure_of(error)}
            raise

    async def aclose(self) -> None:
        tell, self._tell = self._tell, None
        try:
            if tell is not None:
                tell({"reply": b"".join(self._parts).decode("utf-8", "replace"), **self._ended})
        finally:
            await self._response.aclose()


def _failure_of(error: BaseException) -> Failure:
    """What a replay has to repeat.

    Raises:
        BaseException: the error itself, where no endpoint can have caused it.
    """
    if isinstance(error, asyncio.CancelledError):
        return Failure.SLOW  # whoever gave the call up did not want to wait for it any longer
    return Failure(classify(error).failure)


def _mend(file: Path) -> None:
    """Lets the next line begin at a line's beginning, over one that was not written to its end."""
    try:
        data = file.read_bytes()
        lines = whole_lines(data)
        if data.endswith(b"\n"):
            return
        start = data.rfind(b"\n") + 1
        with file.open("r+b") as stream:
            stream.truncate(start)
            stream.seek(start)
            stream.write(b"".join(line + b"\n" for line in lines[data.count(b"\n") :]))
    except OSError as error:
        raise _unwritable(file, error) from None


def _unwritable(file: Path, error: OSError) -> SettingsError:
    return SettingsError(
        f"The recording {str(file)!r} cannot be written ({error.strerror}).",
        "Choose another INTERVIEWER_RECORD.",
    )


def _kept(headers: httpx2.Headers) -> dict[str, str]:
    """The headers that a replay needs."""
    named = {"type": headers.get("content-type"), "retry_after": headers.get("retry-after")}
    return {name: value for name, value in named.items() if value}


def _as_json(body: bytes) -> Any:
    try:
        return json.loads(body or b"null")
    except ValueError:
        return body.decode("utf-8", "replace")
