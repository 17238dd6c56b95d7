"""What the file of a report is called: case, day, and a number from the second of a day on."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from interviewer.results.clock import OUT_OF_RANGE, moment

LONGEST_CASE = 60  # characters of a case's id that a file name keeps
NAMELESS = "interview"
_UNSAFE = re.compile(r"[^a-z0-9]+")


def report_name(case_id: str, at: float, number: int = 1, zone: tzinfo | None = None) -> str:
    """A file name without its ending, `video-recommendation-2026-11-30`: safe on every system.

    Args:
        case_id: of the interview.
        at: when it began, seconds since the epoch; a date that no calendar has is left out.
        number: which one of this case it was on its day, from 1; written from 2 on.
        zone: the zone of the day; the machine's own when None.
    """
    began = moment(at, zone)
    parts = [
        _UNSAFE.sub("-", case_id.lower())[:LONGEST_CASE].strip("-") or NAMELESS,
        f"{began:%Y-%m-%d}" if began else "",
        str(number) if number > 1 else "",
    ]
    return "-".join(part for part in parts if part)


def day_began(at: float, zone: tzinfo | None = None) -> float:
    """When the day of a moment began, seconds since the epoch; the moment itself without a day."""
    began = moment(at, zone)
    try:
        # Without a zone the machine says what the hour was before a clock change of that day.
        return at if began is None else datetime(*began.timetuple()[:3], tzinfo=zone).timestamp()
    except OUT_OF_RANGE:
        return at
