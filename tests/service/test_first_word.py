"""A reply is heard after one call, while its message is still being read; both are stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.core.act import MoveKind
from interviewer.core.settings import InterviewSettings
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm.configuration import Style
from interviewer.llm.usage import Kind
from interviewer.service.interviews import open_interviews
from interviewer.simulation.endpoints.sensible import Sensible
from interviewer.simulation.endpoints.wire import Asked, ScriptedModel
from interviewer.store import open_store
from tests.homes import places_in
from tests.models import SETTINGS
from tests.shipped import CASE_ID, shipped_case

SAID = "How many users does the platform have? I log impressions with their position."


@dataclass
class Gated(ScriptedModel):
    """Answers calls of one kind only once it may.

    Attributes:
        held: the kind.
        opened: when it may.
    """

    held: Kind = Kind.NOTES
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        if request.method == "POST" and self.asked[-1].kind is self.held:
            await self.opened.wait()
        return response


@pytest.mark.parametrize("style", [Style.AUTO, Style.FREE])
async def test_the_first_sentence_waits_for_one_call(
    judge: EmbeddedJudge, tmp_path: Path, style: Style
) -> None:
    own = EmbeddedBrain(judge)
    model = Gated(Sensible(own, shipped_case()))
    llm = SETTINGS.model_copy(update={"style": style})
    async with open_interviews(places_in(tmp_path), llm=llm) as interviews:
        interviews.brains.embedded, interviews.brains._transport = own, model
        interviews.brains.prepare()
        known = (await interviews.start(CASE_ID, InterviewSettings(), "llm")).interview_id
        reply = interviews.submit(known, SAID)
        first = await anext(reply)  # would wait for ever if it waited for the notes
        assert Kind.NOTES not in [one.kind for one in answered(model)]
        assert model.asked[0].kind is Kind.REPLY, "nothing is read for the notes before"
        model.opened.set()
        said = [first, *[sentence async for sentence in reply]]
    async with open_store(places_in(tmp_path).database) as store:
        stored = await store.load(known)
    last = stored.turns[-1]
    assert (last.text, last.stand_in) == (" ".join(said), "")
    assert last.move is not None and last.move.kind is MoveKind.PROBE
    assert last.move.facts == ("daily_users",)
    assert stored.assessments[2].intents


def answered(model: Gated) -> list[Asked]:
    """Requests that have had their answer."""
    return [one for one in model.asked if one.kind is not model.held or model.opened.is_set()]


async def test_a_guided_reply_waits_for_the_notes(judge: EmbeddedJudge, tmp_path: Path) -> None:
    own = EmbeddedBrain(judge)
    model = ScriptedModel(Sensible(own, shipped_case()))
    llm = SETTINGS.model_copy(update={"style": Style.GUIDED})
    async with open_interviews(places_in(tmp_path), llm=llm) as interviews:
        interviews.brains.embedded, interviews.brains._transport = own, model
        known = (await interviews.start(CASE_ID, InterviewSettings(), "llm")).interview_id
        assert [sentence async for sentence in interviews.submit(known, SAID)]
    assert [one.kind for one in model.asked] == [Kind.NOTES, Kind.SAY]
