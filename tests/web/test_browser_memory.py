"""What a browser sends back is read into what we would have written, whatever it is."""

from __future__ import annotations

import pytest

from interviewer.core.errors import InterviewNotFound, SettingsError
from interviewer.web import choices
from interviewer.web.browser_memory import MOST_TURNS, WORD_LIMIT, Memory, form_of, id_of, text_of
from interviewer.web.clicks import LONGEST, NAME_LIMIT, Click

FILE = {"path": "/proc/self/environ", "meta": {"_type": "gradio.FileData"}}
RUBBISH: tuple[object, ...] = (
    *(None, {}, [], [FILE], FILE, "text", 3, 2.5, True),
    *({"interview": FILE}, {"settings": []}),
)


@pytest.mark.parametrize("kept", RUBBISH, ids=repr)
def test_rubbish_is_a_fresh_memory(kept: object) -> None:
    assert Memory.read(kept) == Memory()


@pytest.mark.parametrize(
    ("field", "sent", "read"),
    [
        ("interview", "0f" * 16, "0f" * 16),
        ("interview", "x" * 64, "x" * 64),
        ("interview", "x" * 65, None),
        ("interview", "../x", None),
        ("interview", "", None),
        ("interview", ["x"], None),
        ("interview", 7, None),
        ("seen", 3, 3),
        ("seen", MOST_TURNS, MOST_TURNS),
        ("seen", MOST_TURNS + 1, 0),
        ("seen", -1, 0),
        ("seen", True, 0),
        ("seen", "3", 0),
        ("seen", 3.0, 0),
    ],
)
def test_a_field_is_kept_or_starts_afresh(field: str, sent: object, read: object) -> None:
    assert getattr(Memory.read({field: sent}), field) == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("mid", "mid"),
        ("x" * WORD_LIMIT, "x" * WORD_LIMIT),
        ("x" * (WORD_LIMIT + 1), "senior"),
        (FILE, "senior"),
        (None, "senior"),
        (False, "senior"),
        ([["mid"]], "senior"),
    ],
    ids=str,
)
def test_a_value_of_the_form_is_a_short_text_or_the_default(sent: object, read: object) -> None:
    assert Memory.read({"settings": {"level": sent}}).settings["level"] == read
    assert form_of([sent])["level"] == read


def test_nothing_else_is_handed_back() -> None:
    sent = {"interview": "a", "seen": 1, "settings": {"level": "mid", "x": FILE}, "x": FILE}
    kept = Memory.read(sent).kept()
    assert kept == {"interview": "a", "seen": 1, "settings": choices.defaults() | {"level": "mid"}}
    assert Memory.read(kept).kept() == kept


def test_a_memory_without_an_interview_says_so() -> None:
    with pytest.raises(InterviewNotFound, match="start page"):
        _ = Memory().open


@pytest.mark.parametrize("sent", [*RUBBISH, {"act": FILE}, {"act": 3, "quote": []}], ids=repr)
def test_rubbish_is_no_click(sent: object) -> None:
    assert Click.read(sent) == Click()


def test_a_click_is_its_short_texts() -> None:
    read = Click.read({"act": "x" * NAME_LIMIT, "case": "x" * (NAME_LIMIT + 1), "target": FILE})
    assert read == Click(act="x" * NAME_LIMIT)
    assert Click.read({"quote": "x" * LONGEST}).quote == "x" * LONGEST
    assert Click.read({"quote": "x" * (LONGEST + 1)}).quote == ""


def test_a_step_that_is_none_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match="no step"):
        _ = Click(step="nothing").step_id


def test_ids_and_texts() -> None:
    assert [id_of(value) for value in ("a-B_9", "a b", "a\n", None, b"a")] == ["a-B_9", *[None] * 4]
    assert [text_of(value) for value in ("words", None, 3, ["x"], FILE)] == [
        "words",
        "",
        "",
        "",
        "",
    ]
