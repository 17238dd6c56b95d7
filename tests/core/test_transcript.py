from __future__ import annotations

import pytest

from interviewer.text.sentences import find_quote

SAID = (
    "Baseline: most popular per country, and co-watch; if the network can't beat that, "
    "there's a bug. How many users do we have? I'd assume 300M (daily)."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        pytest.param("most popular per country", "most popular per country", id="verbatim"),
        pytest.param(
            "co-watch if the network can't beat that there's a bug.",
            "co-watch; if the network can't beat that, there's a bug.",
            id="marks_were_lost",
        ),
        pytest.param("MOST POPULAR, per country", "most popular per country", id="letter_case"),
        pytest.param("i'd assume 300m daily", "I'd assume 300M (daily", id="brackets_were_lost"),
        pytest.param(
            "there's a bug. I'd assume 300M (daily).",
            "I'd assume 300M (daily).",
            id="words_left_out",
        ),
        pytest.param("we need a bigger network", None, id="never_said"),
        pytest.param("Pop", None, id="part_of_a_word"),
        pytest.param("", None, id="empty"),
        pytest.param("...", None, id="no_words"),
        pytest.param("300M (daily", "300M (daily", id="not_a_pattern"),
    ],
)
def test_a_quote_is_what_the_text_says(quote: str, found: str | None) -> None:
    assert find_quote(quote, SAID) == found
    assert found is None or found in SAID
