"""The app in a real browser, from the first click to the downloaded scorecard."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection

import pytest
from playwright.sync_api import expect

from tests.browser.driver import Server, Tab

Open = Callable[..., Tab]

ANSWER = (
    "Before I design anything: how many people open the app on a day, and how fast must the feed "
    "be? I assume that long-term satisfaction matters more than clicks."
)
HOSTILE = [
    "<script>alert('run')</script> my answer",
    "<img src=http://203.0.113.9/a.png onerror=alert(1)> my answer",
    "![a](http://203.0.113.9/b.png) [b](javascript:alert(1)) my answer",
    "${alert(1)} {{value}} `code` $$\\href{javascript:alert(1)}{x}$$ my answer",
    "</div></li></ol><style>body{display:none}</style> my answer",
    "&lt;b&gt; &amp; \"quotes\" 'and' more my answer",
]

CRASH = """
import asyncio, os, sys
from interviewer.service.interviews import open_interviews
from interviewer.core.paths import read_places
from interviewer.core.settings import InterviewSettings

async def crash():
    async with open_interviews(read_places()) as interviews:
        case = next(iter(interviews.library.cases))
        view = await interviews.start(case, InterviewSettings())
        print(view.interview_id, flush=True)
        async for _ in interviews.submit(view.interview_id, sys.argv[1]):
            os._exit(7)  # the message is stored, its reply is not

