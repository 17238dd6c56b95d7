"""What pages and reports say of the brain: its name, who stood in, closing words, cost."""

from __future__ import annotations

import pytest

from interviewer.core.debrief import Debrief
from interviewer.core.settings import InterviewSettings, Mode
from interviewer.llm.usage import Kind, Spent
from interviewer.reports import build_result, to_html, to_markdown
from interviewer.reports.brain_names import brain_phrase, brain_title, cost_line, money, stood_in
from interviewer.web import chat
from interviewer.web.scorecard import Card, scorecard
from tests.builders import a_case, a_turn
from tests.views import a_view

CASE = a_case()
LLM_BRAIN = "llm gpt-4.1-mini, prompts 1.1.1.1, embedded-1"
HTML = "<img src=x onerror=alert(1)>"
REASON = "The endpoint's rate limit is reached."


# Names and figures


@pytest.mark.parametrize(
    ("stored", "phrase", "title"),
    [
        ("embedded-1", "the embedded brain", "Embedded brain"),
        (LLM_BRAIN, "gpt-4.1-mini", "gpt-4.1-mini"),
        ("llm a judged by b, prompts 1.1.1.1, embedded-1", "a", "a"),
        (
            "llm the endpoint's model, prompts 1.1.1.1, embedded-1",
            "the endpoint's model",
            "Endpoint's model",
        ),
        ("llm", "llm", "llm"),
        ("quick", "quick", "quick"),
        ("", "", ""),
    ],
    ids=["embedded", "model", "two_models", "first_model", "bare", "other", "empty"],
)
def test_what_a_brain_is_called(stored: str, phrase: str, title: str) -> None:
    assert (brain_phrase(stored), brain_title(stored)) == (phrase, title)


@pytest.mark.parametrize(
    ("dollars", "shown"),
    [
        (None, "price unknown"),
        (0.0, "$0.00"),
        (0.000_01, "under $0.0001"),
        (0.004_24, "$0.0042"),
        (0.031, "$0.03"),
        (12.5, "$12.50"),
    ],
)
def test_money(dollars: float | None, shown: str) -> None:
    assert money(dollars) == shown


@pytest.mark.parametrize(
    ("spent", "line"),
    [
        ({}, ""),
        (
            {Kind.SAY: Spent(calls=1, prompt=1_200, output=34, dollars=0.5)},
            "What it cost: gpt-4.1-mini, 1 call, 1,234 tokens, $0.50.",
        ),
        (
            {
                Kind.SAY: Spent(calls=4, failed=1, prompt=100, output=20, dollars=0.1),
                Kind.GRADE: Spent(calls=2, prompt=30, output=4),
            },
            "What it cost: gpt-4.1-mini, 6 calls (1 failed), 154 tokens, price unknown.",
        ),
    ],
    ids=["embedded", "one", "unknown_price"],
)
def test_what_it_cost(spent: dict[Kind, Spent], line: str) -> None:
    result = build_result(a_view(brain=LLM_BRAIN, spent=spent))
    assert cost_line(result) == line
    shown = scorecard(Card(a_view(), result, CASE, lambda _: None))
    assert ('class="cost"' in shown, line in shown) == (bool(line), True)


# The interview


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize(
    ("brain", "shown"),
    [
        ("embedded-1", ">Embedded brain</span>"),
        (LLM_BRAIN, ">gpt-4.1-mini</span>"),
        (f"llm {HTML}, prompts 1", ">&lt;img src=x onerror=alert(1)&gt;</span>"),
    ],
    ids=["embedded", "model", "escaped"],
)
def test_the_header_names_the_brain(brain: str, shown: str, mode: Mode) -> None:
    view = a_view(brain=brain, settings=InterviewSettings(mode=mode))
    assert shown in chat.header(view, 0.0)
    assert "<img" not in chat.header(view, 0.0)


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("", ""),
        (REASON, f"{REASON} The embedded brain took this exchange."),
        (HTML, f"{HTML} The embedded brain took this exchange."),
    ],
    ids=["nobody", "stood_in", "escaped"],
)
def test_a_reply_says_who_stood_in(reason: str, line: str) -> None:
    assert stood_in(reason) == line
    turn = a_turn(3, stand_in=reason)
    view = a_view(turns=(a_turn(1), a_turn(2), turn))
    result = build_result(view)
    said = line.replace("'", "&#x27;").replace("<", "&lt;").replace(">", "&gt;")
    page = scorecard(Card(view, result, CASE, lambda _: None))
    for shown in (chat.bubble(turn), chat.chat(view, None), page):
        assert shown.count('class="stand-in"') == bool(line)
        assert said in shown and "<img" not in shown
    assert said in to_html(result, CASE) and "<img" not in to_html(result, CASE)
    assert [line.stand_in for line in result.transcript if line.role == "interviewer"][1] == reason


# At the end


@pytest.mark.parametrize(
    ("feedback", "paragraphs"),
    [
        ("", []),
        (" \n\n ", []),
        ("You led most of it.", ["You led most of it."]),
        ("One.\r\nStill one.\r\n\r\nTwo.", ["One. Still one.", "Two."]),
        (f"{HTML}\x1b[2J\u202e", ["&lt;img src=x onerror=alert(1)&gt;[2J"]),
    ],
    ids=["none", "blank", "one", "two", "escaped"],
)
def test_the_closing_words_stand_near_the_top(feedback: str, paragraphs: list[str]) -> None:
    view = a_view(debrief=Debrief(summary=feedback))
    result = build_result(view)
    said = "".join(f"<p>{one}</p>" for one in paragraphs)
    page = scorecard(Card(view, result, CASE, lambda _: None))
    block = f'<section class="in-short"><h2>In short</h2>{said}</section>'
    assert (block in page, "In short" in page) == (bool(said), bool(said))
    report, text = to_html(result, CASE), to_markdown(result, CASE)
    assert said.replace("</p><p>", "</p>\n<p>") in report and "<img" not in page + report + text
    if said:
        assert page.index("In short") < page.index("Step by step")
        assert text.index("## In short") < text.index("## Steps")
        assert report.index("In short") < report.index(">Steps<")
