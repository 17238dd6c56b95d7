"""A recording answers for the model that it was made with, whatever is set up now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interviewer.llm.configuration import OPENAI, RECORDED, read_llm_settings


@pytest.mark.parametrize(
    ("head", "extra", "expected"),
    [
        (
            {"model": "m", "judge_model": "j", "temperature": 0.7, "is_openai": False},
            {},
            ("m", "j", 0.7, RECORDED),
        ),
        (
            {"model": None, "judge_model": None, "temperature": 0.4, "is_openai": False},
            {"OPENAI_API_KEY": "sk-abc"},
            (None, None, 0.4, RECORDED),
        ),
        (
            {"model": "m", "judge_model": None, "temperature": 0.4, "is_openai": True},
            {"INTERVIEWER_MODEL": "mine", "INTERVIEWER_TEMPERATURE": "1"},
            ("mine", None, 1.0, OPENAI),
        ),
    ],
    ids=["named", "found_by_asking", "said_otherwise"],
)
def test_a_replay_asks_as_was_recorded(
    tmp_path: Path, head: dict[str, object], extra: dict[str, str], expected: tuple[object, ...]
) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(json.dumps({"recording": 1, **head}) + "\n", "utf-8")
    settings = read_llm_settings({"INTERVIEWER_REPLAY": str(file), **extra})
    assert settings is not None
    found = (settings.model, settings.judge_model, settings.temperature, settings.base_url)
    assert found == expected
