"""Sketch, pause, "I did say this", links, drills: what brings a candidate back, in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.driver import Tab

Open = Callable[..., Tab]

ANSWER = (
    "I would aim at people coming back over months, because clicks alone reward bait. "
    "I assume 200 million daily users."
)
SKETCH = "app -> gateway -> retrieval\nretrieval -> ranker: 60 ms\nstage | ms\nranker | 60"
CARD_STEP = "#card .step[open]"


def test_a_sketch_is_drawn_sent_and_quoted_beside_the_chat(tab: Tab) -> None:
    tab.begin()
    tab.page.fill("#sketch textarea", SKETCH)
    expect(tab.page.locator("#drawing svg rect")).to_have_count(4)
    expect(tab.page.locator("#drawing td")).to_have_count(2)
    tab.say(ANSWER)
    expect(tab.page.locator("#chat .turn.candidate .drawn svg")).to_have_count(1)
    tab.say("The ranker stays as it is.")
    expect(tab.page.locator("#chat .turn.candidate .drawn svg")).to_have_count(1)
    assert tab.page.input_value("#sketch textarea") == SKETCH


def test_a_sketch_that_was_not_sent_survives_a_reload(tab: Tab) -> None:
    tab.begin()
    tab.page.fill("#sketch textarea", "half -> a thought")
    expect(tab.page.locator("#drawing svg rect")).to_have_count(2)
    tab.reload()
    tab.answered(1)
    expect(tab.page.locator("#sketch textarea")).to_have_value("half -> a thought")
    expect(tab.page.locator("#drawing svg rect")).to_have_count(2)


def test_a_hostile_sketch_is_only_text(tab: Tab) -> None:
    tab.begin()
    tab.page.fill(
        "#sketch textarea", "<img src=x onerror=alert(1)> -> </svg><script>alert(1)</script>"
    )
    expect(tab.page.locator("#drawing svg rect")).to_have_count(2)
    assert tab.page.locator("#drawing :is(img, script)").count() == 0


def test_the_clock_stands_while_paused_and_a_message_starts_it(tab: Tab) -> None:
    tab.begin()
    tab.page.click("#header [data-act=pause]")
    expect(tab.page.locator("#header .clock")).to_have_attribute("data-state", "")
    expect(tab.page.locator("#header [data-act=unpause]")).to_be_visible()
    tab.reload()
    tab.answered(1)
    expect(tab.page.locator("#header [data-act=unpause]")).to_be_visible()
    tab.say(ANSWER)
    expect(tab.page.locator("#header [data-act=pause]")).to_be_visible()
    expect(tab.page.locator("#header .clock")).to_have_attribute("data-state", "running")


def test_a_point_is_judged_again_on_selected_words(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    tab.end()
    tab.page.locator("#card .step > summary").first.click()
    row = tab.page.locator(f"{CARD_STEP} .items > li:has([data-judge=rejudge])").first
    row.locator("[data-judge=rejudge]").click()
    said = tab.page.locator("#report .turn.candidate .said").first
    said.evaluate(
        "node => getSelection().setBaseAndExtent(node.firstChild, 0, node.firstChild, 60)"
    )
    words = tab.page.locator("#claim-words")
    expect(words).to_have_value(re.compile("^I would aim at people coming back"))
    tab.page.click("#claim [data-act=rejudge]")
    expect(tab.page.locator("#card .items .again")).to_have_count(1)
    expect(tab.page.locator("#card .items .again")).to_contain_text("First judged")
    expect(tab.page.locator(CARD_STEP)).to_have_count(1)
    expect(tab.page.locator("#card .items .again")).to_be_in_viewport()


def test_a_credit_is_disputed_where_it_stands(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    tab.end()
    tab.page.locator("#card .step > summary").first.click()
    row = tab.page.locator(f"{CARD_STEP} .items > li:has([data-judge=dispute])").first
    quote = row.locator("q").first.inner_text().strip("\u201c\u201d")
    row.locator("[data-judge=dispute]").click()
    expect(tab.page.locator("#claim-words")).to_have_value(quote)
    expect(tab.page.locator("#claim")).to_contain_text("This credit is wrong")
    tab.page.click("#claim [data-act=dispute]")
    expect(tab.page.locator("#card .items .again")).to_have_count(1)
    expect(tab.page.locator("#card .items .again")).to_contain_text("First judged")
    expect(tab.page.locator("#card .items .again")).to_be_in_viewport()


def test_words_that_nobody_said_are_refused_in_one_sentence(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    tab.end()
    tab.page.locator("#card .step > summary").first.click()
    tab.page.locator(f"{CARD_STEP} [data-judge=rejudge]").first.click()
    tab.page.fill("#claim-words", "something that was never said at all")
    tab.page.click("#claim [data-act=rejudge]")
    expect(tab.page.locator("#notice [role=alert]")).to_contain_text("none of your turns")
    expect(tab.page.locator("#card .items .again")).to_have_count(0)
    tab.page.click("#notice [data-act=dismiss]")


def test_a_link_is_made_shown_and_revoked(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    tab.end()
    tab.page.click("#card [data-act=link]")
    link = tab.page.input_value("#the-link")
    assert re.fullmatch(re.escape(tab.origin) + r"/shared/[\w-]{32,}", link)
    expect(tab.page.locator("#card .sharing")).to_contain_text("only on this machine")
    opened = tab.page.request.get(link)
    assert opened.status == 200
    assert "aim at people coming back" in opened.text()
    tab.page.click("#card [data-act=unlink]")
    expect(tab.page.locator("#the-link")).to_have_count(0)
    assert tab.page.request.get(link).status == 404


def test_a_step_is_answered_again_and_compared(tab: Tab) -> None:
    tab.begin()
    tab.say("I would show people what is popular in their country right now.")
    tab.end()
    tab.page.locator("#card .step > summary").first.click()
    tab.page.click(f"{CARD_STEP} [data-act=again]")
    tab.page.wait_for_selector("#chat .turn.interviewer")
    tab.say(ANSWER)
    tab.end()
    expect(tab.page.locator("#card .before-after")).to_contain_text("before")


def test_the_case_of_the_day_starts_with_one_click(tab: Tab) -> None:
    title = tab.page.inner_text("#cases .of-day .name")
    tab.page.click("#cases .of-day [data-act=start]")
    tab.page.wait_for_selector("#chat .turn.interviewer")
    assert tab.page.inner_text("#header h1") in title
