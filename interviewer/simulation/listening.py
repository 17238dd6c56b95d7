"""What a conversation with a scripted candidate must hear (`conversation:` of a script).

Whoever writes it knows the candidate and the facts of the case, never its rubric. Two keys are
added afterwards, when the script is taken in: `facts` names those that answer a question, `items`
the points that what was said earns at least in part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from interviewer.core.settings import StepId


class Place(BaseModel):
    """Words of a message of the script: the `message`th, from 1, of what it says in a step."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    step: StepId
    message: int = Field(ge=1)
    quote: str = Field(min_length=1)
    """Verbatim, but for white space."""


class Owed(Place):
    """A question of the candidate, which a listening interviewer answers."""

    wants: str = ""
    """What is asked for, in a few words."""
    facts: tuple[str, ...] = ()
    """Facts of the case of which any one answers it; empty for talk about the talk."""
    unknown: bool = False
    """Nobody has what is asked for, and the interviewer says so."""


class Mention(Place):
    """Something said clearly: not to be asked for afterwards, never to be called missing."""

    about: str = ""
    items: tuple[str, ...] = ()
    """Points of the case that it earns at least in part."""


class WrongClaim(Place):
    """Something said that is wrong."""

    why: str = ""


class Conversation(BaseModel):
    """Everything that is looked for in an interview with this candidate."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    answers: tuple[Owed, ...] = ()
    said: tuple[Mention, ...] = ()
    lacks: tuple[str, ...] = ()
    """Parts that the design does not have, so that nobody may take them for granted."""
    wrong: tuple[WrongClaim, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Everything that quotes a message."""
        return (*self.answers, *self.said, *self.wrong)


_ENTRIES: Mapping[str, type[BaseModel]] = {"answers": Owed, "said": Mention, "wrong": WrongClaim}


def unknown_keys(data: Any) -> Iterator[str]:
    """Keys of a `conversation:` that nothing looks at."""
    if not isinstance(data, dict):
        return
    yield from (f"conversation.{key}" for key in data if key not in Conversation.model_fields)
    for part, shape in _ENTRIES.items():
        for entry in data.get(part) or ():
            for key in entry if isinstance(entry, dict) else ():
                if key not in shape.model_fields:
                    yield f"conversation.{part}.{key}"


def misquoted(
    conversation: Conversation, said: Mapping[StepId, Sequence[str]]
) -> tuple[Place, ...]:
    """The entries whose quote is not in the message that they name.

    Args:
        conversation: what is looked for.
        said: the messages of each step.
    """
    return tuple(place for place in conversation.places if not _stands(place, said))


def _stands(place: Place, said: Mapping[StepId, Sequence[str]]) -> bool:
    messages = said.get(place.step, ())
    if place.message > len(messages):
        return False
    return _spaced(place.quote) in _spaced(messages[place.message - 1])


def _spaced(text: str) -> str:
    return " ".join(text.split())
