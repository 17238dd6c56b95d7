"""Text that people wrote, as HTML: escaped, a message with its tables and lists, a study note."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

from interviewer.reports.parts import Typed, parts_of

SHORT = 200  # characters of a text that is remembered escaped: titles, names, ids
KEPT = 512  # texts whose HTML is remembered; a page shows the same ones again and again
# C0 and C1 controls other than tab and line break, and the marks that reorder what is read.
_UNREADABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]"
)


def plain(text: str) -> Markup:
    """The text as escaped characters only; what cannot be read becomes a visible mark.

    Args:
        text: anything a candidate, an interviewer or a file said.
    """
    return _short(text) if len(text) <= SHORT else _escaped(text)


def _escaped(text: str) -> Markup:
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return Markup(escape(_UNREADABLE.sub("\ufffd", unix), quote=True))


_short = lru_cache(maxsize=4_096)(_escaped)


# A message: its tables, lists and fenced code are laid out, the rest is as typed

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


@lru_cache(maxsize=KEPT)
def message(text: str) -> Markup:
    """A message as HTML.

    Args:
        text: anything a candidate or an interviewer said.
    """
    # Of the tokens only the tags above and escaped text are written.
    return Markup(
        "".join(
            plain(part.text) if isinstance(part, Typed) else "".join(map(_html, part.tokens))
            for part in parts_of(text)
        )
    )


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


# A study note

Tokens = Sequence[Token]
Told = MutableMapping[str, Any]


@lru_cache(maxsize=KEPT)
def prose(markdown: str, top: int = 4) -> Markup:
    """A study note as HTML: headings, paragraphs, lists, code, emphasis.

    Links, images and raw HTML stay the characters they are, so a note can load nothing.

    Args:
        markdown: the text of a note.
        top: the level that its `#` headings are shown at, 1 to 6; the others follow.
    """
    # No rule that reads HTML, links or images is on, and every text below is escaped.
    return Markup(_notes().render(markdown, {"top": top}))


@lru_cache(maxsize=1)
def _notes() -> MarkdownIt:
    notes = MarkdownIt("zero", {"html": False})
    notes.enable(["heading", "list", "fence", "newline", "emphasis", "backticks"])
    notes.core.ruler.push("close_up", _close_up)
    for kind, rule in (
        ("text", lambda _, tokens, at, *__: plain(tokens[at].content)),
        ("code_inline", lambda _, tokens, at, *__: f"<code>{plain(tokens[at].content)}</code>"),
        ("fence", _fence),
        ("softbreak", lambda *_: " "),
        ("hardbreak", lambda *_: " "),
        ("heading_open", lambda _, tokens, at, __, told: f"<h{_level(tokens[at], told)}>"),
        ("heading_close", lambda _, tokens, at, __, told: f"</h{_level(tokens[at], told)}>"),
    ):
        notes.add_render_rule(kind, rule)
    return notes


def _close_up(state: StateCore) -> None:
    """No line breaks between blocks: what stands around the note may show them."""
    for token in state.tokens:
        token.block = False


def _fence(_: object, tokens: Tokens, at: int, *__: object) -> str:
    return f"<pre><code>{plain(tokens[at].content.removesuffix(chr(10)))}</code></pre>"


def _level(heading: Token, told: Told) -> int:
    return min(6, int(heading.tag[1:]) + int(told["top"]) - 1)
