"""What a script says that its interviewer must hear: read, checked, odd keys told."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml

from interviewer.core.errors import ContentError
from interviewer.simulation.script import QUALITIES, Script, load_script

SCRIPT: dict[str, Any] = {
    "id": "odd",
    "case_id": "video_recommendation",
    "candidate": {"requirements": ["How many people\n  come each day?", "Glass breaks."]},
}
PLACE = {"step": "requirements", "message": 1, "quote": "How many people come"}


def written(folder: Path, **parts: Any) -> Path:
    file = folder / "odd.yaml"
    file.write_text(yaml.safe_dump({**SCRIPT, **parts}), "utf-8")
    return file


def test_everything_is_optional(tmp_path: Path) -> None:
    assert load_script(written(tmp_path)).conversation is None
    assert load_script(written(tmp_path, conversation={})).conversation is not None


@pytest.mark.parametrize(
    ("quality", "figure"), [*QUALITIES.items(), (1.5, 1.5), (4, 4.0), (None, None)]
)
def test_quality_is_a_figure_or_a_word(tmp_path: Path, quality: Any, figure: float | None) -> None:
    assert load_script(written(tmp_path, quality=quality)).quality == figure


def test_the_words_of_quality_rise() -> None:
    assert list(QUALITIES) == ["weak", "average", "solid", "strong"]
    assert sorted(QUALITIES.values()) == list(QUALITIES.values())


def test_another_word_of_quality_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="quality"):
        load_script(written(tmp_path, quality="brilliant"))


def test_quotes_are_verbatim_but_for_white_space(tmp_path: Path) -> None:
    talk = {"answers": [{**PLACE, "wants": "daily visitors", "facts": ["daily_users"]}]}
    script: Script = load_script(written(tmp_path, conversation=talk))
    assert script.conversation is not None
    (owed,) = script.conversation.answers
    assert (owed.facts, owed.unknown, owed.message) == (("daily_users",), False, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quote": "How many people went"},
        {"message": 2},
        {"message": 3},
        {"step": "framing"},
        {"message": 0},
        {"quote": ""},
        {"step": "nowhere"},
    ],
)
@pytest.mark.parametrize("part", ["answers", "said", "wrong"])
def test_an_entry_that_quotes_nothing_is_refused(
    tmp_path: Path, part: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(ContentError, match="conversation"):
        load_script(written(tmp_path, conversation={part: [{**PLACE, **wrong}]}))


def test_unknown_keys_are_a_warning(tmp_path: Path) -> None:
    talk = {"answers": [{**PLACE, "hopes": "x"}], "said": [{**PLACE, "why": "x"}], "liked": []}
    with pytest.warns(UserWarning) as told:
        load_script(written(tmp_path, conversation=talk))
    keys = ("conversation.answers.hopes", "conversation.said.why", "conversation.liked")
    assert all(key in str(told[0].message) for key in keys)


def test_known_keys_are_none(tmp_path: Path) -> None:
    wrong = {"wrong": [{**PLACE, "why": "x"}], "lacks": ["conveyor"]}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load_script(written(tmp_path, conversation=wrong))
