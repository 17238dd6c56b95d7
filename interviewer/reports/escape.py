"""Text of other people inside our Markdown: shown letter by letter, never interpreted.

Backslashes are used only where every Markdown dialect knows them; all else that some dialect
gives a meaning to becomes a character reference, which no dialect takes for structure.
"""

from __future__ import annotations

import re

from interviewer.text.printable import NEWLINE, visible

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
_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9+#-]*")


def literal(text: str) -> str:
    """One line of Markdown that shows the text as it is; line breaks become spaces."""
    return _escape_line(" ".join(visible_lines(text)))


def literal_title(text: str) -> str:
    """One line of Markdown after other marks, where no list can start but `#` may be an end."""
    line = _escape_inside(" ".join(visible_lines(text)))
    return f"{line[:-1]}&#35;" if line.endswith("#") else line


def literal_block(text: str) -> str:
    """Markdown quotation that shows the text with its line breaks and paragraphs."""
    lines = [_escape_line(line) for line in visible_lines(text)]
    pairs = zip(lines, [*lines[1:], ""], strict=True)
    # Two spaces break a line in every dialect; a paragraph ends by itself.
    return "\n".join(
        f"> {line}  " if line and after else f"> {line}".rstrip() for line, after in pairs
    )


def literal_drawing(text: str, language: str = "") -> str:
    """Markdown code block that shows the text with its spaces, under a fence that it lacks.

    Args:
        text: of any number of lines.
        language: as its author named it; shown as a line of its own where it is no plain word.
    """
    lines = [visible(line).rstrip() for line in NEWLINE.split(text)]
    longest = max((len(run) for run in re.findall("`+", f"{text} {language}")), default=0)
    fence = "`" * max(3, longest + 1)
    named = visible(language).strip()
    if named and not _LANGUAGE.fullmatch(named):
        lines, named = [" ".join(named.split()), *lines], ""
    return "\n".join([f"{fence}{named or 'text'}", *lines, fence])


def visible_lines(text: str) -> list[str]:
    """The lines of a text as they can be shown, without spaces around them."""
    return [visible(line).strip() for line in NEWLINE.split(text.strip())]


def _escape_line(line: str) -> str:
    line = _escape_inside(line)
    line = _MARK.sub(lambda mark: f"&#{ord(mark[0])};", line)
    return _LIST_NUMBER.sub(lambda start: f"{start[1]}&#{ord(start[2])};", line)


def _escape_inside(line: str) -> str:
    line = _BACKSLASH.sub(r"\\\1", line)
    line = "".join(_REFERENCE.get(char, char) for char in line)
    line = _LINK_COLON.sub("&#58;", line)
    line = _LINK_DOT.sub("&#46;", line)
    # A word joiner too: some dialects look for addresses after references are resolved.
    return _MAIL_AT.sub("&#64;&#8288;", line)
