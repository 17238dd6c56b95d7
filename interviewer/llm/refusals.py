"""What a rejected request was rejected for, read from the endpoint's own words.

Every vendor words it differently, and many name more fields than the one they refuse: the one to
use instead, or all that they know. Those are left out before the first name is taken.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Part(StrEnum):
    """A part of a request that some endpoints refuse."""

    NEW_LIMIT = "max_completion_tokens"
    OLD_LIMIT = "max_tokens"
    BOTH_LIMITS = "max_tokens and max_completion_tokens"
    ROOM = "so many tokens"
    USAGE = "stream_options"
    STREAM = "stream"
    FORMAT = "response_format"
    EFFORT = "reasoning_effort"
    TEMPERATURE = "temperature"
    SYSTEM = "system role"


_SIGNS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    (Part.NEW_LIMIT, re.compile(r"max_completion_tokens|maxcompletiontokens")),
    (Part.OLD_LIMIT, re.compile(r"max_tokens|max_output_tokens|maxtokens|maxoutputtokens")),
    (Part.USAGE, re.compile(r"stream_options|include_usage")),
    (Part.EFFORT, re.compile(r"reasoning.?effort|\.effort\b|think value|support thinking")),
    (Part.TEMPERATURE, re.compile(r"temperature")),
    (Part.FORMAT, re.compile(r"response.?format|json_(?:schema|object)|json mode")),
    (
        Part.SYSTEM,
        re.compile(
            r"system (?:role|message|prompt|instruction)s?\b[^.]{0,40}\b(?:not|un)\w*"
            r"|(?:not|un)\w* (?:support|allow)\w* (?:for )?(?:the )?['\"`]?system['\"`]?\b"
            r"|\brole\b[^.]{0,30}\bsystem\b|\['?role'?\] == 'system'"
            r"|roles must alternate|(?:only|supports?) user(?:,| and)[^.]{0,20} assistant"
            r"|developer instruction is not enabled|messages\[0\]\.role"
            r"|must (?:start|begin) with (?:a |the )?['\"`]?user"
        ),
    ),
    (
        Part.STREAM,
        re.compile(
            r"\bstream(?:ing)?\b[^.]{0,50}\b(?:not (?:yet )?(?:support|allow|available|enabled)"
            r"|does not support|unsupported)|verified to stream|not support\w* stream"
        ),
    ),
)
_ABOUT_FORMAT = re.compile(r"json|schema|grammar")
"""Words that also stand in complaints about something else."""
_ABOUT_GRAMMAR = re.compile(r"grammar")
_ASIDES = re.compile(
    r"(?:please )?use ['\"`]?\w+['\"`]? instead|did you mean[^?]*"
    r"|expected one of.*|(?<!un)(?:supported|allowed|valid|known) (?:parameters|fields|keys|args).*"
    r"|invalid json payload received\.?|json body|application/json",
    re.DOTALL,
)
_TOGETHER = re.compile(r"same time|simultaneous|together|\bboth\b|only one of|either")
_TOO_MUCH = re.compile(
    r"too (?:large|high|big|many)|at most|exceed|less than|greater than|<=|\brange\b|maximum"
)
_LARGEST = (
    re.compile(r"at most (\d+)"),
    re.compile(r"less than or equal to (\d+)|<= ?(\d+)"),
    re.compile(r"\[\d+, ?(\d+)\]"),
)
_CONTEXT = re.compile(r"context (?:length|window|size)\D{0,20}(\d+)")
_PROMPT = re.compile(r"(\d+) (?:input|prompt|in the messages|in your prompt)|has (\d+) input")


def refused_parts(complaint: str, *, broken: bool = False) -> list[Part]:
    """The parts of a request that an endpoint may refuse, the most likely first.

    Args:
        complaint: what it says, after the parameter that it names.
        broken: it says so as an error of its own, which may be about anything; only what no other
            error would name counts.
    """
    said = _ASIDES.sub(" ", complaint.lower())
    found = [(match.start(), part) for part, sign in _SIGNS if (match := sign.search(said))]
    if not found:
        weak = _ABOUT_GRAMMAR if broken else _ABOUT_FORMAT
        return [Part.FORMAT] if weak.search(said) else []
    named = [part for _, part in sorted(found) if not (broken and part is Part.STREAM)]
    if not named:
        return []
    if named[0] not in (Part.NEW_LIMIT, Part.OLD_LIMIT):
        return named
    if {Part.NEW_LIMIT, Part.OLD_LIMIT} <= set(named) and _TOGETHER.search(said):
        return [Part.BOTH_LIMITS]
    return [Part.ROOM, *named] if _TOO_MUCH.search(said) else named


def largest_limit(complaint: str) -> int | None:
    """The most tokens that a reply may have, where an endpoint that refuses more says so."""
    said = complaint.lower()
    for sign in _LARGEST:
        if found := sign.search(said):
            return int(next(filter(None, found.groups())))
    if (context := _CONTEXT.search(said)) and (prompt := _PROMPT.search(said)):
        return max(0, int(context[1]) - int(next(filter(None, prompt.groups()))))
    return None


_EFFORTS = ("low", "minimal", "none", "default", "medium", "high")
"""How little a model may be asked to think, what suits an interview best first."""


def another_effort(complaint: str, refused: str) -> str:
    """The effort that an endpoint names as one it takes; empty where it names none."""
    said = complaint.lower()
    named = re.search(r"(?:supported values?|must be one of|one of|valid values?)(.*)", said, re.S)
    known = set(re.findall(r"['\"`](\w+)['\"`]", named[1])) if named else set()
    return next((effort for effort in _EFFORTS if effort in known - {refused}), "")
