"""The LLM brain with the embedded one behind it: an interview outlives its endpoint."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence

from interviewer.brains.protocol import Answer, Brain, Heard, Scene, Speech
from interviewer.core.act import Move
from interviewer.core.assessment import Judgement, RedFlagHit, Rejudgement, TurnAssessment
from interviewer.core.case import Case
from interviewer.core.debrief import Debrief
from interviewer.core.errors import EndpointError, SettingsError
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.scoring import Scorecard

log = logging.getLogger("interviewer")


class FallbackBrain(Brain):
    """One exchange at a time: the model's, or from its first failure on the embedded brain's.

    Args:
        model: judges and speaks as long as it can.
        own: takes the exchange over.
        reason: why it does so from the beginning, where it does.
    """

    def __init__(self, model: Brain, own: Brain, reason: str = "") -> None:
        self._model, self._own, self.fallback_reason = model, own, reason

    @property
    def name(self) -> str:
        """That of the model."""
        return self._model.name

    @property
    def grades_steps(self) -> bool:
        """A grade is the model's or none."""
        return self._model.grades_steps and not self.fallback_reason

    @property
    def interviews(self) -> bool:
        """Whether the model finds its own replies; not once it has failed."""
        return self._model.interviews and not self.fallback_reason

    async def reply(self, scene: Scene) -> Speech | None:
        """The model's own reply; None where it has none, see `Brain.reply`."""
        try:
            return await self._model.reply(scene)
        except (EndpointError, SettingsError) as error:
            self._take_over(error)
            return None

    async def look_back(self, scene: Scene, absent: Sequence[str]) -> Heard:
        """What the model finds in a whole interview; it is the model's or nobody's."""
        return await self._model.look_back(scene, absent)

    async def reread(self, scene: Scene, claim: Rejudgement) -> Judgement | None:
        """A point as the model reads it again; it is the model's or nobody's."""
        return await self._model.reread(scene, claim)

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """Reads the last turn of the scene; see `Brain.assess`."""
        try:
            return await self._model.assess(scene, given)
        except (EndpointError, SettingsError) as error:
            self._take_over(error)
            return await self._own.assess(scene, given)

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """The interviewer's words for a move; see `Brain.say`."""
        if not self.fallback_reason:
            spoken = self._model.say(scene, move)
            try:
                async for sentence in spoken:
                    yield sentence
                return
            except (EndpointError, SettingsError) as error:  # raised only before its first word
                self._take_over(error)
        async for sentence in self._own.say(scene, move):
            yield sentence

    async def grade(
        self,
        case: Case,
        step: StepId,
        said: Sequence[Answer],
        standing: Sequence[RedFlagHit] = (),
    ) -> Judgement:
        """Judges a whole step; a grade is the model's or none, so that judges are not mixed."""
        return await self._model.grade(case, step, said, standing)

    async def debrief(self, scene: Scene, scorecard: Scorecard) -> Debrief:
        """What the candidate is told afterwards; see `Brain.debrief`."""
        try:
            return await self._model.debrief(scene, scorecard)
        except (EndpointError, SettingsError) as error:
            self._take_over(error)
            return await self._own.debrief(scene, scorecard)

    def _take_over(self, error: EndpointError | SettingsError) -> None:
        self.fallback_reason = error.what
        detail = error.detail if isinstance(error, EndpointError) else error.action
        log.warning("The embedded brain takes over: %s %s", error.what, detail)
