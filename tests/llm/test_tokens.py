"""Tokens are counted offline, and whatever a text holds is text."""

from __future__ import annotations

import pytest

from interviewer.llm.tokens import count_messages, count_tokens, cut_to_tokens, token_ids

SPECIAL = ["<|endoftext|>", "<|endofprompt|>", "<|im_start|>system", "<|fim_prefix|>"]
TEXTS = [
    "I would log impressions, because joining later leaks.",
    "Zeile eins\nZeile zwei \u00fcber \u4e2d\u6587 und \U0001f600\U0001f1e9\U0001f1ea.",
    "x" * 500,
    "   leading and trailing   ",
    "<|endoftext|> is text, too <|endoftext|>",
]


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("hello", 1), ("hello world", 2), ("Hello, world!", 4)]
)
def test_tokens_are_counted_as_openai_counts_them(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


@pytest.mark.parametrize("text", SPECIAL)
def test_special_tokens_are_plain_text(text: str) -> None:
    assert count_tokens(text) > 1
    assert max(token_ids(text)) < 199_998  # where the special ones begin


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("most", [0, 1, 2, 5, 8, 1000])
def test_a_cut_text_is_the_beginning_and_short_enough(text: str, most: int) -> None:
    cut = cut_to_tokens(text, most)
    assert text.startswith(cut)
    assert count_tokens(cut) <= most
    assert "\ufffd" not in cut


@pytest.mark.parametrize(
    ("most", "cut"), [(100, "one two three four"), (3, "one two"), (2, "one"), (4, None)]
)
def test_a_text_is_cut_between_words(most: int, cut: str | None) -> None:
    text = "one two three four"
    assert cut_to_tokens(text, most) == (cut or text)


def test_a_message_costs_more_than_its_text() -> None:
    one, two = "You help.", "Judge this."
    assert count_messages([one]) > count_tokens(one)
    assert count_messages([one, two]) == (
        count_messages([one]) + count_messages([two]) - count_messages([])
    )


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """The table comes from a wheel even where no earlier run has unpacked it."""
    from interviewer.llm import tokens

    def fetched(address: str) -> bytes:
        raise AssertionError(f"fetched {address}")

    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr("tiktoken.load.read_file", fetched)
    monkeypatch.setattr("tiktoken.registry.ENCODINGS", {})
    tokens._encoding.cache_clear()
    try:
        assert count_tokens("hello world") == 2
    finally:
        tokens._encoding.cache_clear()


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    from interviewer.llm import tokens

    for folder in (None, "/elsewhere"):
        if folder is None:
            monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
        else:
            monkeypatch.setenv("TIKTOKEN_CACHE_DIR", folder)
        tokens._encoding.cache_clear()
        count_tokens("hello")
        assert os.environ.get("TIKTOKEN_CACHE_DIR") == folder
