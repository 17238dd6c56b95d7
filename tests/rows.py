"""Rows of stored interviews."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from interviewer.core.assessment import (
    Assessment,
    Evidence,
    RaisedBy,
    RedFlagHit,
    TurnAssessment,
    Verdict,
)
from interviewer.core.settings import InterviewSettings, Level, StepId
from interviewer.core.transcript import Intent
from interviewer.store import InterviewRow, Store, open_store
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


async def make_database(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        await begin(store)


def url_of(file: Path) -> str:
    return f"sqlite:///{file}"


RICH = TurnAssessment(
    intents=(Intent.ANSWER, Intent.QUESTION),
    verdicts=(
        Assessment(
            item="req_granite",
            step=StepId.REQUIREMENTS,
            verdict=Verdict.PARTIAL,
            raised_by=RaisedBy.HINT2,
            evidence=Evidence(quote="caf\u00e9 \U0001f600 'quoted' \"twice\"\n", turn=2),
            reason="Named.",
            confidence=0.25,
        ),
    ),
    red_flags=(
        RedFlagHit(
            red_flag="req_flag",
            step=StepId.DATA,
            evidence=Evidence(quote="one box", turn=2),
        ),
    ),
    retracted=("dat_flag",),
    withdrawn=("req_copper",),
    facts=("visitors",),
    unanswered=("how big?",),
    assumptions=("about 100",),
    go_back_to=StepId.FRAMING,
    words=17,
)
