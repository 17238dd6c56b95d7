"""Which endpoint and models are used, and within which bounds; read from the environment.

Keys live in the environment alone: they are never stored, logged, exported, shown or recorded.
"""

from __future__ import annotations

import ipaddress
import json
import math
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, SecretStr, ValidationError

from interviewer.core.errors import SettingsError
from interviewer.core.value import Value
from interviewer.llm.addresses import Address, address_of, in_order

OPENAI = "https://api.openai.com/v1"
DEFAULT_MODEL = "gpt-4.1-mini"  # at OpenAI itself; elsewhere the endpoint is asked what it has
RECORDED = "http://recording.invalid/v1"  # in place of an address that is not OpenAI's
NO_KEY = "none"  # what local servers that want no key are sent
LOCAL_SECONDS = "60"  # until a model on this machine begins: it may have to be loaded first
_PLAIN = {
    "temperature": "INTERVIEWER_TEMPERATURE",
    "first_token_seconds": "INTERVIEWER_TIMEOUT",
    "concurrency": "INTERVIEWER_CONCURRENCY",
    "thinking_tokens": "INTERVIEWER_THINKING_TOKENS",
    "style": "INTERVIEWER_STYLE",
    "record": "INTERVIEWER_RECORD",
    "replay": "INTERVIEWER_REPLAY",
}
"""Variables whose text is the value."""
_HOST = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_TOKENS = ("tokens", "token")


class Style(StrEnum):
    """How the model interviews."""

    AUTO = "auto"
    """It asks its own questions, and is guided once it has broken the rules again and again."""
    FREE = "free"
    """It asks its own questions, whatever happens."""
    GUIDED = "guided"
    """It words what the policy has decided."""


class Price(Value):
    """US dollars per million tokens."""

    input: float = Field(ge=0, allow_inf_nan=False)
    cached: float = Field(ge=0, allow_inf_nan=False)
    output: float = Field(ge=0, allow_inf_nan=False)


class Budget(Value):
    """What one interview may cost; None is no bound."""

    dollars: float | None = Field(default=None, allow_inf_nan=False)
    tokens: int | None = None


USUAL_TOKENS = 1000  # of a reply; a longer one has longer, in proportion


class LLMSettings(Value):
    """The choices that concern the language model."""

    base_url: str = Field(default=OPENAI, repr=False)
    """May hold a user, a password or a query; `shown_address` is the one for people."""
    key: SecretStr = SecretStr(NO_KEY)
    model: str | None = None
    """Speaks and assesses; None takes the first model that the endpoint offers."""
    judge_model: str | None = None
    """Grades steps; None is the same model."""
    temperature: float = Field(default=0.4, ge=0, le=2)
    """Of what the interviewer says; judging is always at 0."""
    first_token_seconds: float = Field(default=20.0, gt=0, allow_inf_nan=False)
    """Until a reply begins; all of it may take three times as long, a long one more."""
    style: Style = Style.AUTO
    concurrency: int = Field(default=64, ge=1)
    """Calls under way at once, in this process."""
    prices: Mapping[str, Price] = Field(default_factory=dict)
    budget: Budget = Budget()
    record: Path | None = None
    """File that every call is added to."""
    replay: Path | None = None
    """Recording that answers in place of the network."""

    found: bool = False
    """Whether nobody set the server up but it was found on this machine: it is told nothing of the
    environment, not even what the client library would add by itself."""
    thinking_tokens: int = Field(default=8000, ge=500, le=200_000)
    """What a reasoning model may think before it answers."""

    @property
    def address(self) -> Address:
        """Where calls go, in its parts."""
        return address_of(self.base_url)

    @property
    def is_openai(self) -> bool:
        """Whether this is OpenAI's own endpoint."""
        return self.base_url.rstrip("/") == OPENAI

    @property
    def total_seconds(self) -> float:
        """Until a reply of usual length must have ended."""
        return 3 * self.first_token_seconds

    def seconds_for(self, tokens: int) -> float:
        """Until a reply of at most so many tokens must have ended."""
        return self.total_seconds * max(1.0, tokens / USUAL_TOKENS)


def read_llm_settings(environ: Mapping[str, str] = os.environ) -> LLMSettings | None:
    """What the environment says of a language model; None when it names none.

    Raises:
        SettingsError: a variable has a value that cannot be used.
    """
    values = {name: value.strip() for name, value in environ.items() if value.strip()}
    key, base_url = values.get("OPENAI_API_KEY"), values.get("OPENAI_BASE_URL")
    if not (key or base_url or "INTERVIEWER_REPLAY" in values):
        return None
    given: dict[str, Any] = {
        "base_url": _address(base_url or OPENAI),
        "key": _key(key or NO_KEY),
        "model": values.get("INTERVIEWER_MODEL") or _model_at(base_url),
        "judge_model": values.get("INTERVIEWER_JUDGE_MODEL"),
        "prices": _prices(values.get("INTERVIEWER_PRICES")),
        "budget": _budget(values.get("INTERVIEWER_BUDGET", "")),
    }
    if "INTERVIEWER_REPLAY" in values:
        given |= _as_recorded(Path(values["INTERVIEWER_REPLAY"]), values)
    for field, name in _PLAIN.items():
        if name in values:
            given[field] = values[name]
    try:
        return LLMSettings.model_validate(given)
    except ValidationError as error:
        wrong = error.errors()[0]
        field = str(wrong["loc"][0])
        what = f"{_PLAIN.get(field, field)} is {given[field]!r}: {wrong['msg'].lower()}."
        raise SettingsError(what, "Correct the variable or unset it.") from None


