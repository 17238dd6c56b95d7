"""A candidate's sketch (`A -> B -> C`, tables) read as a graph and drawn as SVG.

The text stays what is stored and quoted; the drawing only helps to read it, so whatever cannot be
drawn is simply left as text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from interviewer.core.value import Value

MOST_NODES = 40
MOST_ROWS = 40
MOST_CELLS = 8
MOST_EDGES = 120
MOST_TABLES = 8

_ARROW = re.compile(r"<?[-=]{1,3}>|[\u2192\u27f6\u21d2]")
_WRAPPED = re.compile(r"^[\[({](.*)[\])}]$")
_RULE = re.compile(r"[\s|:+=-]+")
_MARK = re.compile(r"[,;&()\[\]]")


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
    whole: bool = True
    """Whether everything that could be drawn is in it; else it has more than fits."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.edges and not self.tables


def read_sketch(text: str) -> Diagram:
    """Reads arrows and tables; other lines are left to the text."""
    graph = _Graph()
    tables: list[list[tuple[str, ...]]] = []
    in_table = False
    for line in text.splitlines():
        if cells := _cells(line):
            if not in_table:
                tables.append([])
            tables[-1] += [cells] if any(cells) and not _RULE.fullmatch(line) else []
            in_table = True
            continue
        in_table = False
        if _ARROW.search(line):
            graph.add(line)
    tables = [rows for rows in tables if len(rows) > 1]
    return Diagram(
        nodes=tuple(graph.nodes),
        edges=tuple(graph.edges),
        tables=tuple(_cut(rows) for rows in tables[:MOST_TABLES]),
        whole=graph.whole and len(tables) <= MOST_TABLES and all(map(_fits, tables)),
    )


def _fits(rows: list[tuple[str, ...]]) -> bool:
    return len(rows) <= MOST_ROWS and all(len(cells) <= MOST_CELLS for cells in rows)


def _cut(rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(cells[:MOST_CELLS] for cells in rows[:MOST_ROWS])


def _cells(line: str) -> tuple[str, ...]:
    """The cells of a table row; empty when the line is none."""
    separator = "\t" if "\t" in line.strip() else "|"
    if line.count(separator) < 1 or _ARROW.search(line.replace("|", " ")):
        return ()
    cells = [cell.strip() for cell in line.strip().strip("|").split(separator)]
    return tuple(cells) if len(cells) > 1 else ()


class _Graph:
    """Nodes and arrows in the order in which they are read."""

    def __init__(self) -> None:
        self.nodes: dict[str, int] = {}
        self.edges: dict[Edge, None] = {}
        self.whole = True
        self._ends: list[int] = []

    def add(self, line: str) -> None:
        """Adds the arrows of a line; one that begins with an arrow goes on from the last one."""
        body, label = _labelled(line)
        parts = [part.strip() for part in _ARROW.split(body)]
        before = [] if parts[0] else self._ends
        for at, part in enumerate(parts):
            here = self._branches(part)
            self._connect(before, here, label if at == len(parts) - 1 else "")
            before = here or before
        self._ends = before

    def _branches(self, part: str) -> list[int]:
        """The nodes that a part names, each once."""
        found = (self._node(name) for name in dict.fromkeys(split_branches(part)))
        return list(dict.fromkeys(at for at in found if at is not None))

    def _connect(self, before: Sequence[int], here: Sequence[int], label: str) -> None:
        for start, end in product(before, here):
            edge, label = Edge(start, end, label), ""  # once is enough where several arrows meet
            if edge not in self.edges and len(self.edges) >= MOST_EDGES:
                self.whole = False
                return
            self.edges[edge] = None

    def _node(self, name: str) -> int | None:
        bare = name.strip(" -*\u2022\"'`")
        key = (_WRAPPED.sub(r"\1", bare)).strip() or name
        if key not in self.nodes and len(self.nodes) >= MOST_NODES:
            self.whole = False
            return None
        return self.nodes.setdefault(key, len(self.nodes))


def split_branches(part: str) -> list[str]:
    """The names between commas, semicolons and `&` that stand in no bracket.

    A mark stands in one when the next bracket behind it closes.
    """
    cuts: list[int] = []
    closes = False
    for mark in reversed(list(_MARK.finditer(part))):
        if mark[0] in "()[]":
            closes = mark[0] in ")]"
        elif not closes:
            cuts.append(mark.start())
    starts, ends = [0, *(at + 1 for at in reversed(cuts))], [*reversed(cuts), len(part)]
    names = (part[start:end].strip() for start, end in zip(starts, ends, strict=True))
    return [name for name in names if name]


def _labelled(line: str) -> tuple[str, str]:
    """A line without the label after its last colon, and the label."""
    body, colon, label = line.rpartition(": ")
    return (body, label.strip()) if colon and _ARROW.search(body) else (line, "")


def ranks(diagram: Diagram) -> list[int]:
    """The row of each node: one below the lowest node that leads to it; cycles are cut."""
    rows = [0] * len(diagram.nodes)
    forward = forward_edges(diagram)
    for _ in diagram.nodes:
        moved = False
        for start, end, _label in forward:
            if rows[end] <= rows[start]:
                rows[end], moved = rows[start] + 1, True
        if not moved:
            break
    return rows


def forward_edges(diagram: Diagram) -> list[Edge]:
    """The arrows without those that close a cycle, found by a walk in the order of writing."""
    closing = _closing(diagram)
    return [edge for edge in diagram.edges if edge not in closing]


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
