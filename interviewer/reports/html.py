"""A report as one web page: no script, no request, light and dark, fit to be printed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from interviewer.reports.document import (
    Block,
    Bullets,
    Code,
    Document,
    Drawing,
    Facts,
    Heading,
    Paragraph,
    Plot,
    Quote,
    Section,
    Span,
    Table,
)
from interviewer.reports.drawing import draw_sketch
from interviewer.reports.escape import visible_lines
from interviewer.text.printable import visible

_TAGS = {"plain": "", "strong": "strong", "emphasis": "em", "code": "code", "quote": "q"}


def write_html(document: Document) -> str:
    """The document as a page whose policy forbids it everything but its own style."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{_text(document.title)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n<main>\n{write_blocks(document.blocks)}\n</main>\n</body>\n</html>\n"
    )


def write_blocks(blocks: Sequence[Block]) -> str:
    """Some blocks as HTML, without a page around them."""
    return "\n".join(map(_block, blocks))


@cache
def _style() -> str:
    path = Path(__file__).parent / "assets" / "page.css"
    return path.read_text("utf-8").replace("</", "")


def _text(text: str) -> str:
    return escape(" ".join(visible_lines(text)))


def _lines(text: str) -> str:
    """Paragraphs at empty lines, breaks at others."""
    paragraphs = "\n".join(escape(line) for line in visible_lines(text)).split("\n\n")
    broken = (part.strip("\n").replace("\n", "<br>") for part in paragraphs)
    return "".join(f'<p dir="auto">{part}</p>' for part in broken if part)


def _kept(label: str, text: str, language: str = "") -> str:
    """Text with its spaces and line breaks."""
    lines = escape("\n".join(visible(line) for line in text.splitlines()))
    named = f'<span class="lang">{_text(language)}\n</span>' if language else ""
    return f'<pre role="group" aria-label="{label}" tabindex="0">{named}{lines}</pre>'


def _block(block: Block) -> str:
    match block:
        case Heading():
            kind = ' class="new-page"' if block.on_new_page else ""
            return f"<h{block.level}{kind}>{_text(block.text)}</h{block.level}>"
        case Paragraph():
            kind = ' class="lead"' if block.leads else ""
            return f"<p{kind}>{''.join(map(_span, block.spans))}</p>"
        case Quote():
            source = f"<footer>{_text(block.source)}</footer>" if block.source else ""
            return f"<blockquote>{_lines(block.text)}{source}</blockquote>"
        case Drawing():
            return draw_sketch(block.text) + _kept("Sketch", block.text)
        case Code():
            return _kept("Code", block.text, block.language)
        case Facts():
            rows = (f"<div><dt>{_text(n)}</dt><dd>{_text(v)}</dd></div>" for n, v in block.rows)
            return f"<dl>{''.join(rows)}</dl>"
        case Table():
            return _table(block)
        case Plot():
            caption = f"<figcaption>{_text(block.title)}</figcaption>"
            return f'<figure tabindex="0">{block.svg}{caption}</figure>'
        case Bullets():
            tag = "ol" if block.numbered else "ul"
            entries = (f"<li>{write_blocks(entry)}</li>" for entry in block.entries)
            return f"<{tag}>{''.join(entries)}</{tag}>"
        case Section():
            title = f"<summary><h2>{_text(block.title)}</h2></summary>"
            return f"<details>{title}\n{write_blocks(block.blocks)}</details>"


def _span(span: Span) -> str:
    tag = _TAGS[span.style]
    text = escape(visible(span.text))
    if span.style == "quote":
        return f'<q dir="auto">{text}</q>'
    return f"<{tag}>{text}</{tag}>" if tag else text


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in table.head)
    rows = "".join(f"<tr>{_cells(row, named=table.named)}</tr>" for row in table.rows)
    inside = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide" role="group" aria-label="Table" tabindex="0">{inside}</div>'


def _cells(row: Sequence[str], *, named: bool) -> str:
    cells = [f"<td>{_text(cell)}</td>" for cell in row]
    if named:
        cells[0] = f'<th scope="row">{_text(row[0])}</th>'
    return "".join(cells)
