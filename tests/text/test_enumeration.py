"""What counts as naming things in a row."""

from __future__ import annotations

import pytest

from interviewer.text.negation import enumerates, enumerations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("we use clicks, watch time and likes", ["use clicks, watch time and likes"]),
        ("a, b, and c", ["a, b, and c"]),
        ("a, b or c d e", ["a, b or c d"]),
        ("(a), b and c", []),
        ("x.a, b and c", ["a, b and c"]),
        ("a and b", []),
        ("a, and b", []),
        ("a, b, c", []),
        ("a, b c d and e", []),
        ("a, b and c, d, e and f", ["a, b and c", "d, e and f"]),
        ("a, b and c d e, f and g", ["a, b and c d", "e, f and g"]),
        ("a,  b and c", []),
        ("a, b, and, c or d", ["a, b, and, c or d"]),
        ("", []),
    ],
)
def test_enumerations(text: str, found: list[str]) -> None:
    assert list(enumerations(text)) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Clicks, likes, shares and watch time.", True),
        ("one two three four five six. a, b and c", True),  # 4 of 10 words
        ("one two three four five six seven. a, b and c", False),
    ],
)
def test_a_share_of_the_words_decides(text: str, expected: bool) -> None:
    assert enumerates(text) is expected
