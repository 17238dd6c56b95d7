"""The start page: what is chosen beside the button, the way back, drills, deleting."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.driver import Tab

START, GOING = "#cases [data-act=start]", "#going [data-act=open]"
ANSWER = "I would start from who opens the app, and how fast the feed must be."


def top_of(tab: Tab, selector: str) -> float:
    box = tab.page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return box["y"]


def test_level_minutes_and_mode_stand_beside_start(open_tab: Callable[..., Tab]) -> None:
    tab = open_tab()
    tab.page.wait_for_selector(START)
    for name in ("Staff", "20", "Real"):
        tab.page.locator("#choice").get_by_label(name, exact=True).check()
    expect(tab.page.locator("#chosen")).to_contain_text("20 minutes")
    assert top_of(tab, "#choice") < top_of(tab, START) < top_of(tab, "#more")
    tab.begin()
    expect(tab.page.locator("#header .chips")).to_contain_text("staff")
    expect(tab.page.locator("#header .planned")).to_have_text("of 20:00")


def test_a_running_interview_is_continued_from_the_top(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    before = tab.said()
    tab.page.click("#bar [data-act=home]")
    tab.page.wait_for_selector(GOING)
    assert top_of(tab, GOING) < top_of(tab, "#hero h1")
    tab.page.click(GOING)
    tab.answered(3)
    assert tab.said() == before
    tab.end()
    tab.page.click("#bar [data-act=home]")
    tab.page.wait_for_selector(START)


def test_a_drill_is_there_although_nothing_is_due(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    tab.end()
    tab.page.click("#bar [data-act=home]")
    expect(tab.page.locator("#cases .due")).to_contain_text("Nothing is due")
    tab.page.click("#cases .due summary")
    expect(tab.page.locator("#cases .due [data-act=drill]").first).to_be_visible()
    tab.page.click("#cases .due [data-step=serving]")
    expect(tab.page.locator("#header .chips")).to_contain_text("serving drill")
