"""Keys taken out of texts that people or files get to see: endpoints repeat what they were sent."""

from __future__ import annotations

import json
import re

MASK = "[key]"
SHORTEST = 8  # characters; shorter ones ("none", "EMPTY") are no secrets but words of the language

_BEARER = re.compile(r"(?i)(\bbearer\s+)(?=\S*[\d\\_-])[^\s,;]+")
_OPENAI = re.compile(r"\bsk-[\w*-]{6,}")


def redacted(text: str, secret: str = "") -> str:
    """A text without the key, and without whatever else looks like one.

    Args:
        text: what somebody said or wrote.
        secret: the key; empty where it is not known.
    """
    text = without_secret(text, secret)
    return _OPENAI.sub(MASK, _BEARER.sub(rf"\1{MASK}", text))


def without_secret(text: str, secret: str) -> str:
    """A text without the key, as it is or as JSON and Python write it; all else stays."""
    if len(secret) < SHORTEST:
        return text
    written = {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]}
    for form in sorted(written, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text
