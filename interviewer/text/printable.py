"""Text from outside as a terminal and a log may have it: no control codes, no forged lines.

Endpoints, models, files and candidates write what they like. An escape code would clear the screen,
a line break forge a line of the log, a mark of direction turn round what stands beside it.
"""

from __future__ import annotations

import logging
import re

# Control characters, and those that reorder or hide the text around them.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
NEWLINE = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_BREAKS = re.compile("[\t\r\n\x0b\x0c\x85\u2028\u2029]+")
_ODD_BREAKS = re.compile("\r\n?|[\x85\u2028\u2029]")


def visible(text: str) -> str:
    """The text without control characters and those that hide or reorder what is around them."""
    return INVISIBLE.sub("", text)


def one_line(text: str) -> str:
    """The same in a single line; what would begin another is a space."""
    return visible(_BREAKS.sub(" ", text))


def laid_out(text: str) -> str:
    """The same inside a layout, whose own line breaks stay; any other one is a space."""
    return visible(_ODD_BREAKS.sub(" ", text))


def lines_of(text: str) -> str:
    """The same with its lines, each ended as a terminal expects it."""
    return "\n".join(visible(line) for line in NEWLINE.split(text))


class OneLine(logging.Filter):
    """Makes every message of a log a single line that shows what is in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Puts the message in order; none is held back."""
        record.msg, record.args = one_line(record.getMessage()), ()
        return True


def guard_log(name: str = "interviewer") -> None:
    """Lets a log of ours have single lines only, whoever reads it."""
    log = logging.getLogger(name)
    if not any(isinstance(each, OneLine) for each in log.filters):
        log.addFilter(OneLine())
