"""Deleting: no word stays in any file, nobody else's interview is touched, nothing comes back."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from interviewer.brains.protocol import Scene
from interviewer.core.act import Move
from interviewer.core.errors import InterviewNotFound, SettingsError
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.store import open_store
from interviewer.store.database import make_engine, read_url
from interviewer.store.rows import AT_ONCE
from interviewer.web.lifespan import Opening
from tests.builders import a_turn
from tests.homes import places_in
from tests.pasts import CASE, SpreadBrain, opened
from tests.rows import a_row

MARK = "xylophone"
SAID = f"I would look at {MARK} retention, because clicks alone reward bait."
DAY = 86_400.0


def files_with(home: Path, word: str) -> list[str]:
    """The files of a data folder whose bytes hold a word."""
    files = [file for file in home.rglob("*") if file.is_file()]
    return sorted(file.name for file in files if word.encode() in file.read_bytes())


def rows_of(home: Path) -> dict[str, int]:
    """How many rows each table holds."""
    with closing(sqlite3.connect(home / "interviews.sqlite")) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for (name,) in names
            if name not in ("alembic_version", "sqlite_sequence")
        }


async def a_whole_one(interviews: Interviews, said: str = SAID) -> str:
    """An interview with everything that can be stored of one: sketch, result, point, link."""
    view = await interviews.start(CASE, InterviewSettings())
    for number in range(4):
        async for _ in interviews.submit(view.interview_id, said, sketch=f"{MARK} -> {number}"):
            pass
    await interviews.end(view.interview_id)
    item = interviews.library.case(CASE).steps[StepId.REQUIREMENTS].items[2].id
    await interviews.rejudge(view.interview_id, item, 2, " ".join(said.split()[:6]))
    await interviews.make_link(view.interview_id)
    return view.interview_id


async def test_no_word_of_it_stays_in_any_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await a_whole_one(interviews)
        assert files_with(tmp_path, MARK)
        await interviews.delete(id_)
        assert (files_with(tmp_path, MARK), files_with(tmp_path, id_)) == ([], [])
        assert set(rows_of(tmp_path).values()) == {0}
        with pytest.raises(InterviewNotFound):
            await interviews.view(id_)
        with pytest.raises(InterviewNotFound):
            await interviews.delete(id_)
    assert (files_with(tmp_path, MARK), files_with(tmp_path, id_)) == ([], [])


async def test_words_leave_pages_that_others_words_stand_in(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        kept: list[str] = []
        gone: list[str] = []
        for number in range(12):
            word = MARK if number % 3 else "marimba"
            view = await interviews.start(CASE, InterviewSettings())
            (gone if number % 3 else kept).append(view.interview_id)
            for length in (1, 9, 40):
                text = f"{SAID.replace(MARK, word)} {word} " * length
                async for _ in interviews.submit(view.interview_id, text):
                    pass
            await interviews.end(view.interview_id)
        before = {id_: await interviews.result(id_) for id_ in kept}
        for id_ in gone:
            await interviews.delete(id_)
        assert files_with(tmp_path, MARK) == []
        assert {id_: await interviews.result(id_) for id_ in kept} == before
        assert files_with(tmp_path, "marimba")


async def test_a_long_file_is_scrubbed_without_writing_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interviewer.store.database.SHORT", 0)
    await test_no_word_of_it_stays_in_any_file(tmp_path)


async def test_what_answers_it_again_stays_without_comparison(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        first = await a_whole_one(interviews)
        again = (await interviews.answer_again(first, StepId.DATA)).interview_id
        assert await interviews.before(again) is not None
        await interviews.delete(first)
        assert await interviews.before(again) is None
        assert (await interviews.view(again)).follows is None
        assert files_with(tmp_path, first) == []


async def test_a_link_to_a_deleted_interview_leads_nowhere(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        id_ = await a_whole_one(interviews)
        token = await interviews.make_link(id_)
        await interviews.delete(id_)
        with pytest.raises(InterviewNotFound):
            await interviews.linked(token)


async def test_everybody_deletes_only_what_is_theirs(tmp_path: Path) -> None:
    async with opened(tmp_path) as interviews:
        anns, bens = interviews.owned_by("ann"), interviews.owned_by("ben")
        mine = [await a_whole_one(anns), await a_whole_one(anns)]
        theirs = await a_whole_one(bens, SAID.replace(MARK, "marimba"))
        assert await anns.delete_all() == len(mine)
        assert await anns.delete_all() == 0
        assert (await bens.view(theirs)).interview_id == theirs
        assert await interviews.delete_all() == 1
        assert files_with(tmp_path, "marimba") == files_with(tmp_path, MARK) == []


async def test_more_than_fit_into_one_transaction(tmp_path: Path) -> None:
    async with open_store(places_in(tmp_path).database) as store:
        for number in range(AT_ONCE * 2 + 1):
            await store.create_interview(a_row(str(number)), a_turn(1))
        assert len(await store.delete_many()) == AT_ONCE * 2 + 1
    assert set(rows_of(tmp_path).values()) == {0}


@pytest.mark.parametrize(
    ("overrides", "spoken", "ended", "deleted"),
    [
        ({"created_at": 70 * DAY - 1}, 70 * DAY - 1, None, True),
        ({"created_at": 70 * DAY}, 70 * DAY, None, False),
        ({"created_at": 1 * DAY}, 70 * DAY, None, False),
        ({"created_at": 1 * DAY}, 2 * DAY, 70 * DAY, False),
        ({"created_at": 1 * DAY}, 2 * DAY, 70 * DAY - 1, True),
        ({"created_at": 99 * DAY}, 2 * DAY, 3 * DAY, False),
        ({"created_at": 1e18}, 1e18, None, False),
    ],
    ids=["older", "just_not", "spoken_later", "ended_later", "all_older", "clock_back", "absurd"],
)
async def test_older_than_thirty_days(
    tmp_path: Path, overrides: dict[str, Any], spoken: float, ended: float | None, deleted: bool
) -> None:
    async with open_store(places_in(tmp_path).database) as store:
        await store.create_interview(a_row(**overrides), a_turn(1, at=spoken))
        if ended is not None:
            await store.end_interview("one", "time", ended)
    async with opened(tmp_path, clock=lambda: 100 * DAY) as interviews:
        assert await interviews.delete_older_than(30) == deleted
        assert await interviews.count() == (not deleted)


@pytest.mark.parametrize("days", [-1, float("nan"), float("inf")])
async def test_what_is_no_number_of_days_deletes_nothing(tmp_path: Path, days: float) -> None:
    async with opened(tmp_path) as interviews:
        await interviews.start(CASE, InterviewSettings())
        with pytest.raises(SettingsError):
            await interviews.delete_older_than(days)
        assert await interviews.count() == 1


class SlowBrain(SpreadBrain):
    """Stops in the middle of a reply, or of the judgement of a step, until it may go on."""

    def __init__(self) -> None:
        self.there, self.go_on = asyncio.Event(), asyncio.Event()

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """Words with a pause; the opening has none."""
        yield f"I heard {scene.turns[-1].text if scene.turns else 'nothing yet'}"
        if scene.turns:
            self.there.set()
            await self.go_on.wait()
        yield "Go on."


@pytest.mark.parametrize("end", [False, True], ids=["reply", "end"])
@pytest.mark.parametrize("by_another", [False, True], ids=["here", "another_program"])
async def test_nothing_is_written_back_by_what_was_under_way(
    tmp_path: Path, end: bool, by_another: bool, caplog: pytest.LogCaptureFixture
) -> None:
    brain = SlowBrain()
    async with (
        open_interviews(places_in(tmp_path), brain=brain) as interviews,
        opened(tmp_path) as another,
    ):
        id_ = (await interviews.start(CASE, InterviewSettings())).interview_id

        async def talk() -> None:
            async for _ in interviews.submit(id_, SAID):
                pass

        talking = asyncio.create_task(talk())
        await brain.there.wait()
        ending = asyncio.create_task(interviews.end(id_)) if end else None
        await asyncio.sleep(0)
        await asyncio.wait_for((another if by_another else interviews).delete(id_), 30)
        brain.go_on.set()
        with pytest.raises(InterviewNotFound):
            await talking
        if ending is not None:
            with pytest.raises(InterviewNotFound):
                await ending
        assert set(rows_of(tmp_path).values()) == {0}
        assert files_with(tmp_path, MARK) == files_with(tmp_path, id_) == []
    assert files_with(tmp_path, MARK) == files_with(tmp_path, id_) == []
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


async def test_a_judgement_behind_the_conversation_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as interviews:
        id_ = (await interviews.start(CASE, InterviewSettings())).interview_id
        stopped = asyncio.Event()

        async def judging(*_: Any) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()

        monkeypatch.setattr(interviews._lifecycle.grader, "_grade_ended", judging)
        interviews._lifecycle.grader.grade_behind(id_, StepId.DATA)
        await asyncio.sleep(0)
        await asyncio.wait_for(interviews.delete(id_), 30)
        assert stopped.is_set()
        assert not interviews._resources.grading


async def test_a_reader_elsewhere_delays_only_the_scrubbing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = make_engine

    def impatient(url: Any, patience: float) -> Any:
        return quick(url, 0.05)

    monkeypatch.setattr("interviewer.store.store.make_engine", impatient)
    async with opened(tmp_path) as interviews:
        id_ = await a_whole_one(interviews)
        other = read_url(places_in(tmp_path).database).database
        assert other is not None
        with closing(sqlite3.connect(other, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM interviews").fetchone() == (1,)
            await interviews.delete(id_)
            assert "may stay in the files" in caplog.text
            assert await interviews.summaries() == []
    assert files_with(tmp_path, MARK) == []  # whoever closes last empties the log


async def test_a_server_deletes_what_is_older_than_it_may_keep(tmp_path: Path) -> None:
    async with open_store(places_in(tmp_path).database) as store:
        await store.create_interview(a_row("old"), a_turn(1))
        await store.create_interview(a_row("new", created_at=time.time()), a_turn(1))
    opening, closing_ = Opening(replace(places_in(tmp_path), keep_days=30)), asyncio.Event()
    holding = asyncio.create_task(opening.hold(closing_))
    interviews = await opening()
    while await interviews.count() > 1:
        await asyncio.sleep(0.01)
    closing_.set()
    await holding
    async with open_store(places_in(tmp_path).database) as store:
        assert [entry.id for entry in await store.list_interviews()] == ["new"]
