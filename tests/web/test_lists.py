"""Lists of interviews: in pages, whatever their number, whatever is broken in one of them."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from interviewer.core.settings import InterviewSettings
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.store import Store, open_store
from interviewer.web import pages, start
from interviewer.web.brain_choice import offered
from interviewer.web.browser_memory import Memory
from interviewer.web.clicks import Click
from tests.builders import a_turn
from tests.homes import places_in
from tests.pasts import CASE, a_past, opened
from tests.rows import a_row

RESULT = {
    "overall": 3.25,
    "band": {"low": 2.5, "high": 4.0},
    "recommendation": "lean_hire",
    "steps": [
        {"status": "scored", "items": [{"item": "one", "verdict": "met"}]},
        {"status": "skipped", "items": [{"item": "two", "verdict": "absent"}]},
    ],
}


async def fill(store: Store, count: int, **overrides: Any) -> None:
    """Interviews `0`, `1` ..., the first one newest; every second one has ended."""
    for number in range(count):
        row = a_row(str(number), **{"created_at": 9_000.0 - number, "case_id": CASE, **overrides})
        await store.create_interview(row, a_turn(1))
        if number % 2:
            await store.save_result(row.id, RESULT)
            await store.end_interview(row.id, "completed", 9_500.0)


async def shown(interviews: Interviews) -> str:
    """Everything on the start page as text."""
    listed, practice = await start.listed(interviews), await interviews.practice()
    offer = offered(interviews.brains)
    return str(
        pages.start(
            interviews.library,
            listed,
            practice,
            interviews.keeping,
            Memory(),
            10_000.0,
            offer,
        )
    )


@pytest.mark.parametrize(
    ("limit", "offset", "expected"),
    [
        (None, 0, "0123456"),
        (3, 0, "012"),
        (3, 3, "345"),
        (3, 6, "6"),
        (3, 7, ""),
        (3, 10**9, ""),
        (0, 0, ""),
        (None, 5, "56"),
    ],
)
async def test_a_page_of_the_list(
    tmp_path: Path, limit: int | None, offset: int, expected: str
) -> None:
    async with open_store(places_in(tmp_path).database) as store:
        await fill(store, 7)
        listed = await store.list_interviews(limit, offset)
        assert [entry.id for entry in listed] == list(expected)
        assert await store.count() == 7


async def test_the_brief_of_a_result_is_kept_beside_it(tmp_path: Path) -> None:
    async with open_store(places_in(tmp_path).database) as store:
        await fill(store, 2)
        (ended,) = await store.list_ended(9)
    assert ended.brief.model_dump(mode="json") == {
        "overall": 3.25,
        "band": {"low": 2.5, "high": 4.0},
        "recommendation": "lean_hire",
        "verdicts": {"one": "met"},
    }


async def test_results_of_an_older_program_get_their_brief(tmp_path: Path) -> None:
    async with open_store(places_in(tmp_path).database) as store:
        await fill(store, 4)
        before = await store.list_ended(9)
    with closing(sqlite3.connect(tmp_path / "interviews.sqlite")) as database, database:
        database.execute("DROP TABLE briefs")
        database.execute("ALTER TABLE interviews DROP COLUMN closing")
        database.execute("ALTER TABLE interviews DROP COLUMN debrief")
        database.execute("UPDATE results SET body = '{broken' WHERE interview_id = '3'")
        database.execute("UPDATE alembic_version SET version_num = '0004'")
    async with open_store(places_in(tmp_path).database) as store:
        after = await store.list_ended(9)
    assert [entry.brief.overall for entry in after] == [3.25, None]
    assert after[0] == before[0]


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE interviews SET created_at = 1e18",
        "UPDATE interviews SET created_at = -1e18",
        "UPDATE interviews SET created_at = 9e999",
        "UPDATE interviews SET created_at = 'yesterday'",
        "UPDATE interviews SET settings = '{broken'",
        "UPDATE interviews SET settings = '[]'",
        "UPDATE interviews SET end_reason = 'bored'",
        "UPDATE results SET body = '{broken'",
        "UPDATE briefs SET body = '{broken'",
        "UPDATE briefs SET body = '[7]'",
        "DELETE FROM briefs",
        """UPDATE briefs SET body = '{"overall": "much"}'""",
    ],
)
async def test_one_broken_row_takes_nothing_else_down(tmp_path: Path, spoil: str) -> None:
    async with opened(tmp_path) as interviews:
        good, bad = [await a_past(interviews, answers=1) for _ in range(2)]
        with closing(sqlite3.connect(tmp_path / "interviews.sqlite")) as database, database:
            key = "id" if "interviews" in spoil else "interview_id"
            assert database.execute(f"{spoil} WHERE {key} = ?", (bad,)).rowcount == 1
        assert good in {entry.interview_id for entry in await interviews.summaries()}
        assert good in {entry.interview_id for entry in await interviews.history()}
        assert f'data-interview="{good}"' in await shown(interviews)


async def test_the_start_page_asks_and_says_no_more_beside_many(tmp_path: Path) -> None:
    async def cost(home: Path, count: int) -> tuple[int, int]:
        async with open_store(places_in(home).database) as store:
            await fill(store, count)
        asked: list[str] = []

        def note(*arguments: Any) -> None:
            asked.append(arguments[2])

        async with opened(home) as interviews:
            event.listen(Engine, "before_cursor_execute", note)
            try:
                return len(await shown(interviews)), len(asked)
            finally:
                event.remove(Engine, "before_cursor_execute", note)

    few, many = await cost(tmp_path / "few", 70), await cost(tmp_path / "many", 500)
    assert few[1] == many[1]
    assert many[0] < few[0] * 1.1


def turns_of(page: str) -> list[tuple[str, str]]:
    """The ways to other pages of the list: offset and label."""
    return re.findall(r'data-act="page" data-offset="(\d+)">(\w+)', page)


@pytest.mark.parametrize(
    ("count", "offset", "first", "entries", "turns"),
    [
        (0, "0", None, 0, []),
        (6, "0", "0", 6, []),
        (7, "0", "0", 6, [("6", "Earlier")]),
        (7, "6", "6", 1, [("0", "Newer")]),
        (30, "6", "6", 24, [("0", "Newer")]),
        (31, "6", "6", 24, [("0", "Newer"), ("30", "Earlier")]),
        (31, "30", "30", 1, [("6", "Newer")]),
        (7, "7", "0", 6, [("6", "Earlier")]),
        (7, "-1", "0", 6, [("6", "Earlier")]),
        (7, "9" * 40, "0", 6, [("6", "Earlier")]),
        (7, "\u0663", "0", 6, [("6", "Earlier")]),
    ],
)
async def test_pages_of_the_list_are_turned(
    tmp_path: Path,
    count: int,
    offset: str,
    first: str | None,
    entries: int,
    turns: list[tuple[str, str]],
) -> None:
    async with open_store(places_in(tmp_path).database) as store:
        await fill(store, count)
    async with opened(tmp_path) as interviews:
        skipped = Click.read({"act": "page", "offset": offset}).skipped
        page = start.past(await start.listed(interviews, skipped))
    found = re.findall(r'data-act="open"[^>]*data-interview="(\d+)"', page)
    assert (found[0] if found else None, len(found)) == (first, entries)
    assert turns_of(page) == turns


async def test_the_plan_is_made_anew_when_there_is_news(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews, opened(tmp_path) as elsewhere:
        assert await interviews.practice() == ((), ())
        first = await a_past(elsewhere, answers=1)
        plan = await interviews.practice()
        assert plan.drills and len(plan.trends[0].points) == 1
        assert await interviews.practice() is plan
        await a_past(elsewhere, answers=1)
        assert len((await interviews.practice()).trends[0].points) == 2
        await elsewhere.delete(first)
        assert len((await interviews.practice()).trends[0].points) == 1
        await a_past(elsewhere, answers=1)  # as many as before, and not the same
        assert (await interviews.practice()).trends[0].points[0].interview_id != first
        assert await interviews.owned_by("ann").practice() == ((), ())


@pytest.mark.parametrize(
    ("owner", "days", "database", "says"),
    [
        ("", None, "", "kept in {home} on this machine until you delete it."),
        (None, None, "", "kept in {home} on this machine until you delete it."),
        ("", 30, "", "until you delete it, or nothing was said in it for 30 days."),
        ("", None, "sqlite:///{home}/x.db", "kept in the database '{home}/x.db' on this machine"),
        ("ann", None, "", "kept on this server until you delete it. Only this browser"),
    ],
)
async def test_the_page_says_what_is_kept(
    tmp_path: Path, owner: str | None, days: float | None, database: str, says: str
) -> None:
    places = places_in(tmp_path, database=database.format(home=tmp_path))
    async with open_interviews(replace(places, keep_days=days)) as interviews:
        mine = interviews if owner is None else interviews.owned_by(owner)
        shown = start.past(await start.listed(mine), start.kept(mine.keeping))
        assert says.format(home=tmp_path) in unescape(shown)
        assert owner != "ann" or str(tmp_path) not in shown


async def test_the_seed_counts_the_interviews_of_a_case(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        for count in range(3):
            assert await interviews.next_seed(CASE) == count
            await interviews.start(CASE, InterviewSettings())
        assert await interviews.next_seed("of_nobody") == 0
        assert await interviews.next_seed("\ud800") == 0
