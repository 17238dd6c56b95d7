"""Back, Forward, reload and the bare address: every page of the app has an address of its own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driver import Tab

Open = Callable[..., Tab]

ROOM, CARD, START = "#chat .turn.interviewer", "#card .overall", "#cases [data-act=start]"
GO = """async ways => {
  for (const way of ways) {
    const moved = new Promise(done => addEventListener("popstate", done, { once: true }));
    history[way]();
    await moved;  // a browser drops a step that is asked for while another is under way
  }
}"""
ANSWER = "I would start from who opens the app, and how fast the feed must be."


def at(tab: Tab, shown: str) -> Locator:
    """Waits for a page and for nothing of the others."""
    expect(tab.page.locator(shown).first).to_be_visible()
    for other in {ROOM, CARD, START} - {shown}:
        expect(tab.page.locator(other).first).to_be_hidden()
    return tab.page.locator(shown)


def address(page: Page, known: bool) -> None:
    """Waits until the address names an interview, or none."""
    expect(page).to_have_url(re.compile(r"/\?interview=[0-9a-f]+$" if known else r"/$"))


@pytest.fixture
def fresh(open_tab: Open) -> Tab:
    tab = open_tab()
    at(tab, START)
    return tab


def test_back_leaves_an_interview_and_forward_returns(fresh: Tab) -> None:
    fresh.begin()
    address(fresh.page, known=True)
    fresh.say(ANSWER)
    said = fresh.said()
    for _ in range(2):
        fresh.page.go_back()
        at(fresh, START)
        address(fresh.page, known=False)
        fresh.page.go_forward()
        at(fresh, ROOM)
        address(fresh.page, known=True)
        assert fresh.said() == said


def test_two_interviews_lie_behind_each_other(fresh: Tab) -> None:
    fresh.begin()
    fresh.say(ANSWER)
    fresh.page.click("#bar [data-act=home]")
    at(fresh, START)
    fresh.begin()
    fresh.answered(1)
    second = fresh.page.url
    fresh.page.go_back()
    at(fresh, START)
    fresh.page.go_back()
    fresh.answered(3)
    assert fresh.page.url != second
    fresh.page.evaluate("history.go(2)")
    fresh.answered(1)
    expect(fresh.page).to_have_url(second)


def test_a_scorecard_is_reloaded_and_left(fresh: Tab) -> None:
    fresh.begin()
    fresh.say(ANSWER)
    fresh.end()
    address(fresh.page, known=True)
    fresh.reload()
    at(fresh, CARD)
    fresh.page.go_back()
    at(fresh, START)
    fresh.page.go_forward()
    at(fresh, CARD)


@pytest.mark.parametrize("ended", [False, True], ids=["running", "ended"])
def test_the_study_pages_lead_back_to_where_one_was(fresh: Tab, ended: bool) -> None:
    fresh.begin()
    fresh.say(ANSWER)
    if ended:
        fresh.end()
    where = fresh.page.url
    fresh.page.click("#bar nav a")
    expect(fresh.page).to_have_url(re.compile("/study$"))
    fresh.page.go_back()
    at(fresh, CARD if ended else ROOM)
    expect(fresh.page).to_have_url(where)


def test_practise_and_the_bare_address_lead_to_the_start_page(fresh: Tab) -> None:
    fresh.begin()
    fresh.say(ANSWER)
    fresh.end()
    fresh.page.click("#bar nav a")
    fresh.page.get_by_role("link", name="Practise").click()
    at(fresh, START)
    fresh.page.goto(f"{fresh.origin}/")
    at(fresh, START)
    address(fresh.page, known=False)


def test_an_interview_that_is_not_there_leaves_the_start_page(fresh: Tab) -> None:
    fresh.page.goto(f"{fresh.origin}/?interview=no-such-interview")
    expect(fresh.page.locator("#notice [role=alert]")).to_be_visible()
    at(fresh, START)
    address(fresh.page, known=False)


@pytest.mark.parametrize(
    ("ways", "shown"),
    [("back forward", ROOM), ("back forward back", START), ("back forward back forward", ROOM)],
    ids=["there_again", "back_in_the_end", "there_in_the_end"],
)
def test_whoever_is_faster_than_the_page_ends_where_the_address_says(
    fresh: Tab, ways: str, shown: str
) -> None:
    fresh.begin()
    fresh.answered(1)
    fresh.page.evaluate(GO, ways.split())  # none waits for the page to follow
    at(fresh, shown)
    address(fresh.page, known=shown == ROOM)
