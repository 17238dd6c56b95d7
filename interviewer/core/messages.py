"""Candidate messages, as they come in and as they are stored."""

from __future__ import annotations

import re

from interviewer.core.errors import MessageRejected
from interviewer.core.settings import MESSAGE_LIMIT, SKETCH_LIMIT

_UNSAID = re.compile(  # controls but tab and line break, surrogates, bidirectional overrides
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
SPARE = 4  # times what fits; a text beyond that is refused before it is cleaned


def clean_message(text: str, *, alone: bool = True) -> str:
    """A candidate message as it is stored: no control or bidirectional override characters.

    Args:
        text: as it came.
        alone: no sketch comes with it, so it may not be empty.

    Raises:
        MessageRejected: nothing is left, or it is too long.
    """
    text = text.strip()
    if len(text) <= SPARE * MESSAGE_LIMIT:
        text = _cleaned(text).strip()
    if alone and not text:
        raise nothing_said()
    if len(text) > MESSAGE_LIMIT:
        raise MessageRejected(
            f"The message has {len(text):,} characters; {MESSAGE_LIMIT:,} fit.",
            "Shorten it or send it in parts; your draft is kept.",
        )
    return text


def nothing_said() -> MessageRejected:
    """The refusal of a message without words and without a new sketch."""
    return MessageRejected("The message is empty.", "Type an answer, or press Hint or Skip.")


def clean_sketch(text: str) -> str:
    """A sketch as it is stored, cleaned like a message but with its spaces; may be empty.

    Raises:
        MessageRejected: it is too long.
    """
    if len(text) <= SPARE * SKETCH_LIMIT:
        lines = _cleaned(text).split("\n")
        text = "\n".join(line.rstrip() for line in lines).strip("\n")
    if len(text) > SKETCH_LIMIT:
        raise MessageRejected(
            f"The sketch has {len(text):,} characters; {SKETCH_LIMIT:,} fit.",
            "Shorten it; nothing was sent and your draft is kept.",
        )
    return text


def _cleaned(text: str) -> str:
    return _UNSAID.sub("", text.replace("\r\n", "\n"))