def read_local_settings(
    base_url: str, model: str, environ: Mapping[str, str] = os.environ
) -> LLMSettings:
    """The settings for a model of a server on this machine: bounds as set up, no key.

    Args:
        base_url: where the server is.
        model: which of its models.
        environ: the variables.

    Raises:
        SettingsError: a variable has a value that cannot be used.
    """
    others = ("OPENAI_API_KEY", "INTERVIEWER_JUDGE_MODEL", "INTERVIEWER_REPLAY")
    kept = {name: value for name, value in environ.items() if name not in others}
    own = {"OPENAI_BASE_URL": base_url, "INTERVIEWER_MODEL": model}
    settings = read_llm_settings({"INTERVIEWER_TIMEOUT": LOCAL_SECONDS, **kept, **own})
    assert settings is not None, "an address is given"
    return settings.model_copy(update={"found": True})


def _as_recorded(file: Path, values: Mapping[str, str]) -> dict[str, Any]:
    """What the requests of a recording were made with, where the environment says nothing else.

    A request is found again only if it is the same to the letter. What cannot be read is told by
    whoever opens the recording.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            head = json.loads(lines.readline())
        known = {name: head[name] for name in ("model", "judge_model", "temperature")}
        elsewhere = not head["is_openai"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    named = {"model": "INTERVIEWER_MODEL", "judge_model": "INTERVIEWER_JUDGE_MODEL"}
    found = {name: value for name, value in known.items() if named.get(name) not in values}
    if elsewhere and "OPENAI_BASE_URL" not in values:
        found["base_url"] = RECORDED
    return found


def _model_at(base_url: str | None) -> str | None:
    """The model where none is named: the one that the address names, or OpenAI's."""
    if base_url is None:
        return DEFAULT_MODEL
    return address_of(_address(base_url)).deployment or None


def _key(text: str) -> SecretStr:
    """The key, which has to fit into a header; one that was copied badly is never quoted."""
    if not (text.isascii() and text.isprintable()):
        raise SettingsError(
            "OPENAI_API_KEY has a character in it that no key has, such as a line break.",
            "Copy the key again.",
        )
    return SecretStr(text)


def _address(text: str) -> str:
    if not _is_address(text):
        raise SettingsError(
            f"OPENAI_BASE_URL is {_without_secrets(text)!r}, which is no address.",
            "Write it like http://127.0.0.1:11434/v1.",
        )
    return in_order(text)


def _is_address(text: str) -> bool:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
        if ":" in host:
            ipaddress.IPv6Address(host)
    except ValueError:  # brackets or a port that cannot be
        return False
    is_host = ":" in host or _HOST.fullmatch(host) is not None
    return parts.scheme in ("http", "https") and is_host and port != 0 and text.isprintable()


def _without_secrets(address: str) -> str:
    """What was given as an address as it may be shown: no user, no password, no query."""
    front, *rest = re.split(r"[?#]", address, maxsplit=1)
    if "@" in "".join(rest):  # the front may then be a password with a '?' in it
        return "..."
    return front.rsplit("@", 1)[-1]


def shown_address(settings: LLMSettings) -> str:
    """The address of the endpoint as it may be shown: no user, no password, no query."""
    from urllib.parse import urlsplit

    parts = urlsplit(settings.base_url)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{shown}{port}{parts.path}"


def _budget(text: str) -> Budget:
    """`0.50` is dollars, `60000 tokens` tokens."""
    if not text:
        return Budget()
    amount, _, unit = text.lower().removeprefix("$").partition(" ")
    try:
        number = float(amount.replace(",", "").replace("_", ""))
        least = 1 if unit in _TOKENS else 0  # a part of a token is none
        if not math.isfinite(number) or number <= 0 or number < least:
            raise ValueError
        if unit not in ("", "usd", "dollars", *_TOKENS):
            raise ValueError
    except ValueError:
        raise SettingsError(
            f"INTERVIEWER_BUDGET is {text!r}, which is no amount.",
            "Write dollars (0.50) or tokens (60000 tokens).",
        ) from None
    return Budget(tokens=int(number)) if unit in _TOKENS else Budget(dollars=number)


def _prices(file: str | None) -> dict[str, Price]:
    """The shipped prices, with those of a file of one's own before them."""
    shipped = files("interviewer.llm").joinpath("prices.yaml").read_text("utf-8")
    table: dict[Any, Any] = yaml.safe_load(shipped)
    if file is not None:
        table |= _own_prices(file)
    try:
        return {str(name): Price.model_validate(price) for name, price in table.items()}
    except ValidationError as error:
        raise SettingsError(
            f"A price in {file!r} is not usable: {error.errors()[0]['msg']}.",
            "Each model needs input, cached and output, in dollars per million tokens.",
        ) from None


def _own_prices(file: str) -> dict[Any, Any]:
    try:
        table = yaml.safe_load(Path(file).expanduser().read_text("utf-8"))
        if not isinstance(table, dict | None):
            raise ValueError("it is no list of names with prices")
        return table or {}
    except (OSError, RuntimeError, ValueError, yaml.YAMLError) as error:
        raise SettingsError(
            f"INTERVIEWER_PRICES names {file!r}, which cannot be read: {error}.",
            "Write lines like 'my-model: {input: 0.1, cached: 0.05, output: 0.4}'.",
        ) from None
