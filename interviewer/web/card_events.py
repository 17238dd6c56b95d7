"""What the buttons of a scorecard do."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.core.errors import RejudgementRefused
from interviewer.core.transcript import Turn
from interviewer.service.rejudging import expect_short
from interviewer.text.quotes import find_quote


def turn_of(quote: str, turns: Iterable[Turn]) -> int:
    """The newest candidate turn that holds these words.

    Raises:
        RejudgementRefused: none does, or there are too many.
    """
    expect_short(quote)
    words = " ".join(quote.split())
    for turn in sorted(turns, key=lambda turn: -turn.number):
        found = find_quote(words, " ".join(turn.whole.split())) if words else None
        if turn.role == "candidate" and found is not None and len(found) >= len(words) - 1:
            return turn.number
    raise RejudgementRefused(
        "These words are in none of your turns.", "Select them in the transcript."
    )
