"""A served app and a browser page that notices everything it should not see."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, sync_playwright

CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
BUSY = "document.querySelector('#live [aria-busy]')"
ALERT = "document.querySelector('#notice [role=alert]')"
RUN = "from interviewer.cli import main; main()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """`interviewer serve` as a child process."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    started: float = field(default_factory=time.time)
    variables: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        return [sys.executable, "-c", RUN, "serve", "--port", str(self.port), *self.options]

    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI", "INTERVIEWER"))}
        return {**kept, "INTERVIEWER_HOME": str(self.home), **self.variables}

    def start(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                self.command(),
                env=self.environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        assert self.url in self.process.stdout.readline(), self.log()

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        self.process.communicate(timeout=20)
        self.process = None

    def kill(self) -> None:
        """Ends it the way a crash does."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate(timeout=20)
        self.process = None

    def log(self) -> str:
        return (self.home / "server.log").read_text()


def find_chrome() -> str:
    """The browser to drive; its absence fails the tests, it never skips them."""
    for name in CHROMES:
        if path := shutil.which(name):
            return path
    assert Path(MAC_CHROME).exists(), "no Chromium or Chrome; run tests/browser/install_chromium.sh"
    return MAC_CHROME


@contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chrome(), args=["--no-sandbox"])
        yield browser
        browser.close()


LEFT = "AbortError: signal is aborted without reason"
"""What the page's own library says when somebody leaves before its stream has ended."""
CUT_OFF = "Unexpected error Connection errored out."
"""What it says when a page that is loaded again cuts off a request; else it is a fault."""


@dataclass
class Tab:
    """A page with everything suspicious that happened in it."""

    page: Page
    origin: str
    suspicious: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, context: BrowserContext, url: str, path: str = "/") -> Tab:
        tab = cls(context.new_page(), url)
        tab.page.on("request", tab._on_request)
        tab.page.on("dialog", tab._on_dialog)
        tab.page.on("pageerror", lambda error: tab._note(str(error)))
        tab.page.on("console", lambda line: tab._note(line.text) if line.type == "error" else None)
        tab.page.goto(url + path)
        return tab

    def _note(self, what: str) -> None:
        if not what.startswith(LEFT):
            self.suspicious.append(what)

    def _on_dialog(self, dialog: Dialog) -> None:
        self._note(dialog.message)
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:")):
            self._note(f"request to {request.url}")

    # What a candidate does

    def reload(self) -> None:
        before = len(self.suspicious)
        self.page.reload()
        said = self.suspicious[before:]
        self.suspicious[before:] = [what for what in said if not what.startswith(CUT_OFF)]

    def go_home(self) -> None:
        self.page.wait_for_selector("#cases [data-act=start], #chat .turn, #card .overall")
        start = self.page.locator("#cases [data-act=start]").first
        if not start.is_visible():  # else nothing would tell when the page has been built anew
            self.page.click("#bar [data-act=home]")
            start.wait_for()

    def begin(self) -> None:
        self.page.click("#cases [data-act=start]")
        self.page.wait_for_selector("#chat .turn.interviewer")

    def write(self, text: str) -> None:
        self.page.fill("#message textarea", text)

    def send(self) -> None:
        self.page.press("#message textarea", "Enter")

    def answered(self, turns: int) -> None:
        """Waits until the chat holds that many turns and no reply is under way."""
        self.page.wait_for_function(
            f"!{BUSY} && (document.querySelectorAll('#chat .turn').length === {turns} || {ALERT})"
        )
        assert self.page.locator("#notice [role=alert]").all_inner_texts() == []

    def say(self, text: str) -> None:
        turns = self.turns()
        self.write(text)
        self.send()
        self.answered(turns + 2)

    def press(self, name: str) -> None:
        """One of the buttons below the box, and the reply to it."""
        turns = self.turns()
        self.page.click(f"#{name}")
        self.answered(turns + 2)

    def end(self) -> None:
        self.page.click("#end")
        self.page.click("#end-now")
        self.page.wait_for_selector("#card .overall")

    # What a candidate sees

    def turns(self) -> int:
        return self.page.locator("#chat .turn").count()

    def said(self) -> list[str]:
        return self.page.locator("#chat .said").all_text_contents()

    def draft(self) -> str:
        return self.page.input_value("#message textarea")

    def notice(self) -> str:
        return self.page.locator("#notice [role=alert] span").inner_text()
