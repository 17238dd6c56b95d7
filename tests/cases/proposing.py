"""A case of which a step is written, and what a model might propose for it."""

from __future__ import annotations

from typing import Any

from interviewer.cases.draft import Draft
from interviewer.cases.gaps import WrittenCase

GOOD: dict[str, Any] = {
    "topic": "broken things come back",
    "statement": "Broken things are returned and have to be told apart.",
    "met_when": "Says how returned things are told apart, with the cost of a mistake.",
    "alternatives": ["A mark on each thing."],
    "why": "Broken things are handed out twice.",
    "concept": "latency_budget",
    "exemplar": "I would keep returned things on a cart until somebody has looked at them.",
    "follow_ups": ["What happens when somebody brings something back?"],
    "earns": [
        "I keep returned things apart, because a broken one would be handed out again.",
        "We look at every return first, since nobody says that it is broken.",
        "I mark what was returned, so that it is checked before it goes out.",
    ],
    "misses": ["carts, marks, shelves"],
}


def written(*items: Any, examples: Any = None, draft: Draft | None = None) -> WrittenCase:
    """A case whose step `data` has these items."""
    case = {"id": "shed", "steps": {"data": {"question": "What data?", "items": list(items)}}}
    return WrittenCase(case, examples or {}, draft or Draft())
