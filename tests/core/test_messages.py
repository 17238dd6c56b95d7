"""Messages on the page: tables, lists and code laid out, everything else exactly as typed."""

from __future__ import annotations

import time

import pytest

from interviewer.reports.parts import MOST_BARS, MOST_LINES
from interviewer.web.text import message, plain

TABLE = "| stage | ms |\n|---|--:|\n| rank | 60 |"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            f"Budget:\n{TABLE}\nThat is all.",
            'Budget:<div class="wide" tabindex="0" role="group" aria-label="Table"><table><thead>'
            '<tr><th>stage</th><th class="right">ms</th></tr></thead><tbody><tr><td>rank</td>'
            '<td class="right">60</td></tr></tbody></table></div>That is all.',
        ),
        ("We have:\n- a\n- b\nThat is all.", "We have:<ul><li>a</li><li>b</li></ul>That is all."),
        ("* a\n  more\n* b", "<ul><li>a\nmore</li><li>b</li></ul>"),
        ("- a\n    - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        (
            "1. a\n1. b",
            '<ol><li><span class="mark">1. </span>a</li>'
            '<li><span class="mark">1. </span>b</li></ol>',
        ),
        (
            "See\n```python\nif a < b:\n\n    x\n```\nok",
            'See<pre tabindex="0" role="group" aria-label="Code"><span class="lang">python\n</span>'
            "if a &lt; b:\n\n    x\n</pre>ok",
        ),
    ],
    ids=["table", "bullets", "wrapped", "nested", "numbers_as_typed", "fence"],
)
def test_blocks_are_laid_out(text: str, shown: str) -> None:
    assert message(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "one line",
        "first\nsecond\n\n\nthird",
        "2026. That was a good year\nfor retrieval",
        "# not a heading\n## nor this",
        "title\n=====\nother\n-----",
        "    four spaces\n\tand a tab",
        "> no quote\n***\n_no_ **emphasis** `no code`",
        "+ 20 ms network\n+ 30 ms ranking",
        "-5 ms and 3 - 4",
        "a | b means a or b",
        "stage | ms\nrank | 60",
        "[a](javascript:alert(1)) ![b](http://203.0.113.9/b.png) <http://203.0.113.9> a.example",
        "[a]: http://203.0.113.9\n[a]",
        "&amp; &lt; \\* \\| *",
        "``` not closed\ncode",
        "| a | b |\n|---|---|\n| 1 | 2 | a third that a table would drop |",
        "- a\n" * MOST_LINES + "- a",
        "|" * (MOST_BARS + 1) + "\n|---|\n|a|",
    ],
    ids=[
        *("line", "newlines", "year", "hash", "underlined", "indented", "inline", "plus"),
        *("minus", "bar", "no_rule", "links", "reference", "entities", "open_fence"),
        *("dropped_cell", "too_many_lines", "too_many_bars"),
    ],
)
def test_everything_else_stays_as_it_was_typed(text: str) -> None:
    assert message(text) == plain(text)


@pytest.mark.parametrize("inner", ["<script>x</script>", "<img src=x onerror=y>", "\"'&", "\u202e"])
@pytest.mark.parametrize(
    "around", ["- {}", "3. {}", "| {} |\n|---|\n| {} |", "```{}\n{}\n```", "| a |\n|---|\n{}"]
)
def test_blocks_hold_text_and_nothing_else(around: str, inner: str) -> None:
    shown = message(around.format(inner, inner))
    assert "<script" not in shown and "<img" not in shown and "\u202e" not in shown
    assert plain(inner) in shown or "&" not in plain(inner)


@pytest.mark.parametrize("depth", [3, 8, 9, 40])
def test_no_word_is_lost_however_deep_it_lies(depth: int) -> None:
    text = "- " * depth + "the last word"
    assert "the last word" in message(text)


WORST = {
    "dashes": "- ",
    "bars": "|a",
    "rules": "a|b\n-|-\n",
    "fences": "```\n",
    "numbers": "1. ",
    "nested": "- - - - - - a\n",
    "lazy": "- a\nb\n",
    "blank": "- a\n\n",
    "mixed": "1. a\n- b\n",
    "spaces": " ",
}


@pytest.mark.parametrize("shape", WORST)
def test_the_worst_shapes_are_shown_in_no_time(shape: str) -> None:
    text = (WORST[shape] * 12_000)[:12_000]
    fullest = "\n".join(text.split("\n")[: MOST_LINES - 1])
    began = time.thread_time()  # another test's threads may still be at work
    for each in (text, fullest):
        message(each)
    # Milliseconds on an idle machine; a busy one was seen to take half a second.
    assert time.thread_time() - began < 1.0
