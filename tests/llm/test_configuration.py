"""From the environment to settings, or to a sentence that names the variable; never to a key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from interviewer.core.errors import SettingsError
from interviewer.llm.configuration import (
    DEFAULT_MODEL,
    NO_KEY,
    OPENAI,
    Budget,
    LLMSettings,
    Price,
    read_llm_settings,
    shown_address,
)

KEY = "sk-very-secret-1234"
LOCAL = "http://127.0.0.1:11434/v1"
BASIS = {"OPENAI_BASE_URL": LOCAL}


def read(**environ: str) -> LLMSettings:
    settings = read_llm_settings({**BASIS, **environ})
    assert settings is not None
    return settings


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": "   "},
        {"INTERVIEWER_MODEL": "mine", "INTERVIEWER_BUDGET": "1"},
    ],
    ids=["nothing", "blank", "a_model_alone"],
)
def test_without_key_and_address_there_is_no_model(environ: Mapping[str, str]) -> None:
    assert read_llm_settings(environ) is None


ENVIRONMENTS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "key": ({"OPENAI_API_KEY": KEY}, {"base_url": OPENAI, "model": DEFAULT_MODEL}),
    "address": ({"OPENAI_BASE_URL": LOCAL}, {"base_url": LOCAL, "model": None}),
    "both": ({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": LOCAL}, {"base_url": LOCAL, "model": None}),
    "slash": ({"OPENAI_BASE_URL": f" {LOCAL}/ "}, {"base_url": LOCAL}),
    "https": ({"OPENAI_BASE_URL": "https://a.example/v1"}, {"base_url": "https://a.example/v1"}),
    "six": ({"OPENAI_BASE_URL": "http://[::1]:8080/v1"}, {"base_url": "http://[::1]:8080/v1"}),
    "model": ({"OPENAI_API_KEY": KEY, "INTERVIEWER_MODEL": "gpt-5"}, {"model": "gpt-5"}),
    "judge": (BASIS | {"INTERVIEWER_JUDGE_MODEL": "big"}, {"judge_model": "big", "model": None}),
    "temperature": (BASIS | {"INTERVIEWER_TEMPERATURE": "0.9"}, {"temperature": 0.9}),
    "timeout": (BASIS | {"INTERVIEWER_TIMEOUT": "7.5"}, {"first_token_seconds": 7.5}),
    "concurrency": (BASIS | {"INTERVIEWER_CONCURRENCY": "4"}, {"concurrency": 4}),
    "record": (BASIS | {"INTERVIEWER_RECORD": "a.jsonl"}, {"record": Path("a.jsonl")}),
    "replay": ({"INTERVIEWER_REPLAY": "a.jsonl"}, {"replay": Path("a.jsonl"), "base_url": OPENAI}),
    "defaults": (BASIS, {"temperature": 0.4, "concurrency": 64, "budget": Budget()}),
    "blank": (BASIS | {"INTERVIEWER_TIMEOUT": " "}, {"first_token_seconds": 20.0}),
}


@pytest.mark.parametrize(("environ", "expected"), ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_settings_follow_the_environment(
    environ: Mapping[str, str], expected: Mapping[str, Any]
) -> None:
    settings = read_llm_settings(environ)
    assert settings is not None
    assert {name: getattr(settings, name) for name in expected} == expected
    assert settings.key.get_secret_value() == environ.get("OPENAI_API_KEY", NO_KEY)
    assert settings.total_seconds == 3 * settings.first_token_seconds


@pytest.mark.parametrize(("tokens", "seconds"), [(60, 30.0), (1000, 30.0), (2400, 72.0)])
def test_a_long_reply_has_longer(tokens: int, seconds: float) -> None:
    assert LLMSettings(first_token_seconds=10.0).seconds_for(tokens) == seconds


@pytest.mark.parametrize(
    ("address", "is_openai"),
    [(OPENAI, True), (f"{OPENAI}/", True), (LOCAL, False), ("https://api.openai.com", False)],
)
def test_openai_is_known_by_its_address(address: str, is_openai: bool) -> None:
    assert LLMSettings(base_url=address).is_openai is is_openai


WRONG: dict[str, tuple[str, str]] = {
    "no_scheme": ("OPENAI_BASE_URL", "127.0.0.1:11434"),
    "other_scheme": ("OPENAI_BASE_URL", "ftp://127.0.0.1/v1"),
    "words": ("OPENAI_BASE_URL", "my server"),
    "no_host": ("OPENAI_BASE_URL", "http:///v1"),
    "half_an_address": ("OPENAI_BASE_URL", "http://[::1/v1"),
    "port_in_words": ("OPENAI_BASE_URL", "http://localhost:port/v1"),
    "port_too_high": ("OPENAI_BASE_URL", "http://localhost:99999/v1"),
    "space_in_host": ("OPENAI_BASE_URL", "http://my server/v1"),
    "empty_label": ("OPENAI_BASE_URL", "http://a..example/v1"),
    "warm": ("INTERVIEWER_TEMPERATURE", "warm"),
    "hot": ("INTERVIEWER_TEMPERATURE", "3"),
    "below_zero": ("INTERVIEWER_TEMPERATURE", "-0.1"),
    "no_time": ("INTERVIEWER_TIMEOUT", "0"),
    "soon": ("INTERVIEWER_TIMEOUT", "soon"),
    "no_number": ("INTERVIEWER_TIMEOUT", "nan"),
    "none_at_once": ("INTERVIEWER_CONCURRENCY", "0"),
    "half_a_call": ("INTERVIEWER_CONCURRENCY", "1.5"),
    "little": ("INTERVIEWER_BUDGET", "little"),
    "nothing": ("INTERVIEWER_BUDGET", "0"),
    "debt": ("INTERVIEWER_BUDGET", "-1"),
    "euros": ("INTERVIEWER_BUDGET", "1 euro"),
    "nan": ("INTERVIEWER_BUDGET", "nan"),
    "nan_tokens": ("INTERVIEWER_BUDGET", "nan tokens"),
    "endless_tokens": ("INTERVIEWER_BUDGET", "inf tokens"),
    "no_file": ("INTERVIEWER_PRICES", "/nowhere/prices.yaml"),
}


@pytest.mark.parametrize(("name", "value"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_used_is_said_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(OPENAI_API_KEY=KEY, **{name: value})
    assert name in caught.value.what and value in caught.value.what
    assert caught.value.action
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-se\ncret", "sk-s\u00e9cret", "sk-se cret\u200b"])
def test_a_key_that_no_header_takes_is_refused_without_saying_it(key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(OPENAI_API_KEY=key)
    assert "OPENAI_API_KEY" in caught.value.what
    assert key not in str(caught.value) and "sk-" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("0.50", Budget(dollars=0.5)),
        ("$2", Budget(dollars=2.0)),
        ("3 usd", Budget(dollars=3.0)),
        ("3 Dollars", Budget(dollars=3.0)),
        ("60000 tokens", Budget(tokens=60_000)),
        ("60,000 tokens", Budget(tokens=60_000)),
        ("60_000 token", Budget(tokens=60_000)),
        ("1,500.5", Budget(dollars=1500.5)),
    ],
)
def test_budgets_are_dollars_or_tokens(text: str, budget: Budget) -> None:
    assert read(INTERVIEWER_BUDGET=text).budget == budget


# Prices

PRICE_FILES: dict[str, str] = {
    "no_yaml": "{",
    "list": "- gpt-4o\n- gpt-5\n",
    "numbers": "- 1\n- 2\n",
    "word": "expensive",
    "price_is_a_number": "mine: 3",
    "price_misses_output": "mine: {input: 1, cached: 1}",
    "price_below_zero": "mine: {input: -1, cached: 1, output: 1}",
    "price_in_words": "mine: {input: much, cached: 1, output: 1}",
    "price_unknown_field": "mine: {input: 1, cached: 1, output: 1, tax: 1}",
}


@pytest.mark.parametrize("text", PRICE_FILES.values(), ids=PRICE_FILES)
def test_a_file_of_prices_that_cannot_be_used_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        read(INTERVIEWER_PRICES=str(file))
    assert str(file) in caught.value.what and caught.value.action


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("mine: {input: 1, cached: 0.5, output: 2}", Price(input=1, cached=0.5, output=2)),
        ("1: {input: 1, cached: 1, output: 1}", None),
    ],
    ids=["empty", "one", "a_number_for_a_name"],
)
def test_prices_of_ones_own_come_before_the_shipped_ones(
    tmp_path: Path, text: str, expected: Price | None
) -> None:
    file = tmp_path / "prices.yaml"
    own = "gpt-4o: {input: 9, cached: 9, output: 9}\n"
    file.write_text(own + text, encoding="utf-8")
    prices = read(INTERVIEWER_PRICES=str(file)).prices
    assert prices["gpt-4o"] == Price(input=9, cached=9, output=9)
    assert prices.get("mine") == expected
    assert prices["gpt-4o-mini"] == read().prices["gpt-4o-mini"]


def test_shipped_prices_are_prices() -> None:
    prices = read().prices
    assert DEFAULT_MODEL in prices
    assert all(0 < price.cached <= price.input <= price.output for price in prices.values())


# Keys

SECRET_ADDRESSES = [
    "http://me:hunter2@127.0.0.1:9/v1",
    "https://hunter2@gateway.example/v1",
    "https://gateway.example/v1?api_key=hunter2",
]


@pytest.mark.parametrize("show", [repr, str, LLMSettings.model_dump_json])
def test_a_key_is_never_shown(show: Any) -> None:
    assert KEY not in show(read(OPENAI_API_KEY=KEY))


@pytest.mark.parametrize("address", SECRET_ADDRESSES)
@pytest.mark.parametrize("show", [repr, str])
def test_a_password_in_the_address_is_never_shown(show: Any, address: str) -> None:
    assert "hunter2" not in show(read(OPENAI_BASE_URL=address))


@pytest.mark.parametrize("address", SECRET_ADDRESSES)
def test_the_address_for_people_has_no_secrets(address: str) -> None:
    shown = shown_address(read(OPENAI_BASE_URL=address))
    assert "hunter2" not in shown and "me:" not in shown
    assert shown.endswith("/v1")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (OPENAI, OPENAI),
        (LOCAL, LOCAL),
        ("http://me:you@127.0.0.1:9/v1?key=1#x", "http://127.0.0.1:9/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
    ],
)
def test_the_address_for_people_can_be_used_as_it_is(address: str, shown: str) -> None:
    assert shown_address(LLMSettings(base_url=address)) == shown


@pytest.mark.parametrize(
    "address",
    [
        "ftp://me:hunter2@host/v1",
        "me:hunter2@host",
        "http://me:hunter2@/v1",
        "ftp://host/v1?api_key=hunter2",
    ],
)
def test_an_address_that_is_none_is_quoted_without_its_secrets(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(OPENAI_BASE_URL=address)
    assert "hunter2" not in str(caught.value)
