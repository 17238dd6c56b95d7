"""Keys taken out of texts that people or files get to see: endpoints repeat what they were sent."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

MASK = "[key]"
SHORTEST = 8  # characters; shorter ones ("none", "EMPTY") are no secrets but words of the language

_BEARER = re.compile(r"(?i)(\bbearer\s+)(?=\S*[\d\\_-])[^\s,;]+")
_SECRETS = re.compile(r"(?i)^OPENAI_|(?:_|^)(?:KEY|TOKEN|SECRET|PASSWORD)$")
_PLAIN = re.compile(r"(?i)_(?:URL|BASE|VERSION|TYPE|MODEL|LOG|PROXY)$")
"""Names of variables whose values are secrets, and of those among them whose values are none."""
_A_WORD = 16  # letters; a value that is a shorter word may stand in any text
_OPENAI = re.compile(r"\bsk-[\w*-]{6,}")


def redacted(text: str, secret: str = "") -> str:
    """A text without the key, and without whatever else looks like one.

    Args:
        text: what somebody said or wrote.
        secret: the key; empty where it is not known.
    """
    text = without_secrets(text, (secret, *secrets_of()))
    return _OPENAI.sub(MASK, _BEARER.sub(rf"\1{MASK}", text))


def secrets_of(environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Values of the environment that nobody may see, the longest first: keys, tokens, headers.

    The client library sends some of them by itself, and an endpoint may repeat what it was sent.
    """
    found = {value for name in environ for value in _hidden(name, environ[name].strip())}
    return tuple(sorted((value for value in found if _is_secret(value)), key=len, reverse=True))


def _hidden(name: str, value: str) -> Iterator[str]:
    if name.upper().endswith("_CUSTOM_HEADERS"):
        for line in value.splitlines():
            told = line.partition(":")[2].strip()
            yield from (told, told.rpartition(" ")[2])  # with its `Bearer`, and without
    elif name == "OPENAI_BASE_URL":
        yield from _in_address(value)
    elif _SECRETS.search(name) and not _PLAIN.search(name):
        yield value


def _in_address(address: str) -> Iterator[str]:
    """The password and the query of an address, but for the version of an API."""
    try:
        parts = urlsplit(address)
        password = parts.password or ""
        query = [(name, value) for name, value in parse_qsl(parts.query) if name != "api-version"]
    except ValueError:
        return
    yield from (password, unquote(password))
    yield from (value for _, value in query)


def _is_secret(value: str) -> bool:
    return len(value) >= SHORTEST and not (value.isalpha() and len(value) < _A_WORD)


def without_secrets(text: str, secrets: tuple[str, ...]) -> str:
    """A text without any of these."""
    for secret in secrets:
        text = without_secret(text, secret)
    return text


def without_secret(text: str, secret: str) -> str:
    """A text without the key, as it is or as JSON and Python write it; all else stays."""
    if len(secret) < SHORTEST:
        return text
    written = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    for form in sorted(written, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text
