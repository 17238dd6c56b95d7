"""Where the children of `kill` come from: a process that has imported everything and forks.

It reads one job a line and has one child at a time; the child writes what happens in its
interview to the same output, a line an event, before anything else happens.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import interviewer.brains.embedded.brain
import interviewer.service.checkpoints  # noqa: F401  (imported here so that no child has to)
from interviewer.brains.protocol import Brain
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Intent
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.homes import places_in
from interviewer.simulation.quick_brain import QuickBrain
from interviewer.store import Store

CASE = "video_recommendation"
GOODBYE = "Let's end the interview here."


@dataclass(frozen=True)
class Job:
    """What one child does.

    Attributes:
        home: data folder.
        interview_id: the interview to go on with; a new one of that id is started if need be.
        texts: what its candidate says, each text once.
        embedded: with the embedded brain, not the quick one.
        before, after: store method before or after which the child kills itself, or "".
        call: at which call of that method.
    """

    home: str
    interview_id: str
    texts: tuple[str, ...]
    embedded: bool = False
    before: str = ""
    after: str = ""
    call: int = 1


def report(**event: Any) -> None:
    """Writes an event so that a kill cannot take it back."""
    os.write(1, (json.dumps(event) + "\n").encode())


async def play(job: Job) -> None:
    """Goes on with an interview to its end, or until it is killed."""
    brain: Brain | None = None if job.embedded else QuickBrain()
    _die(job)
    where = places_in(Path(job.home))
    async with open_interviews(where, new_id=lambda: job.interview_id, brain=brain) as interviews:
        if job.interview_id not in [known.interview_id for known in await interviews.summaries()]:
            await interviews.start(CASE, InterviewSettings(minutes=20), "embedded")
        await _hear(interviews.resume(job.interview_id), "resumed")
        while not await _ended(interviews, job):
            pass
    report(event="finished")


async def _ended(interviews: Interviews, job: Job) -> bool:
    """One exchange; whether the interview has ended before it."""
    view = await interviews.view(job.interview_id)
    if view.ended:
        return True
    said = sum(turn.role == "candidate" for turn in view.turns)
    leaves = said >= len(job.texts)
    text = GOODBYE if leaves else job.texts[said]
    intent = Intent.END if leaves else None
    reply = interviews.submit(job.interview_id, text, after=view.last_turn, intent=intent)
    await _hear(reply, "stored", text)
    return False


async def _hear(reply: AsyncIterator[str], event: str, text: str = "") -> None:
    """Reports that the candidate's words are stored at the first words of the reply to them."""
    heard: list[str] = []
    async for sentence in reply:
        if not heard:
            report(event=event, text=text)
        heard.append(sentence)
    report(event="replied", text=" ".join(heard))


def _die(job: Job) -> None:
    """Has this process kill itself around a call of a method of the store."""
    name = job.before or job.after
    if not name:
        return
    original: Callable[..., Awaitable[None]] = getattr(Store, name)
    calls = 0

    async def deadly(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == job.call and job.before:
            os.kill(os.getpid(), signal.SIGKILL)
        await original(*arguments)
        if calls == job.call:
            os.kill(os.getpid(), signal.SIGKILL)

    setattr(Store, name, deadly)


def main() -> None:
    """Forks a child for every job that is read."""
    report(event="ready")
    for line in sys.stdin:
        values = json.loads(line)
        job = Job(**{**values, "texts": tuple(values["texts"])})
        child = os.fork()
        if child == 0:
            os._exit(_live(job))
        report(event="born", pid=child)
        _, status = os.waitpid(child, 0)
        report(event="died", code=os.waitstatus_to_exitcode(status))


def _live(job: Job) -> int:
    try:
        asyncio.run(play(job))
    except BaseException:  # the parent reads it; the child must not go on as its own parent
        report(event="failed", text=traceback.format_exc())
        return 1
    return 0


if __name__ == "__main__":
    main()
