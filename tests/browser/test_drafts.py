"""What stands in the boxes is kept: in two tabs, over a reload and over a server that died."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import Server, Tab

Open = Callable[..., Tab]

BOXES = {"draft": "#message textarea", "sketch": "#sketch textarea"}
ANSWER = "I would start from who opens the app, and how fast the feed must be."


@pytest.fixture
def two(open_tab: Open) -> Iterator[tuple[Tab, Tab]]:
    """One interview in two tabs."""
    first = open_tab()
    first.begin()
    first.answered(1)
    second = open_tab(first.page.url.removeprefix(first.origin))
    second.answered(1)
    yield first, second


def wait_a_round(page: Page) -> None:
    """Waits until the page's script has looked at its boxes once more by itself."""
    shown = page.inner_text("#header .used")
    expect(page.locator("#header .used")).not_to_have_text(shown)
    shown = page.inner_text("#header .used")
    expect(page.locator("#header .used")).not_to_have_text(shown)


@pytest.mark.parametrize("box", BOXES)
def test_an_empty_box_of_another_tab_takes_nothing_away(two: tuple[Tab, Tab], box: str) -> None:
    first, second = two
    second.page.fill(BOXES[box], "what -> I was writing")
    wait_a_round(first.page)
    second.reload()
    second.answered(1)
    expect(second.page.locator(BOXES[box])).to_have_value("what -> I was writing")


@pytest.mark.parametrize("box", BOXES)
def test_two_tabs_keep_a_text_each(two: tuple[Tab, Tab], box: str) -> None:
    for tab, text in zip(two, ("the first -> text", "the second -> text"), strict=True):
        tab.page.fill(BOXES[box], text)
        if box == "sketch":  # a reload before it is drawn cuts an event off, which is reported
            expect(tab.page.locator("#drawing")).to_contain_text(text.split()[-1])
    for tab, text in zip(two, ("the first -> text", "the second -> text"), strict=True):
        tab.reload()
        tab.answered(1)
        expect(tab.page.locator(BOXES[box])).to_have_value(text)


def test_a_refusal_that_promises_the_draft_keeps_it(two: tuple[Tab, Tab]) -> None:
    first, second = two
    second.write("what the second tab wanted to say")
    first.say(ANSWER)
    second.send()
    expect(second.page.locator("#notice [role=alert]")).to_contain_text("Your draft is kept")
    wait_a_round(first.page)
    second.reload()
    second.answered(3)
    assert second.draft() == "what the second tab wanted to say"


def test_a_draft_of_a_closed_tab_is_there_in_a_new_one_and_a_sent_one_is_not(
    two: tuple[Tab, Tab], open_tab: Open
) -> None:
    first, second = two
    path = first.page.url.removeprefix(first.origin)
    second.write("half a thought")
    second.page.close()
    third = open_tab(path)
    third.answered(1)
    expect(third.page.locator(BOXES["draft"])).to_have_value("half a thought")
    third.say("the whole thought")
    fourth = open_tab(path)
    fourth.answered(3)
    assert fourth.draft() == ""


def test_a_killed_server_takes_no_draft(open_tab: Open, server: Server) -> None:
    tab = open_tab()
    tab.begin()
    tab.answered(1)
    tab.write("half a thought")
    tab.page.fill(BOXES["sketch"], "half -> a sketch")
    server.kill()
    tab.send()
    server.start()
    tab.reload()
    tab.suspicious.clear()  # the lost connection is rightly reported
    tab.answered(1)
    assert tab.draft() == "half a thought"
    expect(tab.page.locator(BOXES["sketch"])).to_have_value("half -> a sketch")


def test_a_draft_stays_with_its_interview(open_tab: Open) -> None:
    tab = open_tab()
    tab.begin()
    tab.answered(1)
    tab.write("about the first interview")
    tab.page.click("#bar [data-act=home]")
    tab.begin()
    tab.answered(1)
    expect(tab.page.locator(BOXES["draft"])).to_have_value("")
    tab.page.go_back()
    tab.page.wait_for_selector("#past [data-act=open]")
    tab.page.go_back()
    tab.answered(1)
    expect(tab.page.locator(BOXES["draft"])).to_have_value("about the first interview")
