from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from tests.browser.driver import Server, Tab, open_browser
from tests.homes import warm_places

expect.set_options(timeout=20_000)  # a machine that runs other tests beside these is slow
SCREEN = ViewportSize(width=1280, height=800)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    served = Server(warm_places(tmp_path_factory).home)
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
    opened = browser.new_context(viewport=SCREEN, reduced_motion="reduce")
    opened.set_default_timeout(30_000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def first_tab(server: Server, context: BrowserContext) -> Tab:
    """A tab that stays open, since loading Gradio is most of what a test costs."""
    return Tab.open(context, server.url)


@pytest.fixture
def tab(server: Server, first_tab: Tab) -> Iterator[Tab]:
    """That tab on the start page; nothing suspicious may happen in it."""
    first_tab.page.set_viewport_size(SCREEN)
    first_tab.go_home()
    yield first_tab
    first_tab.page.evaluate("localStorage.clear()")
    _expect_nothing_suspicious(server, [first_tab])


@pytest.fixture
def open_tab(server: Server, context: BrowserContext) -> Iterator[Callable[..., Tab]]:
    """Opens tabs of a candidate without a past; nothing suspicious may happen in them."""
    tabs: list[Tab] = []

    def opened(path: str = "/") -> Tab:
        tabs.append(Tab.open(context, server.url, path))
        return tabs[-1]

    yield opened
    for tab in tabs:
        if not tab.page.is_closed():
            tab.page.evaluate("localStorage.clear()")
            tab.page.close()
    _expect_nothing_suspicious(server, tabs)


def _expect_nothing_suspicious(server: Server, tabs: list[Tab]) -> None:
    """No dialog, no console error, no request to another origin, no trace in the log."""
    suspicious = [what for tab in tabs for what in tab.suspicious]
    for tab in tabs:
        tab.suspicious.clear()
    assert suspicious == []
    assert "Traceback" not in server.log()
