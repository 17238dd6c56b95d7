"""Only what the page uses is there; everything else that Gradio serves is not."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest

from tests.browser.driver import Server
from tests.doors.visitor import Visitor

FILE = "/etc/passwd"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
UNUSED = (
    "upload",
    "upload_progress",
    f"file={FILE}",
    f"file{FILE}",
    "run/go_home",
    "run/go_home/",
    "api/go_home",
    "call/go_home",
    "call/v2/x",
    "call/go_home/id",
    "component_server",
    "component_server/",
    "process_recording",
    "stream/id",
    "stream/id/close",
    "stream/a/b/c/playlist.m3u8",
    "proxy=http://127.0.0.1/",
    "custom_component/a/client/b/c.js",
    "deep_link",
    "dev/reload",
    "vibe-edit",
    "undo-vibe-edit",
    "vibe-code",
    "vibe-starter-queries",
    "openapi.json",
    "info",
    "runs",
    "run-history/buckets",
    "startup-events",
    "reset",
    "cancel",
    "user",
    "token",
    "login_check",
    "heartbeat/session",
    "profiling/traces",
)
ELSEWHERE = (
    *("openapi.json", "docs", "redoc", "monitoring", "monitoring/summary", "monitoring/x"),
    *("robots.txt", "manifest.json", "pwa_icon", "pwa_icon/192", "svelte/x.js", "user", "mcp"),
    *("static/../app.py", "assets/..%2f..%2froutes.py", "assets/%2e%2e/x", "static//etc/passwd"),
    *("gradio_api", "gradio_api/", "gradio_api/queue", "gradio_api/queue/join/x", "reports/a/b"),
)
VARIANTS = ("/gradio_api/{}", "//gradio_api/{}", "/gradio_api//{}", "/%67radio_api/{}")


def status_of(server: Server, method: str, path: str, **headers: str) -> tuple[int, str, bytes]:
    """Exactly this path on the wire: no client tidies it."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(method, path, body=b"{}" if method == "POST" else None, headers=headers)
    response = connection.getresponse()
    told = response.status, str(response.headers), response.read()
    connection.close()
    return told


@pytest.mark.parametrize("route", UNUSED)
def test_what_the_page_does_not_use_is_not_there(alone: Server, route: str) -> None:
    for form in VARIANTS:
        for method in METHODS:
            status, headers, body = status_of(alone, method, form.format(route))
            assert status == 404, (method, form.format(route))
            assert "access-control" not in headers
            assert b"root:" not in body


@pytest.mark.parametrize("path", ELSEWHERE)
def test_nothing_of_gradio_is_left_beside_it(alone: Server, path: str) -> None:
    for method in ("GET", "POST"):
        assert status_of(alone, method, f"/{path}")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("POST", "/", 405),
        ("GET", "/config", 200),
        ("GET", "/theme.css", 200),
        ("GET", "/gradio_api/app_id", 200),
        ("GET", "/gradio_api/queue/join", 405),
        ("POST", "/gradio_api/queue/data", 405),
        ("OPTIONS", "/gradio_api/queue/join", 405),
        ("GET", "/study", 200),
        ("GET", "/study/concepts/none", 404),
        ("DELETE", "/study", 405),
        ("GET", "/health", 200),
        ("GET", "/login", 303),  # no password, nobody to log in
        ("GET", "/shared/none", 404),
        ("GET", "/reports/none.pdf", 404),
    ],
)
def test_what_the_page_uses_is_there(alone: Server, method: str, path: str, status: int) -> None:
    assert status_of(alone, method, path)[0] == status


def test_a_web_socket_is_not_opened(alone: Server) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    status, _, _ = status_of(alone, "GET", "/gradio_api/queue/data", **upgrade)
    assert status != 101


def test_every_answer_keeps_itself_to_itself(visitor: Visitor) -> None:
    for path in ("/", "/study", "/nothing", "/gradio_api/upload", "/config"):
        headers = visitor.client.get(path, headers={"Origin": "http://localhost:7919"}).headers
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-robots-tag"] == "noindex"
        assert "content-security-policy" in headers
        assert not [name for name in headers if name.startswith("access-control")]
