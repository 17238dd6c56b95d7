"""A message as HTML: its tables, lists and fenced code are laid out, the rest is as typed."""

from __future__ import annotations

from functools import lru_cache

from markdown_it.token import Token

from interviewer.reports.parts import Typed, parts_of
from interviewer.web.text import plain

KEPT = 512  # messages whose HTML is remembered; a page shows the same ones again and again
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
def message(text: str) -> str:
    """A message as HTML.

    Args:
        text: anything a candidate or an interviewer said.
    """
    return "".join(
        plain(part.text) if isinstance(part, Typed) else "".join(map(_html, part.tokens))
        for part in parts_of(text)
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
