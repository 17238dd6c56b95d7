"""Sudden death: interviews killed at random moments lose nothing (see `evals/bench/kill.py`)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from evals.bench.kill import kill_many
from evals.bench.losses import Told, problems_in
from evals.bench.nursery import CASE, GOODBYE, Job
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Intent
from interviewer.service.interviews import open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from tests.homes import places_in

KILLS = 10


async def test_nothing_is_lost_and_nothing_is_answered_twice() -> None:
    told = await kill_many(KILLS, seed=7, embedded=0)
    assert [problem for each in told for problem in each.problems] == []
    assert sum(each.kills for each in told) == KILLS
    assert sum(each.without_checkpoints for each in told) >= 1
    assert len({moment for each in told for moment in each.moments}) >= 2
    assert sum(len(each.stored) for each in told) > KILLS


# The check itself must see what it is for.

JOB = Job(home="", interview_id="one", texts=("First point.", "Second point."))


@pytest.fixture
async def job(tmp_path: Path) -> Job:
    """An interview that was played to its end without a kill."""
    job = Job(str(tmp_path), JOB.interview_id, JOB.texts)
    async with open_interviews(
        places_in(tmp_path), new_id=lambda: job.interview_id, brain=QuickBrain()
    ) as interviews:
        await interviews.start(CASE, InterviewSettings())
        for text in (*job.texts, GOODBYE):
            intent = Intent.END if text == GOODBYE else None
            async for _ in interviews.submit(job.interview_id, text, intent=intent):
                pass
    return job


def told_of(job: Job) -> Told:
    with closing(sqlite3.connect(Path(job.home) / "interviews.sqlite")) as database:
        replies = database.execute("SELECT text FROM turns WHERE number IN (3, 5)").fetchall()
    return Told(stored=[*job.texts], replies=[text for (text,) in replies])


def test_an_undisturbed_interview_has_no_problems(job: Job) -> None:
    assert problems_in(job, told_of(job), finished=True) == []


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        pytest.param("DELETE FROM turns WHERE number IN (4, 5)", "stored 0 times", id="lost_words"),
        pytest.param(
            "UPDATE turns SET text = 'First' WHERE number = 2", "stored 0 times", id="cut_words"
        ),
        pytest.param(
            "UPDATE turns SET text = 'First point.' WHERE number = 4",
            "stored 2 times",
            id="said_twice",
        ),
        pytest.param(
            "UPDATE turns SET role = 'interviewer' WHERE number = 4",
            "do not alternate",
            id="answered_twice",
        ),
        pytest.param(
            "UPDATE turns SET text = 'Another answer.' WHERE number = 3",
            "more often than stored",
            id="answered_again_in_other_words",
        ),
        pytest.param("UPDATE turns SET number = 9 WHERE number = 7", "are numbered", id="gap"),
        pytest.param("DELETE FROM turns WHERE number = 7", "unanswered", id="no_reply"),
        pytest.param("DELETE FROM assessments WHERE turn = 2", "were read", id="never_read"),
        pytest.param("UPDATE interviews SET end_reason = NULL", "not ended", id="never_closed"),
        pytest.param("DELETE FROM results", "0 results", id="no_result"),
    ],
)
def test_damage_is_seen(job: Job, damage: str, says: str) -> None:
    told = told_of(job)
    with closing(sqlite3.connect(Path(job.home) / "interviews.sqlite")) as database, database:
        database.execute(damage)
    assert [problem for problem in problems_in(job, told, finished=True) if says in problem]


def test_a_home_that_died_before_its_first_table_has_lost_nothing(tmp_path: Path) -> None:
    job = Job(str(tmp_path), JOB.interview_id, JOB.texts)
    assert problems_in(job, Told(), finished=False) == []
    assert problems_in(job, Told(stored=["First point."]), finished=False)