asyncio.run(crash())
"""
PRESS_AT_ONCE = """name => new MutationObserver((_, observer) => {
  if (document.querySelector('#live [aria-busy]')) return;
  if (document.querySelectorAll('#chat .turn').length < 3) return;
  observer.disconnect();
  document.querySelector('#' + name).click();
}).observe(document, {subtree: true, childList: true})"""
TOO_FAINT = """() => {  // visible words whose contrast with what lies behind them is under AA
  const pen = Object.assign(document.createElement('canvas'), {width: 1, height: 1})
    .getContext('2d', {willReadFrequently: true});
  const over = (colour, under) => {
    pen.fillStyle = `rgb(${under})`; pen.fillRect(0, 0, 1, 1);
    pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const behind = element => element
    ? over(getComputedStyle(element).backgroundColor, behind(element.parentElement))
    : [255, 255, 255];
  const light = rgb => rgb.map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; text = texts.nextNode();) {
    const element = text.parentElement, style = getComputedStyle(element);
    if (!text.data.trim() || !element.checkVisibility({visibilityProperty: true})) continue;
    const ground = behind(element);
    const [dim, bright] = [light(over(style.color, ground)), light(ground)].sort((a, b) => a - b);
    const large = parseFloat(style.fontSize) >= 24;
    if ((bright + 0.05) / (dim + 0.05) < (large ? 3 : 4.5)) faint.push(text.data.slice(0, 40));
  }
  return faint;
}"""


# Without a reply: these run while the models load in the background.


def test_an_unknown_interview_is_one_sentence(open_tab: Open) -> None:
    tab = open_tab("/?interview=nothing-of-that-name")
    expect(tab.page.locator("#notice [role=alert]")).to_be_visible()
    expect(tab.page.locator("#cases [data-act=start]").first).to_be_visible()


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/reports/nothing.json", "127.0.0.1", 404),
        ("/reports/nothing.md", "127.0.0.1", 404),
        ("/reports/nothing.exe", "127.0.0.1", 404),
        ("/", "evil.example", 400),
    ],
    ids=["unknown_json", "unknown_markdown", "unknown_form", "another_host_name"],
)
def test_what_is_not_ours_is_refused(server: Server, path: str, host: str, status: int) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", path, headers={"Host": host})
    response = connection.getresponse()
    assert response.status == status
    assert b"Traceback" not in response.read()
    connection.close()


def test_a_port_in_use_is_one_sentence(server: Server) -> None:
    second = subprocess.run(
        server.command(), env=server.environment(), capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert f"Port {server.port} on 127.0.0.1 is in use." in second.stderr
    assert "Traceback" not in second.stderr


def test_real_mode_hides_the_steps(open_tab: Open) -> None:
    tab = open_tab()
    tab.page.wait_for_selector("#cases [data-act=start]")
    tab.page.click("#more > button")
    tab.page.get_by_label("Real", exact=True).check()
    expect(tab.page.locator("#chosen")).to_contain_text("real mode")
    tab.begin()
    expect(tab.page.locator("#header .clock")).to_be_visible()
    expect(tab.page.locator("#notebook .notebook")).to_be_visible()
    expect(tab.page.locator("#header .stepper")).to_have_count(0)
    expect(tab.page.locator("#chat .phase")).to_have_count(0)


def test_the_clock_ticks_without_the_server(tab: Tab) -> None:
    tab.begin()
    requests: list[str] = []
    tab.page.on("request", lambda request: requests.append(request.url))
    shown = tab.page.inner_text("#header .used")
    expect(tab.page.locator("#header .used")).not_to_have_text(shown)
    assert not [url for url in requests if "queue" in url]


def test_a_refused_message_stays_in_the_box(tab: Tab) -> None:
    tab.begin()
    for text, sentence in (("", "empty"), ("   \n ", "empty"), ("w " * 50_000, "12,000")):
        tab.write(text)
        tab.page.click("#send")
        expect(tab.page.locator("#notice [role=alert]")).to_contain_text(sentence)
        assert tab.draft() == text
        assert tab.turns() == 1
        tab.page.click("#notice [data-act=dismiss]")
        expect(tab.page.locator("#notice [role=alert]")).to_have_count(0)


def test_a_whole_interview(tab: Tab) -> None:
    tab.begin()
    expect(tab.page.locator("#header [aria-current=step]")).to_have_count(1)
    tab.say(ANSWER)
    assert tab.draft() == ""
    assert tab.said()[1] == ANSWER
    expect(tab.page.locator("#notebook li").first).to_be_visible()
    tab.write("a draft that a button must not touch")
    tab.press("hint")
    assert tab.draft() == "a draft that a button must not touch"
    step = tab.page.inner_text("#header [aria-current=step] .name")
    tab.press("skip")
    expect(tab.page.locator("#header [aria-current=step] .name")).not_to_have_text(step)
    tab.page.click("#end")
    tab.page.click("#keep-going")
    expect(tab.page.locator("#confirm")).to_be_hidden()
    tab.end()
    expect(tab.page.locator("#card .step")).to_have_count(7)
    tab.page.locator("#card .step > summary").first.click()
    expect(tab.page.locator("#card .step[open] .items li").first).to_be_visible()
    expect(tab.page.locator("#card .practice li").first).to_be_visible()


@pytest.mark.parametrize("name", ["send", "hint"])
def test_a_press_in_the_instant_of_the_reply_is_served(tab: Tab, name: str) -> None:
    """The words are there, Gradio's event is not over yet: such a press used to be lost."""
    tab.begin()
    tab.page.evaluate(PRESS_AT_ONCE, "hint")
    if name == "hint":
        tab.page.click("#hint")
    else:
        tab.write(ANSWER)
        tab.send()
    tab.answered(5)


def test_a_double_press_sends_once(tab: Tab) -> None:
    tab.begin()
    tab.page.dblclick("#hint")
    tab.answered(3)
    tab.write(ANSWER)
    tab.page.dblclick("#send")
    tab.answered(5)
    tab.say("what comes after the two")
    assert tab.turns() == 7


