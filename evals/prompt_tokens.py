"""What prompts cost: tokens in all, and those that no cache can have.

Cached is the longest beginning that a request shares with an earlier one of the same model and
schema, and nothing below 1,024 tokens, which is how prompt caches of providers count.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import takewhile
from typing import Any, NamedTuple

from interviewer.llm.tokens import MESSAGE_TOKENS, REPLY_TOKENS, token_ids
from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.wire import Asked

SHORTEST_CACHED = 1024


class PromptTokens(NamedTuple):
    """Prompt tokens of several requests.

    Attributes:
        calls: requests.
        prompt: tokens in all.
        uncached: those that no earlier request began with.
    """

    calls: int
    prompt: int
    uncached: int


def count_prompts(asked: Iterable[Asked]) -> dict[Kind | None, PromptTokens]:
    """The prompt tokens of each kind of call, and of all under None."""
    seen: dict[str, list[list[int]]] = defaultdict(list)
    found: dict[Kind | None, list[tuple[int, int]]] = defaultdict(list)
    for request in asked:
        ids = _tokens(request)
        earlier = seen[_family(request.body)]
        shared = max((_common(ids, other) for other in earlier), default=0)
        cached = shared if shared >= SHORTEST_CACHED else 0
        earlier.append(ids)
        for kind in (request.kind, None):
            found[kind].append((len(ids), len(ids) - cached))
    return {
        kind: PromptTokens(len(each), sum(n for n, _ in each), sum(fresh for _, fresh in each))
        for kind, each in found.items()
    }


def _tokens(request: Asked) -> list[int]:
    """The tokens of a request; the schema travels beside them and is counted with them."""
    schema = request.body.get("response_format")
    ids = token_ids(json.dumps(schema, separators=(",", ":"))) if schema else []
    for _, text in request.messages:
        ids += [-1] * MESSAGE_TOKENS + token_ids(text)
    return ids + [-1] * REPLY_TOKENS


def _family(body: dict[str, Any]) -> str:
    return json.dumps([body.get("model"), body.get("response_format")], sort_keys=True)


def _common(one: list[int], other: list[int]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
