"""What a call raised, told apart; what no endpoint can have caused goes through."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Mapping
from typing import Any

import httpx2
import openai
import pytest

from interviewer.core.errors import EndpointError
from interviewer.llm.failures import DOWN, TRANSIENT, Failure, classify, failed

REQUEST = httpx2.Request("POST", "http://127.0.0.1:9/v1/chat/completions")


def status(
    code: int, message: str = "no", error_code: str = "", headers: Mapping[str, str] | None = None
) -> openai.APIStatusError:
    """What the client raises for a status."""
    body = {"error": {"message": message, "code": error_code or None}}
    response = httpx2.Response(code, headers=headers, json=body, request=REQUEST)
    client = openai.OpenAI(api_key="k", base_url="http://127.0.0.1:9/v1")
    return client._make_status_error_from_response(response)


def caused(error: BaseException, *causes: BaseException) -> BaseException:
    """An error with what it came from, the outermost first."""
    outer = error
    for cause in causes:
        outer.__cause__ = cause
        outer = cause
    return error


def connection(*causes: BaseException) -> BaseException:
    return caused(openai.APIConnectionError(request=REQUEST), *causes)


KINDS: dict[str, tuple[BaseException, Failure]] = {
    "400": (status(400), Failure.REJECTED),
    "401": (status(401), Failure.UNAUTHORIZED),
    "403": (status(403), Failure.FORBIDDEN),
    "404": (status(404), Failure.NOT_FOUND),
    "408": (status(408), Failure.SLOW),
    "409": (status(409), Failure.REJECTED),
    "413": (status(413), Failure.TOO_LONG),
    "422": (status(422), Failure.REJECTED),
    "429": (status(429), Failure.RATE_LIMITED),
    "500": (status(500), Failure.SERVER_ERROR),
    "502": (status(502), Failure.SERVER_ERROR),
    "503": (status(503), Failure.SERVER_ERROR),
    "529": (status(529), Failure.SERVER_ERROR),
    "too_long_by_code": (status(400, "no", "context_length_exceeded"), Failure.TOO_LONG),
    "too_long_in_words": (
        status(400, "This model's maximum context length is 4096 tokens."),
        Failure.TOO_LONG,
    ),
    "too_long_llama": (
        status(400, "the request exceeds the available context size"),
        Failure.TOO_LONG,
    ),
    "refused": (
        connection(httpx2.ConnectError("failed"), OSError("failed"), ConnectionRefusedError(111)),
        Failure.REFUSED,
    ),
    "no_name": (
        connection(httpx2.ConnectError("failed"), socket.gaierror(-2, "not known")),
        Failure.UNREACHABLE,
    ),
    "no_network": (connection(httpx2.ConnectError("no route")), Failure.UNREACHABLE),
    "tls": (
        connection(httpx2.ConnectError("failed"), ssl.SSLCertVerificationError(1, "expired")),
        Failure.TLS,
    ),
    "timed_out": (openai.APITimeoutError(request=REQUEST), Failure.SLOW),
    "read_timed_out": (httpx2.ReadTimeout("slow"), Failure.SLOW),
    "our_own_timeout": (TimeoutError(), Failure.SLOW),
    "cut": (httpx2.RemoteProtocolError("incomplete chunked read"), Failure.CUT),
    "reset": (connection(httpx2.ReadError("reset"), ConnectionResetError(104)), Failure.CUT),
    "garbled": (httpx2.DecodingError("not gzip"), Failure.CUT),
    "no_json": (json.JSONDecodeError("odd", "x", 0), Failure.NOT_JSON),
    "told_in_a_stream": (openai.APIError("overloaded", REQUEST, body=None), Failure.SERVER_ERROR),
    "ours": (failed(Failure.ENDLESS), Failure.ENDLESS),
    "ours_inside": (connection(failed(Failure.WRONG_TYPE)), Failure.WRONG_TYPE),
}


@pytest.mark.parametrize(("error", "failure"), KINDS.values(), ids=KINDS)
def test_errors_are_told_apart(error: BaseException, failure: Failure) -> None:
    assert classify(error).failure == failure


BUGS: list[BaseException] = [
    TypeError("bug"),
    ValueError("bug"),
    KeyError("bug"),
    AttributeError("bug"),
    AssertionError("bug"),
    PermissionError("not ours"),
    MemoryError(),
]


@pytest.mark.parametrize("error", BUGS, ids=lambda error: type(error).__name__)
def test_what_no_endpoint_can_have_caused_goes_through(error: BaseException) -> None:
    with pytest.raises(type(error)) as caught:
        classify(error)
    assert caught.value is error


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("2", 2.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("600", 600.0),
        ("soon", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_how_long_to_wait_is_taken_from_the_endpoint(
    header: str | None, seconds: float | None
) -> None:
    headers = {} if header is None else {"retry-after": header}
    assert classify(status(429, headers=headers)).retry_after == seconds


@pytest.mark.parametrize("failure", Failure)
def test_every_failure_is_a_sentence_for_people(failure: Failure) -> None:
    error = failed(failure, "detail")
    assert isinstance(error, EndpointError)
    assert (error.failure, error.detail, error.retry_after) == (failure, "detail", None)
    assert error.what.endswith(".") and len(error.what.split()) >= 3
    assert "detail" not in str(error)


def test_what_is_tried_again_is_known() -> None:
    hopeless = {Failure.UNAUTHORIZED, Failure.BUDGET, Failure.OPEN_CIRCUIT, Failure.TOO_LONG}
    assert not TRANSIENT & (hopeless | {Failure.SLOW, Failure.DECLINED, Failure.NOT_RECORDED})
    assert not DOWN & {Failure.BUDGET, Failure.OPEN_CIRCUIT, Failure.TOO_LONG, Failure.NOT_RECORDED}


@pytest.mark.parametrize("text", ["x" * 10_000, "no"], ids=["long", "short"])
def test_what_the_endpoint_says_is_kept_short(text: str) -> None:
    error: Any = classify(status(500, text))
    assert 0 < len(error.detail) <= 300