def test_an_interview_is_continued_from_the_list(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    before = tab.said()
    tab.page.click("#bar [data-act=home]")
    tab.page.locator("#past [data-act=open]").first.click()
    tab.answered(len(before))
    assert tab.said() == before


def test_two_tabs_on_one_interview(open_tab: Open) -> None:
    first = open_tab()
    first.begin()
    second = open_tab(first.page.url.removeprefix(first.origin))
    second.answered(1)
    first.say("what the first tab says")
    second.write("what the second tab wanted to say")
    second.send()
    second.page.wait_for_selector("#notice [role=alert]")
    assert second.notice().count("\n") == 0
    assert second.draft() == "what the second tab wanted to say"
    assert second.said() == first.said()
    second.page.click("#notice [data-act=dismiss]")
    second.send()
    second.answered(5)
    assert second.said()[3] == "what the second tab wanted to say"


def test_hostile_text_is_only_text(tab: Tab) -> None:
    tab.begin()
    for text in HOSTILE:
        tab.say(text)
    assert tab.said()[1::2] == HOSTILE
    assert tab.page.locator(".said *").count() == 0
    tab.end()
    tab.page.click("#card .transcript > summary")
    assert tab.page.locator("#card .transcript .candidate .said").all_text_contents() == HOSTILE


def test_control_and_bidi_characters_never_reach_the_chat(tab: Tab) -> None:
    tab.begin()
    tab.say("abc \u202egnp.exe\u202c \u0007\u001b[31m and my answer")
    assert not set(tab.said()[1]) & {"\u202e", "\u202c", "\u0007", "\u001b"}
    assert "and my answer" in tab.said()[1]


def test_the_keyboard_is_enough(tab: Tab) -> None:
    tab.page.wait_for_selector("#cases [data-act=start]")
    tab.page.focus("#bar [data-act=home]")
    for _ in range(16):  # Study, the way back into an interview, the choices, the button
        tab.page.keyboard.press("Tab")
        if tab.page.locator("#cases [data-act=start]:focus").count():
            break
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_selector("#chat .turn")
    expect(tab.page.locator("#message textarea")).to_be_focused()
    tab.page.keyboard.type("first line")
    tab.page.keyboard.press("Shift+Enter")
    tab.page.keyboard.type("second line")
    tab.page.keyboard.press("Enter")
    tab.answered(3)
    assert tab.said()[1] == "first line\nsecond line"


def test_every_page_fits_every_screen_in_light_and_dark(tab: Tab) -> None:
    tab.page.wait_for_selector("#cases [data-act=start]")
    fits(tab)
    tab.begin()
    tab.say("w" * 300)
    fits(tab)
    tab.end()
    for summary in tab.page.locator("#card .step > summary").all():
        summary.click()
    fits(tab)


def fits(tab: Tab) -> None:
    for width in (390, 1440):
        tab.page.set_viewport_size({"width": width, "height": 800})
        assert tab.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        for dark in (True, False):
            tab.page.evaluate(f"document.body.classList.toggle('dark', {str(dark).lower()})")
            assert tab.page.evaluate(TOO_FAINT) == []


def test_a_scorecard_downloads_and_leads_from_quotes_to_turns(tab: Tab) -> None:
    tab.begin()
    tab.say(ANSWER)
    tab.end()
    texts = {}
    for form in ("md", "json"):
        with tab.page.expect_download() as download:
            tab.page.click(f"#card a[href$='.{form}']")
        assert download.value.suggested_filename.endswith(f".{form}")
        texts[form] = download.value.path().read_text(encoding="utf-8")
    result = json.loads(texts["json"])
    assert [turn["text"] for turn in result["transcript"]][1] == ANSWER
    assert "how many people open the app" in texts["md"]
    for summary in tab.page.locator("#card .step > summary").all():
        summary.click()
    tab.page.locator("#card [data-turn]").first.click()
    expect(tab.page.locator("#report .turn.found")).to_be_in_viewport()


def test_a_message_left_unanswered_by_a_crash_is_answered_once(
    open_tab: Open, server: Server
) -> None:
    crashed = subprocess.run(
        [sys.executable, "-c", CRASH, ANSWER],
        env=server.environment(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    assert crashed.returncode == 7
    interview = crashed.stdout.strip()
    tab = open_tab(f"/?interview={interview}")
    tab.answered(3)
    assert tab.said()[1] == ANSWER
    tab.reload()
    tab.answered(3)


def test_reload_and_restart_find_the_interview_again(open_tab: Open, server: Server) -> None:
    tab = open_tab()
    tab.begin()
    tab.say(ANSWER)
    before = tab.said()
    tab.write("half a thought")
    tab.reload()
    tab.answered(len(before))
    assert tab.said() == before
    expect(tab.page.locator("#message textarea")).to_have_value("half a thought")
    server.kill()
    server.start()
    tab.suspicious.clear()  # the lost connection is rightly reported
    fresh = open_tab()  # a new tab is offered it
    fresh.page.locator("#past [data-act=open]").first.click()
    fresh.answered(len(before))
    assert fresh.said() == before
    fresh.say("and now the rest of it")
