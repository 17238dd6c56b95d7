"""Lengths are looked at before anything else: what is too long costs nothing and says so."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from interviewer.cli.answers import LINE_LIMIT, read_rows
from interviewer.core.errors import (
    ContentError,
    InterviewerError,
    MessageRejected,
    RejudgementRefused,
)
from interviewer.core.settings import MESSAGE_LIMIT, SKETCH_LIMIT
from interviewer.core.transcript import SPARE, clean_message, clean_sketch
from interviewer.service.rejudging import LONGEST_CLAIM, expect_short
from interviewer.simulation.script import load_script
from interviewer.web.card_events import turn_of
from tests.builders import a_turn

QUICK = 0.3  # seconds of processor time; walking through 20 MB takes seconds


@pytest.mark.parametrize(
    ("refuse", "text"),
    [
        (clean_message, "a\x00b" * 7_000_000),
        (clean_message, " " * 20_000_000),
        (clean_sketch, "a\x00b\n" * 5_000_000),
        (expect_short, "we rank " * 2_000_000),
        (lambda text: turn_of(text, [a_turn(2, "we rank", role="candidate")]), "a. b " * 10**6),
    ],
    ids=["message", "spaces", "sketch", "quote", "quote_of_a_turn"],
)
def test_what_is_far_too_long_is_refused_at_once(
    refuse: Callable[[str], object], text: str
) -> None:
    start = time.process_time()
    with pytest.raises(InterviewerError):
        refuse(text)
    assert time.process_time() - start < QUICK


@pytest.mark.parametrize("clean", [clean_message, clean_sketch])
def test_the_limit_counts_what_is_left(clean: Callable[[str], str]) -> None:
    limit = MESSAGE_LIMIT if clean is clean_message else SKETCH_LIMIT
    assert clean("a" * limit + "\x00" * 10) == "a" * limit
    with pytest.raises(MessageRejected, match=f"{limit + 1:,}"):
        clean("a" * (limit + 1))


def test_what_is_hidden_behind_spaces_is_cleaned_too() -> None:
    assert clean_message(" " * (SPARE * MESSAGE_LIMIT) + "a\x00b") == "ab"


def test_a_quote_of_full_length_is_looked_for() -> None:
    words = "a" * LONGEST_CLAIM
    assert turn_of(words, [a_turn(2, words, role="candidate")]) == 2
    with pytest.raises(RejudgementRefused, match="2,001 characters"):
        turn_of(f"{words}a", [a_turn(2, f"{words}a", role="candidate")])


@pytest.mark.parametrize(
    ("length", "error"), [(MESSAGE_LIMIT, ""), (MESSAGE_LIMIT + 1, "12,001 characters")]
)
def test_an_answer_to_grade_has_the_limit_of_a_message(
    tmp_path: Path, length: int, error: str
) -> None:
    row = {"id": "x", "case_id": "video_recommendation", "step": "data", "answer": "a" * length}
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (found,) = read_rows(file)
    assert error in found.error and bool(found.error) is bool(error)


def test_a_line_without_an_end_is_one_row_of_error(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"[" * (3 * LINE_LIMIT) + b"\n" + b"{}\n")
    first, second = read_rows(file)
    assert "longer than" in first.error
    assert second.fields == {} and second.error.startswith("Line 2 lacks")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "id: " + "{a: " * 100_000,
        "b0: &b0 [x]\n" + "".join(f"b{at + 1}: &b{at + 1} [*b{at}, *b{at}]\n" for at in range(30)),
    ],
    ids=["lists", "mappings", "bomb"],
)
def test_a_hostile_script_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "script.yaml"
    file.write_text(text, encoding="utf-8")
    start = time.process_time()
    with pytest.raises(ContentError, match="script.yaml"):
        load_script(file)
    assert time.process_time() - start < 3 * QUICK
