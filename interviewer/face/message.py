"""A message as HTML: its tables, lists and fenced code are laid out, all else is as it was typed.

Markdown finds the blocks and nothing more: no word of a message is ever read as markup, so it
holds no link, image, emphasis or tag. A block whose letters and figures would not all be shown
stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from interviewer.face.text import plain

KEPT = 512  # messages whose HTML is remembered; a page shows the same ones again and again
DEEPEST = 8  # lists within lists; what lies deeper stays as it was typed
MOST_LINES = 300  # a message with more of them, or of columns, is no message but a burden
MOST_BARS = 600
_BLOCKS = {"table_open", "bullet_list_open", "ordered_list_open", "fence"}
_LIST_MARK = re.compile(r"\s*(?:[-*]|\d{1,2}[.)])(?:\s|$)")
_PROMISING = re.compile(r"^[ \t]*(?:[-*]\s|\d{1,2}[.)]\s|`{3}|~{3}|[|:-])", re.MULTILINE)
_TYPED = re.compile(r"[^\W_]+")
_AS_IS = {
    "thead_open": "<thead>",
    "thead_close": "</thead>",
    "tbody_open": "<tbody>",
    "tbody_close": "</tbody>",
    "tr_open": "<tr>",
    "tr_close": "</tr>",
    "th_close": "</th>",
    "td_close": "</td>",
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>",
    "ordered_list_open": "<ol>",
    "ordered_list_close": "</ol>",
    "list_item_close": "</li>",
    "table_open": '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>',
    "table_close": "</table></div>",
}


def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"maxNesting": 2 * DEEPEST + 4})
    reader.disable("inline")  # words are never markup
    return reader.enable(["table", "list", "fence"])


_READER = _reader()


@lru_cache(maxsize=KEPT)
def message(text: str) -> str:
    """A message as HTML.

    Args:
        text: anything a candidate or an interviewer said.
    """
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _PROMISING.search(unix) or _is_burden(unix):
        return plain(unix)
    lines = unix.split("\n")
    parts, start = [], 0
    for first, last, html in _laid_out(lines):
        parts += [_typed(lines[start:first]), html]
        start = last
    return "".join([*parts, _typed(lines[start:])]) if parts else plain(unix)


def _is_burden(text: str) -> bool:
    return text.count("\n") >= MOST_LINES or text.count("|") > MOST_BARS


def _typed(lines: Sequence[str]) -> str:
    """Lines between two blocks; the blank ones beside a block are its margin."""
    return plain("\n".join(lines).strip("\n"))


def _laid_out(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """First line, line after the last one, and HTML of every block that is laid out."""
    for first, last, tokens in _blocks(lines):
        html = "".join(map(_html, tokens))
        if _same_words(tokens, lines[first:last]):
            yield first, last, html


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int, list[Token]]]:
    """The blocks of a message with their tokens."""
    tokens = _READER.parse("\n".join(lines))
    at = 0
    while at < len(tokens):
        begin, first = at, tokens[at]
        while tokens[at].nesting > 0 or tokens[at].level > 0:
            at += 1
        at += 1
        if first.type not in _BLOCKS or first.map is None:
            continue
        start, whole = first.map
        end = _end(first.type, lines, start, whole)
        if _is_meant(tokens[begin:at], lines[start:end]):
            cut = any(line.strip() for line in lines[end:whole])
            block = _READER.parse("\n".join(lines[start:end])) if cut else tokens[begin:at]
            yield start, end, block


def _is_meant(block: Sequence[Token], lines: Sequence[str]) -> bool:
    """Whether a block is one to its author: a fence that is closed, a list that starts low."""
    if block[0].type == "fence":
        return len(lines) > 1 and lines[-1].strip().startswith(block[0].markup)
    return block[0].type != "ordered_list_open" or len(block[1].info) <= 2


def _end(kind: str, lines: Sequence[str], start: int, end: int) -> int:
    """Where a reader would say that a block ends: a sentence right below is not a part of it."""
    while end > start + 1 and not lines[end - 1].strip():
        end -= 1
    while end > start + 1 and _is_beside(kind, lines[end - 1]):
        end -= 1
    return end


def _is_beside(kind: str, line: str) -> bool:
    if kind == "table_open":
        return "|" not in line
    if kind == "fence":
        return False
    return bool(line.strip()) and not line[0].isspace() and not _LIST_MARK.match(line)


def _html(token: Token) -> str:
    if token.type in _AS_IS:
        return _AS_IS[token.type]
    if token.type == "inline":
        return plain(token.content)
    if token.type in ("th_open", "td_open"):
        right = "text-align:right" in str(token.attrs.get("style", ""))
        return f'<{token.tag} class="right">' if right else f"<{token.tag}>"
    if token.type == "list_item_open":  # a number is shown as it was typed
        mark = f'<span class="mark">{plain(token.info + token.markup)} </span>'
        return f"<li>{mark}" if token.info else "<li>"
    if token.type == "paragraph_close" and not token.hidden:
        return "\n"
    if token.type == "fence":
        label = f'<span class="lang">{plain(token.info.strip())}\n</span>' if token.info else ""
        return (
            f'<pre tabindex="0" role="group" aria-label="Code">{label}{plain(token.content)}</pre>'
        )
    return ""


def _same_words(tokens: Sequence[Token], lines: Sequence[str]) -> bool:
    shown = " ".join(f"{token.info} {token.content}" for token in tokens)
    return _TYPED.findall(shown) == _TYPED.findall("\n".join(lines))
