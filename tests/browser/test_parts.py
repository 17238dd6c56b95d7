"""What the page shows and how it keeps up, without a browser."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator
from importlib.resources import files
from typing import Any

import pytest

from interviewer.cases.library import Library
from interviewer.core.errors import (
    MessageRejected,
    ReplyPending,
    ServeError,
    SettingsError,
    StoreError,
    TurnConflict,
)
from interviewer.core.paths import Places
from interviewer.core.settings import InterviewSettings, Level, StepId
from interviewer.core.transcript import Turn
from interviewer.llm.models import LocalServer
from interviewer.reports.wording import drill_title
from interviewer.results.view import InterviewSummary, Reply
from interviewer.scoring import FlagResult
from interviewer.web import chat, choices, start
from interviewer.web.brain_choice import EMBEDDED, Offer, note
from interviewer.web.evidence import flag_row
from interviewer.web.server import browser_secret, listen
from interviewer.web.streaming import MOVED, UNEXPECTED, Moment, follow, paced
from interviewer.web.text import plain, prose
from tests.builders import a_turn
from tests.views import a_view


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("\"a\" & 'b'", "&quot;a&quot; &amp; &#x27;b&#x27;"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("a\x00b\x1bc\u202ed\u2066e\u200ff", "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"),
        ("größer 数 🙂", "größer 数 🙂"),
    ],
    ids=["markup", "quotes", "line_breaks", "unreadable", "letters"],
)
def test_plain_text_is_escaped_and_readable(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("# A title\ntext", "<h4>A title</h4><p>text</p>"),
        ("one\ntwo\n\nthree", "<p>one two</p><p>three</p>"),
        ("- a\n  still a\n- b", "<ul><li>a still a</li><li>b</li></ul>"),
        ("intro:\n1. a\n2. b", "<p>intro:</p><ol><li>a</li><li>b</li></ol>"),
        ("```\n# x\n- y\n```\nz", "<pre><code># x\n- y</code></pre><p>z</p>"),
        ("**bold** *soft* `a<b`", "<p><strong>bold</strong> <em>soft</em> <code>a&lt;b</code></p>"),
        ("![x](http://a/b.png)", "<p>![x](http://a/b.png)</p>"),
        ("<img src=x onerror=y>", "<p>&lt;img src=x onerror=y&gt;</p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
    ],
    ids=[
        *("heading", "paragraphs", "bullets", "numbers", "fence", "inline", "image", "html"),
        "product",
    ],
)
def test_notes_become_html_that_loads_nothing(markdown: str, html: str) -> None:
    assert prose(markdown) == html


async def _sentences(*words: str) -> AsyncIterator[str]:
    for word in words:
        yield word


async def test_words_that_come_together_are_shown_together() -> None:
    assert [said async for said in paced(_sentences("a", "b", "c"), period=60)] == ["a b c"]


async def test_words_wait_for_their_turn_and_not_for_the_next_words() -> None:
    first, more = asyncio.Event(), asyncio.Event()

    async def sentences() -> AsyncIterator[str]:
        yield "a"
        await first.wait()
        yield "b"
        await more.wait()
        yield "c"

    shown: list[str] = []
    async with asyncio.timeout(60):
        async for said in paced(sentences(), period=0.01):
            shown.append(said)
            first.set()
            if said == "a b":
                more.set()
    assert shown == ["a", "a b", "a b c"]


async def test_an_error_comes_after_what_was_said() -> None:
    async def sentences() -> AsyncIterator[str]:
        yield "a"
        raise StoreError("Full.", "Free space.")

    shown: list[str] = []
    with pytest.raises(StoreError, match="Full"):
        async for said in paced(sentences(), period=0.01):
            shown.append(said)
    assert shown == ["a"]


async def test_whoever_leaves_stops_the_words() -> None:
    left = asyncio.Event()

    async def sentences() -> AsyncIterator[str]:
        try:
            yield "a"
            await asyncio.Event().wait()
        finally:
            left.set()

    async with asyncio.timeout(60):
        reply = paced(sentences(), period=0.01)
        assert isinstance(reply, AsyncGenerator)
        async for _ in reply:
            await reply.aclose()
        await left.wait()


class _Facade:
    """Fails as it is told and remembers how many turns are stored."""

    def __init__(self, error: Exception | None, stored: int) -> None:
        self.error, self.last_turn = error, stored

    def submit(self, *_: Any, **__: Any) -> Reply:
        return Reply(self._speak)

    async def _speak(self, reply: Any) -> AsyncGenerator[str, None]:
        if self.error is not None:
            raise self.error
        yield "a reply"
        reply.view = self

    async def view(self, _: str) -> Any:
        return self


@pytest.mark.parametrize(
    ("error", "stored", "accepted", "problem"),
    [
        (None, 3, True, ""),
        (MessageRejected("Empty.", "Type."), 1, False, "Empty. Type."),
        (TurnConflict("Elsewhere.", "Reload."), 3, False, MOVED),
        (ReplyPending("It waits.", "Ask for it."), 1, False, "It waits. Ask for it."),
        (StoreError("Full.", "Free space."), 1, False, "Full. Free space."),
        (StoreError("Full.", "Free space."), 2, True, "Full. Free space."),
        (ValueError("a secret path"), 2, True, UNEXPECTED),
    ],
    ids=[
        "fine",
        "rejected",
        "conflict",
        "pending",
        "not_stored",
        "stored_unanswered",
        "unexpected",
    ],
)
async def test_the_draft_goes_only_when_its_message_is_stored(
    error: Exception | None, stored: int, accepted: bool, problem: str
) -> None:
    facade: Any = _Facade(error, stored)
    moments = [moment async for moment in follow(facade, "id", "text", 1)]
    assert moments[-1] == Moment("", accepted, problem, facade)


def test_tampered_memory_falls_back_to_defaults() -> None:
    kept = {"level": "emperor", "minutes": "45", "mode": "real", "variant": "gone/away", "x": 1}
    form = choices.remembered(kept, Library(cases={}, frameworks={}))
    assert form == {**choices.defaults(), "mode": "real"}


@pytest.mark.parametrize(
    ("changed", "case_id", "expected"),
    [
        ({"level": "staff"}, "a", {"level": Level.STAFF}),
        ({"variant": "a/small"}, "a", {"variant": "small"}),
        ({"variant": "a/small"}, "b", {"variant": None}),
        ({"drill": "data"}, "a", {"drill": StepId.DATA}),
    ],
    ids=["level", "variant", "variant_of_another_case", "drill"],
)
def test_a_form_becomes_settings(
    changed: dict[str, Any], case_id: str, expected: dict[str, Any]
) -> None:
    settings = choices.to_settings({**choices.defaults(), **changed}, case_id)
    assert {name: getattr(settings, name) for name in expected} == expected


def test_a_form_with_an_impossible_value_is_refused() -> None:
    with pytest.raises(SettingsError, match="minutes"):
        choices.to_settings({**choices.defaults(), "minutes": 46})


def test_no_class_of_a_message_is_styled_outside_of_it() -> None:
    """A bare `.mark` once drew the product's sign on every number of a list."""
    style = files("interviewer.web").joinpath("assets", "style.css").read_text("utf-8")
    html = chat.bubble(a_turn(1, "1. a\n2. b\n\n```python\nx\n```\n\n|a|b|\n|-|-:|\n|1|2|"))
    inner = html.partition('class="said"')[2]
    used = set(re.findall(r'class="([\w -]+)"', inner))
    assert used == {"mark", "lang", "wide", "right"}
    assert not re.findall(rf"(?:^|[,}}])\s*\.(?:{'|'.join(used)})\b", style, re.MULTILINE)


