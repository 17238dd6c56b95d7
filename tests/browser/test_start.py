"""The start page: what is chosen beside the button, the way back, drills, deleting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.driver import Server, Tab

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_screen_has_a_start_and_one_colour_scheme(
    browser: Browser, server: Server, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    tab = Tab.open(context, server.url)
    expect(tab.page.locator(START).first).to_be_in_viewport(ratio=1)
    assert tab.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == scheme
    chosen, track = (
        tab.page.locator(f"#choice {part}").first.evaluate(
            "node => getComputedStyle(node).backgroundColor.match(/\\d+/g).map(Number)"
        )
        for part in ("label.selected", ".wrap:has(input)")
    )
    assert sum(chosen) > sum(track) + 20
    context.close()


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


def stored(tab: Tab, known: str) -> int:
    """What a report of an interview answers."""
    return tab.page.request.get(f"{tab.origin}/reports/{known}.json").status


def test_an_interview_is_deleted_from_list_and_card_after_one_question(tab: Tab) -> None:
    known = []
    for ends in (False, True):
        tab.begin()
        tab.say(ANSWER)
        tab.write("a draft that goes with it")
        known.append(tab.page.url.partition("interview=")[2])
        if ends:
            tab.end()
        else:
            tab.page.click("#bar [data-act=home]")
            tab.page.wait_for_selector(START)
    running, ended = known
    assert [stored(tab, each) for each in known] == [409, 200]  # one still runs
    tab.page.click("#card .delete > summary")
    tab.page.click("#card [data-act=delete]")
    tab.page.wait_for_selector(START)
    row = tab.page.locator(f"#past li:has([data-interview='{running}'])")
    expect(tab.page.locator(f"#past [data-interview='{ended}']")).to_have_count(0)
    row.locator(".delete > summary").click()
    row.locator("[data-act=delete]").click()
    expect(row).to_have_count(0)
    assert [stored(tab, each) for each in known] == [404, 404]
    left = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)].join()"
    assert not any(each in tab.page.evaluate(left) for each in known)


def test_all_interviews_are_deleted_after_one_question(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    known = tab.page.url.partition("interview=")[2]
    tab.page.click("#bar [data-act=home]")
    tab.page.wait_for_selector(START)
    expect(tab.page.locator("#past .kept")).to_contain_text("on this machine until you delete it")
    tab.page.click("#past .kept .delete > summary")
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("[data-act=delete_all]")).to_be_hidden()
    tab.page.click("#past .kept .delete > summary")
    tab.page.click("[data-act=delete_all]")
    expect(tab.page.locator("#past li")).to_have_count(0)
    expect(tab.page.locator("#going [data-act=open]")).to_have_count(0)
    assert stored(tab, known) == 404
    tab.page.go_back()
    expect(tab.page.locator("#notice [role=alert]")).to_be_visible()
    expect(tab.page.locator(START).first).to_be_visible()
