"""Text of other people inside our Markdown: shown letter by letter, never interpreted.

Backslashes are used only where every Markdown dialect knows them; all else that some dialect
gives a meaning to becomes a character reference, which no dialect takes for structure.
"""

from __future__ import annotations

import re

_BACKSLASH = re.compile(r"([\\`*_\[\]{}])")
_REFERENCE = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "|": "&#124;",  # tables
    "~": "&#126;",  # strikethrough, fences
    "$": "&#36;",  # formulas
    "^": "&#94;",  # superscripts, footnotes
}
_LINK_COLON = re.compile(r":(?=//|[a-z][a-z0-9_+-]*:)|(?<=mailto):|(?<=xmpp):", re.IGNORECASE)
_LINK_DOT = re.compile(r"(?<=www)\.", re.IGNORECASE)
_MAIL_AT = re.compile(r"@(?=[\w.-]*\.\w)")
_MARK = re.compile(r"^[#+\-=:%]|([=+%:\-])(?=\1)")  # starts a block, or is doubled around words
_LIST_NUMBER = re.compile(r"^(\(?(?:\d+|[A-Za-z]|[ivxlc]+))([.)])(?=\s|$)")
# Control characters, and those that reorder or hide the text around them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_NEWLINE = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


def visible(text: str) -> str:
    """The text without control characters and those that hide or reorder what is around them."""
    return _INVISIBLE.sub("", text)


def literal(text: str) -> str:
    """One line of Markdown that shows the text as it is; line breaks become spaces."""
    return _escape_line(" ".join(_lines(text)))


def literal_block(text: str) -> str:
    """Markdown quotation that shows the text with its line breaks and paragraphs."""
    lines = [_escape_line(line) for line in _lines(text)]
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    # Two spaces break a line in every dialect; a paragraph ends by itself.
    return "\n".join(
        f"> {line}  " if line and after else f"> {line}".rstrip() for line, after in pairs
    )


def _lines(text: str) -> list[str]:
    return [visible(line).strip() for line in _NEWLINE.split(text.strip())]


def _escape_line(line: str) -> str:
    line = _BACKSLASH.sub(r"\\\1", line)
    line = "".join(_REFERENCE.get(char, char) for char in line)
    line = _LINK_COLON.sub("&#58;", line)
    line = _LINK_DOT.sub("&#46;", line)
    # A word joiner too: some dialects look for addresses after references are resolved.
    line = _MAIL_AT.sub("&#64;&#8288;", line)
    line = _MARK.sub(lambda mark: f"&#{ord(mark[0])};", line)
    return _LIST_NUMBER.sub(lambda start: f"{start[1]}&#{ord(start[2])};", line)
