"""LLM brains over scripted models, at the wire."""

from __future__ import annotations

import httpx2

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.llm.brain import LLMBrain, Shared
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.configuration import LLMSettings
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.usage import Meter
from interviewer.simulation.endpoints.sensible import Sensible
from interviewer.simulation.endpoints.wire import Answers, ScriptedModel
from tests.shipped import shipped_case

SETTINGS = LLMSettings(base_url="http://127.0.0.1:9/v1", model="scripted-1")


async def at_once(seconds: float) -> None:
    """Waits for nothing."""


def llm_brain(judge: EmbeddedJudge, answers: Answers | None = None) -> LLMBrain:
    """A brain whose model judges as the embedded judge does, or replies as it is told."""
    own = EmbeddedBrain(judge)
    return brain_over(own, ScriptedModel(answers or Sensible(own, shipped_case())))


def brain_over(own: EmbeddedBrain, transport: httpx2.AsyncBaseTransport) -> LLMBrain:
    """A brain whose requests go through a transport."""
    endpoint = Endpoint(SETTINGS, transport=transport, pause=at_once)
    return LLMBrain(Shared(endpoint, own), Meter())
