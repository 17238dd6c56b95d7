"""A brain that costs nothing, for tests and measurements of everything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from interviewer.brains.protocol import Answer, Brain, Scene
from interviewer.core.act import Move
from interviewer.core.assessment import Judgement, RedFlagHit, TurnAssessment
from interviewer.core.case import Case
from interviewer.core.debrief import Debrief
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.scoring import Scorecard

PACE = 0.002  # seconds between the sentences of a quick reply, so that a kill can fall in between


class QuickBrain(Brain):
    """Reads nothing into a turn and says three sentences; it costs no time and no memory."""

    name = "quick"

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """An answer, or what the button says."""
        await asyncio.sleep(PACE)
        return TurnAssessment(intents=(given or Intent.ANSWER,), words=9)

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """Three sentences that name the turn they answer."""
        for part in ("heard", "understood", "answered"):
            yield f"Turn {len(scene.turns)} was {part} with a {move.kind}."
            await asyncio.sleep(PACE)

    async def grade(
        self,
        case: Case,
        step: StepId,
        said: Sequence[Answer],
        standing: Sequence[RedFlagHit] = (),
    ) -> Judgement:
        """Nothing."""
        return Judgement(items=())

    async def debrief(self, scene: Scene, scorecard: Scorecard) -> Debrief:
        """Nothing."""
        return Debrief()
