"""The form behind "I did say this", and the turn its words stand in."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.core.errors import RejudgementRefused
from interviewer.core.transcript import Turn
from interviewer.service.rejudging import LONGEST_CLAIM, expect_short
from interviewer.text.quotes import find_quote


def form() -> str:
    """The form; the page's script shows it under the point in question."""
    return (
        '<form class="claim-form" id="claim" hidden onsubmit="return false">'
        '<p class="eyebrow">Judge again</p><p class="statement"></p>'
        '<label for="claim-words">Your words, as they stand in the transcript. Select them there '
        "and they appear here, or paste them.</label>"
        f'<textarea id="claim-words" rows="3" maxlength="{LONGEST_CLAIM}"></textarea>'
        '<p class="claim-buttons"><button type="button" class="primary" data-act="rejudge" '
        'data-item="" data-quote="">Judge again</button>'
        '<button type="button" class="quiet" data-cancel="claim">Cancel</button>'
        '<button type="button" class="link" data-go="transcript">To the transcript</button>'
        '<button type="button" class="link" data-go="point">Back to the point</button></p></form>'
    )


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
