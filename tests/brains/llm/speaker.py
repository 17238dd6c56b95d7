"""A model that replies as it is told to, and an agenda under which it may."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

from interviewer.brains.llm.limits import secrets_of
from interviewer.brains.llm.replying import Reply
from interviewer.brains.protocol import Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.agenda import Agenda, Topic, TopicState
from interviewer.core.errors import EndpointError
from interviewer.core.settings import StepId
from interviewer.llm.call import Request
from tests.shipped import a_scene, shipped_case

CASE = shipped_case()
SECRETS = secrets_of(CASE)
STEP = StepId.DATA
FIRST, SECOND = CASE.steps[STEP].items[:2]
SAID = "I log every impression with its position and train on 500 events a user, split at random."


@dataclass
class Model:
    """Says one thing after the other, in pieces; an error is raised in place of one."""

    replies: Sequence[str | Sequence[str | EndpointError]]
    asked: list[Request] = field(default_factory=list)

    async def __call__(self, request: Request) -> AsyncGenerator[str, None]:
        reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
        self.asked.append(request)
        parts = [reply] if isinstance(reply, str) else reply
        for part in parts:
            if isinstance(part, EndpointError):
                raise part
            for at in range(0, len(part), 7):
                yield part[at : at + 7]


def topics(state: TopicState = TopicState.OPEN) -> tuple[Topic, ...]:
    return tuple(
        Topic(item=item.id, label=item.label, step=step, core=item.core, state=state)
        for step, item in CASE.items()
    )


def an_agenda(**overrides: Any) -> Agenda:
    values: dict[str, Any] = {
        "acts": (
            MoveKind.ANSWER,
            MoveKind.PROBE,
            MoveKind.CHALLENGE,
            MoveKind.OPEN_STEP,
            MoveKind.LISTEN,
        ),
        "step": STEP,
        "following": StepId.MODELING,
        "minutes": (10.0, 45.0),
        "topics": topics(),
        "wanted": (SECOND.id,),
    }
    return Agenda(**{**values, **overrides})


async def replied(
    *replies: str | Sequence[str | EndpointError], scene: Scene | None = None, **agenda: Any
) -> tuple[Move, list[str], Model]:
    """The move and the words that are heard of a model's replies."""
    model = Model(replies)
    reply = Reply(model, scene or a_scene(SAID), an_agenda(**agenda), lambda _: SECRETS)
    speech = await reply.speech()
    heard = [sentence async for sentence in speech.sentences]
    return speech.move, heard, model
