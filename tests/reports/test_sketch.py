"""Sketches: what is read in them and how they are drawn."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from interviewer.reports.drawing import draw_sketch, place
from interviewer.reports.sketch import MOST_NODES, ranks, read_sketch


def arrows(text: str) -> list[str]:
    found = read_sketch(text)
    return [f"{found.nodes[a]}>{found.nodes[b]}{':' if c else ''}{c}" for a, b, c in found.edges]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A -> B -> C", ["A>B", "B>C"]),
        ("app → gateway => ranker", ["app>gateway", "gateway>ranker"]),
        ("A --> B\n  -> C\n-> D", ["A>B", "B>C", "C>D"]),
        ("A -> B, C -> D", ["A>B", "A>C", "B>D", "C>D"]),
        ("A -> store (logs, clicks)", ["A>store (logs, clicks)"]),
        ("A -> B: 20 ms", ["A>B:20 ms"]),
        ("A, B -> C: 20 ms", ["A>C:20 ms", "B>C"]),
        ("A -> B\nA -> B", ["A>B"]),
        ("- [A] -> [B]", ["A>B"]),
        ("A -> B\nB -> A", ["A>B", "B>A"]),
        ("just words, 3 - 4 of them", []),
        ("p95 >= 150 and a > b", []),
        ("->", []),
        ("", []),
    ],
)
def test_arrows(text: str, expected: list[str]) -> None:
    assert arrows(text) == expected


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", [("a", "b"), ("1", "2")]),
        (
            "stage | ms\nranking | 60\ncache | 5",
            [("stage", "ms"), ("ranking", "60"), ("cache", "5")],
        ),
        ("stage\tms\nranking\t60", [("stage", "ms"), ("ranking", "60")]),
    ],
    ids=["markdown", "bare", "pasted_from_a_sheet"],
)
def test_tables(text: str, rows: list[tuple[str, ...]]) -> None:
    assert [list(table) for table in read_sketch(text).tables] == [rows]


def test_a_single_row_is_no_table_and_two_tables_are_two() -> None:
    assert read_sketch("a | b").tables == ()
    both = read_sketch("a | b\n1 | 2\n\nc | d\n3 | 4")
    assert len(both.tables) == 2


def test_rows_follow_the_arrows_and_cycles_end() -> None:
    found = read_sketch("A -> B -> C -> A\nA -> C")
    assert dict(zip(found.nodes, ranks(found), strict=True)) == {"A": 0, "B": 1, "C": 2}


def test_boxes_do_not_overlap_and_follow_their_rows() -> None:
    found = read_sketch("users -> gateway\ngateway -> retrieval, cache\nretrieval, cache -> ranker")
    boxes = place(found)
    for at, box in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = box.x + box.width <= other.x or other.x + other.width <= box.x
            assert apart or box.y + box.height < other.y or other.y + other.height < box.y


@pytest.mark.parametrize(
    "text",
    [
        '<script>alert(1)</script> -> "><img src=x onerror=alert(1)>',
        "a & b -> c < d",
        "']]> -> <!--",
        "A -> B: <b>bold</b>\nx | <i>y</i>\n1 | 2",
        "\n".join(f"n{at} -> n{at + 1}" for at in range(200)),
        "x" * 3000 + " -> y",
        "A -> B -> A -> C -> B",
    ],
    ids=["script", "entities", "comment", "label_and_table", "many", "long", "knot"],
)
def test_a_drawing_is_well_formed_and_holds_no_markup_of_the_candidate(text: str) -> None:
    drawn = draw_sketch(text)
    tree = ElementTree.fromstring(f"<div>{drawn}</div>")
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    svg = {"svg", "rect", "text", "tspan", "path"}
    assert tags <= {"div", "p", "table", "thead", "tbody", "tr", "th", "td"} | svg
    assert len(read_sketch(text).nodes) <= MOST_NODES


def test_text_without_arrows_is_not_drawn() -> None:
    assert draw_sketch("just some words") == ""
