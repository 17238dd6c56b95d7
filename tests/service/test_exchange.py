"""What one exchange costs and leaves: loads of the store, layers of generators, the view."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

import interviewer
from interviewer.core.settings import InterviewSettings, Mode
from interviewer.core.transcript import Intent
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from interviewer.store import Store, StoredInterview
from interviewer.web.streaming import Moment, follow
from tests.homes import places_in
from tests.pasts import SpreadBrain

CASE = "video_recommendation"
TALK: tuple[tuple[str, Intent | None], ...] = (
    ("I would look at long-term watch time, because clicks are cheap.", None),
    ("", Intent.HINT_REQUEST),
    ("I do not know.", Intent.DONT_KNOW),
    ("Let's move on.", Intent.MOVE_ON),
    ("I log impressions that were really seen.", None),
    ("Let's move on.", Intent.MOVE_ON),
)
MOST_GENERATORS = 4
"""Between a brain's sentence and the page: `WaitingGraph.answer`, `Interviews._answer`, `paced`,
`follow`."""


@pytest.fixture
async def interviews(tmp_path: Path) -> AsyncIterator[Interviews]:
    async with open_interviews(places_in(tmp_path), brain=SpreadBrain()) as opened:
        yield opened


@pytest.mark.parametrize("mode", list(Mode))
async def test_the_view_of_a_reply_is_that_of_the_store(interviews: Interviews, mode: Mode) -> None:
    known = (await interviews.start(CASE, InterviewSettings(mode=mode))).interview_id
    for number, (text, intent) in enumerate(TALK):
        reply = interviews.submit(known, text or "A hint?", sketch=f"a -> {number}", intent=intent)
        assert reply.view is None
        view = await reply.finished()
        assert view == reply.view == await interviews.view(known)
        assert view.turns[-1].number == 2 * number + 3
    again = await interviews.answer_again(known, view.step)
    view = await interviews.submit(again.interview_id, TALK[0][0]).finished()
    assert view.before is not None
    assert view == await interviews.view(again.interview_id)


async def test_a_reply_that_ends_the_interview_shows_its_scorecard(interviews: Interviews) -> None:
    known = (await interviews.start(CASE, InterviewSettings())).interview_id
    await interviews.submit(known, TALK[0][0]).finished()
    view = await interviews.submit(known, "Let's stop.", intent=Intent.END).finished()
    assert view.scorecard is not None
    assert view == await interviews.view(known)


async def test_a_pause_ends_with_the_message_after_it(interviews: Interviews) -> None:
    known = (await interviews.start(CASE, InterviewSettings())).interview_id
    await interviews.pause(known)
    view = await interviews.submit(known, TALK[0][0]).finished()
    assert (view.paused_at, view.paused_seconds) == (None, 0.0)
    assert view == await interviews.view(known)


async def test_what_has_nothing_to_say_shows_the_interview(interviews: Interviews) -> None:
    view = await interviews.start(CASE, InterviewSettings())
    assert await interviews.resume(view.interview_id).finished() == view


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The interviews that were loaded, one entry a time."""
    loaded: list[str] = []
    load = Store.load

    async def counted(self: Store, interview_id: str) -> StoredInterview:
        loaded.append(interview_id)
        return await load(self, interview_id)

    monkeypatch.setattr(Store, "load", counted)
    return loaded


async def test_a_message_loads_its_interview_once(interviews: Interviews, loads: list[str]) -> None:
    known = (await interviews.start(CASE, InterviewSettings())).interview_id
    for text, intent in TALK[:3]:
        loads.clear()
        await interviews.submit(known, text or "A hint?", intent=intent).finished()
        assert loads == [known]


@pytest.mark.parametrize("by", ["button", "words"])
async def test_an_end_loads_its_interview_twice(
    interviews: Interviews, loads: list[str], by: str
) -> None:
    known = (await interviews.start(CASE, InterviewSettings())).interview_id
    await interviews.submit(known, TALK[0][0]).finished()
    loads.clear()
    if by == "button":
        await interviews.end(known)
    else:
        await interviews.submit(known, "Let's stop.", intent=Intent.END).finished()
    assert loads == [known, known]


@contextmanager
def generators() -> Iterator[set[CodeType]]:
    """The async generators of the package that run meanwhile, on any thread."""
    package, found = str(Path(interviewer.__file__).parent), set[CodeType]()

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if code.co_flags & inspect.CO_ASYNC_GENERATOR and code.co_filename.startswith(package):
            found.add(code)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield found
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


async def test_few_generators_stand_between_a_brain_and_the_page(tmp_path: Path) -> None:
    async with open_interviews(places_in(tmp_path), brain=QuickBrain()) as interviews:
        view = await interviews.start(CASE, InterviewSettings())
        with generators() as found:
            moments = [m async for m in follow(interviews, view.interview_id, "Words.", 1)]
    assert moments[-1].view is not None and isinstance(moments[0], Moment)
    between = {code.co_qualname for code in found} - {"QuickBrain.say"}
    assert len(between) <= MOST_GENERATORS, between
    assert {"WaitingGraph.answer", "Interviews._answer"} <= between


class Crash(BaseException):
    """The program dies."""


async def test_a_crash_while_an_interview_ends_leaves_one_that_can_be_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The result is stored first: an interview that counts as ended always has one."""
    written: list[str] = []

    def dying(name: str) -> None:
        write = getattr(Store, name)

        async def once(self: Store, *arguments: Any) -> None:
            if written:
                raise Crash
            written.append(name)
            await write(self, *arguments)

        monkeypatch.setattr(Store, name, once)

    async with open_interviews(places_in(tmp_path), brain=SpreadBrain()) as interviews:
        known = (await interviews.start(CASE, InterviewSettings())).interview_id
        await interviews.submit(known, TALK[0][0]).finished()
        with monkeypatch.context() as patch:
            monkeypatch = patch
            dying("save_result")
            dying("end_interview")
            with pytest.raises(Crash):
                await interviews.end(known)
        assert len(written) == 1
    async with open_interviews(places_in(tmp_path), brain=SpreadBrain()) as interviews:
        assert not (await interviews.view(known)).ended
        view = await interviews.end(known)
        assert view.scorecard is not None
        (listed,) = await interviews.summaries()
        assert (listed.overall, listed.end_reason) == (view.scorecard.overall, "candidate")
        (remembered,) = await interviews.history()
        assert remembered.verdicts
