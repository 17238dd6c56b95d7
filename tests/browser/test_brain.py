"""The choice of a brain in a browser, over an endpoint at which nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Server, Tab
from tests.homes import warm_places

Open = Callable[..., Tab]

ANSWER = "I would aim at people coming back over months, because clicks alone reward bait."
MODEL = "scripted-1"
SECRET = "hunter2-hunter2"
NOBODY = {
    "OPENAI_BASE_URL": f"http://user:{SECRET}@127.0.0.1:9/v1",
    "OPENAI_API_KEY": SECRET,
    "INTERVIEWER_MODEL": MODEL,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a language model set up, in place of the one without."""
    served = Server(warm_places(tmp_path_factory).home, variables=NOBODY)
    served.start()
    yield served
    served.stop()


def test_a_brain_is_chosen_remembered_and_named(open_tab: Open) -> None:
    tab = open_tab()
    chosen = tab.page.locator("#chosen")
    expect(chosen).to_contain_text(f"with {MODEL}.")
    expect(chosen).to_contain_text("is sent to http://127.0.0.1:9/v1.")
    tab.page.click("#more > button")
    expect(tab.page.get_by_label(f"Language model ({MODEL})")).to_be_checked()
    tab.page.locator("#more label", has_text="Embedded (offline)").click()
    expect(chosen).to_contain_text("with the embedded brain.")
    tab.begin()
    expect(tab.page.locator("#header .brain")).to_have_text("Embedded brain")
    tab.go_home()
    expect(chosen).to_contain_text("with the embedded brain.")
    assert SECRET not in tab.page.content()


def test_a_reply_says_that_the_embedded_brain_stood_in(open_tab: Open) -> None:
    tab = open_tab()
    expect(tab.page.locator("#chosen")).to_contain_text(f"with {MODEL}.")
    tab.begin()
    expect(tab.page.locator("#header .brain")).to_have_text(MODEL)
    tab.page.set_default_timeout(120_000)  # run alone, it waits for the vectors of every case
    tab.say(ANSWER)
    under = "Nothing answers at the endpoint. The embedded brain took this exchange."
    expect(tab.page.locator("#chat .stand-in")).to_have_text([under])
    tab.end()
    expect(tab.page.locator("#card .in-short h2")).to_have_text("In short")
    expect(tab.page.locator("#card .cost")).to_contain_text(f"What it cost: {MODEL}, ")
    assert SECRET not in tab.page.content()
