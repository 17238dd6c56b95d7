"""Interviews of a test, begun and talked with; brains that wait, and what a crash leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from interviewer.brains.protocol import Scene
from interviewer.core.act import Move
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Turn
from interviewer.results.view import InterviewView
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from interviewer.store import open_store
from tests.homes import places_in

CASE = "video_recommendation"


ANSWER = (
    "I would train on impressions that were really seen, because a video that never was on the "
    "screen tells us nothing about what the user wants."
)


def quick(home: Path, **options: Any) -> Any:
    """Interviews in a home of their own, with a brain that costs nothing."""
    return open_interviews(places_in(home), **{"brain": QuickBrain(), **options})


async def begin(interviews: Interviews, **settings: Any) -> str:
    view = await interviews.start(CASE, InterviewSettings(**settings))
    return view.interview_id


async def say(
    interviews: Interviews, interview_id: str, text: str = ANSWER, **options: Any
) -> list[str]:
    return [words async for words in interviews.submit(interview_id, text, **options)]


async def store_unanswered(home: Path, interview_id: str, text: str = ANSWER) -> None:
    """What a crash leaves behind: a candidate turn without a reply."""
    async with open_store(places_in(home).database) as store:
        last = (await store.load(interview_id)).turns[-1]
        turn = Turn(
            number=last.number + 1, role="candidate", step=last.step, text=text, at=last.at + 30
        )
        await store.add_candidate_turn(interview_id, turn)


def roles(view: InterviewView) -> str:
    return "".join(turn.role[0] for turn in view.turns)


class WaitingBrain(QuickBrain):
    """Says one sentence and waits before the next."""

    def __init__(self) -> None:
        self.speaking = asyncio.Event()
        self.go_on = asyncio.Event()

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        yield "One moment."
        if len(scene.turns) > 1:
            self.speaking.set()
            await self.go_on.wait()
        yield "Go on."
