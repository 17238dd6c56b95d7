"""Rows of stored interviews."""

from __future__ import annotations

from typing import Any

from interviewer.core.settings import InterviewSettings, Level
from interviewer.store import InterviewRow, Store
from tests.builders import a_turn


def a_row(id: str = "one", **overrides: Any) -> InterviewRow:
    values: dict[str, Any] = {
        "id": id,
        "case_id": "warehouse",
        "settings": InterviewSettings(variant="night", level=Level.STAFF, minutes=20),
        "brain": "embedded",
        "case_hash": "f" * 64,
        "created_at": 1_000.25,
    }
    return InterviewRow(**{**values, **overrides})


async def begin(store: Store, id: str = "one") -> None:
    """An interview whose candidate turn 2 waits for its reply."""
    await store.create_interview(a_row(id))
    await store.add_opening(id, a_turn(1))
    await store.add_candidate_turn(id, a_turn(2, "I keep it apart."))
