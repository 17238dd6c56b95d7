"""Candidate messages, as they come in and as they are stored."""

from __future__ import annotations

import unicodedata

from interviewer.errors import MessageRejected
from interviewer.settings import MESSAGE_LIMIT, SKETCH_LIMIT

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def clean_message(text: str, *, alone: bool = True) -> str:
    """A candidate message as it is stored: no control or bidirectional override characters.

    Args:
        text: as it came.
        alone: no sketch comes with it, so it may not be empty.

    Raises:
        MessageRejected: nothing is left, or it is too long.
    """
    kept = "".join(char for char in text.replace("\r\n", "\n") if _is_text(char)).strip()
    if alone and not kept:
        raise nothing_said()
    if len(kept) > MESSAGE_LIMIT:
        raise MessageRejected(
            f"The message has {len(kept):,} characters; {MESSAGE_LIMIT:,} fit.",
            "Shorten it or send it in parts; your draft is kept.",
        )
    return kept


def nothing_said() -> MessageRejected:
    """The refusal of a message without words and without a new sketch."""
    return MessageRejected("The message is empty.", "Type an answer, or press Hint or Skip.")


def clean_sketch(text: str) -> str:
    """A sketch as it is stored, cleaned like a message but with its spaces; may be empty.

    Raises:
        MessageRejected: it is too long.
    """
    lines = "".join(char for char in text.replace("\r\n", "\n") if _is_text(char)).split("\n")
    kept = "\n".join(line.rstrip() for line in lines).strip("\n")
    if len(kept) > SKETCH_LIMIT:
        raise MessageRejected(
            f"The sketch has {len(kept):,} characters; {SKETCH_LIMIT:,} fit.",
            "Shorten it; nothing was sent and your draft is kept.",
        )
    return kept


def _is_text(char: str) -> bool:
    if char in "\n\t":
        return True
    return unicodedata.category(char) not in ("Cc", "Cs") and ord(char) not in _BIDI
