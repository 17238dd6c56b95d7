from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import interviewer.store as store_package
from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.debrief import Debrief, Exercise, Missing
from interviewer.core.errors import InterviewEnded, InterviewNotFound, StoreError, TurnConflict
from interviewer.core.settings import StepId
from interviewer.store import Store, open_store
from interviewer.store.schema import HEAD, metadata
from tests.builders import a_turn, an_assessment
from tests.rows import RICH, a_row, begin, make_database, url_of

ROOT = Path(store_package.__file__).parents[2]


# Round trips


async def test_an_interview_comes_back_as_it_went_in(file: Path) -> None:
    opening = a_turn(1, move=Move(kind=MoveKind.OPEN_STEP, step=StepId.REQUIREMENTS))
    said = a_turn(
        2, "Line one\n\ttab, \U0001f600, \u4e2d\u6587, 'quote' -- ; DROP TABLE turns", at=1.125
    )
    reply = a_turn(
        3,
        move=Move(
            kind=MoveKind.HINT,
            step=StepId.DATA,
            item="dat_quartz",
            hint=2,
            facts=("visitors", "patience"),
            acts=(Act.REPEAT,),
            closes=StepId.FRAMING,
        ),
    )
    async with open_store(url_of(file)) as store:
        await store.create_interview(a_row())
        await store.add_opening("one", opening)
        await store.add_candidate_turn("one", said)
        waiting = await store.load("one")
        await store.add_exchange_reply("one", 2, RICH, reply)
    assert waiting.unanswered == said
    async with open_store(url_of(file)) as store:
        stored = await store.load("one")
    assert stored.row == a_row()
    assert stored.turns == (opening, said.model_copy(update={"intents": RICH.intents}), reply)
    assert stored.assessments == {2: RICH}
    assert stored.unanswered is None


async def test_an_older_address_names_the_same_file(file: Path) -> None:
    async with open_store(f"sqlite+aiosqlite:///{file}") as store:
        await store.create_interview(a_row())
    async with open_store(url_of(file)) as store:
        assert (await store.load("one")).row == a_row()


async def test_an_interview_may_be_created_with_its_opening(store: Store) -> None:
    await store.create_interview(a_row(), a_turn(1))
    assert (await store.load("one")).turns == (a_turn(1),)


async def test_private_memory_serves_readers_and_writers_at_once() -> None:
    async with open_store("sqlite://") as store:
        await begin(store)
        reply = store.add_exchange_reply("one", 2, an_assessment(), a_turn(3))
        await asyncio.gather(reply, *(store.load("one") for _ in range(5)), store.list_interviews())
        assert len((await store.load("one")).turns) == 3


async def test_interviews_are_listed_newest_first_with_counts_and_scores(store: Store) -> None:
    await begin(store, "old")
    await store.create_interview(a_row("new", created_at=3_000.0))
    await store.create_interview(a_row("middle", created_at=2_000.0), a_turn(1))
    await store.save_result("middle", {"overall": 3.25, "recommendation": "lean_hire"})
    await store.save_result("old", {"overall": None, "recommendation": None})
    listed = await store.list_interviews()
    assert [(e.id, e.turns, e.brief.overall, e.brief.recommendation) for e in listed] == [
        ("new", 0, None, None),
        ("middle", 1, 3.25, "lean_hire"),
        ("old", 2, None, None),
    ]
    assert listed[0].settings == a_row().settings


async def test_results_are_replaced(store: Store) -> None:
    await begin(store)
    assert await store.load_result("one") is None
    await store.save_result("one", {"overall": 1.5})
    await store.save_result("one", {"overall": 2.5, "steps": [{"quote": "\u00e9"}]})
    assert await store.load_result("one") == {"overall": 2.5, "steps": [{"quote": "\u00e9"}]}


async def test_the_first_end_stays(store: Store) -> None:
    await begin(store)
    await store.end_interview("one", "time", 5.0)
    await store.end_interview("one", "candidate", 9.0)
    row = (await store.load("one")).row
    assert (row.end_reason, row.ended_at) == ("time", 5.0)


