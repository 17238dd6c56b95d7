"""The interview's own clock: what it counts, and how its seconds are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from interviewer.core.transcript import Turn
from interviewer.policy.state import TURN_CAP_SECONDS

UNKNOWN_DATE = "date unknown"
OUT_OF_RANGE = (OverflowError, OSError, ValueError)  # which of them is up to the platform


def clock(seconds: float) -> str:
    """Minutes and seconds as every clock of ours shows them, `4:05`; never below zero.

    A second counts once it is over. Tenths decide that, because results keep no more, and because
    30 minutes made of seven steps are a hair less than that.
    """
    whole = math.floor(round(max(0.0, seconds), 1))
    return f"{whole // 60}:{whole % 60:02}"


def moment(at: float, zone: tzinfo | None = None) -> datetime | None:
    """A moment on the calendar; None where the calendar has no such date.

    Args:
        at: seconds since the epoch, as a clock gave them that may have been wrong.
        zone: the zone of the date; the machine's own when None.
    """
    try:
        return datetime.fromtimestamp(at, UTC).astimezone(zone)
    except OUT_OF_RANGE:
        return None


def written_date(at: float, form: str, zone: tzinfo | None = None) -> str:
    """A moment as its date is written; words where the calendar has no such date.

    The arguments are those of `moment`, and a form as `strftime` takes it.
    """
    then = moment(at, zone)
    return UNKNOWN_DATE if then is None else then.strftime(form)


def began_date(began_at: str | None, zone: tzinfo | None = None) -> str:
    """The day and the hour at which an interview began, such as `30 Nov 2026, 18:05`.

    Args:
        began_at: ISO 8601, as a result keeps it; nothing is written without it.
        zone: the zone to write it in; the machine's own when None.
    """
    try:
        at = None if began_at is None else datetime.fromisoformat(began_at).timestamp()
    except (ValueError, *OUT_OF_RANGE):
        at = None
    return "" if at is None else written_date(at, "%d %b %Y, %H:%M", zone)


def time_used(result_seconds: float | None, planned_minutes: int | None) -> str:
    """How long an interview took, `7:52 of 30:00`; nothing where that is not known.

    Args:
        result_seconds: as a result keeps them.
        planned_minutes: of a whole interview; None of a drill.
    """
    if result_seconds is None:
        return ""
    planned = "" if planned_minutes is None else f" of {clock(planned_minutes * 60)}"
    return f"{clock(result_seconds)}{planned}"


def interview_clock(turns: Sequence[Turn]) -> dict[int, float]:
    """Interview seconds used when each turn was said, by the number of the turn.

    Brain latency, pauses and closed tabs do not count.

    A candidate turn adds the time since the interviewer's turn before it, without pauses and at
    most `TURN_CAP_SECONDS`; the interviewer's turns add nothing.
    """
    used = asked = 0.0
    at: dict[int, float] = {}
    for turn in turns:
        if turn.role == "interviewer":
            asked = turn.at
        else:
            used += min(TURN_CAP_SECONDS, max(0.0, turn.at - asked - turn.paused))
        at[turn.number] = round(used, 1)
    return at
