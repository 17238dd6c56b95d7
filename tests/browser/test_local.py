"""A model on this machine in a browser: found by a press, chosen, talked to; harmless names."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import expect

from interviewer.llm.models import PORTS
from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.served import served
from interviewer.simulation.endpoints.vendors import Vendor, handler
from interviewer.simulation.endpoints.wire import Asked
from tests.browser.driver import Server, Tab
from tests.homes import warm_places

Open = Callable[..., Tab]
ANSWER = "I would aim at people coming back over months, because clicks alone reward bait."
HERONS = "Herons stand still until the water does."
NAMES = ("bge-m3", "<img src=x onerror=alert(1)>", "qwen3:8b")
LISTING = {"data": [{"id": name} for name in NAMES]}


def heron(asked: Asked) -> str:
    if asked.kind is Kind.NOTES:
        return json.dumps({"intents": ["answer"]})
    return HERONS


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with nothing set up."""
    running = Server(warm_places(tmp_path_factory).home)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as opened:
        yield opened


def free_usual_port() -> int:
    """One of the ports that are looked at and that nothing listens at."""
    for port in sorted(PORTS):
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("something listens at every usual port")


def test_a_local_model_is_found_by_a_press_and_holds_the_interview(
    open_tab: Open, portal: BlockingPortal
) -> None:
    tab, port = open_tab(), free_usual_port()
    label = f"qwen3:8b on {PORTS[port]}, on this machine"
    tab.page.locator("#cases [data-act=start]").first.wait_for()  # before, a click is lost
    tab.page.click("#more > button")
    tab.page.locator("#look").wait_for()
    expect(tab.page.get_by_label(label)).to_have_count(0)
    opening = served(handler(Vendor(listing=LISTING), heron), port)
    with portal.wrap_async_context_manager(opening) as local:
        tab.page.click("#look")
        tab.page.get_by_label(label).wait_for()
        expect(tab.page.get_by_label("Embedded (offline)")).to_be_checked()
        assert tab.page.locator("#more img").count() == 0
        assert "bge-m3" not in tab.page.locator("#more").inner_text()
        assert {one.path for one in local.received} == {"/v1/models"}
        tab.page.get_by_label(label).click()
        expect(tab.page.locator("#chosen")).to_contain_text("with qwen3:8b on this machine")
        tab.begin()
        expect(tab.page.locator("#header .brain")).to_have_text("qwen3:8b on this machine")
        assert not local.calls
        tab.page.set_default_timeout(120_000)  # run alone, it waits for the vectors of every case
        tab.say(ANSWER)
        assert HERONS in tab.said()[-1] and local.calls
        expect(tab.page.locator("#chat .stand-in")).to_have_count(0)
    tab.say("I would rank by expected watch time, because it serves that goal.")
    under = "Nothing answers at the endpoint. The embedded brain took this exchange."
    expect(tab.page.locator("#chat .stand-in")).to_have_text([under])
