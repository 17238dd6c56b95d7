"""What a model says to itself, told apart from what it says: all of it is dropped.

Reasoning models write their thinking into the reply, between marks that differ from family to
family, with the first mark missing where the template has written it already, or the last one
where the reply ran into its limit.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

_TAG = r"(?:think|thinking|thought|thoughts|reasoning|reflection|analysis|scratchpad|seed:think)"
_OPEN = re.compile(
    rf"<\s*{_TAG}(?:\s[^<>]{{0,80}})?>|\[think\]|\u25c1think\u25b7|<unused94>(?:thought)?"
    r"|<\|(?:begin_of_thought|begin_of_thinking|thinking)\|>"
    r"|(?:<\|start\|>\s*assistant\s*)?<\|channel\|>\s*(?:analysis|commentary)\b[^<]{0,80}<\|message\|>"
    r"|<\|channel>\s*thought|\A\s*analysis(?=[a-z])",
    re.IGNORECASE,
)
_CLOSE = re.compile(
    rf"<\s*/\s*{_TAG}\s*>|\[/think\]|\u25c1/think\u25b7|<unused95>"
    r"|<\|(?:end_of_thought|end_of_thinking|/thinking)\|>"
    r"|(?:<\|end\|>\s*)?(?:<\|start\|>\s*assistant\s*)?<\|channel\|>\s*final\b[^<]{0,80}<\|message\|>"
    r"|<channel\|>|assistantfinal(?=\S)",
    re.IGNORECASE,
)
_EITHER = re.compile(f"(?P<open>{_OPEN.pattern})|(?P<close>{_CLOSE.pattern})", re.IGNORECASE)
_MARKS = re.compile(
    r"<\|(?:begin_of_solution|end_of_solution|return|end|im_end|eot_id)\|>|</?(?:answer|response)>"
    r"|<\|channel\|>\s*final\b[^<]{0,80}<\|message\|>|<\|start\|>\s*assistant\s*",
    re.IGNORECASE,
)
"""Marks around the answer itself."""
LONGEST_MARK = 160  # characters
_BEGINS_A_MARK = re.compile(r"[<\[\u25c1]")
_ALOUD = (
    *("okay", "ok", "alright", "all right", "hmm", "hm", "wait", "let me", "let's", "so,", "well,"),
    *("we need", "we have", "we are", "we must", "the user", "the candidate", "the task"),
    *("the prompt", "the instruction", "the draft", "i need to", "i should", "i'm going to"),
    *("first,", "looking at", "got it", "thinking", "here's a thinking", "to answer", "analysis"),
    *("alright", "the interviewer", "now,", "understood"),
)
"""How models begin that think aloud without a mark before it."""
_BEFORE_WORDS = " \t\r\n*#_>\"'-"
_BEGINNINGS = re.compile(
    r"<\s*/?\s*[a-z:]{0,12}(?:\s[^<>]{0,80})?|<\|.*|<(?:channel\|?|unused\d{0,2})"
    r"|\[/?[a-z]{0,5}|\u25c1/?[a-z]{0,5}",
    re.IGNORECASE | re.DOTALL,
)


class Hold(StrEnum):
    """How much of a streamed reply is held back until it is known to be no thinking."""

    UNKNOWN = "unknown"
    """All of it: the model has never been heard, and thinking may end without having begun."""
    ALL = "all"
    """All of it until the thinking ends: the model is known to leave out the mark before it."""
    ODD = "odd"
    """What begins as thinking does: the model has only been heard in JSON."""
    MARKED = "marked"
    """What stands between marks."""


class Reply(NamedTuple):
    """A reply, sorted.

    Attributes:
        answer: what it says; empty where all of it is thinking.
        thought: whether there was any thinking in it.
        unmarked: the thinking had no mark before it.
    """

    answer: str
    thought: bool = False
    unmarked: bool = False


def without_thinking(text: str) -> Reply:
    """A whole reply without its thinking."""
    parts: list[str] = []
    thought = unmarked = inside = False
    at = 0
    for mark in _EITHER.finditer(text):
        before, at = text[at : mark.start()], mark.end()
        opens = mark.lastgroup == "open"
        if not inside and opens:
            parts.append(before)
        elif not inside:  # it closes what was never opened: all before it is thinking
            unmarked = unmarked or bool("".join(parts).strip() or before.strip())
            parts.clear()
        thought, inside = True, opens
    answer = "".join(parts if inside else (*parts, text[at:]))
    return Reply(_MARKS.sub("", answer).strip(), thought, unmarked)


class Aloud:
    """A streamed reply, of which only what is certainly no thinking is released.

    Args:
        hold: how much is held back.
    """

    def __init__(self, hold: Hold = Hold.MARKED) -> None:
        self._hold = hold
        self._inside = False
        self._released = False
        self._left = ""
        self._searched = 0  # how much of what is left holds no mark
        self.thought = False
        """Whether there was any thinking in it."""
        self.unmarked = False
        """Whether there was some with no mark before it."""

    @property
    def holds(self) -> bool:
        """Whether what is held back is thinking that has not ended."""
        return self._inside or (self._hold is Hold.ALL and bool(self._left.strip()))

    def take(self, piece: str) -> str:
        """What can be released now that this piece has come."""
        self._left += piece
        said = ""
        while (more := self._step()) is not None:
            said += more
        return self._begun(said)

    def close(self) -> str:
        """What is left when the reply has ended by itself."""
        left, self._left = self._left, ""
        return "" if self._inside else self._begun(_MARKS.sub("", left))

    def _begun(self, said: str) -> str:
        if not self._released:
            said = said.lstrip()
            self._released = bool(said)
        return said

    def _step(self) -> str | None:
        """What is released up to the next mark; None when no more can be told as yet."""
        if self._inside:
            return self._skip()
        left = self._left
        opened, closed = _OPEN.search(left, self._searched), _CLOSE.search(left, self._searched)
        if closed and (opened is None or closed.start() < opened.start()):
            self.thought = True
            self.unmarked = self.unmarked or bool(left[: closed.start()].strip())
            self._hold = Hold.MARKED
            return self._cut(closed.end(), "")  # what was held back before it is thinking
        if opened:
            self.thought = self._inside = True
            said = "" if self._hold is Hold.ALL else left[: opened.start()]
            return self._cut(opened.end(), said)
        if self._waits(left):
            self._searched = max(0, len(left) - LONGEST_MARK)
            return None
        safe = _safe(left)
        return self._cut(safe, left[:safe]) if safe else None

    def _skip(self) -> str | None:
        closed = _CLOSE.search(self._left)
        if closed is None:
            self._left = self._left[-LONGEST_MARK:]
            return None
        self._inside, self._hold = False, Hold.MARKED
        return self._cut(closed.end(), "")

    def _cut(self, end: int, said: str) -> str:
        """Goes on behind what was told apart."""
        self._left, self._searched = self._left[end:], 0
        return _MARKS.sub("", said)

    def _waits(self, left: str) -> bool:
        """Whether it is still open what the beginning is."""
        if self._hold is not Hold.ODD or self._released:
            return self._hold in (Hold.UNKNOWN, Hold.ALL)
        begun = left.lstrip(_BEFORE_WORDS).lower().replace("\u2019", "'")
        if any(known.startswith(begun) for known in _ALOUD):
            return True
        self._hold = Hold.UNKNOWN if _sounds_like_thinking(begun) else Hold.MARKED
        return self._hold is Hold.UNKNOWN


def _sounds_like_thinking(begun: str) -> bool:
    found = [known for known in _ALOUD if begun.startswith(known)]
    return begun.startswith("analysis") or any(not begun[len(k)].isalnum() for k in found)


def _safe(text: str) -> int:
    """How much of a text cannot be the beginning of a mark."""
    recent = max(0, len(text) - LONGEST_MARK)
    found = _BEGINS_A_MARK.search(text, recent)
    while found:
        rest = text[found.start() :]
        if _may_become_a_mark(rest):
            return found.start()
        found = _BEGINS_A_MARK.search(text, found.end())
    return len(text)


def _may_become_a_mark(rest: str) -> bool:
    return _BEGINNINGS.fullmatch(rest) is not None
