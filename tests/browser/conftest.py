from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.driver import Server, Tab, open_browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    served = Server(tmp_path_factory.mktemp("home"))
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser profile, so that Gradio's own files are fetched once."""
    screen = {"width": 1280, "height": 800}
    opened = browser.new_context(viewport=screen, reduced_motion="reduce")
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture
def open_tab(server: Server, context: BrowserContext) -> Iterator[Callable[..., Tab]]:
    """Opens tabs of a candidate without a past.

    None of them may meet a dialog, a console error or a foreign request.
    """
    tabs: list[Tab] = []

    def opened(path: str = "/") -> Tab:
        tabs.append(Tab.open(context, server.url, path))
        return tabs[-1]

    yield opened
    suspicious = [what for tab in tabs for what in tab.suspicious]
    for tab in tabs:
        tab.page.evaluate("localStorage.clear()")
        tab.page.close()
    assert suspicious == []
    assert "Traceback" not in server.log()
