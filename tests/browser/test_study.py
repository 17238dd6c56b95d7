"""The study pages in a real browser: by keyboard, on paper, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, Tab

Open = Callable[..., Tab]
PAGES = (  # those with something to press in them
    "/study",
    "/study/cases/video_recommendation",
    "/study/concepts/position_bias",
    "/study/search",
)


def focused(page: Page) -> str:
    """The words of what has the focus."""
    return str(page.evaluate("document.activeElement.textContent.trim()"))


@pytest.mark.parametrize("path", PAGES)
def test_the_keyboard_comes_first_to_the_content(open_tab: Open, path: str) -> None:
    page = open_tab(path).page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    assert focused(page) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_guide_opens_by_keyboard_and_not_by_itself(open_tab: Open) -> None:
    page = open_tab("/study/cases/video_recommendation").page
    monitoring = page.get_by_role("heading", name="Monitoring")
    expect(monitoring).to_be_hidden()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(monitoring).to_be_visible()
    page.get_by_role("link", name="Monitoring").press("Enter")
    expect(monitoring).to_be_in_viewport()


def test_from_the_app_to_a_concept_and_back(open_tab: Open) -> None:
    page = open_tab().page
    page.wait_for_selector("#cases [data-act=start]")
    page.click("#bar nav a")
    page.get_by_role("searchbox", name="Search the notes").fill("position bias")
    page.keyboard.press("Enter")
    found = page.get_by_role("region", name="Results").get_by_role("link", name="Position bias")
    found.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Position bias")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Practise").click()
    page.wait_for_selector("#cases [data-act=start]")


@pytest.mark.parametrize("framework", ["seven_step", "four_step", "genai"])
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_framework_is_printed_on_one_page(open_tab: Open, framework: str, paper: str) -> None:
    page = open_tab(f"/study/frameworks/{framework}").page
    assert re.findall(rb"/Count (\d+)", page.pdf(format=paper)) == [b"1"]


def test_nothing_runs_and_nothing_else_is_loaded(server: Server, open_tab: Open) -> None:
    tab = open_tab("/study/search?q=<script>document.title='run'</script><img src=/x.png>")
    requests: list[str] = []
    tab.page.on("request", lambda request: requests.append(request.url))
    tab.page.goto(f"{server.url}/study")
    assert [url for url in requests if not url.startswith("data:")] == [f"{server.url}/study"]
    assert "run" not in tab.page.title()
