"""A sketch as SVG and HTML tables: boxes in rows from top to bottom, arrows between them."""

from __future__ import annotations

import textwrap
from functools import lru_cache
from html import escape
from typing import NamedTuple

from interviewer.core.settings import SKETCH_LIMIT
from interviewer.reports.sketch import (
    MOST_CELLS,
    MOST_EDGES,
    MOST_NODES,
    MOST_ROWS,
    MOST_TABLES,
    Diagram,
    Edge,
    forward_edges,
    ranks,
    read_sketch,
)
from interviewer.text.printable import visible

WIDE = 20  # characters in a line of a box
LINES = 3  # lines in a box; the text below the drawing has the rest
CHAR, LINE = 7.2, 16.0  # size of a character and a line, in units of the drawing
KEPT = 128  # drawings that stay in memory; the largest has about 60 kB
LONGEST_NAME = 80  # characters of a part that are looked at; a box holds 60
TOO_LARGE = (
    f"Drawn are up to {MOST_NODES} parts, {MOST_EDGES} arrows, {MOST_TABLES} tables of {MOST_ROWS} "
    f"rows and {MOST_CELLS} columns; this sketch has more, so it stands as it was written."
)
PAD, GAP, DROP = 10.0, 18.0, 34.0  # inside a box, between boxes, between rows


class Box(NamedTuple):
    """Where a node stands."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        """Its horizontal middle."""
        return self.x + self.width / 2


@lru_cache(maxsize=KEPT)
def draw_sketch(text: str) -> str:
    """The drawing of a sketch as HTML; empty when it has neither arrows nor tables.

    One with more than fits is not drawn in part: a sentence says so.

    Args:
        text: what a candidate wrote; every word of it is escaped, and marks that hide or turn
            round what stands beside them are left out.
    """
    diagram = read_sketch(visible(text[:SKETCH_LIMIT]))
    if not diagram.whole:
        return f'<p class="sketch">{escape(TOO_LARGE)}</p>'
    parts = [_table(rows) for rows in diagram.tables]
    if diagram.edges:
        parts.insert(0, _svg(diagram))
    return "".join(parts)


def place(diagram: Diagram) -> list[Box]:
    """A box for every node, row by row, each row centred."""
    rows = ranks(diagram)
    sized = [_sized(name) for name in diagram.nodes]
    width = max((_row_width(sized, rows, row) for row in set(rows)), default=0.0)
    boxes: dict[int, Box] = {}
    y = 1.0
    for row in sorted(set(rows)):
        members = [at for at, its in enumerate(rows) if its == row]
        x = 1.0 + (width - _row_width(sized, rows, row)) / 2
        for at in members:
            boxes[at] = sized[at]._replace(x=x, y=y)
            x += sized[at].width + GAP
        y += max(sized[at].height for at in members) + DROP
    return [boxes[at] for at in range(len(sized))]


def _sized(name: str) -> Box:
    name = _short(name)
    lines = textwrap.wrap(name, WIDE, max_lines=LINES, placeholder=" \u2026") or [name[:WIDE]]
    width = max(len(line) for line in lines) * CHAR + 2 * PAD
    return Box(0.0, 0.0, width, len(lines) * LINE + PAD, tuple(lines))


def _short(text: str) -> str:
    return " ".join(text[: 4 * LONGEST_NAME].split())[:LONGEST_NAME]


def _row_width(sized: list[Box], rows: list[int], row: int) -> float:
    widths = [box.width for box, its in zip(sized, rows, strict=True) if its == row]
    return sum(widths) + GAP * (len(widths) - 1)


def _svg(diagram: Diagram) -> str:
    boxes = place(diagram)
    forward = set(forward_edges(diagram))
    side = 26.0 if len(forward) < len(diagram.edges) else 1.0  # room for arrows that lead back
    width = max(box.x + box.width for box in boxes) + side
    height = max(box.y + box.height for box in boxes) + 1.0
    arrows = "".join(
        _arrow(edge, boxes, width) if edge not in forward else _down(edge, boxes)
        for edge in diagram.edges
    )
    label = escape(f"Diagram of {len(diagram.nodes)} parts: " + _spoken(diagram), quote=True)
    return (
        f'<svg class="sketch" role="img" aria-label="{label}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        'font-size="12" font-family="sans-serif" '
        'xmlns="http://www.w3.org/2000/svg">'
        f"{arrows}{''.join(_box(box) for box in boxes)}</svg>"
    )


def _spoken(diagram: Diagram) -> str:
    names = [_short(name) for name in diagram.nodes]
    return "; ".join(f"{names[start]} to {names[end]}" for start, end, _ in diagram.edges)


def _box(box: Box) -> str:
    first = box.y + PAD / 2 + LINE * 0.75
    lines = "".join(
        f'<tspan x="{box.middle:.1f}" y="{first + at * LINE:.1f}">{escape(line)}</tspan>'
        for at, line in enumerate(box.lines)
    )
    return (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        'rx="6" fill="none" stroke="currentColor"/>'
        f'<text text-anchor="middle" fill="currentColor">{lines}</text>'
    )


def _down(edge: Edge, boxes: list[Box]) -> str:
    start, end = boxes[edge.start], boxes[edge.end]
    x0, y0, x1, y1 = start.middle, start.y + start.height, end.middle, end.y
    bend = (y1 - y0) / 2
    path = f"M{x0:.1f} {y0:.1f}C{x0:.1f} {y0 + bend:.1f} {x1:.1f} {y1 - bend:.1f} {x1:.1f} {y1:.1f}"
    return _line(path, "") + _tip(x1, y1, "down") + _label(edge, (x0 + x1) / 2, (y0 + y1) / 2)


def _arrow(edge: Edge, boxes: list[Box], width: float) -> str:
    """An arrow that leads back, around the right side."""
    start, end = boxes[edge.start], boxes[edge.end]
    x0, y0 = start.x + start.width, start.y + start.height / 2
    x1, y1 = end.x + end.width, end.y + end.height / 2
    # A cubic goes three quarters of the way to its control points.
    far = (width - 3.0 - (x0 + x1) / 8) / 0.75
    path = f"M{x0:.1f} {y0:.1f}C{far:.1f} {y0:.1f} {far:.1f} {y1:.1f} {x1:.1f} {y1:.1f}"
    return _line(path, ' stroke-dasharray="4 3"') + _tip(x1, y1, "left")


def _line(path: str, style: str) -> str:
    return f'<path d="{path}" fill="none" stroke="currentColor"{style}/>'


def _tip(x: float, y: float, way: str) -> str:
    points = ((-4, -7), (4, -7)) if way == "down" else ((7, -4), (7, 4))
    (ax, ay), (bx, by) = points
    return (
        f'<path d="M{x:.1f} {y:.1f}L{x + ax:.1f} {y + ay:.1f}L{x + bx:.1f} {y + by:.1f}Z" '
        'fill="currentColor"/>'
    )


def _label(edge: Edge, x: float, y: float) -> str:
    if not edge.label:
        return ""
    text = textwrap.shorten(_short(edge.label), 28, placeholder="\u2026")
    return f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="currentColor">{escape(text)}</text>'


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows[1:]
    )
    return f'<table class="sketch"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