@pytest.mark.parametrize(
    ("challenged", "recovered", "fate"),
    [
        (True, True, "Taken back."),
        (False, True, "Taken back."),
        (True, False, "Not taken back."),
        (False, False, "Not discussed further."),
    ],
)
def test_a_red_flag_says_what_happened_and_no_more(
    challenged: bool, recovered: bool, fate: str
) -> None:
    flag = FlagResult(red_flag="f", quote="q", turn=2, challenged=challenged, recovered=recovered)
    assert f">{fate}</p>" in flag_row(flag, None)


@pytest.mark.parametrize(
    ("chosen", "title"),
    [
        ({"concept": "ad_auctions"}, "ad auctions drill"),
        ({"drill": StepId.DATA}, "data drill"),
        ({}, ""),
    ],
)
def test_a_drill_is_called_one_in_the_list_and_in_the_room(
    chosen: dict[str, Any], title: str
) -> None:
    settings = InterviewSettings(**chosen)
    entry = InterviewSummary(
        interview_id="i",
        case_id="c",
        case_title="Ads",
        created_at=0.0,
        settings=settings,
        brain="embedded-1",
        turns=1,
        end_reason=None,
        overall=None,
        recommendation=None,
    )
    row = start.past(start.Listed([entry], 1))
    assert f"\u00b7 {title or 'senior'}<" in row
    assert drill_title(settings) == title
    header = chat.header(a_view(settings=settings), 0.0)
    assert ("drill" in header) is bool(title) and f"<span>{title or 'senior'}</span>" in header


def test_the_start_page_says_where_the_model_on_this_machine_is() -> None:
    offer = Offer(local=(LocalServer("<b>Ollama</b>", 11434, ("qwen",)),), looks=True)
    told = note(offer, EMBEDDED)
    assert "&lt;b&gt;Ollama&lt;/b&gt; at 127.0.0.1:11434" in told and "More options" in told
    assert "127.0.0.1" not in note(Offer(looks=True), EMBEDDED)


def test_what_is_said_is_never_markup() -> None:
    turn = Turn(number=2, role="candidate", step=StepId.DATA, text="<b>x</b>", at=0)
    shown = (chat.bubble(turn), chat.exchange("<b>x</b>", "<b>x</b>"), chat.alert("<b>x</b>"))
    assert all("<b>" not in html and "&lt;b&gt;x&lt;/b&gt;" in html for html in shown)


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 65_536), ("203.0.113.1", 0), ("no such host", 0)]
)
def test_an_address_that_cannot_be_served_is_a_sentence(host: str, port: int) -> None:
    with pytest.raises(ServeError, match="cannot be served"):
        listen(host, port)


def test_a_port_in_use_is_told_apart() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(ServeError, match="is in use"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_browsers_keep_their_memory_over_a_restart(tmp_path: Any) -> None:
    places = Places(home=tmp_path / "home", knowledge=None, database="")
    assert browser_secret(places) == browser_secret(places)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        browser_secret(Places(home=tmp_path / "file" / "home", knowledge=None, database=""))
