"""`kill`: interviews that are killed at random moments and go on; no word may be lost.

A child plays a scripted interview and tells what was stored and answered. It is killed with
SIGKILL: at any time, right after something it told, or around a write to the database. Another
child then goes on with the same interview, half of the time without the checkpoint file. What the
database holds afterwards is compared with what the children told.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.bench.losses import Told, problems_in
from evals.bench.measured import ROOT, Measured, messages, scripts
from evals.bench.nursery import Job
from interviewer.simulation.homes import temporary_places

KILLS = 100
MESSAGES = 9  # of one interview, before its candidate ends it
KILLS_OF_ONE = 6  # at most, in one interview
EMBEDDED = 0.15  # share of the interviews with the embedded brain
LIFE = {False: 0.7, True: 4.0}  # seconds within which a kill at any time falls, by brain
WRITES = ("add_candidate_turn", "add_exchange_reply", "save_result", "end_interview")
PATIENCE = 120.0  # seconds without an event after which a child is taken for stuck


@dataclass(frozen=True)
class Plan:
    """When a child dies: after some seconds, some time after an event, or by its own hand."""

    moment: str
    seconds: float = 0.0
    event: str = ""
    count: int = 1
    before: str = ""
    after: str = ""

    @property
    def own_hand(self) -> bool:
        """Whether the child kills itself."""
        return bool(self.before or self.after)


NATURAL = Plan("natural")


def measure(kills: int = KILLS, seed: int = 1) -> list[Measured]:
    """Lost words and double answers after 100 kills; both must be none."""
    told = asyncio.run(kill_many(kills, seed))
    problems = [problem for each in told for problem in each.problems]
    detail = {
        "kills": sum(each.kills for each in told),
        "without_checkpoint_file": sum(each.without_checkpoints for each in told),
        "interviews": len(told),
        "words_told_as_stored": sum(len(text.split()) for each in told for text in each.stored),
        "moments": dict(sum((each.moments for each in told), Counter())),
        "problems": problems,
    }
    print(json.dumps(detail, indent=2), file=sys.stderr)
    return [Measured("losses and double answers", len(problems), 0, f"in {kills} kills", detail)]


async def kill_many(kills: int, seed: int, *, embedded: float = EMBEDDED) -> list[Told]:
    """Kills children until there were that many kills; every interview is then played to its end.

    Args:
        kills: how many.
        seed: decides every moment.
        embedded: share of the interviews with the embedded brain.
    """
    draw = random.Random(seed)
    told: list[Told] = []
    with temporary_places() as places:
        async with _nursery() as nursery:
            while (left := kills - sum(each.kills for each in told)) > 0:
                real = draw.random() < embedded
                job = Job(str(places.home), f"interview-{len(told)}", _texts(draw), real)
                told.append(await _one_interview(nursery, job, min(left, KILLS_OF_ONE), draw))
    return told


async def _one_interview(nursery: Nursery, job: Job, kills: int, draw: random.Random) -> Told:
    told = Told()
    for _ in range(draw.randint(1, kills)):
        plan = _plan(draw, job.embedded)
        if not await nursery.live(job, plan, told):
            break
        told.kills += 1
        told.moments[plan.moment] += 1
        if draw.random() < 0.5:  # reading recovers the files, which the next child must do as well
            told.problems += problems_in(job, told, finished=False)
        if draw.random() < 0.5:
            told.without_checkpoints += 1
            _delete_checkpoints(Path(job.home), with_log=draw.random() < 0.5)
    if await nursery.live(job, NATURAL, told):
        told.problems.append(f"{job.interview_id}: died by itself")
    told.problems += problems_in(job, told, finished=True)
    return told


def _texts(draw: random.Random) -> tuple[str, ...]:
    """What a candidate says: different every time, so that each text can be told from all."""
    script = draw.choice(scripts())
    said = messages(script)[:MESSAGES]
    return tuple(f"{text} That is point {draw.getrandbits(64):x}." for text in said)


def _plan(draw: random.Random, embedded: bool) -> Plan:
    moment = draw.choice(("any time", "after an event", "around a write"))
    if moment == "any time":
        return Plan(moment, seconds=draw.uniform(0, LIFE[embedded]))
    if moment == "after an event":
        event = draw.choice(("stored", "replied"))
        count = draw.randint(1, 4)
        return Plan(moment, draw.choice((0.0, draw.uniform(0, 0.02))), event, count)
    name = draw.choice((*WRITES[:2], *WRITES))
    count = draw.randint(1, 4) if name in WRITES[:2] else 1
    if draw.random() < 0.5:
        return Plan(f"before {name}", before=name, count=count)
    return Plan(f"after {name}", after=name, count=count)


def _delete_checkpoints(home: Path, *, with_log: bool) -> None:
    parts = ("", "-wal", "-shm") if with_log else ("",)
    for part in parts:
        (home / f"checkpoints.sqlite{part}").unlink(missing_ok=True)


class Nursery:
    """The process that forks children, one at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def live(self, job: Job, plan: Plan, told: Told) -> bool:
        """One life of a child; whether it was killed before it had finished."""
        call = {"before": plan.before, "after": plan.after, "call": plan.count}
        await self._send({**asdict(job), **(call if plan.own_hand else {})})
        child = int((await self.event())["pid"])
        by_time = plan is not NATURAL and not plan.own_hand and not plan.event
        killing = asyncio.create_task(_kill(child, plan.seconds)) if by_time else None
        seen: Counter[str] = Counter()
        while (event := await self.event())["event"] != "died":
            seen[event["event"]] += 1
            _note(event, told)
            if plan.event == event["event"] and seen[plan.event] == plan.count:
                killing = asyncio.create_task(_kill(child, plan.seconds))
        if killing is not None:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
        return bool(event["code"] == -signal.SIGKILL)

    async def event(self) -> dict[str, Any]:
        """The next event of the nursery or its child."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
        assert line, "the nursery has closed"
        found: dict[str, Any] = json.loads(line)
        return found

    async def _send(self, job: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write((json.dumps(job) + "\n").encode())
        await self._process.stdin.drain()


async def _kill(child: int, seconds: float) -> None:
    await asyncio.sleep(seconds)
    os.kill(child, signal.SIGKILL)


def _note(event: dict[str, Any], told: Told) -> None:
    if event["event"] == "stored":
        told.stored.append(event["text"])
    elif event["event"] == "replied" and event["text"]:
        told.replies.append(event["text"])
    elif event["event"] == "failed":
        told.problems.append(event["text"])


@asynccontextmanager
async def _nursery() -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "evals.bench.nursery",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        # A fork takes only one thread along, so none of the others may hold anything.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        limit=2**20,
    )
    assert process.stdin is not None
    try:
        nursery = Nursery(process)
        await nursery.event()
        yield nursery
    finally:
        process.stdin.close()
        await process.wait()
