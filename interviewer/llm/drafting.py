"""Asking a model what a case lacks; a reply that was had once is never asked for again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from interviewer.cases.gaps import StepGaps, WrittenCase
from interviewer.cases.proposals import Proposed, Review
from interviewer.core.errors import EndpointError
from interviewer.core.private_files import make_private
from interviewer.llm.call import Request
from interviewer.llm.capabilities import strict_schema
from interviewer.llm.configuration import shown_address
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.failures import Failure
from interviewer.llm.prompts import load_prompt
from interviewer.llm.usage import Kind, Meter

OF_ONE_REPLY = frozenset(
    {
        *(Failure.NOT_JSON, Failure.WRONG_SHAPE, Failure.EMPTY, Failure.DECLINED),
        *(Failure.FILTERED, Failure.TOOLS, Failure.ENDLESS, Failure.TOO_LONG),
    }
)
"""Failures that the next request need not meet."""
TOKENS = 1200  # of a reply, for every item in it
TEXT = 600  # characters of a text of the case that are shown
LISTED = 20  # entries of a list


class DraftReply(BaseModel):
    """What a model proposes for one step."""

    items: list[Proposed]


def draft_request(written: WrittenCase, gaps: StepGaps, concepts: Collection[str]) -> Request:
    """What a model is asked about one step.

    Args:
        written: the case; its texts are shown as JSON, so that none can pass for instructions.
        gaps: what is wanted.
        concepts: ids that an item may name.
    """
    prompt, step = load_prompt("draft"), written.step(gaps.step)
    told = [fact.get("answer") for fact in _listed(written.case.get("facts"))]
    shown = {name: written.case.get(name) for name in ("title", "summary", "opening")}
    drafted = written.draft.steps.get(gaps.step)
    known = [*written.items(gaps.step), *(drafted.items if drafted else ())]
    user = prompt.render(
        "user",
        case=_shown({**shown, "facts": told}),
        concepts=", ".join(sorted(concepts)),
        step=_shown({"step": gaps.step.value, "question": step.get("question")}),
        items=_shown([_with_topic(item, written.topics) for item in known]),
        wanted=_shown({id_: list(fields) for id_, fields in gaps.items.items()}),
        new=str(gaps.new),
    )
    messages = (("system", prompt.render("system")), ("user", user))
    return Request(Kind.DRAFT, messages, TOKENS * (len(gaps.items) + gaps.new))


def _with_topic(item: Mapping[str, Any], topics: Mapping[str, str]) -> dict[str, Any]:
    """An item with its topic, also where a shared one brings it."""
    shared = topics.get(str(item.get("use")))
    return {**({"topic": shared} if shared else {}), **item}


class Drafter:
    """Asks one endpoint, and keeps what it said.

    Args:
        endpoint: that is asked.
        meter: the account.
        cache: folder of replies, by the hash of what was asked.
    """

    def __init__(self, endpoint: Endpoint, meter: Meter, cache: Path) -> None:
        self._endpoint, self._meter, self._cache = endpoint, meter, cache
        self.asked = 0
        """How many requests went out."""

    async def ask(self, request: Request) -> DraftReply:
        """The reply, from the cache where it was had before.

        Raises:
            EndpointError: there was none; says why.
        """
        file = self._cache / f"{self._key(request)}.json"
        try:
            return DraftReply.model_validate_json(file.read_bytes())
        except (OSError, ValidationError):
            self.asked += 1
        reply = await self._endpoint.ask(request, DraftReply, self._meter)
        self._cache.mkdir(parents=True, exist_ok=True)
        make_private(file)
        file.write_text(reply.model_dump_json(), encoding="utf-8")
        return reply

    def _key(self, request: Request) -> str:
        settings = self._endpoint.settings
        model = settings.judge_model or settings.model or shown_address(settings)
        whole = [model, request.messages, strict_schema(DraftReply)]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


async def propose(
    drafter: Drafter, review: Review, gaps: Sequence[StepGaps], tell: Callable[[str], None]
) -> list[str]:
    """Asks for what is missing, part by part, and takes what passes.

    Args:
        drafter: asks.
        review: takes what comes.
        gaps: what is missing.
        tell: hears which step is being asked for.

    Returns:
        Why parts could not be had. After a failure that the next call would meet too, none is made.
    """
    failures = []
    for gap in gaps:
        tell(gap.step.value)
        request = draft_request(review.written, gap, review.concepts)
        try:
            reply = await drafter.ask(request)
        except EndpointError as error:
            failures.append(f"{gap.step.value}: {error}")
            if error.failure not in OF_ONE_REPLY:
                break
            continue
        review.take(reply.items, gap)
    return failures


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _shown(value: object) -> str:
    return json.dumps(_short(value), ensure_ascii=False)


def _short(value: object) -> object:
    """A value of a case without what would burst a prompt."""
    if isinstance(value, str):
        return value[:TEXT]
    if isinstance(value, list):
        return [_short(one) for one in value[:LISTED]]
    if isinstance(value, dict):
        return {str(key): _short(one) for key, one in value.items()}
    return value
