"""The interview's own clock: brain latency, pauses and closed tabs do not count."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.moves.progress import TURN_CAP_SECONDS
from interviewer.transcript import Turn


def interview_clock(turns: Sequence[Turn]) -> dict[int, float]:
    """Interview seconds used when each turn was said, by the number of the turn.

    A candidate turn adds the time since the interviewer's turn before it, without pauses and at
    most `TURN_CAP_SECONDS`; the interviewer's turns add nothing.
    """
    used = asked = 0.0
    clock: dict[int, float] = {}
    for turn in turns:
        if turn.role == "interviewer":
            asked = turn.at
        else:
            used += min(TURN_CAP_SECONDS, max(0.0, turn.at - asked - turn.paused))
        clock[turn.number] = round(used, 1)
    return clock
