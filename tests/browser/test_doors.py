"""In Chromium: what a page of another origin can do here, which is nothing; and two people."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import Server, Tab
from tests.homes import warm_places

PASSWORD = "correct horse battery"

# Everything that a page can try without being asked: fetches, a form, what it can embed.
ATTACK = """async ours => {
  const told = [];
  const event = JSON.stringify({fn_index: 0, trigger_id: 0, session_hash: "thief",
    data: [{interview: null, x: {path: "/etc/passwd", meta: {_type: "gradio.FileData"}}}]});
  const form = new FormData();
  form.append("files", new Blob(["x".repeat(100000)]), "a.txt");
  const tries = [
    ["/"], ["/config"], ["/study"], ["/health"], ["/gradio_api/file=/etc/passwd"],
    ["/gradio_api/queue/data?session_hash=thief"],
    ["/gradio_api/upload", {method: "POST", body: form}],
    ["/gradio_api/run/visit", {method: "POST", body: event,
      headers: {"content-type": "application/json"}}],
    ["/gradio_api/queue/join", {method: "POST", body: event,
      headers: {"content-type": "application/json"}}],
    ["/gradio_api/queue/join", {method: "POST", body: event}],
    ["/login", {method: "POST", body: new URLSearchParams({password: "a"})}],
  ];
  for (const [path, options] of tries)
    for (const more of [{}, {mode: "no-cors"}, {credentials: "include"}])
      try {
        const response = await fetch(ours + path, {...options, ...more});
        const text = await response.text();
        if (response.type !== "opaque" || text) told.push(path + " " + text.slice(0, 80));
      } catch { /* refused, as it should be */ }
  const loads = (name, attributes) => new Promise(resolve => {
    const element = Object.assign(document.createElement(name), attributes);
    element.onload = () => resolve(true);
    element.onerror = () => resolve(false);
    document.body.append(element);
    setTimeout(() => resolve(false), 3000);
  });
  if (await loads("script", {src: ours + "/static/js/iframeResizer.contentWindow.min.js"}))
    told.push("a script was embedded");
  if (await loads("link", {rel: "stylesheet", href: ours + "/theme.css"}))
    told.push("a style sheet was embedded");
  return told;
}"""


class Blank(BaseHTTPRequestHandler):
    """Any page on another port."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>another page</title><body>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of a server of somebody else on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Blank)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "evil.localhost"])
@pytest.mark.parametrize("ours", ["127.0.0.1", "localhost"])
def test_another_page_reads_nothing_and_writes_nothing(
    server: Server, browser: Browser, elsewhere: int, host: str, ours: str
) -> None:
    page = browser.new_page()
    page.goto(f"http://{host}:{elsewhere}/")
    assert page.evaluate(ATTACK, f"http://{ours}:{server.port}") == []
    assert not framed(page, f"http://{ours}:{server.port}/")
    page.close()
    assert written(server) == []
    assert "Traceback" not in server.log()


def framed(page: Page, address: str) -> bool:
    """Whether a page of ours can be shown inside another one."""
    page.evaluate(
        "at => document.body.append(Object.assign(document.createElement('iframe'), "
        "{src: at, id: 'inner'}))",
        address,
    )
    page.wait_for_timeout(500)
    inner = page.frames[-1]
    return inner is not page.main_frame and inner.locator("#cases, .gradio-container").count() > 0


def written(server: Server) -> list[Path]:
    """What the attack would have left: the file that it sent, the one that it asked for."""
    places = (server.home, Path("/tmp/gradio"))
    found = [path for place in places for name in ("a.txt", "passwd") for path in place.rglob(name)]
    return [path for path in found if path.stat().st_mtime >= server.started]


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    variables = {"INTERVIEWER_PASSWORD": PASSWORD, "INTERVIEWER_ROOT_PATH": "/coach"}
    served = Server(warm_places(tmp_path_factory).home, variables=variables)
    served.start()
    yield served
    served.stop()


def test_two_people_behind_a_login_under_a_path(locked: Server, browser: Browser) -> None:
    contexts = [browser.new_context() for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(90_000)
    first, second = (Tab.open(context, locked.url, "/coach/study") for context in contexts)
    for tab in (first, second):
        expect(tab.page.get_by_role("heading", name="Log in")).to_be_visible()
        tab.page.get_by_label("Password").fill(PASSWORD)
        tab.page.get_by_role("button", name="Log in").click()
        expect(tab.page).to_have_url(f"{locked.url}/coach/study")
        tab.page.get_by_role("link", name="Practise").click()
        tab.page.wait_for_selector("#cases [data-act=start]")
    first.begin()
    first.say("We ship granite to Contoso, so latency comes first.")
    address = first.page.url
    assert address.startswith(f"{locked.url}/coach/?interview=")
    second.page.goto(address)
    expect(second.page.locator("#notice [role=alert]")).to_be_visible()
    expect(second.page.locator("body")).not_to_contain_text("Contoso")
    assert first.suspicious == second.suspicious == []
    for context in contexts:
        context.close()
    assert "Traceback" not in locked.log()
