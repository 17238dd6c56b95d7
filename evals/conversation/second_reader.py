"""A judge model reads what rules cannot tell: one call a reply, a few calls a scorecard."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from pydantic import BaseModel

from evals.conversation.card import credits
from evals.conversation.dialogue import (
    CHALLENGED_WITHIN,
    Answer,
    answered,
    mentioned_before,
)
from evals.conversation.interview import Heard, Reply
from interviewer.llm.call import Request
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.prompts import load_prompt
from interviewer.llm.usage import Kind, Meter
from interviewer.scoring.values import ItemResult
from interviewer.simulation.listening import Mention, Owed, Place, WrongClaim

MOST_TOKENS = 300
QUOTES_A_CALL = 15
NOTHING = "(none)"

_T = TypeVar("_T")


class ReplyReading(BaseModel):
    """What a judge model finds in a reply, as ids of the lists that it was shown."""

    answered: list[str] = []
    asks_again: list[str] = []
    assumes: list[str] = []
    tests: list[str] = []


class CardReading(BaseModel):
    """The numbers of the quotes that do not show their verdict."""

    unfit: list[int] = []


class SecondReading(NamedTuple):
    """What a judge model found in a whole interview."""

    answered: tuple[Owed, ...]
    asked_again: tuple[tuple[Reply, Mention], ...]
    assumed: tuple[tuple[Reply, str], ...]
    challenged: tuple[WrongClaim, ...]
    unfit: tuple[ItemResult, ...]


async def read_again(heard: Heard, endpoint: Endpoint) -> SecondReading:
    """Reads an interview with the judge model of an endpoint.

    Raises:
        EndpointError: a call failed; half a reading is none.
    """
    found = SecondReading((), (), (), (), ())
    for reply in heard.replies:
        lists = _Lists.of(heard, reply)
        if lists.empty:
            continue
        request = _request("reply", MOST_TOKENS, **lists.shown(reply))
        read = await endpoint.ask(request, ReplyReading, Meter())
        found = SecondReading(
            (*found.answered, *_named(lists.questions, read.answered)),
            (*found.asked_again, *((reply, m) for m in _named(lists.said, read.asks_again))),
            (*found.assumed, *((reply, part) for part in _named(lists.parts, read.assumes))),
            (*found.challenged, *_named(lists.claims, read.tests)),
            (),
        )
    unfit = [item async for item in _unfit(heard, endpoint)]
    return found._replace(unfit=tuple(unfit))


class _Lists(NamedTuple):
    """What a reply is held against, by the ids that the model is shown."""

    questions: Mapping[str, Owed]
    said: Mapping[str, Mention]
    parts: Mapping[str, str]
    claims: Mapping[str, WrongClaim]

    @classmethod
    def of(cls, heard: Heard, reply: Reply) -> _Lists:
        talk = heard.conversation
        owed = [q for q in talk.answers if heard.turn_of(q) == reply.turn]
        recent = [w for w in talk.wrong if reply in heard.replies_to(w, CHALLENGED_WITHIN)]
        return cls(
            _with_ids("q", [q for q in owed if answered(q, heard) is not Answer.GIVEN]),
            _with_ids("s", mentioned_before(heard, reply) if reply.asks else []),
            _with_ids("p", talk.lacks if reply.asks else []),
            _with_ids("w", recent),
        )

    @property
    def empty(self) -> bool:
        return not any(self)

    def shown(self, reply: Reply) -> dict[str, str]:
        return {
            "message": json.dumps(reply.message, ensure_ascii=False),
            "reply": json.dumps(reply.text, ensure_ascii=False),
            "questions": _quoted(self.questions),
            "said": _quoted(self.said),
            "parts": _lines(self.parts),
            "claims": _lines({id_: f"{w.quote} ({w.why})" for id_, w in self.claims.items()}),
        }


def _with_ids(letter: str, each: Sequence[_T]) -> dict[str, _T]:
    return {f"{letter}{number}": one for number, one in enumerate(each, 1)}


def _quoted(places: Mapping[str, Place]) -> str:
    return _lines({id_: place.quote for id_, place in places.items()})


def _lines(texts: Mapping[str, str]) -> str:
    lines = [f"{id_}: {json.dumps(text, ensure_ascii=False)}" for id_, text in texts.items()]
    return "\n".join(lines) or NOTHING


def _named(known: Mapping[str, _T], ids: Sequence[str]) -> Iterator[_T]:
    """What a model named, each once; ids that nobody gave are nothing."""
    return (known[id_] for id_ in dict.fromkeys(ids) if id_ in known)


async def _unfit(heard: Heard, endpoint: Endpoint) -> AsyncIterator[ItemResult]:
    shown = [item for item in credits(heard) if item.quote]
    for start in range(0, len(shown), QUOTES_A_CALL):
        some = shown[start : start + QUOTES_A_CALL]
        lines = "\n".join(_credit(heard, at, item) for at, item in enumerate(some, 1))
        request = _request("card", MOST_TOKENS, credits=lines)
        read = await endpoint.ask(request, CardReading, Meter())
        for number in sorted(set(read.unfit)):
            if 0 < number <= len(some):
                yield some[number - 1]


def _credit(heard: Heard, number: int, credit: ItemResult) -> str:
    item = heard.case.item(credit.item)
    parts = {"point": item.statement, "met when": item.met_when, "quote": credit.quote}
    shown = json.dumps(parts, ensure_ascii=False)
    return f"{number}: {credit.verdict.value} {shown}"


def _request(section: str, most: int, **values: str) -> Request:
    prompt = load_prompt("conversation")
    system, user = prompt.render(section), prompt.render(f"{section}_user", **values)
    return Request(Kind.GRADE, (("system", system), ("user", user)), most)
