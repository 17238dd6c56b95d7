"""Every page under axe, light and dark, on a phone and on a desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from interviewer.core.settings import InterviewSettings, Mode
from tests.browser.driver import Server, Tab
from tests.homes import warm_places
from tests.pasts import CASE, SAID, SKETCH, a_past, opened

PHONE, DESK = ViewportSize(width=390, height=844), ViewportSize(width=1440, height=900)
THEMES = ("light", "dark")
AXE = Axe().axe_script
COLOURS = ["color-contrast", "link-in-text-block"]
GRAVE = ("serious", "critical")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Two of each kind: on a scorecard there are many, and axe takes the longer the more is open.
UNFOLD = """() => {
  const seen = {};
  for (const each of document.querySelectorAll('details')) {
    const kind = `${each.className} in ${each.parentElement.className}`;
    each.open = (seen[kind] = (seen[kind] || 0) + 1) <= 2;
  }
}"""
DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
THEMED = (
    f"!document.querySelector('gradio-app') || document.body.classList.contains('dark') === {DARK}"
)


class Past(NamedTuple):
    """What was said before the server started."""

    home: Path
    ended: str
    practice: str
    real: str
    token: str


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    return asyncio.run(_past(warm_places(tmp_path_factory).home))


async def _past(home: Path) -> Past:
    async with opened(home) as interviews:
        ended = await a_past(interviews)
        running: dict[Mode, str] = {}
        for mode in (Mode.PRACTICE, Mode.REAL):
            view = await interviews.start(CASE, InterviewSettings(mode=mode))
            async for _ in interviews.submit(view.interview_id, SAID, sketch=SKETCH):
                pass
            running[mode] = view.interview_id
        link = await interviews.make_link(ended)
        return Past(home, ended, running[Mode.PRACTICE], running[Mode.REAL], link)


@pytest.fixture(scope="module")
def server(past: Past) -> Iterator[Server]:
    served = Server(past.home)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def plain(context: BrowserContext) -> Page:
    """A page for what needs no loading of Gradio."""
    return context.new_page()


Open = Callable[[Server, Past, Tab, Page], Page]


def _start(_: Server, __: Past, tab: Tab, ___: Page) -> Page:
    tab.go_home()
    tab.page.click("#more > button")
    return tab.page


def _interview(name: str, shown: str) -> Open:
    def open_it(_: Server, past: Past, tab: Tab, __: Page) -> Page:
        tab.go_home()
        tab.page.keyboard.press("Escape")  # closes the questions that were unfolded over the list
        tab.page.click(f"#past [data-interview='{getattr(past, name)}']")
        tab.page.wait_for_selector(shown)
        return tab.page

    return open_it


def _address(path: str) -> Open:
    def open_it(server: Server, past: Past, _: Tab, plain: Page) -> Page:
        plain.goto(server.url + path.format(token=past.token))
        return plain

    return open_it


def _exported(server: Server, past: Past, tab: Tab, plain: Page) -> Page:
    html = tab.page.request.get(f"{server.url}/reports/{past.ended}.html").text()
    file = past.home / "report.html"
    file.write_text(html, encoding="utf-8")
    plain.goto(file.as_uri())
    return plain


PAGES: dict[str, Open] = {
    "start": _start,
    "practice": _interview("practice", "#chat .turn.candidate"),
    "real": _interview("real", "#chat .turn.candidate"),
    "scorecard": _interview("ended", "#card .overall"),
    "study": _address("/study"),
    "framework": _address("/study/frameworks/seven_step"),
    "guide": _address("/study/cases/video_recommendation"),
    "concept": _address("/study/concepts/position_bias"),
    "search": _address("/study/search?q=position+bias"),
    "nothing": _address("/study/concepts/nothing"),
    "shared": _address("/shared/{token}"),
    "exported": _exported,
}


@pytest.mark.parametrize("name", PAGES)
def test_nothing_grave_and_nothing_wider_than_the_screen(
    name: str, server: Server, past: Past, first_tab: Tab, plain: Page
) -> None:
    page = PAGES[name](server, past, first_tab, plain)
    page.evaluate(UNFOLD)
    found = [
        f"{theme} {screen['width']}: {what}"
        for theme in THEMES
        for screen in (PHONE, DESK)
        for what in audit(page, theme, screen)
    ]
    assert not found, "\n".join(found)


def audit(page: Page, theme: str, screen: ViewportSize) -> list[str]:
    """What is gravely wrong with a page as it looks in one theme on one screen.

    A theme changes colours and nothing else, so the dark one is only asked about colours.
    """
    page.set_viewport_size(screen)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.wait_for_function(THEMED)
    options = {"resultTypes": ["violations"], **({"runOnly": COLOURS} if theme == "dark" else {})}
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in page.evaluate("options => axe.run(options)", options)["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
    wider = page.evaluate(OVERFLOW)
    return [*found, *([f"{wider} pixels wider than the screen"] if wider > 0 else [])]


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        ("<p style='color: #bbb; background: #fff'>faint</p>", "color-contrast"),
        ("<button></button>", "button-name"),
        ("<input>", "label"),
        ("<div style='width: 2000px'>wide</div>", "pixels wider"),
    ],
    ids=["contrast", "nameless_button", "nameless_field", "too_wide"],
)
def test_the_audit_sees_what_is_wrong(html: str, rule: str, browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(f"<html lang='en'><title>t</title><main>{html}</main></html>")
    assert any(rule in what for what in audit(page, "light", PHONE))
    page.close()
