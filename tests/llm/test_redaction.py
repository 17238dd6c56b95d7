"""Secrets of the environment: which values are, and that nobody gets to see them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from interviewer.core.errors import EndpointError
from interviewer.llm.redaction import MASK, redacted, secrets_of
from tests.llm.scripted import Desk, desk, listed, status

SECRETS = {
    "OPENAI_ORG_ID": ("org-a1b2c3", {"org-a1b2c3"}),
    "OPENAI_ORGANIZATION": ("org-a1b2c3", {"org-a1b2c3"}),
    "OPENAI_PROJECT_ID": ("proj_a1b2", {"proj_a1b2"}),
    "OPENAI_CUSTOM_HEADERS": (
        "X-Team: team-a1b2\nAuthorization: Bearer tok-a1b2",
        {"team-a1b2", "Bearer tok-a1b2", "tok-a1b2"},
    ),
    "OPENAI_WEBHOOK_SECRET": ("whsec_a1", {"whsec_a1"}),
    "LANGSMITH_API_KEY": ("lsv2_pt_a1", {"lsv2_pt_a1"}),
    "HF_TOKEN": ("hf_a1b2c3", {"hf_a1b2c3"}),
    "INTERVIEWER_PASSWORD": ("a crowd of people", {"a crowd of people"}),
    "OPENAI_BASE_URL": (
        "https://me:pass-w0rd@example.com/v1?sig=sig-a1b2&api-version=2024-10-21",
        {"pass-w0rd", "sig-a1b2"},
    ),
}
PLAIN = {
    "OPENAI_API_BASE": "https://example.com/v1",
    "OPENAI_API_VERSION": "2024-10-21",
    "OPENAI_MODEL": "gpt-4.1-mini",
    "KEYBOARD": "qwertz-de",
    "HOME": "/home/me",
    "A_KEY": "disabled",  # a word, which may stand in any text
    "B_KEY": "abc-123",  # too short to be one
    "OPENAI_CUSTOM_HEADERS": "rubbish without a colon",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_known_by_the_name_of_its_variable(name: str) -> None:
    value, secrets = SECRETS[name]
    assert set(secrets_of({name: value})) == secrets


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_none_stays(name: str) -> None:
    assert secrets_of({name: PLAIN[name]}) == ()


@pytest.mark.parametrize(("value", "hidden"), [("a" * 15, False), ("a" * 16, True)])
def test_a_long_word_is_a_secret(value: str, hidden: bool) -> None:
    assert bool(secrets_of({"A_TOKEN": value})) is hidden


def test_the_longer_of_two_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "secret-1")
    monkeypatch.setenv("B_TOKEN", "secret-1-and-more")
    assert redacted("It is secret-1-and-more.") == f"It is {MASK}."


def told(**settings: object) -> Desk:
    return desk(listed(status(401, "No: org-SECRET-1, X-Team: team-SECRET-2")), **settings)


async def test_an_error_and_a_recording_hold_none_of_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-SECRET-1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Team: team-SECRET-2")
    file = tmp_path / "calls.jsonl"
    one = told(record=file, key=SecretStr("none"))
    with pytest.raises(EndpointError) as failed:
        await one.ask()
    assert failed.value.detail.count(MASK) == 2
    assert "SECRET" not in failed.value.detail + failed.value.complaint
    recorded = file.read_text("utf-8")
    assert "SECRET" not in recorded and MASK in recorded
    assert [json.loads(line) for line in recorded.splitlines()]
