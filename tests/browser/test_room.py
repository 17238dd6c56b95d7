"""The interview page on screens of every size, however much has been said."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.driver import Tab

SKETCH = "#sketch textarea"
LONG = (
    "What is the goal, how many people use it daily, how fast must it be, how many videos are "
    "there? I assume 200 million daily users, 10 visits each, 40 TB of logs a day and 3 regions."
)
SCREENS = {
    "desk_720": ViewportSize(width=1280, height=720),
    "desk_900": ViewportSize(width=1440, height=900),
    "phone": ViewportSize(width=390, height=844),
}


@pytest.mark.parametrize("screen", SCREENS)
def test_the_sketch_is_within_reach_of_a_long_notebook(tab: Tab, screen: str) -> None:
    tab.begin()
    tab.say(LONG)
    lengthen = "node => { for (let at = 0; at < 5; at++) node.innerHTML += node.innerHTML; }"
    tab.page.locator("#notebook .notebook").evaluate(lengthen)
    tab.page.set_viewport_size(SCREENS[screen])
    if screen == "phone":
        tab.page.click("#to-sketch")
    box, here = tab.page.locator(SKETCH).bounding_box(), SCREENS[screen]
    assert box is not None
    assert box["x"] >= 0 and box["x"] + box["width"] <= here["width"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= here["height"]
    tab.page.locator(SKETCH).click()
    tab.page.keyboard.type("box -> other box")
    expect(tab.page.locator("#drawing svg rect")).to_have_count(2)
    last = tab.page.locator("#notebook h3").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()


def test_the_notation_of_a_sketch_is_shown_without_a_design(tab: Tab) -> None:
    tab.begin()
    assert tab.page.get_attribute(SKETCH, "placeholder") == "box -> other box"
    expect(tab.page.locator("#drawing .empty")).not_to_contain_text("retriev")
