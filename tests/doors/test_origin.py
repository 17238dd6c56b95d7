"""Another page writes nothing here and embeds nothing; our own page and plain clients may."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest

from tests.browser.driver import Server
from tests.doors.visitor import JOIN


def status(server: Server, method: str, path: str, **headers: str) -> int:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    sent = {"content-type": "application/json", **headers}
    connection.request(method, path, body=b"{}" if method == "POST" else None, headers=sent)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


OWN = "http://127.0.0.1:{port}"
PASSED, REFUSED = 400, 403  # what is let through is no event, and that is said


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, PASSED),
        ({"Origin": OWN}, PASSED),
        ({"Origin": OWN, "Sec-Fetch-Site": "same-origin"}, PASSED),
        ({"Origin": OWN, "Sec-Fetch-Site": "none"}, PASSED),
        ({"Origin": "http://127.0.0.1:7919"}, REFUSED),
        ({"Origin": "http://localhost:7919"}, REFUSED),
        ({"Origin": "http://localhost:{port}"}, REFUSED),
        ({"Origin": "https://127.0.0.1:{port}"}, REFUSED),
        ({"Origin": "http://127.0.0.1"}, REFUSED),
        ({"Origin": "http://127.0.0.1:{port}.evil.example"}, REFUSED),
        ({"Origin": "http://evil.example"}, REFUSED),
        ({"Origin": "null"}, REFUSED),
        ({"Origin": ""}, REFUSED),
        ({"Origin": "http://[::1"}, REFUSED),
        ({"Origin": OWN, "Sec-Fetch-Site": "same-site"}, REFUSED),
        ({"Origin": OWN, "Sec-Fetch-Site": "cross-site"}, REFUSED),
        ({"Sec-Fetch-Site": "cross-site"}, REFUSED),
    ],
    ids=str,
)
def test_who_may_send(alone: Server, headers: dict[str, str], expected: int) -> None:
    sent = {name: value.format(port=alone.port) for name, value in headers.items()}
    assert status(alone, "POST", JOIN, **sent) == expected


@pytest.mark.parametrize(
    ("site", "mode", "dest", "expected"),
    [
        ("none", "navigate", "document", 200),
        ("same-origin", "cors", "empty", 200),
        ("cross-site", "navigate", "document", 200),  # a link from elsewhere
        ("same-site", "navigate", "document", 200),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "no-cors", "image", 403),
        ("cross-site", "no-cors", "script", 403),
        ("cross-site", "cors", "empty", 403),
        ("same-site", "no-cors", "empty", 403),
    ],
)
def test_who_may_look(alone: Server, site: str, mode: str, dest: str, expected: int) -> None:
    sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert status(alone, "GET", "/study", **sent) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1:{port}", 200),
        ("localhost:{port}", 200),
        ("LOCALHOST", 200),
        ("localhost.:1", 200),
        ("[::1]:{port}", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost:x", 400),
        ("localhost:123456", 400),
        ("localhost:65535", 200),
        ("localhost:65536", 400),
        ("localhost:0", 400),
        ("user@localhost", 400),
        ("localhost/x", 400),
        ("", 400),
    ],
)
def test_for_which_name(alone: Server, host: str, expected: int) -> None:
    assert status(alone, "GET", "/health", Host=host.format(port=alone.port)) == expected


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded"]
)
def test_a_proxy_that_nobody_told_of_is_refused(alone: Server, header: str) -> None:
    assert status(alone, "GET", "/health", **{header: "a.b"}) == 403


def test_two_names_are_none(alone: Server) -> None:
    connection = HTTPConnection("127.0.0.1", alone.port, timeout=20)
    connection.putrequest("GET", "/health", skip_host=True)
    connection.putheader("Host", f"127.0.0.1:{alone.port}")
    connection.putheader("Host", "evil.example")
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()
