"""Doubling a text may take at most 2.5 times the processor time, whatever the text is."""

from __future__ import annotations

import ast
import sys
import time
from pathlib import Path
from types import FrameType

import pytest

from interviewer.core.settings import MESSAGE_LIMIT
from interviewer.simulation.shapes import shapes
from tests.linear.parsers import PARSERS, TRUSTED, Parser

PACKAGE = Path(__file__).resolve().parents[2] / "interviewer"
MOST = 2.5
FLOOR = 0.03  # seconds for a message of full length; what takes less may grow as it likes
ROUNDS = 8  # a loaded machine may spoil some
MATCHING = frozenset({"search", "match", "fullmatch", "finditer", "findall", "sub", "split"})
SHORT = dict(shapes(200))


def seconds(parser: Parser, text: str) -> float:
    """Processor time; every call gets another text, as some results are remembered."""
    start = time.thread_time()
    parser(text)
    return time.thread_time() - start


def growth(parser: Parser, name: str) -> float:
    """Growth from half a message of full length to a whole one, by the quickest run of each."""
    short = whole = 99.0
    for at in range(ROUNDS):
        once, twice = (dict(shapes(length - at))[name] for length in LENGTHS)
        short, whole = min(short, seconds(parser, once)), min(whole, seconds(parser, twice))
        if whole <= MOST * short:
            break
    return whole / max(short, 1e-6)


LENGTHS = (MESSAGE_LIMIT // 2, MESSAGE_LIMIT)
LONG = dict(shapes(LENGTHS[1]))


@pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS.keys())
def test_time_grows_with_the_length(parser: Parser) -> None:
    for text in SHORT.values():
        parser(text)  # what is loaded once is loaded now
    slow = [name for name, text in LONG.items() if seconds(parser, text) > FLOOR]
    grown = {name: round(growth(parser, name), 1) for name in slow}
    assert not {name: times for name, times in grown.items() if times > MOST}


def test_a_quadratic_parser_would_be_noticed() -> None:
    def quadratic(text: str) -> None:
        for at in range(0, len(text), 10):
            text.count("x", at)
            "".join(sorted(text[at:]))

    assert seconds(quadratic, LONG["letter"]) > FLOOR
    assert growth(quadratic, "letter") > MOST


def _reading_functions() -> dict[tuple[str, int], str]:
    """Modules that apply expressions, by file and line of each function that does."""
    found: dict[tuple[str, int], str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = str(path.relative_to(PACKAGE))
        tree = ast.parse(path.read_text("utf-8"))
        if relative in TRUSTED or not _imports_expressions(tree):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _applies(node):
                first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                found[str(path), first] = relative
    return found


def _imports_expressions(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Import) and any(alias.name == "re" for alias in node.names)
        for node in ast.walk(tree)
    )


def _applies(function: ast.AST) -> bool:
    """Whether it calls a method that only patterns and `re` have; `split` of a text is none."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in MATCHING
        and not (node.func.attr == "split" and not _is_pattern(node.func.value))
        for node in ast.walk(function)
    )


def _is_pattern(value: ast.AST) -> bool:
    return isinstance(value, ast.Name) and (value.id == "re" or value.id.isupper())


def test_no_reader_of_texts_is_left_out() -> None:
    called: set[tuple[str, int]] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            called.add((frame.f_code.co_filename, frame.f_code.co_firstlineno))

    sys.setprofile(note)
    try:
        for parser in PARSERS.values():
            for text in (*SHORT.values(), *ORDINARY):
                parser(text)
    finally:
        sys.setprofile(None)
    functions = _reading_functions()
    read = {module for place, module in functions.items() if place in called}
    missing = set(functions.values()) - read
    assert not missing, "enter them in tests/linear/parsers.py"


ORDINARY = (
    "We would use 5 million users x 20 requests a day = 100 million requests a day, so about 1,200 "
    "per second. Ranking takes 60 ms of the 150 ms, not 200 ms. What is the scale?",
    "Let's go back to the data step. I would use clicks, watch time and likes because we log them.",
    "stage | ms\nretrieval | 20\nranking | 60 ms",
    "I think we could use \u201ca queue\u201d rather than a cron job. [1] See `x`.",
    "3 to 5 million and a half, half a million, 2.5 MB, 10\u2079 rows, $5 per day, 2 x 10^6 bytes",
)
