"""A candidate's sketch (`A -> B -> C`, tables) read as a graph and drawn as SVG.

The text stays what is stored and quoted; the drawing only helps to read it, so whatever cannot be
drawn is simply left as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from interviewer.transcript import Value

MOST_NODES = 40
MOST_ROWS = 40
MOST_CELLS = 8

_ARROW = re.compile(r"\s*(?:<?[-=]{1,3}>|[\u2192\u27f6\u21d2])\s*")
_WRAPPED = re.compile(r"^[\[({](.*)[\])}]$")
_RULE = re.compile(r"[\s|:+=-]+")
_BRANCH = re.compile(r"\s*[,;&]\s*(?![^()\[\]]*[)\]])")


class Edge(NamedTuple):
    """An arrow between two nodes, by their place in `Diagram.nodes`."""

    start: int
    end: int
    label: str = ""


class Diagram(Value):
    """What a sketch shows."""

    nodes: tuple[str, ...] = ()
    """In the order in which they were written."""
    edges: tuple[Edge, ...] = ()
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """Rows of cells; the first row is the head."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.edges and not self.tables


def read_sketch(text: str) -> Diagram:
    """Reads arrows and tables; other lines are left to the text."""
    nodes: dict[str, int] = {}
    edges: dict[Edge, None] = {}
    tables: list[list[tuple[str, ...]]] = []
    ends: list[int] = []
    in_table = False
    for line in text.splitlines():
        if cells := _cells(line):
            tables = tables if in_table else [*tables, []]
            tables[-1] += [cells] if any(cells) and not _RULE.fullmatch(line) else []
            in_table = True
            continue
        in_table = False
        if _ARROW.search(line):
            ends = _chain(line, nodes, edges, ends)
    return Diagram(
        nodes=tuple(nodes),
        edges=tuple(edges),
        tables=tuple(tuple(rows[:MOST_ROWS]) for rows in tables if len(rows) > 1),
    )


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a table row; empty when the line is none."""
    separator = "\t" if "\t" in line.strip() else "|"
    if line.count(separator) < 1 or _ARROW.search(line.replace("|", " ")):
        return ()
    cells = [cell.strip() for cell in line.strip().strip("|").split(separator)]
    return tuple(cells[:MOST_CELLS]) if len(cells) > 1 else ()


def _chain(line: str, nodes: dict[str, int], edges: dict[Edge, None], ends: list[int]) -> list[int]:
    """Adds the arrows of one line; a line that begins with an arrow goes on from the last one."""
    body, label = _labelled(line)
    parts = [part.strip() for part in _ARROW.split(body)]
    before = [] if parts[0] else ends
    for at, part in enumerate(parts):
        names = [name for name in _BRANCH.split(part) if name]
        here = [at_ for name in names if (at_ := _node(name, nodes)) is not None]
        said = label if at == len(parts) - 1 else ""
        for start in before:
            for end in here:
                edges.setdefault(Edge(start, end, said))
                said = ""  # once is enough where several arrows meet
        before = here or before
    return before


def _labelled(line: str) -> tuple[str, str]:
    """A line without the label after its last colon, and the label."""
    body, colon, label = line.rpartition(": ")
    return (body, label.strip()) if colon and _ARROW.search(body) else (line, "")


def _node(name: str, nodes: dict[str, int]) -> int | None:
    bare = name.strip(" -*\u2022\"'`")
    key = (_WRAPPED.sub(r"\1", bare)).strip() or name
    if key not in nodes and len(nodes) >= MOST_NODES:
        return None
    return nodes.setdefault(key, len(nodes))


def ranks(diagram: Diagram) -> list[int]:
    """The row of each node: one below the lowest node that leads to it; cycles are cut."""
    rows = [0] * len(diagram.nodes)
    for _ in diagram.nodes:
        moved = False
        for start, end, _label in forward_edges(diagram):
            if rows[end] <= rows[start]:
                rows[end], moved = rows[start] + 1, True
        if not moved:
            break
    return rows


def forward_edges(diagram: Diagram) -> Iterator[Edge]:
    """The arrows without those that close a cycle, found by a walk in the order of writing."""
    closing = _closing(diagram)
    return (edge for edge in diagram.edges if edge not in closing)


def _closing(diagram: Diagram) -> set[Edge]:
    out: dict[int, list[Edge]] = {}
    for edge in diagram.edges:
        out.setdefault(edge.start, []).append(edge)
    done: set[int] = set()
    found: set[Edge] = set()
    for root in range(len(diagram.nodes)):
        _walk(root, out, done, (), found)
    return found


def _walk(
    node: int,
    out: dict[int, list[Edge]],
    done: set[int],
    path: Sequence[int],
    found: set[Edge],
) -> None:
    if node in done:
        return
    here = (*path, node)
    for edge in out.get(node, ()):
        if edge.end in here:
            found.add(edge)
        else:
            _walk(edge.end, out, done, here, found)
    done.add(node)