async def test_a_debrief_comes_back_whole(file: Path) -> None:
    told = Debrief(
        summary="Well tested.",
        missing=(Missing(text="The cost of a page.", asked=False),),
        exercises=(Exercise(title="Tails", task="Draw them.", note="tail_latency"),),
    )
    async with open_store(url_of(file)) as store:
        await begin(store)
        await store.end_interview("one", "time", 5.0, told)
        assert (await store.load("one")).row.told == told


async def test_interviews_of_before_debriefs_have_a_summary(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        await begin(store)
        await store.end_interview("one", "time", 5.0, Debrief(summary="Well tested."))
        with closing(sqlite3.connect(file)) as old:
            assert old.execute("SELECT feedback, debrief FROM interviews").fetchall() == [
                ("Well tested.", "{}")
            ]
        assert (await store.load("one")).row.told == Debrief(summary="Well tested.")


# What is refused

Action = Callable[[Store], Awaitable[Any]]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda s: s.load("none"), id="load"),
        pytest.param(lambda s: s.add_opening("none", a_turn(1)), id="opening"),
        pytest.param(lambda s: s.add_candidate_turn("none", a_turn(2)), id="candidate_turn"),
        pytest.param(
            lambda s: s.add_exchange_reply("none", 2, an_assessment(), a_turn(3)), id="reply"
        ),
        pytest.param(lambda s: s.end_interview("none", "time", 1.0), id="end"),
        pytest.param(lambda s: s.save_result("none", {}), id="save_result"),
        pytest.param(lambda s: s.load_result("none"), id="load_result"),
    ],
)
async def test_an_unknown_interview_is_named(store: Store, act: Action) -> None:
    with pytest.raises(InterviewNotFound, match="'none'"):
        await act(store)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda s: s.add_opening("one", a_turn(1)), id="second_opening"),
        pytest.param(lambda s: s.add_candidate_turn("one", a_turn(2)), id="same_number"),
        pytest.param(lambda s: s.add_candidate_turn("one", a_turn(4)), id="number_too_high"),
        pytest.param(
            lambda s: s.add_candidate_turn("one", a_turn(3, role="candidate")),
            id="unanswered_before",
        ),
        pytest.param(
            lambda s: s.add_exchange_reply("one", 2, an_assessment(), a_turn(5)),
            id="reply_leaves_a_gap",
        ),
        pytest.param(
            lambda s: s.add_exchange_reply("one", 1, an_assessment(), a_turn(2)),
            id="reply_to_ourselves",
        ),
        pytest.param(
            lambda s: s.add_exchange_reply("one", 4, an_assessment(), a_turn(5)),
            id="reply_to_nothing",
        ),
    ],
)
async def test_a_turn_that_does_not_continue_conflicts(store: Store, act: Action) -> None:
    await begin(store)
    before = await store.load("one")
    with pytest.raises(TurnConflict):
        await act(store)
    assert await store.load("one") == before


async def test_no_turn_is_answered_twice(store: Store) -> None:
    await begin(store)
    await store.add_exchange_reply("one", 2, an_assessment(), a_turn(3, "first"))
    before = await store.load("one")
    with pytest.raises(TurnConflict):
        await store.add_exchange_reply("one", 2, an_assessment("req_copper"), a_turn(3, "second"))
    assert await store.load("one") == before


async def test_an_ended_interview_takes_no_candidate_turn_but_its_reply(store: Store) -> None:
    await begin(store)
    await store.end_interview("one", "candidate", 5.0)
    await store.add_exchange_reply("one", 2, an_assessment(), a_turn(3))
    with pytest.raises(InterviewEnded):
        await store.add_candidate_turn("one", a_turn(4))
    assert len((await store.load("one")).turns) == 3


async def test_an_id_is_used_once(store: Store) -> None:
    await begin(store)
    with pytest.raises(StoreError, match="'one' already"):
        await store.create_interview(a_row(brain="other"))
    assert (await store.load("one")).row.brain == "embedded"


# Several writers


