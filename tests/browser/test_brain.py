"""Brains in a browser: an endpoint at which nobody answers, and one at which somebody does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import BrowserContext, expect

from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.misbehaving import Misbehaving, misbehaving
from interviewer.simulation.endpoints.wire import Asked
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

# What only this model says, and what it would like to put into the page along with it.
HERONS = "Herons stand still until the water does."
CLOSING = (
    "Herons wait before they strike, and so did you: you said who you build this for before you "
    "named a model. Most parts were left open, so begin with those the next time."
)
FOREIGN = (
    "<script>document.title = 'taken'</script> <img src=/stolen.png onerror=alert(1)> "
    "![a heron](/leaked.png)."
)
NOTE_ELEMENTS = """() => {
  window.foreign = [];
  const is = 'script, img, iframe, object, embed';
  const note = node => {
    if (node.matches?.(is)) foreign.push(node.outerHTML);
    node.querySelectorAll?.(is).forEach(inner => foreign.push(inner.outerHTML));
  };
  new MutationObserver(records => records.forEach(record => record.addedNodes.forEach(note)))
    .observe(document.body, {subtree: true, childList: true});
}"""


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


def heron(asked: Asked) -> str:
    """A model that speaks of herons, and brings scripts and pictures along wherever it can."""
    if asked.kind is Kind.NOTES:
        return json.dumps({"intents": ["answer"]})
    if asked.kind in (Kind.GRADE, Kind.SWEEP, Kind.CLOSING):
        judged = {"verdict": "absent", "reason": f"No heron was named. {FOREIGN}"}
        items = [{"id": id_, **judged} for id_ in asked.items]
        return json.dumps({"items": items, "beyond": [], "holes": []})
    if asked.kind is Kind.REPLY:
        return f"ACT: listen -\n{HERONS}\n{FOREIGN}"
    if asked.kind is Kind.DEBRIEF:
        return json.dumps({"claims": [], "summary": CLOSING})
    return f"{FOREIGN} {HERONS}"


@pytest.fixture(scope="module")
def model() -> Iterator[Misbehaving]:
    """A language model on this machine, which never misbehaves."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(misbehaving(heron)) as served,
    ):
        yield served


@pytest.fixture
def answered(
    model: Misbehaving, context: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tab]:
    """A tab on a server with that model; nothing suspicious may happen in it."""
    variables = {"OPENAI_BASE_URL": model.base_url, "INTERVIEWER_MODEL": MODEL}
    served = Server(warm_places(tmp_path_factory).home, variables=variables)
    served.start()
    tab = Tab.open(context, served.url)
    yield tab
    tab.page.close()
    served.stop()
    assert tab.suspicious == []
    assert "Traceback" not in served.log()


def test_a_model_that_answers_is_heard_and_can_do_nothing_else(
    model: Misbehaving, answered: Tab
) -> None:
    page, requested = answered.page, list[str]()
    page.set_default_timeout(120_000)  # run alone, it waits for the vectors of every case
    page.on("request", lambda request: requested.append(request.url))
    expect(page.locator("#chosen")).to_contain_text(f"is sent to {model.base_url}.")
    answered.begin()
    expect(page.locator("#header .brain")).to_have_text(MODEL)
    page.evaluate(NOTE_ELEMENTS)
    answered.say(ANSWER)
    assert HERONS in answered.said()[-1]
    expect(page.locator("#chat .stand-in")).to_have_count(0)
    answered.end()
    card = page.locator("#card")
    expect(card.locator(".in-short")).to_contain_text(CLOSING)
    expect(card.locator(".items .reason", has_text=FOREIGN)).not_to_have_count(0)
    counted = rf"What it cost: {MODEL}, [1-9]\d* calls, [1-9][\d,]* tokens, price unknown\."
    expect(card.locator(".cost")).to_have_text(re.compile(counted))
    assert page.evaluate("foreign") == []
    assert [url for url in requested if url.endswith(".png")] == []
    assert page.title() != "taken"
