"""Interviews that have ended, made in a moment: a brain that finds something of everything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from interviewer.brains.protocol import Scene
from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, TurnAssessment, Verdict
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Intent
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.quick_brain import QuickBrain
from tests.homes import places_in

CASE = "video_recommendation"
SKETCH = "app -> gateway -> retrieval -> ranking -> page\nranking -> log"
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)> & "quoted"'
SAID = f"I would look at long-term retention, because clicks alone reward bait. {HOSTILE}"
SPREAD = (Verdict.MET, Verdict.PARTIAL, Verdict.ABSENT, Verdict.UNASSESSED)


class SpreadBrain(QuickBrain):
    """Gives the items of a step every verdict in turn, and hears one red flag in each."""

    name = "embedded"

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """An answer with something of everything."""
        step, turn = scene.case.steps[scene.step], scene.turns[-1]
        heard = Evidence(quote=turn.text, turn=turn.number)
        verdicts = tuple(
            Assessment(
                item=item.id,
                step=scene.step,
                verdict=(verdict := SPREAD[at % len(SPREAD)]),
                evidence=heard if verdict in SPREAD[:2] else None,
                reason="It is tied to the case.",
            )
            for at, item in enumerate(step.items)
        )
        flags = tuple(
            RedFlagHit(red_flag=flag.id, step=scene.step, evidence=heard)
            for flag in step.red_flags[:1]
        )
        return TurnAssessment(
            intents=(given or Intent.ANSWER,), verdicts=verdicts, red_flags=flags, words=12
        )


@asynccontextmanager
async def opened(home: Path, **options: Any) -> AsyncIterator[Interviews]:
    """The interviews of a folder, with that brain."""
    async with open_interviews(places_in(home), brain=SpreadBrain(), **options) as interviews:
        yield interviews


async def a_past(interviews: Interviews, answers: int = 4, **settings: Any) -> str:
    """Id of an interview that has ended after so many answers."""
    view = await interviews.start(CASE, InterviewSettings(**settings))
    for _ in range(answers):
        async for _ in interviews.submit(view.interview_id, SAID, sketch=SKETCH):
            pass
    await interviews.end(view.interview_id)
    return view.interview_id