async def test_two_stores_on_one_file_never_answer_twice(file: Path) -> None:
    async with open_store(url_of(file)) as left, open_store(url_of(file)) as right:
        await begin(left)
        for answered in range(2, 12, 2):
            replies = [
                side.add_exchange_reply(
                    "one", answered, an_assessment(turn=answered), a_turn(answered + 1, name)
                )
                for side, name in ((left, "left"), (right, "right"))
            ]
            outcomes = await asyncio.gather(*replies, return_exceptions=True)
            assert sorted(type(outcome).__name__ for outcome in outcomes) == [
                "NoneType",
                "TurnConflict",
            ]
            said = [
                side.add_candidate_turn("one", a_turn(answered + 2, name))
                for side, name in ((left, "left"), (right, "right"))
            ]
            outcomes = await asyncio.gather(*said, return_exceptions=True)
            assert sorted(type(outcome).__name__ for outcome in outcomes) == [
                "NoneType",
                "TurnConflict",
            ]
        stored = await right.load("one")
    assert [turn.number for turn in stored.turns] == list(range(1, 13))
    assert set(stored.assessments) == set(range(2, 12, 2))


async def test_many_interviews_are_written_at_once(file: Path) -> None:
    async with open_store(url_of(file)) as left, open_store(url_of(file)) as right:
        sides = [
            (side, f"{name}{n}") for n in range(10) for side, name in ((left, "l"), (right, "r"))
        ]
        await asyncio.gather(*(begin(side, id) for side, id in sides))
        listed = await left.list_interviews()
    assert {entry.id: entry.turns for entry in listed} == {id: 2 for _, id in sides}


async def test_a_new_file_may_be_opened_by_several_at_once(file: Path) -> None:
    async def count() -> int:
        async with open_store(url_of(file)) as store:
            return len(await store.list_interviews())

    assert await asyncio.gather(*(count() for _ in range(6))) == [0] * 6


async def test_a_reader_elsewhere_does_not_hold_up_a_candidate(file: Path) -> None:
    async with open_store(url_of(file), patience=0.05) as store:
        await begin(store)
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM turns").fetchone() == (2,)
            await store.add_exchange_reply("one", 2, an_assessment(), a_turn(3))
            assert reader.execute("SELECT count(*) FROM turns").fetchone() == (2,)


async def test_a_cancelled_caller_does_not_take_back_what_was_said(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        await store.create_interview(a_row(), a_turn(1))
        writing = asyncio.create_task(store.add_candidate_turn("one", a_turn(2)))
        await asyncio.sleep(0)  # it has begun
        await asyncio.sleep(0)
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
    async with open_store(url_of(file)) as store:
        assert (await store.load("one")).unanswered == a_turn(2)


# Sudden death

CHILD = """
import asyncio, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from interviewer.store import open_store
from tests.builders import a_turn, an_assessment
from tests.rows import begin, make_database, url_of

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

async def main(url, when):
    async with open_store(url) as store:
        await begin(store)
        if when == "before the reply is committed":
            event.listen(Engine, "commit", die)
            await store.add_exchange_reply("one", 2, an_assessment(), a_turn(3))
        die()

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "when", ["after the candidate turn was stored", "before the reply is committed"]
)
async def test_a_killed_process_loses_nothing_and_halves_nothing(file: Path, when: str) -> None:
    command = [sys.executable, "-c", CHILD, url_of(file), when]
    child = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert child.returncode == -signal.SIGKILL
    async with open_store(url_of(file)) as store:
        stored = await store.load("one")
        assert stored.unanswered == a_turn(2, "I keep it apart.")
        assert stored.assessments == {}
        await store.add_exchange_reply("one", 2, an_assessment(), a_turn(3))
        assert (await store.load("one")).unanswered is None


# Versions


async def test_the_migrations_make_the_tables(file: Path) -> None:
    await make_database(file)
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    config = Config()
    config.set_main_option("script_location", str(ROOT / "interviewer/store/migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_a_turn_costs_little_more_than_its_text(file: Path) -> None:
    text = "word " * 120
    verdict = RICH.verdicts[0].model_copy(update={"reason": "r" * 120})
    assessment = RICH.model_copy(update={"verdicts": (verdict,) * 6})
    async with open_store(url_of(file)) as store:
        await begin(store)
        for answered in range(2, 100, 2):
            await store.add_exchange_reply("one", answered, assessment, a_turn(answered + 1, text))
            await store.add_candidate_turn("one", a_turn(answered + 2, text))
        turns = (await store.load("one")).turns
    spoken = sum(len(turn.text) for turn in turns)
    assert (file.stat().st_size - spoken) / len(turns) <= 4096
