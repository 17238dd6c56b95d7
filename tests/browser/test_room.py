"""The interview page on screens of every size, however much has been said."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.driver import Tab

SKETCH = "#sketch textarea"
WIDE = "stage | " + " | ".join(f"measurement number {at}" for at in range(12))
LAID_OUT = (
    f"The budget:\n\n{WIDE}\n{'--- | ' * 12}---\nranker | {'60 ms | ' * 11}60 ms\n\n"
    "- retrieval by two towers\n- <b>ranking</b> by one network\n\n```\nscore = a < b\n```\nAll."
)
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


@pytest.mark.parametrize("width", [390, 1440])
def test_tables_lists_and_code_are_laid_out_within_the_bubble(tab: Tab, width: int) -> None:
    tab.page.set_viewport_size({"width": width, "height": 844})
    tab.begin()
    tab.say(LAID_OUT)
    said = tab.page.locator("#chat .candidate .said")
    expect(said.locator("th")).to_have_count(13)
    expect(said.locator("ul > li")).to_have_text(
        ["retrieval by two towers", "<b>ranking</b> by one network"]
    )
    expect(said.locator("pre")).to_have_text("score = a < b\n")
    assert said.locator("b, a, img, script").count() == 0
    wide = said.locator(".wide")
    assert wide.evaluate("node => node.scrollWidth > node.clientWidth")
    assert tab.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    tab.end()
    tab.page.click("#card .transcript > summary")
    expect(tab.page.locator("#card .transcript .candidate table")).to_have_count(1)


def test_words_of_a_laid_out_message_are_judged_again(tab: Tab) -> None:
    tab.begin()
    tab.say("Goals:\n\n1. people who return over months\n2. no bait that only earns clicks")
    tab.end()
    tab.page.locator("#card .step > summary").first.click()
    tab.page.locator("#card .step[open] [data-judge=rejudge]").first.click()
    tab.page.locator("#report .turn.candidate .said ol").evaluate(
        "node => getSelection().selectAllChildren(node)"
    )
    expect(tab.page.locator("#claim-words")).not_to_have_value("")
    tab.page.click("#claim [data-act=rejudge]")
    expect(tab.page.locator("#card .items .again")).to_have_count(1)


def test_the_numbers_of_a_list_are_bare(tab: Tab) -> None:
    tab.begin()
    tab.say("```python\nx = 1\n```\n1. first\n2. second")
    number = tab.page.locator("#chat .candidate .said ol .mark").first
    expect(number).to_have_text("1.")
    expect(number).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_a_long_answer_leaves_the_question_in_view(tab: Tab) -> None:
    tab.page.set_viewport_size(SCREENS["desk_720"])
    tab.begin()
    tab.say(LONG)
    tab.write("\n".join(f"line {at}" for at in range(6)))
    tab.page.wait_for_function(
        "() => document.querySelector('#composer').getBoundingClientRect().top >= "
        "[...document.querySelectorAll('#chat .turn')].pop().getBoundingClientRect().bottom"
    )


def test_words_selected_for_a_point_are_whole_and_seen(tab: Tab) -> None:
    tab.begin()
    tab.say("I would aim at people coming back; no bait that only earns clicks.")
    tab.end()
    tab.page.locator("#card .step > summary").first.click()
    button = tab.page.locator("#card .step[open] [data-judge=rejudge]").first
    button.click()
    tab.page.click("#claim [data-go=transcript]")
    said = tab.page.locator("#report .turn.candidate .said").first
    said.evaluate(
        "node => getSelection().setBaseAndExtent(node.firstChild, 4, node.firstChild, 28)"
    )
    expect(tab.page.locator("#claim-words")).to_have_value("would aim at people coming")
    expect(tab.page.locator("#claim-words")).to_be_in_viewport()
    expect(said).to_be_in_viewport()
    tab.page.click("#claim [data-go=point]")
    expect(button).to_be_in_viewport()


def test_a_sketch_alone_is_sent(tab: Tab) -> None:
    tab.begin()
    tab.page.fill(SKETCH, "app -> gateway")
    tab.page.click("#send")
    tab.answered(3)
    expect(tab.page.locator("#chat .candidate .drawn svg rect")).to_have_count(2)
    tab.page.click("#send")
    expect(tab.page.locator("#notice [role=alert]")).to_contain_text("empty")
    tab.page.click("#notice [data-act=dismiss]")


@pytest.mark.parametrize("box", ["#message textarea", SKETCH])
def test_the_end_asks_for_what_stands_in_the_boxes(tab: Tab, box: str) -> None:
    tab.begin()
    tab.page.click("#end")
    expect(tab.page.locator("#send-end")).to_be_hidden()
    tab.page.click("#keep-going")
    tab.page.fill(box, "app -> the last thought")
    tab.page.click("#end")
    expect(tab.page.locator("#sure .left-over")).to_be_visible()
    tab.page.click("#send-end")
    tab.page.wait_for_selector("#card .overall")
    tab.page.click("#card .transcript > summary")
    expect(tab.page.locator("#card .transcript .candidate .said")).to_contain_text("thought")


def test_practice_mode_says_what_was_heard_of_a_step(tab: Tab) -> None:
    tab.begin()
    tab.say(LONG)
    expect(tab.page.locator("#chat .feedback")).to_have_count(0)
    tab.press("skip")
    expect(tab.page.locator("#chat .feedback")).to_contain_text("Goals and constraints")
    expect(tab.page.locator("#chat .feedback")).to_contain_text("not heard yet:")


def test_a_step_answered_again_begins_with_notebook_and_sketch(tab: Tab) -> None:
    tab.begin()
    tab.page.fill(SKETCH, "app -> gateway")
    tab.say(LONG)
    tab.end()
    tab.page.locator("#card .step > summary").first.click()
    tab.page.click("#card .step[open] [data-act=again]")
    expect(tab.page.locator("#notebook")).to_contain_text("Facts known from before")
    expect(tab.page.locator(SKETCH)).to_have_value("app -> gateway")
    expect(tab.page.locator("#drawing svg rect")).to_have_count(2)
    tab.say("I would cache.")
    expect(tab.page.locator("#chat .drawn")).to_have_count(0)
