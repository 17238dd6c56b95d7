"""What crashes, failures and lost checkpoints leave behind; test_resume.py kills real processes."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from interviewer.brains.protocol import Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.errors import (
    BrainError,
    InterviewEnded,
    TurnConflict,
)
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.service import graph as graphs
from interviewer.service.interviews import Interviews
from interviewer.simulation.quick_brain import QuickBrain
from interviewer.store import open_store
from interviewer.web.streaming import follow
from tests.homes import places_in
from tests.service.sessions import (
    ANSWER,
    WaitingBrain,
    begin,
    quick,
    roles,
    say,
    store_unanswered,
)


async def test_an_unanswered_turn_is_answered_exactly_once(tmp_path: Path) -> None:
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
        await store_unanswered(tmp_path, mine)
        assert (await interviews.view(mine)).unanswered
        with pytest.raises(TurnConflict):
            await say(interviews, mine, "Hello?")

        async def resume() -> list[str]:
            return [words async for words in interviews.resume(mine)]

        heard = await asyncio.gather(resume(), resume())
        view = await interviews.view(mine)
    assert sorted(bool(words) for words in heard) == [False, True]
    assert (roles(view), view.unanswered) == ("ici", False)
    assert view.turns[-1].text == " ".join(heard[0] + heard[1])


async def test_the_page_says_that_a_reply_is_still_to_come(tmp_path: Path) -> None:
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
        await store_unanswered(tmp_path, mine)
        moments = [moment async for moment in follow(interviews, mine, "Hello?", 2)]
        (moment,) = moments
        assert moment.problem.startswith("Your last message still waits for its reply.")
        assert not moment.accepted and roles(await interviews.view(mine)) == "ic"


async def test_two_processes_do_not_answer_the_same_turn(tmp_path: Path) -> None:
    async with quick(tmp_path) as one, quick(tmp_path) as other:
        mine = await begin(one)
        await store_unanswered(tmp_path, mine)

        async def resume(interviews: Interviews) -> list[str]:
            return [words async for words in interviews.resume(mine)]

        outcomes = await asyncio.gather(resume(one), resume(other), return_exceptions=True)
        assert all(isinstance(outcome, list | TurnConflict) for outcome in outcomes), outcomes
        assert sum(isinstance(outcome, list) and bool(outcome) for outcome in outcomes) == 1
        assert roles(await one.view(mine)) == "ici"


async def test_an_end_that_a_crash_cut_off_is_made_up_for(tmp_path: Path) -> None:
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
        await store_unanswered(tmp_path, mine, "Let's end here.")
        async with open_store(places_in(tmp_path).database) as store:
            goodbye = Turn(
                number=3,
                role="interviewer",
                step=StepId.REQUIREMENTS,
                text="Thank you.",
                at=100.0,
                move=Move(kind=MoveKind.WRAP_UP, step=StepId.REQUIREMENTS, ends="candidate"),
            )
            heard = TurnAssessment(intents=(Intent.END,))
            await store.add_exchange_reply(mine, 2, heard, goodbye)
        view = await interviews.view(mine)
        assert (view.ended, view.unanswered) == (False, True)
        with pytest.raises(InterviewEnded):
            await say(interviews, mine, "Hello?")
        assert [words async for words in interviews.resume(mine)] == []
        view = await interviews.view(mine)
        assert (view.end_reason, view.unanswered) == ("candidate", False)
        assert (await interviews.summaries())[0].end_reason == "candidate"


@pytest.mark.parametrize("leaves", ["closes_the_page", "is_cancelled"])
async def test_a_candidate_who_leaves_in_the_middle_finds_the_answer_later(
    tmp_path: Path, leaves: str
) -> None:
    brain = WaitingBrain()
    async with quick(tmp_path, brain=brain) as interviews:
        mine = await begin(interviews)
        if leaves == "closes_the_page":
            reply = interviews.submit(mine, ANSWER)
            assert await anext(reply) == "One moment."
            await reply.aclose()
        else:
            talking = asyncio.create_task(say(interviews, mine))
            await brain.speaking.wait()
            talking.cancel()
            await asyncio.gather(talking, return_exceptions=True)
        assert (await interviews.view(mine)).unanswered
        brain.go_on.set()
        heard = [words async for words in interviews.resume(mine)]
        assert heard == ["One moment.", "Go on."]
        assert await say(interviews, mine, "Now for the rest.")
        view = await interviews.view(mine)
    assert roles(view) == "icici"
    assert view.turns[1].text == ANSWER


class FailingBrain(QuickBrain):
    """Cannot read a thing until it is repaired."""

    broken = True

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        if self.broken:
            raise BrainError("The brain is out of order.", "Try again later.")
        return await super().assess(scene, given)


async def test_a_brain_that_fails_loses_nothing(tmp_path: Path) -> None:
    brain = FailingBrain()
    async with quick(tmp_path, brain=brain) as interviews:
        mine = await begin(interviews)
        with pytest.raises(BrainError, match="out of order"):
            await say(interviews, mine)
        view = await interviews.view(mine)
        assert (roles(view), view.unanswered, view.turns[1].text) == ("ic", True, ANSWER)
        brain.broken = False
        assert [words async for words in interviews.resume(mine)]
        assert await say(interviews, mine, "And more.")
        assert roles(await interviews.view(mine)) == "icici"


async def test_an_interview_can_end_without_a_brain(tmp_path: Path) -> None:
    async with quick(tmp_path, brain=FailingBrain()) as interviews:
        mine = await begin(interviews)
        with pytest.raises(BrainError):
            await say(interviews, mine)
        view = await interviews.end(mine)
    assert (roles(view), view.end_reason, view.unanswered) == ("ic", "candidate", False)


Spoil = Callable[[Path], Any]


def _delete(file: Path) -> None:
    for part in ("", "-wal", "-shm"):
        Path(f"{file}{part}").unlink(missing_ok=True)


def _garble_pages(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as raw:
        raw.seek(100)
        raw.write(b"\xff" * (size - 100))


def _change(*statements: str) -> Spoil:
    def spoil(file: Path) -> None:
        with closing(sqlite3.connect(file)) as database, database:
            for statement in statements:
                database.execute(statement)

    return spoil


def _put_a_folder_there(file: Path) -> None:
    _delete(file)
    file.mkdir()


SPOILT = [
    pytest.param(lambda file: file.unlink(), id="deleted"),
    pytest.param(_delete, id="deleted_with_its_log"),
    pytest.param(lambda file: file.write_bytes(b""), id="emptied"),
    pytest.param(lambda file: file.write_text("dear diary, " * 999), id="text"),
    pytest.param(_garble_pages, id="garbled_pages"),
    pytest.param(_change("DROP TABLE checkpoints"), id="table_dropped"),
    pytest.param(_change("UPDATE checkpoints SET checkpoint = x'c1c1c1'"), id="garbled_rows"),
    pytest.param(_change("UPDATE checkpoints SET type = 'pickle'"), id="another_format"),
    pytest.param(_change("DELETE FROM checkpoints", "DELETE FROM writes"), id="rows_deleted"),
    pytest.param(_put_a_folder_there, id="folder_in_its_place"),
]


@pytest.mark.parametrize("spoil", SPOILT)
@pytest.mark.parametrize("when", ["in_use", "between_two_starts"])
async def test_no_checkpoint_is_needed(tmp_path: Path, spoil: Spoil, when: str) -> None:
    file = places_in(tmp_path).checkpoints
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
        await say(interviews, mine, "One.")
        if when == "in_use":
            spoil(file)
            await say(interviews, mine, "Two.")
    if when != "in_use":
        spoil(file)
    async with quick(tmp_path) as interviews:
        for text in ("Three.", "Four."):
            await say(interviews, mine, text)
        view = await interviews.view(mine)
    said = ["One.", *(["Two."] if when == "in_use" else []), "Three.", "Four."]
    assert [turn.text for turn in view.turns if turn.role == "candidate"] == said
    assert roles(view) == "i" + "ci" * len(said)


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "unanswered"])
async def test_a_stale_checkpoint_is_rebuilt(tmp_path: Path, answered: bool) -> None:
    file = places_in(tmp_path).checkpoints
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
        await say(interviews, mine, "One.")
    stale = file.read_bytes()
    async with quick(tmp_path) as interviews:
        await say(interviews, mine, "Two.")
    if not answered:
        await store_unanswered(tmp_path, mine, "Three.")
    _delete(file)
    file.write_bytes(stale)
    async with quick(tmp_path) as interviews:
        if answered:
            await say(interviews, mine, "Three.")
        else:
            assert [words async for words in interviews.resume(mine)]
        view = await interviews.view(mine)
    assert [turn.text for turn in view.turns if turn.role == "candidate"] == [
        "One.",
        "Two.",
        "Three.",
    ]
    assert "Turn 6" in view.turns[-1].text


async def test_a_checkpoint_that_another_process_deletes_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = places_in(tmp_path).checkpoints
    wait = graphs._wait_after

    async def wait_and_lose(graph: Any, config: Any, answered: int) -> None:
        await wait(graph, config, answered)
        if file.exists():
            _change("DELETE FROM checkpoints", "DELETE FROM writes")(file)

    monkeypatch.setattr(graphs, "_wait_after", wait_and_lose)
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
        await say(interviews, mine, "One.")
        await say(interviews, mine, "Two.")
        assert roles(await interviews.view(mine)) == "icici"


async def test_what_a_checkpoint_holds_is_no_text(tmp_path: Path) -> None:
    async with quick(tmp_path) as interviews:
        mine = await begin(interviews)
        await say(interviews, mine, "Xylophone.")
    assert b"Xylophone" not in places_in(tmp_path).checkpoints.read_bytes()
