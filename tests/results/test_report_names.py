"""What files of reports are called."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from interviewer.results.result import day_began, report_name
from interviewer.store import open_store
from tests.rows import a_row

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp()
AUCKLAND = timezone(timedelta(hours=13))


@pytest.mark.parametrize(
    ("case_id", "at", "number", "name"),
    [
        pytest.param("video_recommendation", NOON, 1, "video-recommendation-2026-11-30", id="one"),
        pytest.param("ads", NOON, 2, "ads-2026-11-30-2", id="second-of-the-day"),
        pytest.param("ads", 1e18, 1, "ads", id="no-such-date"),
        pytest.param("ads", 1e18, 3, "ads-3", id="no-such-date-again"),
        pytest.param("../../etc/passwd", NOON, 1, "etc-passwd-2026-11-30", id="a-path"),
        pytest.param(
            'a"; x=\r\nSet-Cookie: b', NOON, 1, "a-x-set-cookie-b-2026-11-30", id="header"
        ),
        pytest.param("\u202e\u00e4\u4f8b", NOON, 1, "interview-2026-11-30", id="nothing-plain"),
        pytest.param("", NOON, 1, "interview-2026-11-30", id="empty"),
        pytest.param("x" * 500, NOON, 1, f"{'x' * 60}-2026-11-30", id="long"),
        pytest.param("CON", NOON, 1, "con-2026-11-30", id="a-device-of-windows"),
    ],
)
def test_a_name_is_safe_everywhere(case_id: str, at: float, number: int, name: str) -> None:
    assert report_name(case_id, at, number, UTC) == name
    assert re.fullmatch(r"[a-z0-9-]{1,80}", name)


def test_the_day_is_the_one_of_the_zone() -> None:
    assert report_name("ads", NOON, zone=AUCKLAND) == "ads-2026-12-01"
    assert day_began(NOON, AUCKLAND) == NOON - 3600
    assert day_began(NOON, UTC) == NOON - 12 * 3600
    assert day_began(1e18) == 1e18


async def test_interviews_of_a_case_are_numbered_through_their_day(tmp_path: Path) -> None:
    """Each owner's on their own, and the evening before does not count."""
    began = {"before": -1.0, "first": 0.0, "second": 0.0, "third": 7.5}
    async with open_store(f"sqlite:///{tmp_path}/interviews.sqlite") as store:
        for id_, at in began.items():
            await store.create_interview(a_row(id_, created_at=NOON + at))
        await store.create_interview(a_row("case", case_id="other", created_at=NOON + 9))
        await store.create_interview(a_row("owner", owner="else", created_at=NOON + 9))
        ids = (*began, "case", "owner")
        numbers = {id_: await store.number_on_day(id_, NOON) for id_ in ids}
    assert numbers == {"before": 1, "first": 1, "second": 2, "third": 3, "case": 1, "owner": 1}
