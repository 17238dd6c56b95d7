"""Text that people wrote, made safe to stand in a page."""

from __future__ import annotations

import re
from html import escape

# C0 and C1 controls other than tab and line break, and the marks that reorder what is read.
_UNREADABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]"
)
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*(.+?)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\s][^*]*?)\*(?![\w*])")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"(?:[-*+]|\d+[.)])\s+(.*)")


def plain(text: str) -> str:
    """The text as escaped characters only; what cannot be read becomes a visible mark.

    Args:
        text: anything a candidate, an interviewer or a file said.
    """
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return escape(_UNREADABLE.sub("\ufffd", unix), quote=True)


def prose(markdown: str, top: int = 4) -> str:
    """A study note as HTML: headings, paragraphs, lists, code, emphasis.

    Links, images and raw HTML stay the characters they are, so a note can load nothing.

    Args:
        markdown: the text of a note.
        top: the level that its `#` headings are shown at, 1 to 6; the others follow.
    """
    return "".join(_block(lines, top) for lines in _blocks(markdown))


def _blocks(markdown: str) -> list[list[str]]:
    """Runs of lines that belong together: a fence, a heading, a list, a paragraph."""
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in markdown.splitlines():
        stripped = line.strip()
        if stripped.startswith("```"):
            fenced = not fenced
            blocks.append([line] if fenced else [])
        elif fenced:
            blocks[-1].append(line)
        elif _HEADING.match(stripped):
            blocks += [[stripped], []]
        elif not stripped:
            blocks.append([])
        else:
            starts_list = bool(blocks[-1]) and _is_list(stripped) and not _is_list(blocks[-1][0])
            blocks += [[stripped]] if starts_list else []
            if not starts_list:
                blocks[-1].append(stripped)
    return [block for block in blocks if block]


def _is_list(line: str) -> bool:
    return _BULLET.match(line) is not None


def _block(lines: list[str], top: int) -> str:
    first = lines[0]
    if first.strip().startswith("```"):
        return f"<pre><code>{plain(chr(10).join(lines[1:]))}</code></pre>"
    if heading := _HEADING.match(first):
        level = min(6, len(heading[1]) + top - 1)
        return f"<h{level}>{_inline(heading[2])}</h{level}>"
    if _is_list(first):
        tag = "ol" if first[0].isdigit() else "ul"
        return (
            f"<{tag}>{''.join(f'<li>{_inline(entry)}</li>' for entry in _entries(lines))}</{tag}>"
        )
    return f"<p>{_inline(' '.join(lines))}</p>"


def _entries(lines: list[str]) -> list[str]:
    entries: list[str] = []
    for line in lines:
        if bullet := _BULLET.match(line):
            entries.append(bullet[1])
        else:
            entries[-1] += f" {line}"
    return entries


def _inline(text: str) -> str:
    escaped = _CODE.sub(r"<code>\1</code>", plain(text))
    return _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", escaped))
